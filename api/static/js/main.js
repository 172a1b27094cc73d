// Ties the buttons of the page to camera, pictures, overlay and panel.
import { closeCamera, listCameras, openCamera } from "./camera.js";
import { config } from "./config.js";
import { keepKey, readKey } from "./key.js";
import { Live } from "./live.js";
import { Overlay } from "./overlay.js";
import { clearCounts, clearSpeed, clearTrouble, showBadge, showCounts, showSpeed, showTrouble } from "./panel.js";
import { acceptDrops, draw, drawFile, readAnnotated, readPicture } from "./picture.js";
import { detect, fetchPicture, Trouble } from "./server.js";

const at = (id) => document.getElementById(id);
const [view, video, still] = [at("view"), at("video"), at("still")];
const [start, camera, mirror, score, file] = [at("start"), at("camera"), at("mirror"), at("score"), at("file")];

const overlay = new Overlay(at("overlay"));
const options = () => ({ minScore: score.value / 100 });
let stream = null;
let picture = null; // what was sent last, and whether the server draws it, to send it again when the slider moves
let turn = 0; // a slower answer to an older question is dropped

const live = new Live(video, {
  options,
  onResult(answer, { fps, tripMs }) {
    clearTrouble();
    overlay.show(answer, { glide: true });
    showCounts(answer);
    showSpeed({ fps, tripMs, modelMs: answer.timings_ms.total });
    showBadge(`${fps.toFixed(0)} frames/s`);
  },
  onTrouble(trouble) {
    overlay.clear();
    if (trouble.status === 401) stopCamera();
    else showBadge("Waiting for the server");
    tell(trouble);
  },
});

/** Shows a trouble, and asks for a key where that is what is missing. */
function tell(trouble) {
  if (trouble.status !== 401) return showTrouble(trouble);
  const detail = readKey() ? "This server does not know the key that was typed. Type another one below." : "Type it below.";
  showTrouble(new Trouble("An API key is needed.", detail)); // the server's words are for those who write programs
  keepKey("");
  showKey();
  at("key").focus();
}

function showKey() {
  at("key-form").hidden = !config.asks_for_key || readKey() !== "";
  at("forget-key").hidden = readKey() === "";
}

async function startCamera() {
  stopCamera();
  showOnly(null);
  const mine = ++turn;
  start.ariaDisabled = "true"; // one that is disabled loses the keyboard
  showBadge("Asking for the camera…");
  try {
    const opened = await openCamera(camera.value);
    if (mine !== turn) return closeCamera(opened);
    stream = opened;
    video.srcObject = stream;
    await video.play();
    stream.getVideoTracks()[0].addEventListener("ended", cameraEnded);
    view.style.aspectRatio = `${video.videoWidth} / ${video.videoHeight}`;
    showOnly(video);
    setMirror();
    start.textContent = "Stop camera";
    showBadge("Live");
    live.run();
    await listCameras(camera);
  } catch (trouble) {
    stopCamera();
    showTrouble(trouble);
  } finally {
    start.ariaDisabled = null;
  }
}

function stopCamera() {
  live.stop();
  closeCamera(stream);
  stream = video.srcObject = null;
  start.textContent = "Start camera";
  overlay.clear();
  clearCounts();
  clearSpeed();
  clearTrouble();
  showBadge("");
  showOnly(picture ? still : null);
}

function cameraEnded() {
  stopCamera();
  showTrouble(new Trouble("The camera stopped.", "It was unplugged, or its permission was taken back. Press Start to try again."));
}

/** Looks at a file, or at one that is still to come. */
async function lookAt(coming) {
  picture = null;
  stopCamera();
  const mine = ++turn;
  showBadge("Looking…");
  try {
    const blob = await coming;
    const read = await readPicture(blob);
    if (mine !== turn) return;
    const sent = read ? await drawFile(read, blob, still) : blob;
    if (mine !== turn) return;
    picture = { sent, annotate: !read };
    if (read) showStill();
    detectPicture();
  } catch (trouble) {
    giveUp(mine, trouble);
  }
}

async function detectPicture() {
  const mine = ++turn;
  const began = performance.now();
  const { sent, annotate } = picture;
  try {
    const answer = await detect(sent, { ...options(), annotate });
    const annotated = annotate && (await readAnnotated(answer.annotated));
    if (mine !== turn) return;
    showBadge("");
    clearTrouble();
    if (annotated) {
      draw(annotated, still);
      showStill();
    } else {
      overlay.show(answer);
    }
    showCounts(answer, { atOnce: true });
    showSpeed({ tripMs: performance.now() - began, modelMs: answer.timings_ms.total });
  } catch (trouble) {
    giveUp(mine, trouble);
  }
}

/** Tells of what went wrong, unless something newer was begun meanwhile. */
function giveUp(mine, trouble) {
  if (mine !== turn) return;
  showBadge("");
  tell(trouble);
}

function showStill() {
  view.style.aspectRatio = `${still.width} / ${still.height}`;
  showOnly(still);
  setMirror();
}

function showOnly(element) {
  video.hidden = element !== video;
  still.hidden = element !== still;
  at("drawn-there").hidden = element !== still || !picture.annotate;
  at("welcome").hidden = element !== null;
}

function setMirror() {
  video.classList.toggle("mirrored", mirror.checked);
  overlay.setMirrored(mirror.checked && stream !== null);
}

function showScore() {
  at("score-shown").textContent = `${score.value}%`;
}

start.addEventListener("click", () => {
  if (start.ariaDisabled) return;
  picture = null;
  if (stream) stopCamera();
  else startCamera();
});
camera.addEventListener("change", () => {
  mirror.checked = camera.value !== "environment";
  if (stream) startCamera();
});
mirror.addEventListener("change", setMirror);
score.addEventListener("input", showScore);
score.addEventListener("change", () => {
  if (picture && !stream) detectPicture();
});
at("open").addEventListener("click", () => file.click());
file.addEventListener("change", () => {
  if (file.files[0]) lookAt(file.files[0]);
  file.value = "";
});
for (const button of document.querySelectorAll("[data-sample]")) {
  button.addEventListener("click", () => lookAt(fetchPicture(button.dataset.sample)));
}
at("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey(at("key").value.trim());
  at("key").value = "";
  clearTrouble();
  showKey();
  start.focus();
  if (picture) detectPicture();
});
at("forget-key").addEventListener("click", () => {
  stopCamera();
  keepKey("");
  showKey();
});
acceptDrops(document.body, at("drop"), lookAt);

showKey();
score.value = Math.round(config.min_score * 100);
showScore();
