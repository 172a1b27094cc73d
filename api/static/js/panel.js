// Counts, speed and troubles beside the picture.
import { config } from "./config.js";

const SAY_AGAIN_MS = 1500; // a screen reader is not told more often

const at = (id) => document.getElementById(id);
let said = "";
let saidAt = -Infinity;

for (const [key, look] of Object.entries(config.styles)) {
  const tile = document.querySelector(`[data-look="${key}"]`);
  tile.style.setProperty("--look", look.color_hex);
  tile.style.setProperty("--look-ink", config.ink);
}

export function showCounts({ summary, people }, { atOnce = false } = {}) {
  const now = performance.now();
  at("people").hidden = !people;
  at("people-count").textContent = people?.faces;
  for (const key of Object.keys(config.styles)) {
    document.querySelector(`[data-count="${key}"]`).textContent = summary[key];
  }
  const words = sentence(summary);
  if (words === said || (!atOnce && now - saidAt < SAY_AGAIN_MS)) return;
  [said, saidAt] = [words, now];
  at("summary").textContent = words;
}

export function clearCounts() {
  for (const cell of document.querySelectorAll("[data-count]")) cell.textContent = "–";
  at("people").hidden = true;
  [said, saidAt] = ["", -Infinity];
  at("summary").textContent = "Nothing looked at yet.";
}

function sentence(summary) {
  if (!summary.faces) return "No face in the picture.";
  const parts = Object.entries(config.styles)
    .filter(([key]) => summary[key])
    .map(([key, look]) => `${summary[key]} ${look.text.toLowerCase()}`);
  return `${summary.faces} ${summary.faces === 1 ? "face" : "faces"}: ${parts.join(", ")}.`;
}

/** fps is null for a single picture. */
export function showSpeed({ fps = null, tripMs, modelMs }) {
  at("fps").textContent = fps ? fps.toFixed(1) : "–";
  at("trip").textContent = Math.round(tripMs);
  at("model-ms").textContent = modelMs < 10 ? modelMs.toFixed(1) : Math.round(modelMs);
}

export function clearSpeed() {
  for (const id of ["fps", "trip", "model-ms"]) at(id).textContent = "–";
}

export function showTrouble(trouble) {
  at("trouble-title").textContent = trouble.title ?? "Something went wrong.";
  at("trouble-detail").textContent = trouble.message;
  at("trouble").hidden = false;
}

export function clearTrouble() {
  at("trouble").hidden = true;
}

export function showBadge(text) {
  at("badge").textContent = text;
  at("badge").hidden = !text;
}
