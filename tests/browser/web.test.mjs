// Real requests on the page: from the program's server, from the page's service worker on a host that only serves files,
// and simulated where there is neither.

import {childFrame, equal, expect, test} from "./harness.mjs";
import {serveIsolated, servePlain} from "./servers.mjs";

const WAIT_MS = 20;
const FETCH = {workload: "fetch", tasks: 8, wait_ms: WAIT_MS, size: 3000, workers: 2, repeat: 1, warmup: 0};
/** Coarse clocks: a wait may look shorter by a step at each end. */
const STEP_MS = 1;
const ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"};
const THREADED = ["sync", "threads", "processes", "async"];
const PLAIN = ["sync", "processes", "async"];
const FILES_OF_FETCH = /\/(lab\.wasm|lab_web\.js|service-worker\.js|lab\/|html\.wasm|database_\w+\.js|sqlite3\.)/;

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
const english = (said) => said.map(({text}) => text.en).join();
const simulated = (one) => one.notes.some((note) => note.code === "simulated_wait");

/** A page without service workers, as in some private modes. */
const withoutServiceWorkers = (page) => page.addInitScript(() => {
  Object.defineProperty(Navigator.prototype, "serviceWorker", {get: () => undefined, configurable: true});
});

/** Every model's result for the same pages. */
async function race(page, models, more = {}) {
  const results = [];
  for (const model of models) {
    const result = await run(page, {...FETCH, model, ...more});
    equal(result.errors, [], `${model}'s errors`);
    equal(result.valid, true, model);
    expect(result.latency_ms.p50 >= WAIT_MS - STEP_MS, `${model}: a task took ${result.latency_ms.p50} ms`);
    results.push(result);
  }
  return results;
}

/** @type {{checksum: string, what: string}[]} */
const checksums = [];

async function agree(what, results) {
  for (const {checksum, model} of results) checksums.push({checksum, what: `${what}, ${model}`});
  const others = checksums.filter((one) => one.checksum !== checksums[0].checksum);
  equal(others, [], `not what ${checksums[0].what} got (${checksums[0].checksum})`);
}

test("isolated: fetch by every model, from the program's server", async (t) => {
  const page = await t.ready("isolated");
  const results = await race(page, THREADED);
  expect(!results.some(simulated), "the waits are real");
  equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, "no service worker is needed");
  await agree("the server", results);
});

test("plain: fetch by every model, from the service worker", async (t) => {
  const page = await t.ready("plain");
  t.expectErrors(/lab\/latency/);  // the host has none: the 404 is how that is found out
  const results = await race(page, PLAIN);
  expect(!results.some(simulated), "the waits are real");
  equal(await page.evaluate(() => Boolean(navigator.serviceWorker.controller)), true);
  await agree("the service worker", results);
  await page.reload();
  await agree("the service worker after a reload", await race(page, PLAIN));
});

test("plain: with isolation headers, threads reach the service worker too", async (t) => {
  t.expectErrors(/lab\/latency/);
  const server = await servePlain(globalThis.site, () => ({headers: ISOLATION}));
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-threads");
    // Threads that began before the service worker.
    equal((await run(page, {workload: "sleep", wait_ms: 1, tasks: 8, model: "threads", workers: 4, repeat: 1})).valid, true);
    const results = await race(page, THREADED, {workers: 4});
    expect(!results.some(simulated), "the waits are real");
    await agree("the service worker of an isolated page", results);
  } finally {
    server.close();
  }
});

test("plain: in a folder of its host", async (t) => {
  t.expectErrors(/lab\/latency/);
  const server = await servePlain(globalThis.site, () => null, "/courses/trilane/");
  try {
    const page = await t.ready(server.url);
    const results = await race(page, PLAIN);
    expect(!results.some(simulated), "the waits are real");
    await agree("a folder", results);
  } finally {
    server.close();
  }
});

test("plain: without service workers the waits are simulated, and said to be so", async (t) => {
  t.expectErrors(/lab\/latency/);
  const page = await t.ready("plain", {before: withoutServiceWorkers});
  const results = await race(page, PLAIN);
  expect(results.every(simulated), "every result says so");
  await agree("the simulation", results);
  await page.evaluate(() => {
    const select = document.querySelector('select[data-field="workload"]');
    select.value = "fetch";
    select.dispatchEvent(new Event("change"));
  });
  await page.waitForFunction(() => document.querySelector("[data-workload-note]").textContent.includes("simulated wait"));
  const option = await page.locator('select[data-field="workload"] option[value="fetch"]').textContent();
  expect(option.includes("simulated wait"), option);
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => [...document.querySelectorAll("[data-results] tbody tr")].some(
      (row) => row.dataset.phase === "done" && row.textContent.includes("simulated wait")));
});

test("plain: in a sandboxed frame the waits are simulated", async (t) => {
  t.expectErrors(/./);
  const host = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: '<iframe sandbox="allow-scripts" src="/index.html" width="900" height="600"></iframe>'}
      : {headers: {"Access-Control-Allow-Origin": "*"}}));
  try {
    const page = await t.open(`${host.url}host.html`);
    const frame = await childFrame(page);
    await frame.waitForFunction(() => !document.querySelector("#overlay").hidden || window.trilane?.ready);
    await frame.evaluate(() => window.trilane.ready);
    const results = await race(frame, PLAIN);
    expect(results.every((one) => one.notes.some(({text}) => /^Simulated wait: .*sandbox/.test(text.en) && /^Имитация ожидания: .*изолированного/.test(text.ru))), JSON.stringify(results[0].notes));
    await agree("the simulation in a sandbox", results);
  } finally {
    host.close();
  }
});

test("plain: nothing of it is loaded before it is needed, and the service worker touches nothing else", async (t) => {
  t.expectErrors(/lab\/latency/);
  const asked = [];
  const page = await t.ready("plain", {before: (one) => one.context().on("request", (request) => asked.push(request.url()))});
  equal((await run(page, {workload: "sleep", wait_ms: 1, tasks: 4, model: "async", repeat: 1})).valid, true);
  equal(asked.filter((url) => FILES_OF_FETCH.test(url)), []);
  equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  await race(page, ["async"]);
  const others = await page.evaluate(async () => {
    const found = [];
    for (const [path, init] of [["version.json", {}], ["no-such-file", {}], ["lab/latency", {method: "POST"}], ["labels", {}]]) {
      const answer = await fetch(path, init);
      if (answer.headers.has("X-Trilane-Lab")) found.push(path);
    }
    const wrong = await fetch("lab/latency?ms=nonsense");
    return {found, wrong: [wrong.status, await wrong.text()], unknown: (await fetch("lab/other")).status};
  });
  equal(others.found, [], "answered by the service worker");
  equal(others.wrong[0], 400);
  expect(others.wrong[1].includes("ms"), others.wrong[1]);
  equal(others.unknown, 404);
  t.expectErrors(/no-such-file|labels|lab\/other|40[045]|501/);
});

test("isolated: more than six requests at a time wait for a connection, and the result says so", async (t) => {
  const page = await t.ready("isolated");
  const note = (one) => one.notes.find(({code}) => code === "browser_connections");
  const many = await run(page, {...FETCH, model: "async", tasks: 14});
  expect(note(many)?.text.en.includes("14 requests at a time 8 waited"), JSON.stringify(many.notes));
  // Three rounds of six cannot be faster than three waits.
  expect(many.wall_ms.median >= 3 * WAIT_MS - STEP_MS, `${many.wall_ms.median} ms`);
  equal(note(await run(page, {...FETCH, model: "async", tasks: 14, concurrency: 6})), undefined);
  expect(note(await run(page, {...FETCH, model: "threads", tasks: 14, workers: 8})), "threads need connections as well");
  t.expectErrors(/lab\/latency/);
  const plain = await t.ready("plain");
  equal(note(await run(plain, {...FETCH, model: "async", tasks: 14})), undefined, "the service worker's answers need none");
});

for (const [site, models] of [["isolated", THREADED], ["plain", PLAIN]]) {
  test(`${site}: one at a time, no request is faster than its wait`, async (t) => {
    t.expectErrors(/lab\/latency/);
    const page = await t.ready(site);
    for (const result of await race(page, models, {workers: 1, concurrency: 1, repeat: 2})) {
      for (const ms of result.wall_ms.samples) expect(ms >= 8 * WAIT_MS - STEP_MS, `${result.model} took ${ms} ms`);
    }
  });

  test(`${site}: errors of HTTP and timeouts are the tasks' errors, with their cause`, async (t) => {
    t.expectErrors(/./);
    const page = await t.ready(site);
    for (const model of models) {
      const missing = await run(page, {...FETCH, model, server: new URL("nowhere", await page.evaluate(() => location.href)).href});
      equal(missing.valid, false);
      expect(/^8 of 8 tasks failed; .*\/nowhere\/lab\/pages\/.* answered 404/.test(english(missing.errors)), `${model}: ${english(missing.errors)}`);
      const late = await run(page, {...FETCH, model, tasks: 2, wait_ms: 5000, timeout_ms: 100});
      expect(/^2 of 2 tasks failed; .*timed out after 100 ms/.test(english(late.errors)), `${model}: ${english(late.errors)}`);
    }
  });

  for (const model of models) {
    test(`${site}: stop() in the middle of long requests of ${model}, and the next run works`, async (t) => {
      t.expectErrors(/lab\/latency/);
      const page = await t.ready(site);
      await run(page, {...FETCH, model});
      const outcome = await page.evaluate(async (config) => {
        const started = new Promise((resolve) => {
          const leave = window.trilane.on("state", (event) => {
            if (!event.runs?.some((one) => one.phase === "running")) return;
            leave();
            resolve();
          });
        });
        const job = window.trilane.run(config).then(() => "done", (error) => error.message);
        await started;
        window.trilane.stop();
        return job;
      }, {...FETCH, model, wait_ms: 30000, timeout_ms: 60000});
      equal(outcome, "stopped");
      equal((await run(page, {...FETCH, model})).errors, [], "the run after it");
    });
  }
}

test("isolated: a server that dies in mid-run fails its tasks with the cause", async (t) => {
  t.expectErrors(/./);
  for (const model of THREADED) {
    const server = await serveIsolated(globalThis.program, globalThis.site);
    const page = await t.ready(server.url);
    await run(page, {...FETCH, model});
    await page.evaluate((config) => {
      window.begun = new Promise((resolve) => window.trilane.on("progress", (event) => event.done >= 4 && resolve()));
      window.job = window.trilane.run(config);
    }, {...FETCH, model, tasks: 60, concurrency: 2});
    await page.evaluate(() => window.begun);
    server.close();
    const result = await page.evaluate(() => window.job);
    equal(result.valid, false);
    expect(/ of 60 tasks failed; .*no answer from localhost/.test(english(result.errors)), `${model}: ${english(result.errors)}`);
    await page.context().close();
  }
});
