// Hides the one warning of the video component: after ten seconds of any start it blames the network, in words that
// cannot be chosen. The page beside it says whether it is the network or the server. The component's errors stay.
const PLAYER = "iframe[title^='streamlit_webrtc']";
const ID = "quiet";
const quiet = new WeakMap();

function hush(player) {
  const inside = player.contentDocument;
  if (!inside?.head || inside.getElementById(ID)) return;
  const rule = ".MuiAlert-colorWarning { display: none !important }";
  const style = Object.assign(inside.createElement("style"), { id: ID, textContent: rule });
  inside.head.append(style);
}

export default function ({ parentElement }) {
  document.querySelectorAll(PLAYER).forEach(hush);
  if (quiet.has(parentElement)) return quiet.get(parentElement);
  const stop = new AbortController();
  const loaded = ({ target }) => target.matches?.(PLAYER) && hush(target);
  document.addEventListener("load", loaded, { capture: true, signal: stop.signal }); // it does not bubble
  const forget = () => {
    stop.abort();
    quiet.delete(parentElement);
  };
  quiet.set(parentElement, forget);
  return forget;
}
