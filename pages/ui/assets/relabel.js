// A page of faces to be labelled fast. The browser keeps what was done and hands it over in batches; Python says up to
// which serial number it has kept them (ack). What it has not is held in the tab's storage, so that a reload loses
// nothing.
const IDLE_MS = 1500; // without a change, until a batch goes
const MOST = 40; // changes that wait
const UNDO_MAX = 500;
const KEYS = { 1: "mask", 2: "no_mask", 3: "incorrect", 4: "none", Delete: "none" };
const WITH_KEYS = matchMedia("(pointer: fine)").matches; // a phone has none to be told of
const grids = new WeakMap();

export default function ({ data, setStateValue, parentElement }) {
  if (!grids.has(parentElement)) grids.set(parentElement, new Grid(parentElement, data.set));
  const grid = grids.get(parentElement);
  grid.take(data, (sent) => setStateValue("sent", sent));
  return () => {
    grid.leave();
    grids.delete(parentElement);
  };
}

const idOf = ({ image, box }) => `${image}|${box.join()}`;

function make(tag, text = "", look = {}) {
  const element = document.createElement(tag);
  element.textContent = text; // never as HTML
  Object.assign(element, look);
  return element;
}

class Grid {
  faces = [];
  cells = [];
  selected = new Set(); // places on the page
  at = 0; // the face that the keys are on
  anchor = 0; // where a range began
  past = []; // what was done, each a list of { face, label, before }
  serial = 0;
  sent = 0; // number of the last step that was handed over, kept or not
  turning = 0; // the page that was asked for, until it is there
  held = []; // keys that were pressed meanwhile: they are meant for that page

  constructor(root, set) {
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.store = `mask_check.relabel.${set}`;
    this.waiting = JSON.parse(sessionStorage.getItem(this.store) ?? "[]");
    this.listen();
  }

  listen() {
    const { root, grid, undo, clear, before, next } = this.part;
    root.addEventListener("keydown", (event) => this.key(event));
    grid.addEventListener("click", (event) => this.press(event));
    undo.addEventListener("click", () => this.turning || this.undo());
    clear.addEventListener("click", () => this.select([]));
    before.addEventListener("click", () => this.turn(-1));
    next.addEventListener("click", () => this.turn(1));
    // Before anything else of the page is used, and when the tab goes out of sight.
    this.outside = (event) => event.composedPath().includes(root) || this.flush();
    this.hidden = () => document.hidden && this.flush();
    document.addEventListener("pointerdown", this.outside, true);
    document.addEventListener("visibilitychange", this.hidden);
    root.addEventListener("focusout", (event) => event.relatedTarget || this.flush());
  }

  leave() {
    clearTimeout(this.timer);
    document.removeEventListener("pointerdown", this.outside, true);
    document.removeEventListener("visibilitychange", this.hidden);
  }

  /** What Python says: a page of faces with their labels, and what it has kept. */
  take(data, send) {
    const first = !this.data;
    Object.assign(this, { data, send });
    this.waiting = this.waiting.filter(({ serial }) => serial > data.ack);
    this.serial = Math.max(this.serial, data.ack, ...this.waiting.map(({ serial }) => serial));
    this.keep();
    if (first) this.showLooks();
    const others = data.faces.map(idOf).join("\n") !== this.faces.map(idOf).join("\n");
    if (others) this.showFaces();
    if (others || data.page === this.turning) this.turning = 0;
    this.faces = data.faces;
    this.render();
    this.play();
    if (first && this.waiting.length) this.later();
  }

  // -- what is done and handed over

  /** The label of a face as it will be once all that waits is kept. */
  labelOf(face) {
    const last = this.lastChange(face);
    if (!last) return face.label;
    return last.undo ? last.before : last.label;
  }

  /** Whether somebody said what a face is, or will have once all that waits is kept. */
  isSaid(face) {
    const last = this.lastChange(face);
    return face.changed || Boolean(last && !last.undo);
  }

  lastChange(face) {
    const changes = this.waiting.flatMap((step) => step.changes.map((each) => ({ ...each, undo: step.undo })));
    return changes.findLast((each) => idOf(each) === idOf(face));
  }

  do(label) {
    const places = this.selected.size ? [...this.selected].sort((a, b) => a - b) : [this.at];
    const faces = places.map((place) => this.faces[place]).filter(Boolean);
    if (!faces.length) return;
    const changes = faces
      .filter((face) => !(this.isSaid(face) && this.labelOf(face) === label)) // said twice, Undo would take the first away
      .map((face) => ({ image: face.image, box: face.box, label, before: this.labelOf(face) }));
    if (changes.length) {
      this.past = [...this.past, changes].slice(-UNDO_MAX);
      this.push({ undo: false, changes });
    }
    if (!this.selected.size && this.at < this.faces.length - 1) this.go(this.at + 1);
    this.selected.clear();
    this.render();
  }

  undo() {
    const changes = this.past.pop();
    if (!changes) return;
    this.push({ undo: true, changes });
    const place = this.faces.findIndex((face) => idOf(face) === idOf(changes[0]));
    if (place >= 0) this.go(place);
    this.render();
    this.say(`Undone: ${changes.length} ${changes.length === 1 ? "face" : "faces"}${place < 0 ? ", not on this page" : ""}`);
  }

  push(step) {
    this.waiting = [...this.waiting, { ...step, serial: ++this.serial }];
    this.keep();
    const unsent = this.waiting.filter(({ serial }) => serial > this.sent);
    if (unsent.flatMap(({ changes }) => changes).length >= MOST) this.flush();
    else this.later();
  }

  keep() {
    if (this.waiting.length) sessionStorage.setItem(this.store, JSON.stringify(this.waiting));
    else sessionStorage.removeItem(this.store);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), IDLE_MS);
  }

  flush() {
    if (this.waiting.length) this.handOver();
  }

  handOver() {
    clearTimeout(this.timer);
    this.sent = this.serial;
    this.send({ page: this.turning || this.data.page, steps: this.waiting });
  }

  turn(by) {
    const page = this.data.page + by;
    if (this.turning || page < 1 || page > this.data.pages) return;
    this.turning = page;
    this.handOver();
    this.render();
  }

  // -- keys, mouse and finger

  get columns() {
    const second = this.cells.findIndex((cell) => cell.offsetTop > this.cells[0].offsetTop);
    return second < 0 ? this.cells.length : second;
  }

  key(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    const stroke = { key, ctrlKey, metaKey, altKey, shiftKey, target };
    if (!this.actOf(stroke)) return;
    event.preventDefault();
    event.stopPropagation(); // some keys are commands to the app
    this.held.push(stroke);
    this.play();
  }

  /** Do what the keys say, in their order, until one turns the page. */
  play() {
    while (this.held.length && !this.turning) this.actOf(this.held.shift())?.();
  }

  actOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }) {
    const command = ctrlKey || metaKey;
    if (altKey) return null;
    if (key.toLowerCase() === "z" && command) return () => this.undo();
    if (key.toLowerCase() === "a" && command) return () => this.select(this.faces.keys());
    if (command) return null;
    if (key.toLowerCase() === "u") return () => this.undo();
    if (key === "Escape") return () => this.select([]);
    if (KEYS[key]) return () => this.do(KEYS[key]);
    if (key === "PageDown") return () => this.turn(1);
    if (key === "PageUp") return () => this.turn(-1);
    if (target.closest("button")) return null; // there the others have their usual meaning
    const last = this.faces.length - 1;
    const places = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, ArrowUp: this.at - this.columns };
    const place = { ...places, ArrowDown: this.at + this.columns, Home: 0, End: last }[key];
    if (place !== undefined) return () => place >= 0 && place <= last && this.step(place, shiftKey);
    if (key === " ") return () => this.toggle(this.at);
    return null;
  }

  step(place, range) {
    if (range) this.selectRange(place);
    else this.anchor = place;
    this.go(place);
    this.render();
  }

  press(event) {
    const place = this.cells.indexOf(event.target.closest(".face"));
    if (place < 0 || this.turning) return;
    this.go(place);
    if (event.shiftKey) this.selectRange(place);
    else this.toggle(place);
    this.render();
  }

  toggle(place) {
    if (!this.selected.delete(place)) this.selected.add(place);
    this.anchor = place;
    this.render();
  }

  selectRange(place) {
    const [from, to] = [Math.min(this.anchor, place), Math.max(this.anchor, place)];
    for (let each = from; each <= to; each++) this.selected.add(each);
  }

  select(places) {
    this.selected = new Set(places);
    this.render();
  }

  go(place) {
    this.at = place;
    this.mark();
    this.cells[place]?.focus();
  }

  // -- what is seen

  showLooks() {
    this.part.root.style.setProperty("--ink", this.data.ink);
    this.looks = Object.fromEntries(this.data.looks.map((look) => [look.label, look]));
    const given = this.data.looks.filter(({ key }) => key);
    this.part.looks.replaceChildren(
      ...given.map(({ label, text, symbol, color, key }) => {
        const button = make("button", "", { type: "button", title: `Key ${key}` });
        const sign = make("i", symbol, { ariaHidden: "true" });
        sign.style.setProperty("--look", color);
        button.append(sign, make("span", text));
        button.addEventListener("click", () => this.turning || this.do(label));
        return button;
      }),
    );
    const told = [["arrows", "move"], ...given.map(({ key, text }) => [key, text.toLowerCase()])];
    told.push(["Space", "selects"], ["Shift+arrows", "select a range"], ["Ctrl+Z", "or"], ["U", "undoes"]);
    told.push(["Page Down", "next page"]);
    if (WITH_KEYS) this.part.keys.replaceChildren(...told.flatMap(([key, does]) => [make("kbd", key), ` ${does}  `]));
    else this.part.keys.textContent = "Tap faces to select them, then tap a label.";
  }

  showFaces() {
    const inside = this.part.grid.contains(this.part.grid.getRootNode().activeElement);
    const again = this.faces.length > 0;
    this.cells = this.data.faces.map(({ src, hint }) => {
      const cell = make("div", "", { className: "face", role: "option" });
      cell.append(src ? make("img", "", { src, alt: "", draggable: false }) : make("span", "cannot be read", { className: "gone" }));
      cell.append(make("b"));
      if (hint) cell.append(make("em", hint));
      return cell;
    });
    this.part.grid.replaceChildren(...this.cells);
    this.selected.clear();
    Object.assign(this, { at: 0, anchor: 0 });
    this.mark(); // only then can a face take the focus
    if (inside || again) this.cells[0]?.focus(); // so that the keys go on where a page was turned
  }

  mark() {
    this.cells.forEach((cell, place) => (cell.tabIndex = place === this.at ? 0 : -1));
  }

  render() {
    const waiting = new Set(this.waiting.flatMap(({ changes }) => changes.map(idOf)));
    this.faces.forEach((face, place) => this.renderFace(face, this.cells[place], place, waiting));
    this.mark();
    const { undo, clear, before, next } = this.part;
    undo.disabled = !this.past.length;
    clear.disabled = !this.selected.size;
    before.disabled = this.data.page <= 1;
    next.disabled = this.data.page >= this.data.pages;
    this.part.grid.ariaBusy = this.turning > 0;
    if (this.turning) return this.say(`Getting page ${this.turning}. Go on: keys are meant for it.`);
    const kept = this.waiting.length ? "Keeping what you changed" : "All changes are kept";
    const chosen = this.selected.size ? `, ${this.selected.size} selected` : "";
    this.say(`Page ${this.data.page} of ${this.data.pages}, ${this.data.total} faces${chosen}. ${kept}.`);
  }

  renderFace(face, cell, place, waiting) {
    const label = this.labelOf(face);
    const look = this.looks[label];
    const changed = face.changed || waiting.has(idOf(face));
    cell.dataset.label = label;
    cell.classList.toggle("changed", changed);
    cell.style.setProperty("--look", look.color);
    cell.querySelector("b").textContent = `${look.symbol} ${look.text}`;
    cell.ariaSelected = this.selected.has(place);
    const words = [`Face ${place + 1} of ${this.faces.length}`, look.text, changed && "changed", face.hint, face.name];
    cell.ariaLabel = words.filter(Boolean).join(", ");
  }

  say(words) {
    if (this.part.status.textContent !== words) this.part.status.textContent = words;
  }
}
