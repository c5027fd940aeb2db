// The plots in HTML: which one the cards show and what leaves it - pictures, data, the lab report.
// A part of the mirror (mirror.js); bound to the front end's {"do":"plots"}, "plot" and "report". Elements carry
// data-plot-*, which are stable names.

import {make} from "./mirror_parts.js";

const ACTIONS = {"save-png": ["plot_save_png", {save: "png"}], "save-csv": ["plot_save_csv", {save: "csv"}],
                 "copy-csv": ["plot_copy_csv", {copy: "csv"}], "copy-png": ["plot_copy_png", {copy: "png"}]};

export class MirrorPlots {
  /**
   * @param {HTMLElement} root
   * @param {import("./front_link.js").Front} front
   * @param {() => Record<string, string>} texts The catalogue in the language that is shown.
   * @param {(message: string) => void} say
   */
  constructor(root, front, texts, say) {
    this.front = front;
    this.texts = texts;
    this.say = say;
    this.shown = "";
    const box = make("section", root, {"data-plots": ""});
    this.title = make("h2", box);
    this.choice = /** @type {HTMLSelectElement} */ (make("select", box, {"data-plot-choice": ""}));
    this.choice.addEventListener("change", () => this.act({show: true}));
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    for (const [name, [, what]] of Object.entries(ACTIONS)) {
      this.buttons[name] = /** @type {HTMLButtonElement} */ (make("button", box, {type: "button", "data-plot-action": name}));
      this.buttons[name].addEventListener("click", () => this.act(/** @type {object} */ (what)));
    }
    this.report = make("button", box, {type: "button", "data-action": "report"});
    this.report.addEventListener("click", () => {
      const {error} = front.command({do: "report"});
      this.say(error ? error.message : this.texts().report_busy);
    });
  }

  /** After every "state" event: builds anew only what changed. */
  update() {
    const {plots, copies_pictures: copies} = this.front.command({do: "plots"});
    const texts = this.texts();
    const now = JSON.stringify([plots, texts.plots_section]);
    if (now === this.shown) return;
    this.shown = now;
    this.title.textContent = texts.plots_section;
    this.choice.setAttribute("aria-label", texts.plots_section);
    const before = this.choice.value;
    this.choice.replaceChildren();
    for (const [group, key] of [["lab", "tab_lab"], ["time", "tab_race"], ["summary", "why_result"], ["sweep", "sweep"]]) {
      const own = plots.filter((/** @type {any} */ plot) => plot.group === group);
      if (own.length === 0) continue;
      const box = make("optgroup", this.choice, {label: texts[key]});
      for (const {id, title} of own) make("option", box, {value: id}).textContent = title;
    }
    if (plots.some((/** @type {any} */ plot) => plot.id === before)) this.choice.value = before;
    for (const [name, [key]] of Object.entries(ACTIONS)) this.buttons[name].textContent = texts[String(key)];
    this.buttons["copy-png"].hidden = !copies;
    this.report.textContent = texts.export_report;
  }

  /** @param {object} what */
  act(what) {
    const {error} = this.front.command({do: "plot", id: this.choice.value, ...what});
    if (error) this.say(error.message);
  }
}
