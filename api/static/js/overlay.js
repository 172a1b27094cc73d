// Draws the boxes over video or picture at screen rate. Between two answers a box glides to its new place.
import { captionOf, config, lookOf } from "./config.js";

const GLIDE_MS = 70;
const SAME_FACE_IOU = 0.2;

export class Overlay {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.faces = [];
    this.size = [4, 3];
    this.mirrored = false;
    this.before = 0;
    new ResizeObserver(() => this.wake()).observe(canvas);
  }

  /** Shows the faces of an answer; with glide, those seen before move on from where they are drawn now. */
  show({ faces, size }, { glide = false } = {}) {
    const old = glide && String(size) === String(this.size) ? this.faces : [];
    this.size = size;
    this.faces = faces.map((face) => {
      const same = old.find((other) => (face.track ? other.face.track === face.track : iou(other.target, face.box) > SAME_FACE_IOU));
      return { face, target: face.box, box: same ? same.box : [...face.box] };
    });
    this.wake();
  }

  clear() {
    this.faces = [];
    this.wake();
  }

  setMirrored(mirrored) {
    this.mirrored = mirrored;
    this.wake();
  }

  wake() {
    this.frame ??= requestAnimationFrame((now) => this.draw(now));
  }

  draw(now) {
    this.frame = null;
    const share = 1 - Math.exp(-Math.min(now - this.before, 100) / GLIDE_MS);
    this.before = now;
    const scale = this.fit();
    let moving = false;
    for (const shown of this.faces) {
      shown.box = shown.box.map((side, i) => side + (shown.target[i] - side) * share);
      moving ||= shown.box.some((side, i) => Math.abs(side - shown.target[i]) > 0.3);
    }
    const placed = this.faces.map((shown) => this.place(shown, scale));
    for (const [index, shown] of this.faces.entries()) this.drawBox(shown.face, placed[index], scale.density);
    const tags = [];
    for (const [index, shown] of this.faces.entries()) tags.push(this.drawTag(shown.face, placed[index], scale.density, tags));
    if (moving) this.wake();
  }

  /** Clears the canvas at the screen's own resolution; answers how picture pixels lie on it. */
  fit() {
    const { canvas, size: [width, height] } = this;
    const density = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * density);
    canvas.height = Math.round(canvas.clientHeight * density);
    const zoom = Math.min(canvas.width / width, canvas.height / height);
    return { zoom, density, left: (canvas.width - width * zoom) / 2, top: (canvas.height - height * zoom) / 2 };
  }

  /** Where a face lies on the canvas: x, y, width, height. */
  place({ box }, { zoom, left, top }) {
    const [x1, y1, x2, y2] = this.mirrored ? [this.size[0] - box[2], box[1], this.size[0] - box[0], box[3]] : box;
    return [left + x1 * zoom, top + y1 * zoom, (x2 - x1) * zoom, (y2 - y1) * zoom];
  }

  drawBox(face, place, density) {
    const look = config.styles[lookOf(face)];
    const line = Math.max(1.5 * density, Math.min(4.5 * density, place[2] * 0.02));
    this.stroke(place, look, { line, rim: 2 * density, color: config.ink });
    this.stroke(place, look, { line, rim: 0, color: look.color_hex });
  }

  /** One pass around the box; a wider one in ink comes first, so that no background swallows the colour. */
  stroke([x, y, width, height], look, { line, rim, color }) {
    const { context } = this;
    context.strokeStyle = color;
    context.lineWidth = line + rim;
    context.setLineDash(look.dash.map((length) => length * line));
    context.strokeRect(x, y, width, height);
    context.setLineDash([]);
    if (!look.heavy_corners) return;
    const reach = Math.min(width, height) * 0.22;
    context.lineWidth = line * 2 + rim;
    context.beginPath();
    for (const [cornerX, inward] of [[x, reach], [x + width, -reach]]) {
      for (const [cornerY, down] of [[y, reach], [y + height, -reach]]) {
        context.moveTo(cornerX + inward, cornerY);
        context.lineTo(cornerX, cornerY);
        context.lineTo(cornerX, cornerY + down);
      }
    }
    context.stroke();
  }

  /** Above the face, or inside it at the picture's edge. Where it would dwarf its face or cover a tag it says less. */
  drawTag(face, [x, y, width], density, tags) {
    const { canvas, context } = this;
    const look = config.styles[lookOf(face)];
    const text = Math.max(13, Math.min(20, (width / density) * 0.12)) * density;
    context.font = `600 ${text}px system-ui, sans-serif`;
    const tagHeight = text * 1.5;
    const top = y >= tagHeight ? y - tagHeight : Math.min(y, canvas.height - tagHeight);
    let tag;
    for (const words of [`${look.symbol} ${captionOf(face)}`, `${look.symbol} ${look.text}`, look.symbol]) {
      const tagWidth = context.measureText(words).width + text;
      const left = Math.max(0, Math.min(x - density, canvas.width - tagWidth));
      tag = { words, box: [left, top, left + tagWidth, top + tagHeight] };
      if (tagWidth < width * 2.4 && !tags.some((other) => iou(other, tag.box) > 0)) break;
    }
    const [left, , right] = tag.box;
    context.fillStyle = look.color_hex;
    context.beginPath();
    context.roundRect(left, top, right - left, tagHeight, text * 0.25);
    context.fill();
    context.fillStyle = config.ink;
    context.textBaseline = "middle";
    context.fillText(tag.words, left + text / 2, top + tagHeight / 2 + density * 0.5);
    return tag.box;
  }
}

function iou(a, b) {
  const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (across <= 0 || down <= 0) return 0;
  const area = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);
  return (across * down) / (area(a) + area(b) - across * down);
}
