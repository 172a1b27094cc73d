// Tells the page whether the browser has a camera for it, and again whenever that changes. Starts no camera.
const watched = new WeakMap();

async function look() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  const permission = await permissionOf("camera");
  if (permission?.state === "denied") return "denied";
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some((device) => device.kind === "videoinput") ? "ready" : "missing";
}

// Firefox before 132 does not know the name "camera" and rejects.
const permissionOf = (name) => navigator.permissions?.query({ name }).catch(() => null) ?? null;

export default function ({ setStateValue, parentElement }) {
  if (watched.has(parentElement)) return watched.get(parentElement);
  let last = "ready";
  const tell = async () => {
    const found = await look();
    if (found !== last) setStateValue("state", (last = found));
  };
  const stop = new AbortController();
  const { signal } = stop;
  navigator.mediaDevices?.addEventListener("devicechange", tell, { signal });
  permissionOf("camera")?.then((permission) => permission?.addEventListener("change", tell, { signal }));
  tell();
  const forget = () => {
    stop.abort();
    watched.delete(parentElement);
  };
  watched.set(parentElement, forget);
  return forget;
}
