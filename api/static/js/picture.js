// Pictures from a file: shown upright, and made smaller here where the server would refuse them. Most browsers cannot
// show HEIC, which phones make: the server draws such a picture.
import { config } from "./config.js";
import { Trouble } from "./server.js";

const SMALLER_SIDE_TO = 2560;
const HEIC = /^ftyp(hei[cmsx]|hev[cx]|mif1|msf1)/; // its bytes from the fifth on; names and types differ by system

/** The file as a bitmap; null where it is HEIC, which the browser does not know. */
export async function readPicture(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    if (HEIC.test(await file.slice(4, 12).text())) return null;
    throw new Trouble("This file cannot be shown.", "Expected a JPEG, PNG, WebP, BMP or HEIC picture. Choose another file, or save this one as JPEG.");
  }
}

/** The picture that came with an answer, boxes and all: a JPEG in base64. */
export async function readAnnotated(base64) {
  const image = new Image();
  image.src = `data:image/jpeg;base64,${base64}`;
  await image.decode();
  return image;
}

/** Draws what was read of the file into the canvas; answers what to send. */
export function drawFile(bitmap, file, canvas) {
  const { width, height } = bitmap;
  const tooLarge = file.size > config.max_image_mb * 1e6 || width * height > config.max_megapixels * 1e6;
  draw(bitmap, canvas, tooLarge ? Math.min(1, SMALLER_SIDE_TO / Math.max(width, height)) : 1);
  bitmap.close();
  return tooLarge ? new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9)) : file;
}

export function draw(picture, canvas, scale = 1) {
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}

/** Lets a person drop a picture on the element; `sign` shows while a file, and not some text, is over it. */
export function acceptDrops(element, sign, onFile) {
  let depth = 0; // children of the element enter and leave too
  const show = (change) => {
    depth = Math.max(0, depth + change);
    sign.hidden = depth === 0;
  };
  const holdsFiles = (event) => event.dataTransfer.types.includes("Files");
  element.addEventListener("dragenter", (event) => holdsFiles(event) && show(1));
  element.addEventListener("dragleave", (event) => holdsFiles(event) && show(-1));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    sign.hidden = true;
    if (event.dataTransfer.files[0]) onFile(event.dataTransfer.files[0]);
  });
}
