// The lab in HTML: the list of experiments, and the open one from its claim to its verdict. A part of the mirror
// (mirror.js); bound to the front end's {"do":"lab"}. Elements carry data-lab-*, which are stable names.

import {showFinding} from "./mirror_finding.js";
import {make, setText} from "./mirror_parts.js";

const MARKS = ["not_run", "running", "confirmed", "refuted", "undecided"];

export class MirrorLab {
  /**
   * @param {HTMLElement} root
   * @param {import("./front_link.js").Front} front
   * @param {() => Record<string, string>} texts The catalogue in the language that is shown.
   * @param {() => void} changed Shows the whole mirror anew: another experiment has other settings.
   */
  constructor(root, front, texts, changed) {
    this.changed = changed;
    this.front = front;
    this.texts = texts;
    this.box = make("section", root, {"data-lab": ""});
    this.shown = "";
    /** Where the running experiment's step is told. @type {HTMLElement | undefined} */
    this.step = undefined;
    /** The order being made, while a question asks for one. @type {{id: string, order: string[]}} */
    this.rank = {id: "", order: []};
  }

  /** After every "state" event: builds anew only what changed, so that focus and screen readers stay where they are. */
  update() {
    const lab = this.front.command({do: "lab"});
    const texts = this.texts();
    // Its step changes many times a second while others measure: building all anew for that would take their processor.
    const now = JSON.stringify([{...lab, running: lab.running?.id}, texts.lab_experiments]);
    if (now === this.shown) {
      if (lab.running) setText(this.step, texts.lab_running.replace("{}", lab.running.step));
      return;
    }
    this.shown = now;
    this.step = undefined;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.labKey : undefined;
    this.box.textContent = "";
    this.box.hidden = !lab.known;
    this.list(lab, texts);
    if (lab.open) this.open(lab, texts);
    if (focused) /** @type {HTMLElement | null} */ (this.box.querySelector(`[data-lab-key="${focused}"]`))?.focus();
  }

  /** @param {any} lab @param {Record<string, string>} texts */
  list(lab, texts) {
    make("h2", this.box).textContent = texts.lab_experiments;
    const list = make("ol", this.box);
    for (const {id, title, state} of lab.experiments) {
      const button = this.button(make("li", list), `open-${id}`, () => this.act({do: "lab", id}));
      const mark = MARKS.includes(state) ? texts[`lab_state_${state}`] : "–";
      button.textContent = `${title} (${mark})`;
      button.dataset.labOpen = id;
      button.dataset.labState = state;
      if (lab.open?.id === id) button.setAttribute("aria-current", "true");
    }
  }

  /** @param {any} lab @param {Record<string, string>} texts */
  open(lab, texts) {
    const {open} = lab;
    const box = make("article", this.box, {"data-lab-open-id": open.id});
    make("p", box, {"data-lab-origin": ""}).textContent = open.origin;
    make("h3", box, {"data-lab-claim": ""}).textContent = open.claim;
    make("p", box).textContent = open.about;
    if (open.sheet) make("p", box, {"data-lab-sheet": ""}).textContent = open.sheet;
    if (open.missing) make("p", box, {role: "alert", "data-lab-missing": ""}).textContent = open.missing;
    if (open.full_page) {
      make("a", make("p", box), {href: open.full_page, target: "_blank", rel: "noopener", "data-lab-full-page": ""}).textContent =
          texts.open_full;
    }
    if (open.question) this.question(box, open, texts);
    if (open.viewer) this.viewer(box, open.viewer);
    if (open.error) make("p", box, {role: "alert"}).textContent = texts.lab_failed.replace("{}", open.error);
    if (lab.running?.id === open.id) {
      this.step = make("p", box, {"data-lab-step": ""});
      this.step.textContent = texts.lab_running.replace("{}", lab.running.step);
    }
    if (open.verdict) {
      make("p", box, {"data-lab-verdict": open.verdict, role: "status"}).textContent =
          `${texts.lab_verdict}: ${texts[`lab_${open.verdict}`]}`;
    }
    if (open.found) showFinding(box, open.found, texts);
    this.button(box, "free", () => this.act({do: "lab", id: null})).textContent = texts.lab_free;
  }

  /** @param {HTMLElement} box @param {any} open @param {Record<string, string>} texts */
  question(box, open, texts) {
    const {question, prediction} = open;
    const group = make("fieldset", box);
    make("legend", group).textContent = question.text;
    if (prediction === null || prediction === undefined) {
      if (question.kind === "choice") {
        for (const {id, text} of question.options) {
          this.button(group, `answer-${id}`, () => this.act({do: "predict", answer: id})).textContent = text;
        }
      } else if (question.kind === "number") {
        const input = /** @type {HTMLInputElement} */ (make("input", group, {
          type: "number", min: String(question.min), max: String(question.max), step: "any",
          "aria-label": question.text, "data-lab-key": "number"}));
        input.addEventListener("change", () => this.act({do: "predict", answer: Number(input.value)}));
      } else if (question.kind === "rank") {
        this.ranking(group, open, texts);
      } else {
        this.curve(group, question, texts);
      }
      return;
    }
    const chosen = (/** @type {any} */ id) =>
      question.options.find((/** @type {any} */ one) => one.id === id)?.text ?? String(id);
    const answer = question.kind === "curve" ? "" : [prediction].flat().map(chosen).join(" › ");
    make("p", group, {"data-lab-answer": ""}).textContent = answer;
    for (const line of open.comparison || []) make("p", group, {"data-lab-comparison": ""}).textContent = line;
    this.button(group, "anew", () => this.act({do: "predict", answer: null})).textContent = texts.lab_predict_anew;
  }

  /** An order, made with buttons: the best first. @param {HTMLElement} group @param {any} open @param {Record<string, string>} texts */
  ranking(group, open, texts) {
    const {id, question} = open;
    if (this.rank.id !== id) this.rank = {id, order: question.options.map((/** @type {any} */ one) => one.id)};
    const {order} = this.rank;
    make("p", group).textContent = texts.lab_rank_hint;
    const list = make("ol", group, {"data-lab-rank": ""});
    const move = (/** @type {number} */ from, /** @type {number} */ to) => {
      order.splice(to, 0, ...order.splice(from, 1));
      this.shown = "";
      this.update();
    };
    order.forEach((option, place) => {
      const item = make("li", list);
      const text = question.options.find((/** @type {any} */ one) => one.id === option)?.text ?? option;
      make("span", item).textContent = text;
      for (const [key, to] of /** @type {[string, number][]} */ ([["up", place - 1], ["down", place + 1]])) {
        const button = this.button(item, `${key}-${option}`, () => move(place, to));
        button.textContent = texts[`lab_${key}`];
        button.setAttribute("aria-label", `${text}: ${texts[`lab_${key}`]}`);
        button.toggleAttribute("disabled", to < 0 || to >= order.length);
      }
    });
    this.button(group, "ranked", () => this.act({do: "predict", answer: [...order]})).textContent = texts.lab_keep_answer;
  }

  /** A curve, as numbers at a few places of its axis. @param {HTMLElement} group @param {any} question @param {Record<string, string>} texts */
  curve(group, question, texts) {
    const places = 5;
    const inputs = Array.from({length: places}, (_, i) => {
      const part = i / (places - 1);
      const x = question.x_log ? question.x_min * (question.x_max / question.x_min) ** part
                               : question.x_min + (question.x_max - question.x_min) * part;
      const label = make("label", group);
      label.append(`${question.x_label} ${Number(x.toPrecision(3))}: `);
      const input = /** @type {HTMLInputElement} */ (make("input", label, {
        type: "number", min: String(question.y_min), max: String(question.y_max), step: "any", "data-lab-key": `curve-${i}`,
        "aria-label": `${question.y_label} ${question.unit}, ${question.x_label} ${Number(x.toPrecision(3))}`}));
      return {x, input};
    });
    this.button(group, "drawn", () => {
      const answer = inputs.filter(({input}) => input.value !== "").map(({x, input}) => [x, Number(input.value)]);
      if (answer.length > 1) this.act({do: "predict", answer});
    }).textContent = texts.lab_keep_answer;
  }

  /** What the viewer draws, as text; its buttons; its steps as a slider. @param {HTMLElement} box @param {any} viewer */
  viewer(box, viewer) {
    const part = make("section", box, {"data-lab-viewer": viewer.kind, "aria-label": viewer.title});
    make("h4", part).textContent = viewer.title;
    const live = make("div", part, {role: "status"});
    for (const line of viewer.lines) make("p", live, {"data-lab-viewer-line": ""}).textContent = line;
    if (viewer.steps) {
      const range = /** @type {HTMLInputElement} */ (make("input", part, {
        type: "range", min: "1", max: String(viewer.steps), "aria-label": viewer.title, "data-lab-key": "viewer-step"}));
      range.value = String(viewer.step + 1);
      range.addEventListener("input", () => this.act({do: "viewer", step: Number(range.value) - 1}));
    }
    for (const {id, text, enabled} of viewer.actions || []) {
      const button = this.button(part, `viewer-${id}`, () => this.act({do: "viewer", action: id}));
      button.textContent = text;
      button.toggleAttribute("disabled", !enabled);
      button.dataset.labViewerAction = id;
    }
    if (!viewer.code) return;
    const list = make("ol", part);
    viewer.code.forEach((/** @type {string} */ line, /** @type {number} */ index) => {
      const item = make("li", list);
      make("code", item).textContent = line;
      if (index + 1 === viewer.line) item.setAttribute("aria-current", "step");
    });
  }

  /** @param {HTMLElement} parent @param {string} key Finds it again after a rebuild. @param {() => void} pressed */
  button(parent, key, pressed) {
    const button = make("button", parent, {type: "button", "data-lab-key": key});
    button.addEventListener("click", pressed);
    return button;
  }

  /** @param {any} command */
  act(command) {
    this.front.command(command);
    this.changed();
  }
}
