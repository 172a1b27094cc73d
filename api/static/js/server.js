// Calls to this server, and its problems as errors that a person can read.

export class Trouble extends Error {
  constructor(title, detail, { status = 0 } = {}) {
    super(detail);
    this.title = title;
    this.status = status;
  }
}

/** Sends one encoded frame as JSON; answers the server's FrameResult. */
export function detectFrame(dataUrl, { minScore }) {
  const body = JSON.stringify({ image: dataUrl, min_score: minScore });
  return call("/v1/detect", { body, headers: { "Content-Type": "application/json" } });
}

/** Sends a picture file as it is. */
export function detectFile(blob, { minScore }) {
  const headers = { "Content-Type": "application/octet-stream" };
  return call(`/v1/detect?min_score=${minScore}`, { body: blob, headers });
}

async function call(address, options) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", signal: AbortSignal.timeout(20_000), ...options });
  } catch {
    throw new Trouble("The server does not answer.", "It may have been stopped, or the network is down. Trying again helps once it is back.");
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return body;
  throw new Trouble(body?.title ?? "The server failed.", body?.detail ?? `It answered with status ${answer.status}. Try again later.`, {
    status: answer.status,
  });
}
