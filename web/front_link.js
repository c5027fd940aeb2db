// The front end's wasm module as JavaScript sees it: its JSON door and its canvas. Everything is synchronous, on the
// page's thread.

import createFront from "./front.js";

/**
 * What the front end asks of the page (front.cpp).
 * @typedef {object} Page
 * @property {(json: string) => void} emit
 * @property {() => void} requestFrame
 * @property {(json: string) => void} saveSettings
 * @property {() => string} loadSettings
 * @property {(text: string) => void} copyText
 * @property {(png: Uint8Array) => void} copyPicture
 * @property {() => string} today The local date, "2026-11-23".
 * @property {(name: string, mime: string, data: Uint8Array) => void} saveFile
 * @property {(url: string) => void} openUrl
 */

export class Front {
  /** @param {any} module @param {WebAssembly.Exports} primary */
  constructor(module, primary) {
    this.module = module;
    this.primary = primary;
  }

  /**
   * @param {WebAssembly.Module} wasm
   * @param {Page} page
   * @param {import("./worker_links.js").WorkerLinks} workers
   * @param {{isolation_reason: string, prefers_dark: boolean, language: string, page_url: string,
   *     copies_pictures: boolean}} options
   */
  static async create(wasm, page, workers, options) {
    /** @type {WebAssembly.Exports} */
    let primary = {};
    const module = await createFront({
      canvas: document.getElementById("canvas"),
      page,
      workers,
      plainReason: "the front end runs nothing",
      instantiateWasm: (/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ receive) => {
        // Asynchronously: browsers refuse to instantiate large modules at once on the page's thread.
        WebAssembly.instantiate(wasm, imports).then((instance) => {
          primary = instance.exports;
          receive(instance, wasm);
        }, (error) => {
          throw error;
        });
        return {};
      },
    });
    const front = new Front(module, primary);
    front.withText(JSON.stringify(options), (at) => module._trilane_front_create(at));
    return front;
  }

  start() {
    this.module._trilane_front_start();
  }

  /** The module's second part (split.mjs), when it is there. @param {WebAssembly.Module} wasm */
  async complete(wasm) {
    await WebAssembly.instantiate(wasm, {primary: this.primary});
  }

  /** @param {object} request @returns {any} */
  command(request) {
    const answer = this.withText(toJson(request), (at) => this.module._trilane_front_command(at));
    return JSON.parse(this.takeText(answer));
  }

  /** @returns {any} */
  catalog() {
    return JSON.parse(this.takeText(this.module._trilane_front_catalog()));
  }

  /**
   * Begins to draw on #canvas. Returns why that is not possible, or an empty string.
   * @param {import("./canvas.js").CanvasSize} size
   */
  attach(size) {
    return this.takeText(this.module._trilane_front_attach(size.width, size.height, size.pixelWidth, size.pixelHeight));
  }

  /** @param {string} text @param {(at: number) => any} use */
  withText(text, use) {
    const at = this.module.stringToNewUTF8(text);
    try {
      return use(at);
    } finally {
      this.module._free(at);
    }
  }

  /** @param {number} at @returns {string} */
  takeText(at) {
    const text = this.module.UTF8ToString(at);
    this.module._free(at);
    return text;
  }
}

/**
 * JSON with what JSON does not know told as text: NaN would otherwise become null, which means "not given".
 * @param {unknown} value
 */
export function toJson(value) {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item === "number" && !Number.isFinite(item)) return String(item);
    return typeof item === "bigint" || typeof item === "symbol" || typeof item === "function" ? String(item) : item;
  });
}
