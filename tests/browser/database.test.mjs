// parse-and-save on the page: real HTML parsed, real SQLite written, by every model and wherever the page may be. The
// desktop program's answer to the same run is what the page's must equal.

import {execFileSync} from "node:child_process";

import {childFrame, equal, expect, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const TASKS = 12;
const SAVE = {workload: "parse-and-save", tasks: TASKS, wait_ms: 5, size: 3000, workers: 2, repeat: 1, warmup: 0};
const THREADED = ["sync", "threads", "processes", "async"];
const PLAIN = ["sync", "processes", "async"];

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);

let known = "";
/** The checksum that the desktop program gets. */
function nativeChecksum() {
  known ||= JSON.parse(execFileSync(globalThis.program, [
    "run", "--model", "sync", "--workload", "parse-and-save", "--tasks", TASKS, "--wait-ms", "0", "--size", SAVE.size,
    "--repeat", "1", "--warmup", "0", "--json"], {encoding: "utf-8"})).checksum;
  return known;
}

async function saveByAll(page, models, {waited = true, ...more} = {}) {
  const {clock_resolution_us: step_us} = await page.evaluate(() => window.trilane.ready);
  for (const model of models) {
    for (const extra of [{}, {commit_batch: 5}, ...(model === "async" ? [{save_on_loop: true}] : [])]) {
      const result = await run(page, {...SAVE, model, ...more, ...extra});
      const what = `${model} ${JSON.stringify(extra)}`;
      equal(result.errors, [], `${what}: errors`);
      equal(result.saved, {rows: TASKS, pages: TASKS, equal: true}, what);
      equal(result.checksum, nativeChecksum(), what);
      equal(result.valid, true, what);
      equal(result.notes.some(({code}) => code === "commits_not_awaited"), !waited, `${what}: the note about commits`);
      // A save that is not waited for is a message sent; and Firefox's clock without isolation has steps of a millisecond.
      // What is shorter than a step may have no time.
      for (const part of ["fetch", ...(step_us < 100 ? ["parse", ...(waited ? ["save"] : [])] : [])]) {
        expect(result.time_split_ms[part] > 0, `${what}: no time for ${part}`);
      }
    }
  }
}

test("isolated: parse-and-save by every model, equal to the desktop program", async (t) => {
  await saveByAll(await t.ready("isolated"), THREADED);
});

test("isolated: parse-and-save by the engine without threads", async (t) => {
  const page = await t.ready("isolated", {query: "?mode=plain"});
  equal(page.capabilities.mode, "web-plain");
  await saveByAll(page, PLAIN);
});

test("static: parse-and-save by every model, isolated by the service worker", async (t) => {
  t.expectErrors(/lab\/latency/);
  const page = await t.ready("static");
  equal(page.capabilities.mode, "web-threads");
  await saveByAll(page, THREADED);
});

test("plain: parse-and-save without isolation: who blocks waits for the service worker", async (t) => {
  t.expectErrors(/lab\/latency/);
  const page = await t.ready("plain", {query: "?mode=plain"});
  equal(await page.evaluate(() => crossOriginIsolated), false, "else it would wait in shared memory");
  await saveByAll(page, PLAIN);
});

test("plain: without a service worker commits are not waited for, and the result says so", async (t) => {
  t.expectErrors(/lab\/(latency|database)/);
  const page = await t.ready("plain", {before: (one) => one.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "serviceWorker", {get: () => undefined, configurable: true});
  })});
  await saveByAll(page, PLAIN, {waited: false});
});

test("plain: parse-and-save in a sandboxed frame", async (t) => {
  t.expectErrors(/./);
  const host = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: '<iframe sandbox="allow-scripts" src="/index.html" width="900" height="600"></iframe>'}
      : {headers: {"Access-Control-Allow-Origin": "*"}}));
  try {
    const page = await t.open(`${host.url}host.html`);
    const frame = await childFrame(page);
    await frame.waitForFunction(() => window.trilane?.ready);
    await frame.evaluate(() => window.trilane.ready);
    await saveByAll(frame, PLAIN, {waited: false});
  } finally {
    host.close();
  }
});

for (const file of ["sqlite3.wasm", "html.wasm", "database_worker.js"]) {
  test(`plain: where ${file} is missing the run fails and says so, and a later one works`, async (t) => {
    t.expectErrors(/./);
    let missing = true;
    const server = await servePlain(globalThis.site, (path) => (missing && path === `/${file}` ? {status: 404, body: "no"} : null));
    try {
      const page = await t.ready(server.url);
      const why = await page.evaluate((c) => window.trilane.run(c).then((r) => r.errors.map(({text}) => text.en).join(), (e) => e.message), {...SAVE, model: "async"});
      expect(/database/.test(why) && (file === "sqlite3.wasm" || why.includes(file)), why);
      missing = false;
      equal((await run(page, {...SAVE, model: "async"})).saved, {rows: TASKS, pages: TASKS, equal: true}, "the run after it");
    } finally {
      server.close();
    }
  });
}

test("isolated: a thousand pages by each model", async (t) => {
  const page = await t.ready("isolated");
  for (const model of THREADED) {
    const {saved, errors} = await run(page, {...SAVE, model, tasks: 1000, wait_ms: 0, size: 1000, concurrency: 50});
    equal(errors, [], model);
    equal(saved, {rows: 1000, pages: 1000, equal: true}, model);
  }
});
