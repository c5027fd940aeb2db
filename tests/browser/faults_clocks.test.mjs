// Faults of what a page measures with: clocks that are off, clocks that are coarse, a trace that is full; and a screen
// that becomes another one.

import {readFileSync} from "node:fs";

import {equal, expect, test} from "./harness.mjs";
import {servePlain, siteFile} from "./servers.mjs";

const ISOLATING = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"};
const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
const script = (name) => readFileSync(siteFile(globalThis.site, name), "utf8");

/** A host on which `scripts` begin with `code`. */
const serveWith = (scripts, code) => servePlain(globalThis.site, (path) => (scripts.includes(path.slice(1))
    ? {headers: ISOLATING, body: `${code}\n${script(path.slice(1))}`} : {headers: ISOLATING}));

test("isolated: children whose clock is an hour ahead are drawn where they ran", async (t) => {
  const server = await serveWith(["child.js"], "const honest = performance.now.bind(performance); performance.now = () => honest() + 3600e3;");
  try {
    const page = await t.ready(server.url);
    const tasks = 6, waitMs = 20;
    const result = await run(page, {workload: "sleep", model: "processes", tasks, wait_ms: waitMs, workers: 2, repeat: 1, warmup: 0});
    equal([result.valid, result.errors], [true, []]);
    const wall = result.wall_ms.median;
    const {statistics: [{tasks: within, wait_ms: waited}]} = await page.evaluate((end) => window.trilane.timeline({range: [0, end]}), wall);
    equal(within, tasks, "all of them lie within the run");
    expect(waited >= tasks * (waitMs - 2) && waited <= 2 * wall, `they waited ${waited} ms of ${wall} ms on two lanes`);
  } finally {
    server.close();
  }
});

test("isolated: with a clock of 20 ms steps a run ends, and its step is said", async (t) => {
  const coarse = "const honest = performance.now.bind(performance); performance.now = () => Math.floor(honest() / 20) * 20;";
  const server = await serveWith(["child.js", "engine-threads.js"], coarse);
  try {
    const page = await t.ready(server.url, {query: "?lang=en"});
    expect(page.capabilities.clock_resolution_us >= 20000, `a step of ${page.capabilities.clock_resolution_us} us`);
    for (const model of ["sync", "threads", "processes", "async"]) {
      const result = await run(page, {workload: "primes", model, tasks: 8, size: 400000, workers: 2, repeat: 1, warmup: 0});
      equal([result.valid, result.errors], [true, []], model);
      // What is shorter than a step was not measured; it is never negative and never nothing at all.
      const {median} = result.wall_ms;
      expect(median === null || median >= 20, `${model}: ${median} ms`);
    }
  } finally {
    server.close();
  }
});

test("isolated: spans that do not fit into the trace are counted, and the page says how many", async (t) => {
  const page = await t.ready("isolated", {query: "?lang=en"});
  const tasks = 1_500_000;
  const result = await run(page, {workload: "empty", model: "threads", tasks, workers: 1, repeat: 1, warmup: 0});
  equal([result.valid, result.task_errors ?? 0], [true, 0]);
  expect(result.dropped_spans > 0 && result.dropped_spans < tasks, `${result.dropped_spans} of ${tasks} did not fit`);
  expect(result.notes.some(({code}) => code === "spans_dropped"), JSON.stringify(result.notes));
});

// Headless browsers tell nobody of another ratio: so what tells the page of it is stood in for.
test("isolated: the screen becomes a sharper one, and the canvas with it", async (t) => {
  const page = await t.ready("isolated", {viewport: {width: 1000, height: 700}, before: (one) => one.addInitScript(() => {
    let ratio = 1;
    let waiting = [];
    const honest = window.matchMedia.bind(window);
    Object.defineProperty(window, "devicePixelRatio", {get: () => ratio});
    window.matchMedia = (query) => (/resolution/.test(query)
        ? {addEventListener: (_type, listener) => waiting.push([query, listener])} : honest(query));
    window.moveToScreen = (other) => {
      ratio = other;
      const changed = waiting.filter(([query]) => query !== `(resolution: ${other}dppx)`);
      waiting = waiting.filter((one) => !changed.includes(one));
      for (const [, listener] of changed) listener();
    };
  })});
  for (const ratio of [2, 1.25, 1]) {
    await page.evaluate((other) => window.moveToScreen(other), ratio);
    await page.waitForFunction((scale) => {
      const canvas = document.querySelector("#canvas");
      return Math.abs(canvas.width / canvas.clientWidth - scale) < 0.02;
    }, ratio);
  }
});
