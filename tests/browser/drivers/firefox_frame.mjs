// A frame of a page in Firefox, and what is located in it: the part of Playwright's Frame and Locator that tests use.

/** Runs in the page: all elements that fit, those in open shadow roots included where there are none outside. */
function located(chain) {
  const below = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    if (found.length) return found;
    const [host, ...rest] = selector.split(" ");
    if (!rest.length) return found;
    return [...root.querySelectorAll(host)].flatMap((one) => (one.shadowRoot ? [...one.shadowRoot.querySelectorAll(rest.join(" "))] : []));
  };
  let all = [document];
  for (const step of chain) all = typeof step === "number" ? all.slice(step, step + 1) : all.flatMap((one) => below(one, step));
  return all;
}

/** What is waited for may be anything: of what is more than a word or a number it is told only that it is there. */
const toldOf = (value) => (["string", "number"].includes(typeof value) ? value : Boolean(value));

export class FirefoxFrame {
  /** @param page The page it is in. @param {number[]} path Its index among the top frame's children, and so on. */
  constructor(page, path) {
    this.page = page;
    this.path = path;
  }

  /**
   * What a function gives that is called in the page with `argument`, or what an expression is there. The page's policy
   * for scripts does not hold for them.
   */
  evaluate(body, argument) {
    return typeof body === "string" ? this.run(`(${body})`) : this.run(`(${body})(args[0])`, argument);
  }

  /** @param {string} expression Of `args`; a promise that it gives is waited for. */
  async run(expression, ...args) {
    const context = this.page.context();
    const browser = context.browser();
    const script = `const args = [...arguments], done = args.pop();
      (async () => ${expression})().then((value) => done({json: JSON.stringify(value)}),
          (error) => done({error: {message: String(error?.message ?? error), stack: String(error?.stack ?? "")}}));`;
    const {answer} = await browser.exclusively(async () => {
      await browser.choose(this.page.window, this.path);
      // Not waited for here: it may take long, and others have their turn meanwhile.
      return {answer: browser.wire.send("WebDriver:ExecuteAsyncScript", {script, args: args.map((one) => one ?? null), sandbox: null, newSandbox: false})};
    });
    const {value: {json, error}} = await answer;
    await context.tellIfHeard();
    if (error) throw Object.assign(new Error(error.message), {stack: `${error.message}\n${error.stack}`});
    return json === undefined || json === null ? undefined : JSON.parse(json);
  }

  /** Waits until it gives something true; what it gave is the handle's jsonValue(). */
  async waitForFunction(body, argument, {polling = 30, timeout = this.page.context().limit_ms} = {}) {
    const deadline = performance.now() + timeout;
    let last = "";
    for (;;) {
      try {
        const value = await (typeof body === "string" ? this.run(body) : this.run(`(${toldOf})(await (${body})(args[0]))`, argument));
        if (value) return {jsonValue: async () => value};
      } catch (error) {
        // A page that is just being left, or a frame that is not there yet.
        last = error.message;
        if (!this.page.context().browser().isConnected()) throw error;
      }
      if (performance.now() > deadline) throw new Error(`not true within ${timeout / 1000} s: ${body}${last && ` (${last})`}`);
      await new Promise((resolve) => setTimeout(resolve, polling));
    }
  }

  locator(selector) {
    return new FirefoxLocator(this, [selector]);
  }

  async waitForSelector(selector, {state = "visible"} = {}) {
    await this.locator(selector).waitFor({state});
  }

  textContent(selector) {
    return this.locator(selector).textContent();
  }

  focus(selector) {
    return this.locator(selector).focus();
  }

  /** The frames in this one. */
  async childFrames() {
    const count = await this.page.context().browser().privileged(this.page.window, (path) => {
      let one = gBrowser.selectedBrowser.browsingContext;
      for (const index of path) one = one.children[index];
      return one.children.length;
    }, this.path);
    return Array.from({length: count}, (_, index) => new FirefoxFrame(this.page, [...this.path, index]));
  }
}

class FirefoxLocator {
  constructor(frame, chain) {
    this.frame = frame;
    this.chain = chain;
  }

  nth(index) {
    return new FirefoxLocator(this.frame, [...this.chain, index]);
  }

  first() {
    return this.nth(0);
  }

  locator(selector) {
    return new FirefoxLocator(this.frame, [...this.chain, selector]);
  }

  async evaluateAll(body, argument) {
    return this.frame.run(`(${body})((${located})(${JSON.stringify(this.chain)}), args[0])`, argument);
  }

  /** Waits for the element, then calls `body` with it. */
  async evaluate(body, argument) {
    await this.waitFor({state: "attached"});
    return this.evaluateAll(`([element], argument) => (${body})(element, argument)`, argument);
  }

  async waitFor({state = "visible"} = {}) {
    const fits = state === "attached" ? "true" : "one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 0";
    await this.frame.waitForFunction(`(${located})(${JSON.stringify(this.chain)}).some((one) => ${fits})`);
  }

  count() {
    return this.evaluateAll("(all) => all.length");
  }

  allTextContents() {
    return this.evaluateAll("(all) => all.map((one) => one.textContent)");
  }

  textContent() {
    return this.evaluate("(one) => one.textContent");
  }

  innerText() {
    return this.evaluate("(one) => one.innerText");
  }

  inputValue() {
    return this.evaluate("(one) => one.value");
  }

  getAttribute(name) {
    return this.evaluate("(one, name) => one.getAttribute(name)", name);
  }

  isDisabled() {
    return this.evaluate("(one) => one.disabled");
  }

  isVisible() {
    return this.evaluateAll("([one]) => Boolean(one?.checkVisibility({visibilityProperty: true}))");
  }

  async boundingBox() {
    return this.evaluate("(one) => { const {x, y, width, height} = one.getBoundingClientRect(); return {x, y, width, height}; }");
  }

  focus() {
    return this.evaluate("(one) => one.focus()");
  }

  check() {
    return this.evaluate("(one) => { if (!one.checked) one.click(); }");
  }

  /** As a person who types, or chooses, and is done. */
  fill(value) {
    return this.evaluate(`(one, value) => {
      one.focus();
      one.value = value;
      for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, {bubbles: true}));
    }`, value);
  }

  selectOption(value) {
    return this.fill(value);
  }
}
