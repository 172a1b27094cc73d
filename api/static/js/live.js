// The loop of live frames: one in flight; the next one sent is the newest the camera has then.
import { Stream } from "./stream.js";

const LONGER_SIDE = 640;
const JPEG_QUALITY = 0.85;
const WINDOW_MS = 2000;
const PATIENCE_MS = [500, 1000, 2000, 4000];

export class Live {
  /**
   * @param video The element that plays the camera.
   * @param onResult Called with an answer and {fps, tripMs}.
   * @param onTrouble Called with a Trouble; the loop tries again by itself.
   * @param options Called for how to look, before every frame.
   */
  constructor(video, { onResult, onTrouble, options }) {
    Object.assign(this, { video, onResult, onTrouble, options });
    this.canvas = document.createElement("canvas");
    this.stream = new Stream();
    this.round = 0;
    this.fresh = false;
  }

  stop() {
    this.round += 1;
    this.stream.close();
  }

  async run() {
    const round = ++this.round;
    this.watch(round);
    const done = [];
    let failures = 0;
    while (round === this.round) {
      await this.newFrame();
      if (round !== this.round || document.hidden || !this.video.videoWidth) continue;
      const began = performance.now();
      try {
        const answer = await this.stream.ask(await this.grab(), this.options());
        if (round !== this.round) return;
        const now = performance.now();
        done.push(now);
        while (done[0] < now - WINDOW_MS) done.shift();
        failures = 0;
        this.onResult(answer, { fps: rate(done), tripMs: now - began });
      } catch (trouble) {
        if (round !== this.round) return;
        this.onTrouble(trouble);
        await pause(Math.max(trouble.retryAfterMs ?? 0, PATIENCE_MS[Math.min(failures++, PATIENCE_MS.length - 1)]));
      }
    }
  }

  /** Notes every frame of the camera, so that one that came while the last was under way is sent at once. */
  watch(round) {
    const later = (then) => ("requestVideoFrameCallback" in this.video ? this.video.requestVideoFrameCallback(then) : requestAnimationFrame(then));
    const seen = () => {
      if (round !== this.round) return;
      this.fresh = true;
      this.wake?.();
      later(seen);
    };
    later(seen);
  }

  /** Waits for a frame that was not sent yet; half a second at most, so that stopping never hangs. */
  async newFrame() {
    if (!this.fresh) {
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 500);
      });
    }
    this.fresh = false;
  }

  async grab() {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, LONGER_SIDE / Math.max(videoWidth, videoHeight));
    this.canvas.width = Math.round(videoWidth * scale);
    this.canvas.height = Math.round(videoHeight * scale);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
  }
}

function rate(times) {
  return times.length > 1 ? ((times.length - 1) * 1000) / (times.at(-1) - times[0]) : 0;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
