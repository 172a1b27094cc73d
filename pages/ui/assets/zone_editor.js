// Areas and lines drawn on a picture. The browser owns the drawing and tells Python after every finished change;
// Python starts it anew by a new version. Places are shares of the picture, 0 to 1.
const SVG = "http://www.w3.org/2000/svg";
const NAME_MAX = 40;
const UNDO_MAX = 100;
const STILL_PX = 5; // a press that moves less is a tap
const WITH_KEYS = matchMedia("(pointer: fine)").matches; // a phone has none to be told of
const STEP = 0.01; // of the picture, for an arrow key
const BASE = { area: "Area", line: "Line" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// What Enter puts on the picture for somebody who draws with keys.
const MIDDLE = { area: [[0.35, 0.35], [0.65, 0.35], [0.65, 0.65], [0.35, 0.65]], line: [[0.3, 0.5], [0.7, 0.5]] };

const editors = new WeakMap();

export default function ({ data, setStateValue, parentElement }) {
  if (!editors.has(parentElement)) editors.set(parentElement, new Editor(parentElement));
  const editor = editors.get(parentElement);
  editor.take(data, (drawn) => setStateValue("drawn", drawn));
  return () => {
    editor.watcher.disconnect();
    editors.delete(parentElement);
  };
}

// ---- places and names

const share = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;

/** Move points together, no further than the edge of the picture. */
function shift(points, dx, dy) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const fit = (step, all) => Math.min(1 - Math.max(...all), Math.max(-Math.min(...all), step));
  return points.map(([x, y]) => [share(x + fit(dx, xs)), share(y + fit(dy, ys))]);
}

function inside([x, y], points) {
  let odd = false;
  points.forEach(([x1, y1], i) => {
    const [x2, y2] = points.at(i - 1);
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  });
  return odd;
}

function distanceToSegment([x, y], [[x1, y1], [x2, y2]]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

// By code points, so that no character is cut in half; a half one on its own is no text that Python could keep.
const cut = (text, length) => Array.from(text.toWellFormed()).slice(0, length).join("").trim();

/** The name wanted, or the nearest that no other shape has. */
function uniqueName(wanted, shapes) {
  const taken = new Set(shapes.map((shape) => shape.name));
  const name = cut(wanted.trim(), NAME_MAX);
  for (let count = 2, tried = name; ; count++) {
    if (!taken.has(tried)) return tried;
    tried = `${cut(name, NAME_MAX - `${count}`.length - 1)} ${count}`;
  }
}

function nextName(kind, shapes) {
  const taken = new Set(shapes.map((shape) => shape.name));
  let count = 1;
  while (taken.has(`${BASE[kind]} ${count}`)) count++;
  return `${BASE[kind]} ${count}`;
}

function welcome(given) {
  return given.reduce((shapes, { kind, name, points }) => {
    const known = name.trim() ? uniqueName(name, shapes) : nextName(kind, shapes);
    return [...shapes, { kind, name: known, points: points.map((point) => point.map(share)) }];
  }, []);
}

// ---- the picture's overlay

function make(tag, attributes, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text; // never as HTML
  return element;
}

const join = (points) => points.map((point) => point.join()).join(" ");
const lineBetween = ([x1, y1], [x2, y2], look) => make("line", { x1, y1, x2, y2, class: look });
const dot = ([cx, cy], r, look = "") => make("circle", { cx, cy, r, class: look });

/** Words at a place in pixels, pushed inwards where they would leave the picture. */
function words(text, [x, y], [width, height], look) {
  const half = Math.min(width / 2, 4 + 4 * Array.from(text).length);
  const place = { x: Math.min(width - half, Math.max(half, x)), y: Math.min(height - 12, Math.max(12, y)) };
  return make("text", { ...place, class: look }, text);
}

function areaParts(name, points, size) {
  const middle = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  return [make("polygon", { points: join(points), class: "body" }), words(name, middle, size, "name")];
}

/** A line with an arrow to its "in": right of it for somebody who looks along it from start to end. */
function lineParts(name, [start, end], size) {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = Math.hypot(dx, dy) || 1;
  const from = (along, right) => [
    start[0] + dx * along + (-dy / length) * right,
    start[1] + dy * along + (dx / length) * right,
  ];
  const along = (px) => 0.5 + px / length;
  return [
    lineBetween(start, end, "edge"),
    lineBetween(from(0.5, 0), from(0.5, 20), "arrow"),
    make("polygon", { points: join([from(0.5, 28), from(along(-6), 18), from(along(6), 18)]), class: "head" }),
    words("in", from(0.5, 43), size, "way"),
    words("out", from(0.5, -24), size, "way"),
    words(name, [start[0], start[1] + (dy < 0 ? 20 : -20)], size, "name"), // where the line does not go
  ];
}

// ---- the editor

class Editor {
  shapes = []; // never changed in place, so that the past can simply be kept
  past = [];
  tool = "select";
  selected = null; // the name of a shape
  corner = null; // index of the corner that the arrow keys move; null for the whole shape
  draft = []; // corners of what is not finished
  hover = null; // where the next corner would come
  drag = null; // { move(place), drop() } between press and release
  reach = 10; // pixels around a corner or a line that count as on it
  version = null;

  constructor(root) {
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.tools = [...root.querySelectorAll("[data-tool]")].filter((part) => part.matches("button"));
    this.listen();
    this.watcher = new ResizeObserver(() => this.render());
    this.watcher.observe(this.part.stage);
  }

  listen() {
    const { editor, stage, name } = this.part;
    const on = (part, event, act) => part.addEventListener(event, act);
    on(stage, "pointerdown", (event) => this.press(event));
    on(stage, "pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) on(stage, end, () => this.release());
    on(stage, "pointerleave", () => this.pointAt(null));
    on(editor, "keydown", (event) => this.key(event));
    on(name, "change", () => this.rename(name.value));
    for (const button of this.tools) on(button, "click", () => this.choose(button.dataset.tool));
    const { undo, clear, closeArea: close, cancel, turn, remove } = this;
    const acts = { undo, clear, close, cancel, turn, remove };
    for (const [button, act] of Object.entries(acts)) on(this.part[button], "click", () => act.call(this));
  }

  /** What Python says: a picture, and shapes that count where their version is new. */
  take({ version, shapes, picture, size }, send) {
    this.send = send;
    if (version !== this.version) {
      Object.assign(this, { version, shapes: welcome(shapes), past: [], draft: [], drag: null });
      this.select(null);
    }
    const { picture: image, editor } = this.part;
    image.hidden = !picture;
    if (picture && image.src !== picture) image.src = picture;
    editor.style.setProperty("--ratio", size[0] / size[1]);
    this.render();
  }

  // -- changes of the shapes

  get shape() {
    return this.shapes.find((shape) => shape.name === this.selected);
  }

  change(shapes) {
    this.past = [...this.past, this.shapes].slice(-UNDO_MAX);
    this.show(shapes);
  }

  show(shapes) {
    this.shapes = shapes;
    if (!this.shape) this.select(null);
    this.send({ version: this.version, shapes });
    this.render();
  }

  /** All shapes, the selected one with other values. */
  altered(values) {
    return this.shapes.map((shape) => (shape.name === this.selected ? { ...shape, ...values } : shape));
  }

  finish(kind, points) {
    const name = nextName(kind, this.shapes);
    this.choose("select");
    this.select(name);
    this.change([...this.shapes, { kind, name, points }]);
  }

  closeArea() {
    if (this.tool === "area" && this.draft.length >= 3) this.finish("area", this.draft);
  }

  rename(wanted) {
    if (!this.shape) return;
    const others = this.shapes.filter((shape) => shape !== this.shape);
    const name = cut(wanted.trim(), NAME_MAX) ? uniqueName(wanted, others) : this.selected;
    if (name === this.selected) return this.render(true);
    const shapes = this.altered({ name });
    this.selected = name;
    this.change(shapes);
    this.render(true);
  }

  turn() {
    if (this.shape?.kind === "line") this.change(this.altered({ points: this.shape.points.toReversed() }));
  }

  remove() {
    if (this.shape) this.change(this.shapes.filter((shape) => shape !== this.shape));
  }

  clear() {
    this.draft = [];
    if (this.shapes.length) this.change([]);
    else this.render();
  }

  undo() {
    if (this.draft.length) {
      this.draft = this.draft.slice(0, this.tool === "area" ? -1 : 0);
      this.render();
    } else if (this.past.length) this.show(this.past.pop());
  }

  cancel() {
    if (!this.draft.length) this.select(null);
    this.draft = [];
    this.render();
  }

  choose(tool) {
    Object.assign(this, { tool, draft: [], hover: null });
    if (tool !== "select") this.select(null);
    this.render();
  }

  select(name, corner = null) {
    this.selected = name;
    this.corner = corner;
  }

  // -- mouse, finger and pen

  get size() {
    return [this.part.stage.clientWidth, this.part.stage.clientHeight];
  }

  toPixels(point) {
    return point.map((value, axis) => value * this.size[axis]);
  }

  placeOf(event) {
    const box = this.part.stage.getBoundingClientRect();
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  }

  near(a, b, px = this.reach) {
    const [[x1, y1], [x2, y2]] = [this.toPixels(a), this.toPixels(b)];
    return Math.hypot(x1 - x2, y1 - y2) <= px;
  }

  press(event) {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    this.part.stage.focus({ preventScroll: true }); // a name being typed is taken before another shape is selected
    this.part.stage.setPointerCapture(event.pointerId);
    this.reach = event.pointerType === "mouse" ? 10 : 22; // a finger hides what it points at
    const begin = { area: this.pressArea, line: this.pressLine, select: this.pressShape }[this.tool];
    this.drag = begin.call(this, this.placeOf(event)) ?? null;
    this.hover = null;
    this.render();
  }

  move(event) {
    if (!event.isPrimary) return;
    const place = this.placeOf(event);
    if (!this.drag) return this.pointAt(event.pointerType === "mouse" ? place : null);
    this.drag.move(place);
    this.render();
  }

  pointAt(place) {
    this.hover = place;
    if (this.draft.length) this.render();
  }

  release() {
    const { drag } = this;
    this.drag = null;
    drag?.drop?.();
    this.render();
  }

  /** A tap on the first or the last corner ends the area; so a double tap does. */
  pressArea(place) {
    const { draft } = this;
    const ends = draft.length >= 3 && this.near(draft[0], place);
    if (ends || (draft.length && this.near(draft.at(-1), place))) return this.closeArea();
    const put = (corner) => (this.draft = [...draft, corner]);
    put(place);
    return { move: put };
  }

  pressLine(place) {
    const start = this.draft[0] ?? place;
    const put = (end) => (this.draft = [start, end]);
    put(place);
    const drop = () => {
      if (this.near(start, this.draft[1], 2 * this.reach)) this.draft = [start];
      else this.finish("line", this.draft);
    };
    return { move: put, drop };
  }

  pressShape(place) {
    const corner = this.shape?.points.findIndex((point) => this.near(point, place)) ?? -1;
    if (corner >= 0) this.select(this.selected, corner);
    else this.select(this.shapeAt(place)?.name ?? null);
    if (!this.shape) return null;
    const { shape, shapes: before } = this;
    const move = (to) => {
      if (this.shapes === before && this.near(place, to, STILL_PX)) return;
      this.shapes = before;
      this.shapes = this.altered({ points: this.moved(shape.points, to[0] - place[0], to[1] - place[1]) });
    };
    const drop = () => {
      const after = this.shapes;
      this.shapes = before;
      if (after !== before) this.change(after);
    };
    return { move, drop };
  }

  /** The points of the selected shape after a step of its picked corner, or of all. */
  moved(points, dx, dy) {
    if (this.corner === null) return shift(points, dx, dy);
    return points.map((point, i) => (i === this.corner ? shift([point], dx, dy)[0] : point));
  }

  shapeAt(place) {
    const at = this.toPixels(place);
    return this.shapes.findLast(({ kind, points }) => {
      const pixels = points.map((point) => this.toPixels(point));
      return kind === "line" ? distanceToSegment(at, pixels) <= this.reach : inside(at, pixels);
    });
  }

  // -- keys

  key(event) {
    if (event.target === this.part.name) return; // there they edit text
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  actOf(event) {
    const drawn = !event.target.closest(".bar, .below, .panel"); // on the picture or on the list of shapes
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) return () => this.undo();
    if (event.key === "Escape") return () => this.cancel();
    if (drawn && this.shape && ["Delete", "Backspace"].includes(event.key)) return () => this.remove();
    if (drawn && this.shape && ARROWS[event.key]) return () => this.nudge(event);
    if (event.target === this.part.stage && event.key === "Enter") return () => this.enter();
    return null;
  }

  nudge({ key, shiftKey }) {
    const [dx, dy] = ARROWS[key].map((step) => step * STEP * (shiftKey ? 5 : 1));
    this.change(this.altered({ points: this.moved(this.shape.points, dx, dy) }));
  }

  enter() {
    if (this.tool === "select") this.pickNextCorner();
    else if (this.draft.length) this.closeArea();
    else this.finish(this.tool, MIDDLE[this.tool]);
  }

  pickNextCorner() {
    if (!this.shape) return;
    const next = (this.corner ?? -1) + 1;
    this.select(this.selected, next < this.shape.points.length ? next : null);
    this.render();
  }

  // -- what is seen

  render(renamed = false) {
    const { part, tool, draft, shape } = this;
    for (const button of this.tools) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    part.stage.dataset.tool = tool;
    part.undo.disabled = !draft.length && !this.past.length;
    part.clear.disabled = !draft.length && !this.shapes.length;
    part.close.hidden = tool !== "area" || draft.length < 3;
    part.cancel.hidden = !draft.length;
    part.panel.hidden = !shape;
    part.turn.hidden = shape?.kind !== "line";
    const typing = part.name.getRootNode().activeElement === part.name && !renamed;
    if (!typing) part.name.value = shape?.name ?? "";
    const hint = this.hint();
    if (part.hint.textContent !== hint) part.hint.textContent = hint; // or it would be read aloud again and again
    this.renderList();
    this.renderOverlay();
  }

  hint() {
    const { tool, draft } = this;
    if (tool === "area" && draft.length >= 3) return "Tap the next corner; tap the first one to close the area.";
    if (draft.length) return tool === "area" ? "Tap the next corner." : "Tap the other end.";
    if (tool === "area") return "Tap the corners of an area on the picture.";
    if (tool === "line") return "Drag from one end of the line to the other, or tap both ends.";
    if (this.shape && WITH_KEYS) return "Drag it or its corners. Arrow keys move it, Enter picks a corner.";
    if (this.shape) return "Drag it or its corners.";
    if (this.shapes.length) return "Tap an area or a line to change it.";
    return "Choose Area or Line, then draw on the picture.";
  }

  /** A button a shape; buttons are kept from one time to the next, so that none loses the focus. */
  renderList() {
    const { list } = this.part;
    while (list.children.length > this.shapes.length) list.lastChild.remove();
    while (list.children.length < this.shapes.length) list.append(this.makeChip(list.children.length));
    this.shapes.forEach(({ kind, name }, i) => {
      const chip = list.children[i];
      chip.className = kind;
      chip.firstChild.textContent = name;
      chip.setAttribute("aria-pressed", name === this.selected);
    });
  }

  makeChip(index) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.append(document.createElement("span"));
    chip.addEventListener("click", () => {
      this.choose("select");
      this.select(this.shapes[index].name);
      this.render();
    });
    return chip;
  }

  renderOverlay() {
    const { overlay } = this.part;
    overlay.setAttribute("viewBox", `0 0 ${this.size.join(" ")}`);
    overlay.replaceChildren(...this.shapes.map((shape) => this.drawShape(shape)), this.drawDraft());
  }

  drawShape(shape) {
    const chosen = shape.name === this.selected;
    const points = shape.points.map((point) => this.toPixels(point));
    const group = make("g", { class: `shape ${shape.kind}${chosen ? " selected" : ""}` });
    group.append(...(shape.kind === "area" ? areaParts : lineParts)(shape.name, points, this.size));
    if (chosen) group.append(...points.map((point, i) => dot(point, 8, i === this.corner ? "picked" : "")));
    return group;
  }

  drawDraft() {
    const points = this.draft.map((point) => this.toPixels(point));
    const next = this.hover && points.length ? [this.toPixels(this.hover)] : [];
    const group = make("g", { class: `shape ${this.tool}` });
    group.append(make("polyline", { points: join([...points, ...next]), class: "draft" }));
    group.append(...points.map((point, i) => dot(point, i || points.length < 3 ? 5 : 9)));
    return group;
  }
}
