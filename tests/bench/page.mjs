// The page's rows of the benchmark, in headless Chromium: node page.mjs --site DIR --program FILE --kernels FILE
// Prints them under those of trilane_bench, in the same columns.

import {execFileSync} from "node:child_process";
import {readdirSync, statSync} from "node:fs";
import {join} from "node:path";
import {parseArgs} from "node:util";

import {launch, LIMIT_MS} from "../browser/harness.mjs";
import {serveIsolated, slowLine} from "../browser/servers.mjs";

const {values: options} = parseArgs({options: {site: {type: "string"}, program: {type: "string"}, kernels: {type: "string"}}});

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const figure = (value) => value.toFixed(value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 4);

/** Files that are loaded when they are needed, or only where there are no threads. */
const LATER = /deferred|^(child|engine-plain|lab|share|embed_frame|database|sqlite|html)/;

/** The same columns as table.cpp. */
function row({what, ours, limit, unit, most, leastRatio, limitName = ""}) {
  const ratio = limit === undefined ? 0 : ours / limit;
  const target = leastRatio ? `>= ${leastRatio}x` : most ? `<= ${most} ${unit}` : "";
  const met = (leastRatio ? ratio >= leastRatio : true) && (most ? ours <= most : true);
  console.log([what.padEnd(52), figure(ours).padStart(11), (limit === undefined ? "" : figure(limit)).padStart(11), "",
               unit.padEnd(5), (limit === undefined ? "" : `${ratio.toFixed(2)}x`).padStart(8), "", target.padEnd(12),
               (target ? (met ? "pass" : "MISS") : "").padEnd(5), limitName].join(" "));
}

const server = await serveIsolated(options.program, options.site);
const browser = await launch();

/** A page in a context of its own, ready to take jobs. */
async function fresh() {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}});
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  await page.goto(server.url, {waitUntil: "commit"});
  await page.waitForFunction(() => window.trilane?.ready);
  await page.evaluate(() => window.trilane.ready);
  return page;
}

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
const wall = async (page, config) => median((await run(page, {repeat: 5, ...config})).wall_ms.samples);

try {
  await loading();
  const page = await fresh();
  await kernels(page);
  await workers(page);
  await speedUp(page);
  await timeline();
} finally {
  await browser.close();
  server.close();
}

/** From navigation until jobs can be given and the canvas has been drawn, in a context of its own; ms. @param {string} url */
async function usable(url) {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}});
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  await page.goto(url, {waitUntil: "commit"});
  await page.waitForFunction(() => window.trilane?.ready, null, {polling: 10});
  const ms = await page.evaluate(async () => {
    await window.trilane.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now();
  });
  await context.close();
  return ms;
}

/** From navigation until jobs can be given and the canvas has been drawn; the bytes that came over the line by then. */
async function loading() {
  const times = [];
  let bytes = 0;
  for (let round = 0; round < 5; ++round) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}});
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    bytes = 0;
    // The child's module and the second parts are asked for when the page is ready, and not before.
    const later = new Set();
    session.on("Network.requestWillBeSent", (event) => { if (/\/child\.|\.deferred\./.test(event.request.url)) later.add(event.requestId); });
    session.on("Network.loadingFinished", (event) => { if (!later.has(event.requestId)) bytes += event.encodedDataLength; });
    await page.goto(server.url, {waitUntil: "commit"});
    await page.waitForFunction(() => window.trilane?.ready, null, {polling: 10});
    times.push(await page.evaluate(async () => {
      await window.trilane.ready;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return performance.now();  // its zero is the navigation
    }));
    await context.close();
  }
  row({what: "page: usable after navigation, on localhost", ours: median(times) / 1000, unit: "s", most: 1.2});
  const line = await slowLine(server.url, {bitsPerSecond: 10e6, roundTripMs: 40});
  const slow = [];
  for (let round = 0; round < 3; ++round) slow.push(await usable(line.url));
  line.close();
  row({what: "page: the same over 10 Mbit/s, 40 ms", ours: median(slow) / 1000, unit: "s", most: 3});
  // Workers load their scripts through targets of their own, which the session above does not see: so by the files.
  const assets = readdirSync(options.site).find((name) => name.startsWith("assets-"));
  const compressed = readdirSync(join(options.site, assets)).filter((name) => name.endsWith(".br") && !LATER.test(name))
      .map((name) => join(assets, name)).concat("index.html.br");
  const total = compressed.reduce((sum, name) => sum + statSync(join(options.site, name)).size, 0);
  row({what: "page: all files that an isolated page loads to be usable, Brotli", ours: Math.max(total, bytes) / 1000, unit: "kB", most: 600});
}

async function kernels(page) {
  const native = JSON.parse(execFileSync(options.kernels, {encoding: "utf8"}));
  for (const [workload, {size, tasks, ms}] of Object.entries(native)) {
    const ours = await wall(page, {model: "sync", workload, size, tasks, repeat: 7, trace: false});
    // Once more natively, right after: the machine's speed changes.
    const again = JSON.parse(execFileSync(options.kernels, {encoding: "utf8"}))[workload].ms;
    row({what: `page: kernel ${workload}, after warm-up`, ours: 1000 / ours, limit: 1000 / ((ms + again) / 2), unit: "1/s",
         leastRatio: 0.9, limitName: "native at -O3, whole runs per second"});
  }
}

async function workers(page) {
  const starts = [];
  const trips = [];
  for (let round = 0; round < 15; ++round) {
    const result = await run(page, {model: "processes", workload: "empty", tasks: 1, workers: 1, repeat: 1, warmup: 0});
    starts.push(result.startup_ms);
    // One empty task sent to an idle child: what is left of the run after the start is its way there and back.
    trips.push((result.wall_ms.samples[0] - result.startup_ms) * 1000);
  }
  row({what: "page: a child Worker is ready", ours: median(starts), unit: "ms", most: 40});
  const {experiments: [{numbers}]} = await page.evaluate(() => window.trilane.lab("shared-memory"));
  row({what: "page: 64 bytes to a child Worker and back", ours: numbers.message_us_64, limit: await rawTrip(), unit: "us",
       most: 100, limitName: "postMessage between two bare Workers"});
  // What wakes up first, and runs code for the first time, is in it.
  row({what: "page: the only job of a run and back", ours: median(trips), unit: "us"});
}

/** 64 bytes from a Worker to one of its own and back, one after the other; us. */
async function rawTrip() {
  const page = await browser.newPage();
  await page.goto(`${server.url}version.json`);
  const us = await page.evaluate(() => new Promise((resolve, reject) => {
    const script = (code) => URL.createObjectURL(new Blob([code]));
    const parent = new Worker(script(`onmessage = async ({data}) => {
      const child = new Worker(data);
      const once = (message) => new Promise((heard) => { child.onmessage = heard; child.postMessage(message); });
      const times = [];
      for (let trip = 0; trip < 2000; ++trip) {
        const bytes = new Uint8Array(64);
        const begin = performance.now();
        await once(bytes);
        times.push(performance.now() - begin);
      }
      postMessage(times.sort((a, b) => a - b)[1000] * 1000);
    }`));
    parent.onmessage = ({data}) => resolve(data);
    parent.onerror = (event) => reject(new Error(event.message));
    parent.postMessage(script("onmessage = ({data}) => postMessage(data);"));
  }));
  await page.close();
  return us;
}

async function speedUp(page) {
  // Long enough that starting Workers, which is in it, is not what is measured.
  const work = {workload: "primes", size: 24000000, tasks: 256, repeat: 1, warmup: 0, trace: true};
  for (const model of ["threads", "processes"]) {
    const alone = [], together = [];
    for (let round = -1; round < 5; ++round) {
      const sync = await wall(page, {...work, model: "sync"});
      const ours = await wall(page, {...work, model, workers: 2});
      if (round < 0) continue;  // code is made faster meanwhile
      alone.push(sync);
      together.push(ours);
    }
    row({what: `page: CPU-bound speed-up of ${model} on 2 workers`, ours: 1000 / median(together), limit: 1000 / median(alone),
         unit: "1/s", leastRatio: 1.8, limitName: "sync, whole runs per second"});
  }
}

/** Deciding what to draw of a million spans, and what that uploads: the page's limits are the program's. */
async function timeline() {
  const page = await fresh();
  const frames = await page.evaluate(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));
    await window.trilane.timeline({synthetic: {lanes: 64, spans: 1000000, seed: 1}});
    await drawn();
    const all = [];
    for (let step = 0; step < 24; ++step) {
      const width = 157 / 2 ** (step % 8);
      const begin = (157 - width) * (step % 5) / 5;
      await window.trilane.timeline({begin_ms: begin, end_ms: begin + width});
      await drawn();
      all.push((await window.trilane.timeline()).frame);
    }
    return all;
  });
  row({what: "page: a pan or zoom step, 1M spans in 64 lanes", ours: median(frames.map((one) => one.prepare_ms)), unit: "ms", most: 4});
  row({what: "page: most that such a frame uploads", ours: Math.max(...frames.map((one) => one.uploaded_bytes)) / 1000, unit: "kB", most: 1000});
  row({what: "page: draw calls for its spans", ours: Math.max(...frames.map((one) => one.draw_calls)), unit: "", most: 50});
}
