// A page in Firefox: the part of Playwright's Page that tests use.

import {copyFileSync, existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";

import {FirefoxFrame} from "./firefox_frame.mjs";

/** WebDriver's code points of keys without a character. */
const KEYS = {Tab: "\uE004", Enter: "\uE007", Shift: "\uE008", Control: "\uE009", Alt: "\uE00A", Escape: "\uE00C", Space: " ",
              PageUp: "\uE00E", PageDown: "\uE00F", End: "\uE010", Home: "\uE011", ArrowLeft: "\uE012", ArrowUp: "\uE013",
              ArrowRight: "\uE014", ArrowDown: "\uE015", Delete: "\uE017", Backspace: "\uE003"};

export class FirefoxPage extends FirefoxFrame {
  #context;

  /** @param context The context it is in. @param {string} window Its window's handle. */
  constructor(context, window) {
    super(null, []);
    this.page = this;
    this.#context = context;
    Object.assign(this, {window, listeners: {}, pointer: {x: 0, y: 0}});
    this.keyboard = {press: (keys) => this.#press(keys.split("+")), type: async (text) => { for (const key of text) await this.#press([key]); }};
    this.mouse = {move: (x, y) => this.#move(x, y), click: (x, y) => this.#click(x, y), wheel: (x, y) => this.#wheel(x, y)};
    this.touchscreen = {tap: (x, y) => this.fingers([[[x, y]]])};
  }

  context() {
    return this.#context;
  }

  /** kind: "pageerror", "console" or "request"; they are told when the context is asked to tell. */
  on(kind, listener) {
    if (kind === "request") return this.#context.on(kind, listener);
    (this.listeners[kind] ??= []).push(listener);
  }

  emit(kind, what) {
    for (const listener of this.listeners[kind] ?? []) listener(what);
  }

  #privileged(body, ...args) {
    return this.#context.browser().privileged(this.window, body, ...args);
  }

  /** Before its first address. */
  async prepare({viewport, deviceScaleFactor, reducedMotion, hasTouch = false, javaScriptEnabled = true}) {
    await this.#privileged((ratio, motion, touch, scripts) => {
      const {browsingContext} = gBrowser.selectedBrowser;
      browsingContext.prefersColorSchemeOverride = "light";
      if (ratio) browsingContext.overrideDPPX = ratio;
      if (motion) browsingContext.prefersReducedMotionOverride = motion;
      if (touch) browsingContext.touchEventsOverride = "enabled";
      if (!scripts) browsingContext.allowJavascript = false;
    }, deviceScaleFactor, reducedMotion, hasTouch, javaScriptEnabled);
    if (viewport) await this.setViewportSize(viewport);
  }

  async setViewportSize({width, height}) {
    await this.#privileged(async (wide, high) => {
      // The window has room for it; its own bars are higher in a narrow one.
      window.resizeTo(Math.max(wide, 600) + 50, high + 250);
      const {style} = gBrowser.selectedBrowser;
      for (const name of ["width", "min-width", "max-width"]) style.setProperty(name, `${wide}px`);
      for (const name of ["height", "min-height", "max-height"]) style.setProperty(name, `${high}px`);
    }, width, height);
    await this.waitForFunction(([wide, high]) => window.innerWidth === wide && window.innerHeight === high, [width, height]);
  }

  async emulateMedia({reducedMotion}) {
    await this.#privileged((motion) => { gBrowser.selectedBrowser.browsingContext.prefersReducedMotionOverride = motion; }, reducedMotion);
  }

  // Not by Marionette's own commands: they wait for the load event, which a page whose script hangs never gets.
  async goto(url, {waitUntil = "load"} = {}) {
    await this.#leave((address) => {
      gBrowser.selectedBrowser.fixupAndLoadURIString(address, {triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal()});
    }, String(url));
    if (waitUntil === "load") await this.waitForLoadState();
  }

  async reload() {
    await this.#leave(() => gBrowser.selectedBrowser.reload());
    await this.waitForLoadState();
  }

  /** Does with the browser's rights what goes to another document, and waits until that is there. */
  async #leave(go, ...args) {
    const browser = this.#context.browser();
    await this.evaluate(() => { document.trilaneLeft = true; });
    await this.#privileged(go, ...args);
    await browser.exclusively(() => browser.choose(this.window, [], {focus: true}));
    await this.waitForFunction(() => !document.trilaneLeft && location.href !== "about:blank");
  }

  async waitForLoadState() {
    await this.waitForFunction(() => document.readyState === "complete");
  }

  title() {
    return this.evaluate(() => document.title);
  }

  /** Runs in each document of this page before its own scripts. @param {Function | {path: string}} body A file's is a script. */
  async addInitScript(body, argument) {
    const source = body.path ? readFileSync(body.path, "utf8") : `(${body})(${JSON.stringify(argument ?? null)})`;
    const script = `addEventListener("DOMWindowCreated", ({target}) => {
      const view = target.defaultView;
      if (view !== content || !view.location.protocol.startsWith("http")) return;
      const sandbox = Cu.Sandbox(view, {sandboxPrototype: view, sameZoneAs: view, wantXrays: false});
      Cu.evalInSandbox(${JSON.stringify(source)}, sandbox);
    }, true);`;
    await this.#privileged((code) => {
      window.messageManager.loadFrameScript(`data:application/javascript;charset=utf-8,${encodeURIComponent(code)}`, true);
    }, script);
  }

  /** kind: "download" or "filechooser". */
  waitForEvent(kind) {
    return kind === "download" ? this.#download() : this.#fileChooser();
  }

  async #download() {
    const folder = this.#context.browser().wire.downloads;
    const deadline = performance.now() + this.#context.limit_ms;
    for (;;) {
      const names = readdirSync(folder);
      const [name] = names.filter((one) => !one.endsWith(".part") && !existsSync(join(folder, `${one}.part`)) && readFileSync(join(folder, one)).length);
      if (name && !names.some((one) => one.endsWith(".part"))) {
        return {
          suggestedFilename: () => name,
          saveAs: async (path) => {
            copyFileSync(join(folder, name), path);
            unlinkSync(join(folder, name));
          },
        };
      }
      if (performance.now() > deadline) throw new Error("nothing was downloaded");
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** The dialog itself is not opened: the file is put where it would have put it. */
  async #fileChooser() {
    await this.evaluate(() => {
      const {click} = HTMLInputElement.prototype;
      HTMLInputElement.prototype.click = function () {
        if (this.type !== "file") return click.call(this);
        HTMLInputElement.prototype.click = click;
        document.trilaneChooser = this;
      };
    });
    await this.waitForFunction(() => Boolean(document.trilaneChooser));
    return {setFiles: (path) => this.evaluate(([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, {type: "application/json"}));
      document.trilaneChooser.files = transfer.files;
      document.trilaneChooser.dispatchEvent(new Event("change", {bubbles: true}));
    }, [basename(path), readFileSync(path, "utf8")])};
  }

  /** @param {{path?: string, clip?: {x: number, y: number, width: number, height: number}, fullPage?: boolean}} options */
  async screenshot({path, clip, fullPage = false} = {}) {
    const base64 = await this.#privileged(async (part, whole) => {
      const {browsingContext} = gBrowser.selectedBrowser;
      const global = browsingContext.currentWindowGlobal;
      const {width, height} = gBrowser.selectedBrowser.getBoundingClientRect();
      const box = part ? new DOMRect(part.x, part.y, part.width, part.height) : whole ? null : new DOMRect(0, 0, width, height);
      const picture = await global.drawSnapshot(box, browsingContext.overrideDPPX || 1, "white", !part && !whole);
      const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1];
    }, clip ?? null, fullPage);
    const png = Buffer.from(base64, "base64");
    if (path) writeFileSync(path, png);
    return png;
  }

  #perform(actions) {
    const browser = this.#context.browser();
    return browser.exclusively(async () => {
      await browser.choose(this.window, [], {focus: true});
      await browser.wire.send("WebDriver:PerformActions", {actions});
    });
  }

  async #press(names) {
    const keys = names.map((name) => KEYS[name] ?? name);
    await this.#perform([{type: "key", id: "keyboard", actions: [...keys.map((value) => ({type: "keyDown", value})),
                                                                ...keys.reverse().map((value) => ({type: "keyUp", value}))]}]);
  }

  #pointer(actions) {
    return this.#perform([{type: "pointer", id: "mouse", parameters: {pointerType: "mouse"}, actions}]);
  }

  async #move(x, y) {
    this.pointer = {x: Math.round(x), y: Math.round(y)};
    await this.#pointer([{type: "pointerMove", ...this.pointer, duration: 0, origin: "viewport"}]);
  }

  async #click(x, y) {
    this.pointer = {x: Math.round(x), y: Math.round(y)};
    await this.#pointer([{type: "pointerMove", ...this.pointer, duration: 0, origin: "viewport"},
                         {type: "pointerDown", button: 0}, {type: "pointerUp", button: 0}]);
  }

  async #wheel(deltaX, deltaY) {
    await this.#perform([{type: "wheel", id: "wheel", actions: [{type: "scroll", ...this.pointer, deltaX, deltaY, duration: 0, origin: "viewport"}]}]);
  }

  /** Fingers on the glass, one place after the other; each step has the places of all of them. */
  async fingers(steps) {
    const count = steps[0].length;
    await this.#perform(Array.from({length: count}, (_, finger) => ({
      type: "pointer", id: `finger${finger}`, parameters: {pointerType: "touch"},
      actions: [{type: "pointerMove", x: steps[0][finger][0], y: steps[0][finger][1], duration: 0, origin: "viewport"},
                {type: "pointerDown", button: 0},
                // Some frames for each: a page hears of them one by one.
                ...steps.slice(1).map((places) => ({type: "pointerMove", x: places[finger][0], y: places[finger][1], duration: 50, origin: "viewport"})),
                {type: "pointerUp", button: 0}],
    })));
  }
}
