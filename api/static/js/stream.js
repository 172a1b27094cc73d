// The way of live frames to the server: a WebSocket where there is one, calls of their own where not.
import { keyProtocols } from "./key.js";
import { detect, noAnswer, troubleOf } from "./server.js";

const OPENING_MS = 3000;
const ANSWER_MS = 20_000;
const TRY_AGAIN_MS = 30_000; // after a stream that could not be had

export class Stream {
  constructor() {
    this.socket = null;
    this.notBefore = 0;
  }

  /** How the last frame went: "stream", on which people are followed, or "calls". */
  get way() {
    return this.socket ? "stream" : "calls";
  }

  /** Sends an encoded frame; answers the server's result. One at a time. */
  async ask(frame, { minScore }) {
    const socket = await this.open();
    if (!socket) return detect(frame, { minScore });
    if (socket.minScore !== minScore) socket.send(JSON.stringify({ track: true, min_score: minScore }));
    socket.minScore = minScore;
    socket.send(frame);
    const answer = JSON.parse(await nextMessage(socket));
    if (answer.status) throw troubleOf(answer, { retryAfterS: answer.retry_after_s });
    return answer;
  }

  /** Ends the stream; the next frame begins another, and people are counted anew. */
  close() {
    this.socket?.close();
    this.socket = null;
    this.notBefore = 0;
  }

  async open() {
    if (this.socket?.readyState === WebSocket.OPEN) return this.socket;
    this.socket = null;
    if (performance.now() < this.notBefore) return null;
    this.socket = await connect();
    if (!this.socket) this.notBefore = performance.now() + TRY_AGAIN_MS;
    return this.socket;
  }
}

/** An open WebSocket; null where the server, a web server before it or the browser does not let it be. */
function connect() {
  const address = new URL("/v1/stream?track=true", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return new Promise((resolve) => {
    let socket;
    try {
      socket = new WebSocket(address, keyProtocols());
    } catch {
      return resolve(null); // forbidden by a policy, or a key that no protocol can be named after
    }
    const giveUp = () => {
      socket.close();
      resolve(null);
    };
    const timer = setTimeout(giveUp, OPENING_MS);
    socket.onerror = giveUp;
    socket.onopen = () => {
      clearTimeout(timer);
      socket.onerror = null;
      resolve(socket);
    };
  });
}

function nextMessage(socket) {
  return new Promise((resolve, reject) => {
    const fail = () => {
      socket.close();
      reject(noAnswer());
    };
    const timer = setTimeout(fail, ANSWER_MS);
    socket.onclose = () => {
      clearTimeout(timer);
      reject(noAnswer());
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
  });
}
