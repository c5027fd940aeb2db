// The core of the page in Firefox, over WebDriver BiDi. Registered only where there is a Firefox.

import {existsSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";

import {equal, expect, LIMIT_MS, test} from "./harness.mjs";

const FIREFOX = process.env.TRILANE_FIREFOX || ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const FETCH = {workload: "fetch", tasks: 6, wait_ms: 20, size: 3000, workers: 2, repeat: 1, warmup: 0};

/** One Firefox for all of these tests; it ends with the runner. @type {Promise<any> | null} */
let started = null;

function firefox() {
  const puppeteer = createRequire(`${process.env.TRILANE_NODE_MODULES}/`)("puppeteer-core");
  return started ??= (puppeteer.default ?? puppeteer).launch({
    browser: "firefox", executablePath: FIREFOX, headless: true, timeout: LIMIT_MS, protocolTimeout: 45_000,
    // WebGL 2 from the processor, where there is no graphics card.
    extraPrefsFirefox: {"webgl.force-enabled": true, "webgl.disable-fail-if-major-performance-caveat": true},
  });
}

/** A ready page in a profile container of its own, with what it reported as errors. */
async function ready(t, url) {
  const context = await (await firefox()).createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({width: 1280, height: 800});
  page.setDefaultTimeout(LIMIT_MS);
  page.on("pageerror", (error) => t.note(`exception: ${error.message}`));
  await page.goto(url, {waitUntil: "domcontentloaded"}).catch((error) => {
    // The page leaves at once when it reloads itself to be isolated.
    if (!/abort|NS_BINDING|navigat/i.test(error.message)) throw error;
  });
  // Not awaited in the page: a call into a page that reloads itself is never answered.
  const capabilities = await settled(page, () => {
    window.trilane?.ready.then((one) => { window.ready_with = one; });
    return window.ready_with;
  });
  return {page, capabilities, close: () => context.close()};
}

/** evaluate() that outlives a reload: waits until `expression` gives something. */
async function settled(page, expression) {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      const value = await page.evaluate(expression);
      if (value) return value;
    } catch (error) {
      if (!/context|navigat|destroyed|no such frame|discarded|Unable to get/i.test(error.message)) throw error;
    }
    if (performance.now() > deadline) throw new Error("the page did not become ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);

// Without processes: once a Worker's Worker was terminated, headless Firefox 153 that is driven from outside often starts
// no other for ever. A page of ten lines shows it too, so there is nothing here to mend.
const SITES = [
  ["isolated", (t) => t.sites.isolated, "web-threads", ["sync", "threads", "async"]],
  ["static", (t) => t.sites.plain, "web-threads", ["sync", "threads", "async"]],
  ["plain", (t) => `${t.sites.plain}?mode=plain`, "web-plain", ["sync", "async"]],
];

for (const [site, url, mode, models] of FIREFOX ? SITES : []) {
  test(`firefox: ${site}: models compute and fetch, and the answers agree`, async (t) => {
    const {page, capabilities, close} = await ready(t, url(t));
    equal(capabilities.mode, mode, capabilities.reason);
    for (const work of [QUICK, FETCH]) {
      const checksums = new Set();
      for (const model of models) {
        const result = await run(page, {...work, model});
        equal(result.errors, [], `${work.workload} ${model}`);
        checksums.add(result.checksum);
      }
      equal(checksums.size, 1, `${work.workload}: checksums agree`);
    }
    await close();
  });
}

if (FIREFOX) {
  test("firefox: the controls in HTML run a race, and the canvas is there or the page says why not", async (t) => {
    const {page, close} = await ready(t, `${t.sites.isolated}?lang=en&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,threads,async`);
    await page.evaluate(() => document.querySelector('[data-action="run"]').click());
    await settled(page, () => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 3);
    await settled(page, () => document.querySelector("[data-verdict]").textContent !== "");
    const view = await page.evaluate(() => ({kind: document.documentElement.dataset.view, notice: document.querySelector("#notices").textContent}));
    if (view.kind !== "canvas") expect(view.notice.includes("WebGL"), JSON.stringify(view));
    await page.screenshot({path: join(t.out, "firefox.png")});
    console.log(`       (Firefox shows the ${view.kind === "canvas" ? "canvas" : `controls: ${view.notice}`})`);
    await close();
  });

  test("firefox: stop() ends a long run, and the next one works", async (t) => {
    const {page, close} = await ready(t, t.sites.isolated);
    const message = await page.evaluate(async () => {
      const begun = new Promise((resolve) => window.trilane.on("progress", resolve));
      const job = window.trilane.run({workload: "primes", size: 1000000000, tasks: 4000, workers: 2, repeat: 1, model: "threads"})
          .then(() => "done", (error) => error.message);
      await begun;
      window.trilane.stop();
      return job;
    });
    equal(message, "stopped");
    equal((await run(page, {...QUICK, model: "threads"})).valid, true);
    await close();
  });
}
