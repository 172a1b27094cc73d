// The browser's camera, and what to do when there is none to be had.
import { Trouble } from "./server.js";

const REASONS = {
  NotAllowedError: ["The camera is blocked.", "Allow it: click the camera or lock sign beside the address, choose Allow, then press Start again. On a phone also check the browser's own permission in the system settings. Or open a picture instead."],
  NotFoundError: ["No camera was found.", "Plug one in or switch it on, then press Start again. Or open a picture instead."],
  NotReadableError: ["The camera is busy.", "Another program or tab uses it, or the system blocks it. Close the other one, then press Start again."],
  OverconstrainedError: ["This camera is gone.", "Choose another one from the list, then press Start again."],
  SecurityError: ["The browser forbids the camera on this page.", "Open the page in a window of its own, not inside another page."],
};
REASONS.PermissionDeniedError = REASONS.NotAllowedError;
REASONS.AbortError = REASONS.NotReadableError;

/**
 * Opens a camera.
 * @param choice "user" (front), "environment" (rear), or a device id.
 */
export async function openCamera(choice) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    throw new Trouble(
      "The browser gives the camera to secure pages only.",
      `Open this page over https://, or on the server itself as http://localhost:${location.port || 80}. Opening a picture works here too.`,
    );
  }
  const which = choice === "user" || choice === "environment" ? { facingMode: choice } : { deviceId: { exact: choice } };
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    const [title, detail] = REASONS[error.name] ?? ["The camera cannot be started.", `The browser says: ${error.message || error.name}. Try again, or open a picture instead.`];
    throw new Trouble(title, detail);
  }
}

export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Adds the cameras by name; browsers tell names only once a camera was allowed. */
export async function listCameras(select) {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput" && device.label && device.deviceId);
  select.querySelector("optgroup")?.remove();
  if (cameras.length < 2) return;
  const chosen = select.value;
  const group = document.createElement("optgroup");
  group.label = "By name";
  for (const camera of cameras) group.append(new Option(camera.label, camera.deviceId));
  select.append(group);
  select.value = chosen;
}
