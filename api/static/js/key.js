// The API key of this tab, where the server asks for one; it goes with the tab.
const NAME = "mask-check-key";

export function readKey() {
  return sessionStorage.getItem(NAME) ?? "";
}

export function keepKey(key) {
  if (key) sessionStorage.setItem(NAME, key);
  else sessionStorage.removeItem(NAME);
}

/** What a call sends along. */
export function keyHeaders() {
  return readKey() ? { "X-API-Key": readKey() } : {};
}

/** What a WebSocket sends along: a browser lets it set no header. */
export function keyProtocols() {
  return ["maskcheck.v1", ...(readKey() ? [`key.${readKey()}`] : [])];
}
