// Pictures from a file: shown upright, and made smaller here where the server would refuse them.
import { config } from "./config.js";
import { Trouble } from "./server.js";

const SMALLER_SIDE_TO = 2560;

/** Draws the file into the canvas; answers what to send. */
export async function showPicture(file, canvas) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Trouble("This file cannot be shown.", "Expected a JPEG, PNG, WebP or BMP picture; some browsers do not show HEIC. Choose another file, or save this one as JPEG.");
  }
  const { width, height } = bitmap;
  const tooLarge = file.size > config.max_image_mb * 1e6 || width * height > config.max_megapixels * 1e6;
  const scale = tooLarge ? Math.min(1, SMALLER_SIDE_TO / Math.max(width, height)) : 1;
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return tooLarge ? new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9)) : file;
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
