// <trilane-lab>: the laboratory in any page, in one line.
//
//   <script async src="https://…/trilane/embed.js"></script>
//   <trilane-lab experiment="gil" lang="ru" lock></trilane-lab>
//
// (type="module" works as well, where that host lets other sites read its files; a plain script needs no such leave.)
// Until it is started it is a poster: no frame, no WebAssembly, no request, no work. Then it is a frame of this folder's
// index.html. Attributes, events and methods: trilane.d.ts. Talks to the frame (embed_frame.js) by messages, and heeds
// those of its own frame and of this file's own host only.

"use strict";
{  // a scope of its own: as a plain script it would share the page's

/** This file's own address; a module has no currentScript, but a stack. */
const ownUrl = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ||
    /https?:\/\/[^\s()]+?\/embed\.js/.exec(new Error().stack || "")?.[0] || location.href;
const home = new URL(".", ownUrl);
/** Attributes that go into the frame's address under their own names, and options of a run from `settings`. */
const PASSED = ["lang", "theme", "mode"];
const COMMANDS = ["run", "sweep", "lab", "race", "stop", "set", "state"];
const EVENTS = ["ready", "result", "verdict", "error"];
/** What the poster shows of the attributes; the others are read when it is started. */
const SHOWN = ["lang", "theme", "title"];

/** @type {Record<string, Record<string, string>>} */
const TEXTS = {
  en: {start: "Start", what: "A concurrency experiment that really runs, here in your browser",
       cost: "About 0.5 MB are loaded on start", frame: "Trilane concurrency laboratory"},
  ru: {start: "Запустить", what: "Опыт с параллельностью: выполняется на самом деле, прямо в браузере",
       cost: "При запуске загрузится около 0,5 МБ", frame: "Trilane, лаборатория параллельности"},
};

const STYLE = `
:host { display: block; container-type: inline-size; margin: 1em 0; color-scheme: dark light; }
:host([hidden]) { display: none; }
.box { position: relative; width: 100%; height: var(--trilane-height, clamp(520px, 62cqw, 720px)); overflow: hidden;
  border: 1px solid var(--line); border-radius: 10px; background: var(--page); color: var(--text);
  font: max(1rem, 14px)/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
  --page: #0f1216; --text: #e8eaee; --muted: #9aa2ae; --line: #39414d; --accent: #1f6fc4; }
.box.poster { display: grid; height: auto; min-height: var(--trilane-poster-height, clamp(240px, 36cqw, 340px)); }
@media (prefers-color-scheme: light) { .box:not(.dark) { --page: #fff; --text: #16191e; --muted: #59616d; --line: #c3cad4; } }
.box.light { --page: #fff; --text: #16191e; --muted: #59616d; --line: #c3cad4; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
button { min-width: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: .45em;
  padding: 1em; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; text-align: center; }
button:focus-visible { outline: 3px solid #4c9be8; outline-offset: -5px; border-radius: 10px; }
.go { display: inline-flex; align-items: center; gap: .55em; padding: .55em 1.3em; border-radius: 8px; background: var(--accent);
  color: #fff; font-weight: 600; }
button:hover .go { filter: brightness(1.12); }
.title { font-size: 1.15em; font-weight: 600; max-width: min(34em, 100%); overflow-wrap: anywhere; }
.small { color: var(--muted); font-size: .85em; max-width: min(40em, 100%); }
svg.lanes { flex: none; width: min(420px, 72cqw); aspect-ratio: 396 / 84; margin-bottom: .4em; }
svg.play { width: .8em; height: .9em; fill: currentColor; }
`;

/** Four lanes as the race draws them: one after another, side by side, taking turns. [x, y, width, colour, opacity] */
const LANES = [
  [0, 0, 96, "#8b94a3", 1], [100, 0, 96, "#8b94a3", 1], [200, 0, 96, "#8b94a3", 1], [300, 0, 96, "#8b94a3", 1],
  [0, 18, 96, "#4c9be8", 1], [100, 18, 92, "#4c9be8", 1], [0, 29, 104, "#4c9be8", 1], [108, 29, 86, "#4c9be8", 1],
  [26, 47, 96, "#e8894c", 1], [126, 47, 92, "#e8894c", 1], [30, 58, 100, "#e8894c", 1], [134, 58, 88, "#e8894c", 1],
  [0, 76, 40, "#3fb68b", 1], [44, 76, 140, "#3fb68b", .35], [188, 76, 40, "#3fb68b", 1],
];

class TrilaneLab extends HTMLElement {
  static observedAttributes = SHOWN;
  /**
   * How long a start may take without a word from the frame: at all, and once a page has been loaded into it (ours has
   * spoken by then: it is another, such as the browser's, which says that frames are forbidden).
   */
  static patience = {silent_ms: 60_000, loaded_ms: 5000};

  constructor() {
    super();
    /** @type {HTMLIFrameElement | null} */
    this.frame = null;
    /** Answers that are awaited. @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    this.asked = new Map();
    this.lastAsked = 0;
    /** What was asked for before the frame could listen. @type {object[] | null} */
    this.early = [];
    /** Why no answer is to be expected; empty while there is hope. */
    this.failed = "";
    /** Has the page in the frame spoken since the frame was loaded? */
    this.spoke = false;
    /** @type {number | undefined} */
    this.watchdog = undefined;
    this.hear = this.hear.bind(this);
    this.forbidden = this.forbidden.bind(this);
    const root = this.attachShadow({mode: "open"});
    // Not a <style>: the page's security policy may forbid those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    if (!this.frame) this.showPoster();
    window.addEventListener("message", this.hear);
    document.addEventListener("securitypolicyviolation", this.forbidden);
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.hear);
    document.removeEventListener("securitypolicyviolation", this.forbidden);
    this.drop("the element was removed from the page");
  }

  attributeChangedCallback() {
    if (this.frame || !this.root.firstChild) return;  // a frame has its address; a poster is not there yet
    const focused = this.root.activeElement !== null;
    this.showPoster();
    if (focused) this.root.querySelector("button")?.focus();
  }

  get lang_() {
    const given = (this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || navigator.language).toLowerCase();
    return given.startsWith("ru") ? "ru" : "en";
  }

  /** Where the frame goes. */
  get src() {
    const url = new URL("index.html", home);
    const set = (/** @type {string} */ name, /** @type {string} */ value) => url.searchParams.set(name, value);
    for (const [name, value] of new URLSearchParams(this.getAttribute("settings") || "")) set(name, value);
    const experiment = this.getAttribute("experiment");
    if (experiment) set("lab", experiment);
    for (const name of PASSED) {
      const value = this.getAttribute(name);
      if (value) set(name, value);
    }
    set("lang", this.lang_);
    set("embed", "1");
    if (this.hasAttribute("lock")) set("lock", "1");
    if (this.title) set("question", this.title);
    const result = this.getAttribute("result");
    if (result) url.hash = `result=${result}`;
    return url;
  }

  showPoster() {
    const texts = TEXTS[this.lang_];
    const box = make("div", {class: `box poster ${this.getAttribute("theme") || ""}`, part: "box"});
    const button = make("button", {type: "button", lang: this.lang_});
    button.append(picture(), make("span", {class: "title"}, this.title || texts.what), startLabel(texts.start),
                  make("span", {class: "small"}, texts.cost));
    button.addEventListener("click", () => this.start());
    box.append(button);
    this.root.replaceChildren(box);
  }

  get root() {
    return /** @type {ShadowRoot} */ (this.shadowRoot);
  }

  /** Loads the laboratory; nothing happens when it is there. */
  start() {
    if (this.frame) return;
    const frame = /** @type {HTMLIFrameElement} */ (make("iframe", {
      title: this.title || TEXTS[this.lang_].frame, src: this.src.href, allow: "cross-origin-isolated; clipboard-write; fullscreen",
    }));
    this.frame = frame;
    frame.addEventListener("load", () => this.loaded());
    this.watch(TrilaneLab.patience.silent_ms);
    const box = make("div", {class: `box ${this.getAttribute("theme") || ""}`, part: "box"});
    box.append(frame);
    const focused = this.root.activeElement !== null;
    this.root.replaceChildren(box);
    if (focused) frame.focus();
  }

  /** Back to the poster: everything that ran is ended. */
  close() {
    this.drop("the laboratory was closed");
    this.showPoster();
  }

  /** @param {string} why */
  drop(why) {
    this.frame?.remove();
    this.frame = null;
    this.forget(why);
  }

  /** Rejects all that was asked. What is asked from now on waits until the frame listens. @param {string} why */
  forget(why) {
    clearTimeout(this.watchdog);
    this.failed = "";
    this.spoke = false;
    this.early = [];
    const asked = [...this.asked.values()];
    this.asked.clear();
    for (const {reject} of asked) reject(new Error(why));
  }

  /** No answer will come, as far as can be known: if the frame speaks later, it is as if it had been in time. @param {string} why */
  fail(why) {
    this.forget(why);
    this.failed = why;
    this.dispatchEvent(new CustomEvent("error", {detail: {message: why}, bubbles: true, composed: true}));
  }

  /** Gives up when the frame says nothing for so long. @param {number} ms */
  watch(ms) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.fail(`the laboratory in the frame says nothing. Open ${new URL("index.html", home).href} by ` +
        `itself to see why. If it works there, its host must allow frames (X-Frame-Options, frame-ancestors), and this page's ` +
        `Content-Security-Policy must have frame-src ${home.origin}. close() and start() try again`), ms);
  }

  /** The course's page does not let the frame in: that needs no waiting. @param {SecurityPolicyViolationEvent} event */
  forbidden({effectiveDirective, blockedURI, disposition}) {
    if (!this.frame || this.failed || this.spoke || this.early === null || disposition !== "enforce") return;
    if (!["frame-src", "child-src", "default-src"].includes(effectiveDirective) || new URL(blockedURI, location.href).origin !== home.origin) return;
    this.fail(`this page's Content-Security-Policy forbids the frame of the laboratory: it must have frame-src ${home.origin}`);
  }

  loaded() {
    if (this.failed) return;
    if (this.early === null) {
      // Loaded again, with what? Ours has said so, or answers this.
      this.watch(TrilaneLab.patience.silent_ms);
      this.post({do: "hello"});
    } else {
      this.watch(this.spoke ? TrilaneLab.patience.silent_ms : TrilaneLab.patience.loaded_ms);
    }
    this.spoke = false;
  }

  /** @param {object} [config] */
  run(config = {}) { return this.ask({do: "run", config}); }
  /** @param {object} config */
  sweep(config) { return this.ask({do: "sweep", config}); }
  stop() { return this.ask({do: "stop"}); }

  /**
   * Gives the laboratory a command and starts it when it is a poster.
   * @param {{do: string}} command
   * @returns {Promise<any>}
   */
  ask(command) {
    if (!COMMANDS.includes(command?.do)) {
      return Promise.reject(new Error(`there is no command ${JSON.stringify(String(command?.do))}: known are ${COMMANDS.join(", ")}`));
    }
    this.start();
    if (this.failed) return Promise.reject(new Error(this.failed));
    const id = ++this.lastAsked;
    const message = {...command, id};
    return new Promise((resolve, reject) => {
      this.asked.set(id, {resolve, reject});
      if (this.early) this.early.push(message); else this.post(message);
    });
  }

  /** @param {object} message */
  post(message) {
    this.frame?.contentWindow?.postMessage({trilane: 1, ...message}, home.origin);
  }

  /** @param {MessageEvent} event */
  hear(event) {
    const {data} = event;
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== home.origin) return;
    if (typeof data !== "object" || data === null || data.trilane !== 1) return;
    this.spoke = true;
    if (data.event === "opened" || data.event === "present") {
      // Whoever listened is gone, and with it what was asked.
      if (this.early === null || this.failed) this.forget("the frame was loaded again");
      this.watch(TrilaneLab.patience.silent_ms);
      this.post({do: "hello"});
    } else if (data.event === "loading") {
      if (this.early && !this.failed) this.watch(TrilaneLab.patience.silent_ms);
    } else if (data.event === "failed") {
      this.fail(String(data.detail?.message));
    } else if (data.event === "listening") {
      clearTimeout(this.watchdog);
      this.failed = "";
      const early = this.early || [];
      this.early = null;
      for (const message of early) this.post(message);
    } else if (EVENTS.includes(data.event)) {
      this.dispatchEvent(new CustomEvent(data.event, {detail: data.detail, bubbles: true, composed: true}));
    } else if (this.asked.has(data.id)) {
      const {resolve, reject} = /** @type {any} */ (this.asked.get(data.id));
      this.asked.delete(data.id);
      if (data.error) {
        reject(Object.assign(new Error(String(data.error.message)), data.error.field ? {field: String(data.error.field)} : {}));
      } else {
        resolve(data.answer);
      }
    }
  }
}

/** @param {string} tag @param {Record<string, string>} [attributes] @param {string} [text] */
function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** @param {string} tag @param {Record<string, string | number>} attributes */
function makeSvg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

function picture() {
  const svg = makeSvg("svg", {class: "lanes", viewBox: "0 0 396 84", "aria-hidden": "true"});
  for (const [x, y, width, fill, opacity] of LANES) svg.append(makeSvg("rect", {x, y, width, height: 8, rx: 2, fill, opacity}));
  return svg;
}

/** @param {string} text */
function startLabel(text) {
  const label = make("span", {class: "go"});
  const svg = makeSvg("svg", {class: "play", viewBox: "0 0 8 9", "aria-hidden": "true"});
  svg.append(makeSvg("path", {d: "M0 0 8 4.5 0 9Z"}));
  label.append(svg, text);
  return label;
}

if (!customElements.get("trilane-lab")) customElements.define("trilane-lab", TrilaneLab);

}
