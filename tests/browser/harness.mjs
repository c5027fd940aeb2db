// A small runner for the page's tests: every test gets a browser context of its own (fresh storage), its pages are
// watched for errors, and a JUnit report is written. Tests wait for what must come true, never for time to pass.

import {writeFileSync} from "node:fs";
import {createRequire} from "node:module";

import {launchFirefox} from "./drivers/firefox.mjs";

const require = createRequire(`${process.env.TRILANE_NODE_MODULES}/`);
const {chromium} = require("playwright-core");

const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
               "--disable-component-update", "--disable-sync"];
/** What waits for anything waits this long: a loaded machine with software GL is slow. */
export const LIMIT_MS = 60_000;

const tests = [];

/**
 * @param {string} name
 * @param {(t: Test) => Promise<void>} body
 * @param {{only?: "chromium" | "firefox"}} [options] only: in that browser alone
 */
export function test(name, body, options = {}) {
  tests.push({name, body, ...options});
}

/** A browser with Playwright's interface. @param {"chromium" | "firefox"} name @param {{ratio?: number}} [options] ratio: of the screen */
export async function launch(name, {ratio} = {}) {
  if (name === "firefox") return launchFirefox(ratio ? {preferences: {"layout.css.devPixelsPerPx": String(ratio)}} : {});
  const args = ratio ? [...FLAGS, `--force-device-scale-factor=${ratio}`] : FLAGS;
  return chromium.launch({executablePath: process.env.TRILANE_CHROMIUM || "/usr/bin/chromium", headless: true, args});
}

/** The frames in a page or frame, in their order. */
export async function childFrames(page) {
  return page.childFrames ? page.childFrames() : page.mainFrame().childFrames();
}

/** One of them, once it is there. */
export async function childFrame(page, at = 0) {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const frame = (await childFrames(page))[at];
    if (frame) return frame;
    if (performance.now() > deadline) throw new Failure(`there is no frame ${at}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * What is said of a page that is left, or closed, while the threads of its pool are still being loaded: it has no cause in
 * it, and where threads are really missing the runs fail.
 */
const LEFT = [/worker sent an error! undefined:undefined: undefined/, /FetchEvent\.respondWith\(\) Promise rejected/];

/** What a test works with. */
class Test {
  constructor(browser, name, sites, out) {
    this.browser = browser;
    this.browserName = name;
    this.sites = sites;  // base addresses: isolated, plain
    this.out = out;
    this.contexts = [];
    this.problems = [];
    this.allowed = [...LEFT];
  }

  /** Errors that this test provokes: patterns of console messages and exceptions that are no failure. */
  expectErrors(...patterns) {
    this.allowed.push(...patterns);
  }

  /**
   * A page, loaded up to its first event.
   * @param {string} site "isolated" (the program serves it), "static" (a host without headers, where the service worker
   *     isolates the page), "plain" (the same with ?mode=plain: without threads) or an address
   * @param {{query?: string, viewport?: object, context?: object, before?: (page: any) => Promise<void>}} [options]
   */
  async open(site, {query = "", viewport = {width: 1280, height: 800}, context = {}, before} = {}) {
    const own = await this.browser.newContext({viewport, ...context});
    own.setDefaultTimeout(LIMIT_MS);
    this.contexts.push(own);
    const page = await own.newPage();
    page.on("pageerror", (error) => this.note(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.note(`console: ${message.text()} ${message.location()?.url ?? ""}`);
    });
    page.on("crash", () => this.note("the tab crashed"));
    await before?.(page);
    const url = new URL((this.sites[site === "static" ? "plain" : site] ?? site) + query);
    if (site === "plain") url.searchParams.set("mode", "plain");
    await page.goto(url.href, {waitUntil: "commit"});
    return page;
  }

  /** The same, and waits for trilane.ready, whose capabilities are in page.capabilities. */
  async ready(site, options) {
    const page = await this.open(site, options);
    // There only on a page that stays: one that reloads to be isolated never gets so far.
    await page.waitForFunction(() => window.trilane?.ready);
    page.capabilities = await page.evaluate(() => window.trilane.ready);
    return page;
  }

  note(problem) {
    this.problems.push(problem);
  }

  async close() {
    for (const context of this.contexts) await context.close();
    return this.problems.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
  }
}

export class Failure extends Error {}

export function expect(condition, message) {
  if (!condition) throw new Failure(message);
}

/** Keys of objects sorted: their order means nothing. */
const canonical = (value) => JSON.stringify(value, (_key, part) => (part && typeof part === "object" && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));

export function equal(actual, wanted, message = "") {
  const [a, b] = [canonical(actual), canonical(wanted)];
  if (a !== b) throw new Failure(`${message}\n  is:     ${a}\n  wanted: ${b}`);
}

/** The error that `promise` rejects with, as {message, field}; fails when it does not reject. */
export async function rejection(page, expression) {
  const answer = await page.evaluate(
      (code) => new Function(`return ${code}`)().then((value) => ({value}), (error) => ({error: {message: error.message, field: error.field}})),
      expression);
  if (!answer.error) throw new Failure(`did not reject: ${expression} gave ${JSON.stringify(answer.value).slice(0, 200)}`);
  return answer.error;
}

const escapeXml = (text) => String(text).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`)
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?");

/** Runs all tests, one after another. Returns how many failed. @param {{browserName: "chromium" | "firefox"}} options */
export async function runAll({browserName, sites, out, xml, only}) {
  const rows = [];
  let browser = await launch(browserName);
  for (const {name, body, only: where = browserName} of tests) {
    if (only && !name.includes(only)) continue;
    if (where !== browserName) continue;
    if (!browser.isConnected()) browser = await launch(browserName);  // one test's crash is not the next one's
    const t = new Test(browser, browserName, sites, out);
    const begin = performance.now();
    let trouble = "";
    try {
      await withLimit(body(t), 180_000);
    } catch (error) {
      trouble = error instanceof Failure ? error.message : String(error.stack ?? error);
    }
    try {
      const problems = await withLimit(t.close(), 30_000);
      if (problems.length) trouble += `\nthe page reported:\n${problems.slice(0, 12).join("\n")}`;
    } catch (error) {
      trouble += `\nclosing: ${error.message}`;
      await browser.close().catch(() => {});
    }
    const seconds = (performance.now() - begin) / 1000;
    rows.push({name, seconds, trouble});
    console.log(`${trouble ? "FAILED" : "ok    "} ${name} (${seconds.toFixed(1)} s)${trouble ? `\n${trouble}` : ""}`);
    // After each test: what was found is kept when the runner is ended.
    if (xml) writeFileSync(xml, report(rows));
  }
  await browser.close();
  return rows.filter((row) => row.trouble).length + (rows.length === 0 ? 1 : 0);
}

/** Rejects when `promise` has not settled in time. */
export function withLimit(promise, ms) {
  let timer;
  const limit = new Promise((_, reject) => { timer = setTimeout(() => reject(new Failure(`not done within ${ms / 1000} s`)), ms); });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

function report(rows) {
  const cases = rows.map(({name, seconds, trouble}) =>
      `<testcase classname="page" name="${escapeXml(name)}" time="${seconds.toFixed(3)}">` +
      (trouble ? `<failure>${escapeXml(trouble)}</failure>` : "") + "</testcase>");
  return `<testsuite tests="${rows.length}">\n${cases.join("\n")}\n</testsuite>\n`;
}
