// Firefox for the tests, in two ways.
//
// `alone`: nobody drives it. The page is served with one more script, which does the test's work and posts what came out.
// So run what starts Workers inside Workers (threads, processes): a Firefox that is driven from outside, over WebDriver
// BiDi or the developer tools, registers every Worker with its debugger, and a Worker that starts or ends Workers of its
// own then sometimes waits for that registration for ever: not even its timers run. A page of ten lines shows it within
// some rounds (also with Workers that are never ended); 120 Workers started and ended there without a driver never did.
//
// `driven`: puppeteer over WebDriver BiDi, for keys, wheel and pictures. Pages there are opened without threads, and run
// no processes.

import {spawn} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";

import {atEnd, LIMIT_MS, withLimit} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

export const FIREFOX = process.env.TRILANE_FIREFOX || ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
export const ISOLATING = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp",
                          "Cross-Origin-Resource-Policy": "cross-origin"};
/** What a headless Firefox needs to draw WebGL 2 with the processor (Mesa). */
const GL_ENVIRONMENT = {MOZ_WEBGL_FORCE_EGL: "1", LIBGL_ALWAYS_SOFTWARE: "1"};
const PREFERENCES = {
  "webgl.force-enabled": true, "webgl.disable-fail-if-major-performance-caveat": true,
  "browser.shell.checkDefaultBrowser": false, "browser.startup.homepage_override.mstone": "ignore", "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false, "toolkit.telemetry.reportingpolicy.firstRun": false,
  "browser.aboutwelcome.enabled": false, "trailhead.firstrun.didSeeAboutWelcome": true, "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

/** The script that is added to a page: `body` is called with {argument}, and what it gives or throws is posted. */
const scriptOf = (body, argument) => `
const post = (value) => fetch(new URL("/firefox-answer", location), {method: "POST", body: JSON.stringify(value)});
try {
  post({value: await (${body})(${JSON.stringify(argument ?? null)})});
} catch (error) {
  post({error: String(error?.message || error) + "\\n" + (error?.stack || "")});
}`;

/** For bodies: resolves when the laboratory on this page is ready. */
export const READY = `async () => { while (!window.trilane?.ready) await new Promise((resolve) => setTimeout(resolve, 20)); return window.trilane.ready; }`;

/**
 * Opens a page in a Firefox of its own that nobody drives, and returns what `body` gives there. `body` is a function's
 * source; it may use `ready()`.
 * @param {string | Function} body
 * @param {{query?: string, headers?: object, page?: string, path?: string, argument?: unknown, site?: string}} [options]
 *     page: HTML that is shown instead of the laboratory, at `path`; its script comes after it.
 */
export async function alone(body, {query = "", headers = {}, page, path = "/index.html", argument, site = globalThis.site} = {}) {
  let answered;
  const answer = new Promise((resolve) => { answered = resolve; });
  const html = page ?? readFileSync(join(site, "index.html"), "utf8");
  const server = await servePlain(site, (asked, request) => {
    if (asked === "/firefox-answer") {
      let text = "";
      request.on("data", (data) => { text += data; });
      request.on("end", () => answered(JSON.parse(text)));
      return {status: 204, body: ""};
    }
    if (asked === "/firefox-script.js") return {body: `const ready = ${READY};\n${scriptOf(body, argument)}`};
    if (asked === path) {
      const script = '<script type="module" src="/firefox-script.js"></script>';
      return {headers, body: html.includes("</head>") ? html.replace("</head>", `${script}</head>`) : html + script};
    }
    return {headers};
  });
  const profile = mkdtempSync(join(tmpdir(), "trilane-firefox-"));
  writeFileSync(join(profile, "user.js"),
                Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
  // A group of its own: its processes end with it.
  const browser = spawn(FIREFOX, ["--headless", "--no-remote", "--profile", profile, server.url + (path === "/index.html" ? "" : path.slice(1)) + query],
                        {stdio: "ignore", detached: true, env: {...process.env, ...GL_ENVIRONMENT}});
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Firefox has not answered for ${2 * LIMIT_MS / 1000} s`)), 2 * LIMIT_MS);
      browser.on("exit", (code) => reject(new Error(`Firefox ended with code ${code}`)));
    });
    const {value, error} = await Promise.race([answer, late]);
    if (error) throw new Error(error);
    return value;
  } finally {
    clearTimeout(timer);
    browser.removeAllListeners("exit");
    const ended = new Promise((resolve) => { browser.on("exit", resolve); });
    if (browser.exitCode === null && browser.signalCode === null) {
      process.kill(-browser.pid, "SIGKILL");
      await ended;
    }
    server.close();
    rmSync(profile, {recursive: true, force: true, maxRetries: 5});
  }
}

/** One driven Firefox of each kind for all tests. @type {Map<boolean, Promise<any>>} */
const started = new Map();

atEnd(async () => {
  for (const launched of started.values()) {
    const browser = await launched.catch(() => null);
    // One that does not end by itself is ended: it would outlive the tests.
    await withLimit(browser?.close() ?? Promise.resolve(), 20_000).catch(() => browser.process()?.kill("SIGKILL"));
  }
});

function drivenBrowser(gl) {
  const puppeteer = createRequire(`${process.env.TRILANE_NODE_MODULES}/`)("puppeteer-core");
  if (!started.has(gl)) {
    started.set(gl, (puppeteer.default ?? puppeteer).launch({
      browser: "firefox", executablePath: FIREFOX, headless: true, timeout: LIMIT_MS, protocolTimeout: LIMIT_MS,
      env: {...process.env, ...(gl ? GL_ENVIRONMENT : {})}, extraPrefsFirefox: PREFERENCES,
    }));
  }
  return started.get(gl);
}

/** A page in a profile container of its own, on its way to `url`. @returns {Promise<{page: any, close: () => Promise<void>}>} */
export async function driven(t, url, {gl = true, viewport = {width: 1280, height: 800}} = {}) {
  const context = await (await drivenBrowser(gl)).createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(viewport);
  page.setDefaultTimeout(LIMIT_MS);
  page.on("pageerror", (error) => t.note(`exception: ${error.message}`));
  await page.goto(url, {waitUntil: "domcontentloaded"});
  return {page, close: () => context.close()};
}
