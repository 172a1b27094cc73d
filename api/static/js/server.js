// Calls to this server, and its problems as errors that a person can read.
import { keyHeaders } from "./key.js";

export class Trouble extends Error {
  constructor(title, detail, { status = 0, retryAfterMs = 0 } = {}) {
    super(detail);
    Object.assign(this, { title, status, retryAfterMs });
  }
}

/** The error that a problem (RFC 9457) tells. */
export function troubleOf(problem, { status, retryAfterS = 0 } = {}) {
  return new Trouble(problem?.title ?? "The server failed.", problem?.detail ?? `It answered with status ${status}. Try again later.`, {
    status: problem?.status ?? status,
    retryAfterMs: retryAfterS * 1000,
  });
}

export function noAnswer() {
  return new Trouble("The server does not answer.", "It may have been stopped, or the network is down. Trying again helps once it is back.");
}

/** A picture that lies on the server. */
export async function fetchPicture(address) {
  const answer = await fetch(address).catch(() => {
    throw noAnswer();
  });
  if (!answer.ok) throw troubleOf(null, { status: answer.status });
  return answer.blob();
}

/** Sends an encoded picture as it is; answers the server's result, with the picture drawn where annotate says so. */
export async function detect(blob, { minScore, annotate = false }) {
  const headers = { "Content-Type": "application/octet-stream", ...keyHeaders() };
  const signal = AbortSignal.timeout(20_000);
  let answer;
  try {
    answer = await fetch(`/v1/detect?min_score=${minScore}&annotate=${annotate}`, { method: "POST", body: blob, headers, signal });
  } catch {
    throw noAnswer();
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return body;
  throw troubleOf(body, { status: answer.status, retryAfterS: Number(answer.headers.get("Retry-After")) || 0 });
}
