// Firefox for the tests, behind the part of Playwright's interface that they use: a browser with contexts (Firefox's
// containers: storage and service workers of their own), each page a window of its own.

import {startFirefox} from "./marionette.mjs";
import {FirefoxPage} from "./firefox_page.mjs";

/** @param {{gl?: boolean, preferences?: object}} [options] gl: with WebGL 2 */
export async function launchFirefox(options = {}) {
  const said = [];
  const wire = await startFirefox({...options, onConsole: (text) => said.push(text)});
  const browser = new FirefoxBrowser(wire, said);
  await browser.begin();
  return browser;
}

class FirefoxBrowser {
  constructor(wire, said) {
    this.wire = wire;
    this.said = said;
    this.turn = Promise.resolve();
    this.at = {window: "", frame: ""};
  }

  async begin() {
    this.home = (await this.wire.send("WebDriver:GetWindowHandle")).value;
    this.at = {window: this.home, frame: ""};
    // What pages report is kept in the browser until it is asked for.
    await this.privileged(this.home, () => {
      const kept = Cu.getGlobalForObject(Services);
      kept.trilaneErrors = [];
      kept.trilaneRequests = [];
      Services.console.registerListener({observe(message) {
        if (!(message instanceof Ci.nsIScriptError) || message.flags & (Ci.nsIScriptError.warningFlag | Ci.nsIScriptError.infoFlag)) return;
        if (message.category.startsWith("content javascript") || message.category === "DOM Worker javascript") {
          kept.trilaneErrors.push(`${message.errorMessage} ${message.sourceName}:${message.lineNumber}`);
        }
      }});
      Services.obs.addObserver((channel) => {
        const http = channel.QueryInterface(Ci.nsIHttpChannel);
        kept.trilaneRequests.push([http.loadInfo.originAttributes.userContextId, http.URI.spec]);
      }, "http-on-modify-request");
    });
  }

  isConnected() {
    return this.wire.isOpen();
  }

  /** Calls `body` when nothing else chooses window and frame; it must not wait for what takes long. */
  exclusively(body) {
    const mine = this.turn.then(body);
    this.turn = mine.catch(() => {});
    return mine;
  }

  /** Within exclusively(): commands go to that frame then, given as indexes from the top. */
  async choose(window, path = [], {focus = false} = {}) {
    const frame = path.join("/");
    if (focus || this.at.window !== window || this.at.frame !== frame || path.length) {
      await this.wire.send("WebDriver:SwitchToWindow", {handle: window, focus});
      for (const id of path) await this.wire.send("WebDriver:SwitchToFrame", {id});
      this.at = {window, frame};
    }
  }

  /** What `body`, run with the browser's own rights in that window, gives. */
  privileged(window, body, ...args) {
    return this.exclusively(async () => {
      await this.choose(window);
      await this.wire.send("Marionette:SetContext", {value: "chrome"});
      try {
        const script = `const done = arguments[arguments.length - 1];
          (async () => (${body})(...[...arguments].slice(0, -1)))().then((value) => done({value}), (error) => done({error: String(error)}));`;
        const {value: {value, error}} = await this.wire.send("WebDriver:ExecuteAsyncScript", {script, args, sandbox: "system", newSandbox: false});
        if (error) throw new Error(error);
        return value;
      } finally {
        await this.wire.send("Marionette:SetContext", {value: "content"});
      }
    });
  }

  async newContext(options = {}) {
    const id = await this.privileged(this.home, () => {
      const {ContextualIdentityService} = ChromeUtils.importESModule("resource://gre/modules/ContextualIdentityService.sys.mjs");
      return ContextualIdentityService.create("Test", "briefcase", "blue").userContextId;
    });
    return new FirefoxContext(this, id, options);
  }

  async close() {
    await this.wire.end();
  }
}

class FirefoxContext {
  #browser;

  constructor(browser, id, options) {
    this.#browser = browser;
    Object.assign(this, {id, options, limit_ms: 30_000, pages: [], listeners: []});
  }

  browser() {
    return this.#browser;
  }

  setDefaultTimeout(ms) {
    this.limit_ms = ms;
  }

  /** kind: "request". */
  on(kind, listener) {
    if (kind === "request") this.listeners.push(listener);
  }

  async newPage() {
    const known = await this.#windows();
    await this.#browser.privileged(this.#browser.home, async (id) => {
      const opened = new Promise((resolve) => {
        Services.obs.addObserver(function seen() {
          Services.obs.removeObserver(seen, "browser-delayed-startup-finished");
          resolve();
        }, "browser-delayed-startup-finished");
      });
      window.openTrustedLinkIn("about:blank", "window", {userContextId: id});
      await opened;
    }, this.id);
    const handle = (await this.#windows()).find((one) => !known.includes(one));
    const page = new FirefoxPage(this, handle);
    this.pages.push(page);
    await page.prepare(this.options);
    return page;
  }

  async #windows() {
    return this.#browser.exclusively(() => this.#browser.wire.send("WebDriver:GetWindowHandles"));
  }

  async cookies() {
    return this.#browser.privileged(this.#browser.home, (id) => Services.cookies.cookies
        .filter((one) => one.originAttributes.userContextId === id).map(({name, host}) => ({name, domain: host})), this.id);
  }

  /** As tell(), where somebody listens for requests: those who do expect to have heard of them by now. */
  async tellIfHeard() {
    if (this.listeners.length) await this.tell();
  }

  /** Tells the listeners what was asked for and what went wrong since the last time. */
  async tell() {
    const {errors, requests} = await this.#browser.privileged(this.#browser.home, () => {
      const kept = Cu.getGlobalForObject(Services);
      return {errors: kept.trilaneErrors.splice(0), requests: kept.trilaneRequests.splice(0)};
    });
    for (const [id, url] of requests) {
      if (id === this.id) for (const listener of this.listeners) listener({url: () => url});
    }
    const said = this.#browser.said.splice(0);
    const [page] = this.pages;
    for (const text of errors) page?.emit("pageerror", new Error(text));
    for (const text of said) page?.emit("console", {type: () => "error", text: () => text, location: () => null});
  }

  async close() {
    await this.tell();
    await this.#browser.privileged(this.#browser.home, async (id) => {
      const {ContextualIdentityService} = ChromeUtils.importESModule("resource://gre/modules/ContextualIdentityService.sys.mjs");
      for (const one of [...Services.wm.getEnumerator("navigator:browser")]) {
        if (one.gBrowser.selectedTab.userContextId === id) one.close();
      }
      ContextualIdentityService.remove(id);
    }, this.id);
  }
}
