// Results kept, compared, brought from elsewhere, and views that travel in links.

import {writeFileSync} from "node:fs";
import {join} from "node:path";

import {equal, expect, rejection, test} from "./harness.mjs";

const CONFIG = {model: "async", workload: "primes", size: 300000, tasks: 8, repeat: 2};
const QUERY = "?workload=primes&tasks=8&size=300000&repeat=2&racers=sync,async&lang=en";

/** Both racers are over: of this race, not of the one before, whose rows stay until it begins. */
const race = async (page) => {
  await page.evaluate(() => new Promise((resolve) => {
    let left = 2;
    const off = window.trilane.on("result", () => {
      if (--left > 0) return;
      off();
      resolve();
    });
    document.querySelector('[data-action="run"]').click();
  }));
  await page.waitForFunction(() => [...document.querySelectorAll("[data-results] tbody tr")].filter((row) => row.dataset.phase === "done").length === 2 &&
      !document.querySelector('[data-action="run"]').disabled);
};
const pins = (page) => page.evaluate(() => window.trilane.pins());
const press = (page, key) => page.evaluate((name) => document.querySelector(`[data-pin-act="${name}"]`).click(), key);

test("plain: a pinned result stays, is compared, renamed and remembered", async (t) => {
  const page = await t.ready("plain", {query: QUERY});
  await race(page);
  await page.waitForSelector('[data-pin-act="pin"]:not([disabled])', {state: "attached"});
  await press(page, "pin");
  await page.waitForSelector("[data-pin]", {state: "attached"});
  await race(page);
  await page.waitForFunction(async () => (await window.trilane.pins())[0].comparison.length === 2);
  const [pin] = await pins(page);
  equal(pin.runs.map((run) => run.racer), ["sync", "async"]);
  expect(pin.runs.every((run) => run.spans > 0), "with their traces");
  equal(pin.comparison.map((one) => [one.racer, one.other_options, one.answers_differ]), [["sync", [], false], ["async", [], false]]);
  expect(["same", "less", "more"].includes(pin.comparison[0].measures.wall_ms.outcome), JSON.stringify(pin.comparison[0]));
  equal(pin.comparison[0].measures.cpu_ms.outcome, "missing", "a page cannot tell CPU time");
  await page.waitForSelector('[data-pin-racer="sync"] [data-pin-measure="wall_ms"]', {state: "attached"});
  await page.evaluate((id) => window.trilane.changePin(id, {name: "before", mark: 3}), pin.id);
  await page.reload();
  await page.waitForFunction(() => window.trilane?.ready);
  await page.evaluate(() => window.trilane.ready);
  const [again] = await pins(page);
  equal([again.name, again.mark, again.runs.length, again.runs[0].spans], ["before", 3, 2, 0], "the result, without the trace");
  await press(page, `remove-${again.id}`);
  equal(await pins(page), []);
});

test("plain: a result file is dropped, shown as its sender's, and run here", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en"});
  const result = await page.evaluate((config) => window.trilane.run(config), CONFIG);
  const sent = {...result, host: {...result.host, cpu: "Elsewhere 9000", cores: 99}};
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "their-pc.json", {type: "application/json"}));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }, JSON.stringify(sent));
  await page.waitForSelector("[data-pin-host]", {state: "attached"});
  const [pin] = await pins(page);
  equal([pin.name, pin.imported, pin.host.cpu, pin.host.cores], ["their-pc", true, "Elsewhere 9000", 99]);
  expect((await page.textContent("[data-pin-host]")).includes("Elsewhere 9000"), "the mirror says where");
  await page.evaluate((name) => new Promise((resolve) => {
    const off = window.trilane.on("result", () => { off(); resolve(); });
    document.querySelector(`[data-pin-act="${name}"]`).click();
  }), `here-${pin.id}`);
  await page.waitForFunction(async () => (await window.trilane.pins())[0].comparison.length > 0);
  const [after] = await pins(page);
  equal(after.comparison.map((one) => [one.racer, one.other_options]), [["async", []]]);
});

test("plain: files that cannot be used are errors that name the cause, and change nothing", async (t) => {
  const page = await t.ready("plain", {query: QUERY});
  const result = await page.evaluate((config) => window.trilane.run(config), CONFIG);
  const bad = (document) => rejection(page, `window.trilane.import(${JSON.stringify(document)})`);
  equal((await bad({...result, wall_ms: {...result.wall_ms, median: -1}})).field, "wall_ms.median");
  equal((await bad({...result, schema: "other/1"})).field, "schema");
  expect((await bad(JSON.stringify(result).slice(0, 500))).message.includes("cut off"), "truncated");
  expect((await bad("[".repeat(100000))).message.includes("nested"), "deep");
  expect((await bad('[{"ph":"X","ts":0,"dur":-1}]')).message.includes("Event 0"), "a trace's event");
  equal(await pins(page), []);
  const path = join(t.out, "broken.json");
  writeFileSync(path, "{");
  const chosen = page.waitForEvent("filechooser");
  await page.evaluate(() => document.querySelector('[data-pin-act="open"]').click());
  await (await chosen).setFiles(path);
  await page.waitForSelector('[data-notice="bad_file"]');
  equal((await page.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true);
});

test("plain: a file is said to be read before it is, and then opened", async (t) => {
  const page = await t.ready("plain", {query: QUERY});
  const result = await page.evaluate((config) => window.trilane.run(config), CONFIG);
  const path = join(t.out, "my result.json");
  writeFileSync(path, JSON.stringify(result));
  await page.evaluate(() => {
    window.answers = [];
    const line = document.querySelector("[data-answer]");
    new MutationObserver(() => window.answers.push(line.textContent)).observe(line, {childList: true, characterData: true, subtree: true});
  });
  const chosen = page.waitForEvent("filechooser");
  await page.evaluate(() => document.querySelector('[data-pin-act="open"]').click());
  await (await chosen).setFiles(path);
  await page.waitForFunction(() => window.answers.length >= 2);
  const [reading, opened] = await page.evaluate(() => window.answers);
  expect(/^Reading .my result\.json/.test(reading), reading);
  expect(/^Opened .my result/.test(opened), opened);
  equal((await pins(page)).length, 1);
});

test("plain: results in a link are shown as the sender's", async (t) => {
  const page = await t.ready("plain", {query: QUERY});
  await race(page);
  await page.evaluate(() => document.querySelector('[data-action="share"]').click());
  await page.waitForSelector("dialog.share[open]");
  await page.locator('[data-share="share-results"]').check();
  const link = await page.locator('[data-share="link"]').inputValue();
  const other = await t.ready(link);
  await other.waitForSelector("[data-pin-host]", {state: "attached"});
  const [pin] = await pins(other);
  equal([pin.imported, pin.runs.length, pin.host.platform], [true, 2, "web-plain"]);
  equal(await other.evaluate(() => document.querySelectorAll("[data-notice]").length), 0);
});

test("plain: an exported trace is opened again, and a foreign one with its names", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en"});
  const id = await page.evaluate(() => window.trilane.import([
    {name: "thread_name", ph: "M", pid: 1, tid: 1, args: {name: "Main"}}, {name: "process_name", ph: "M", pid: 1, args: {name: "Browser"}},
    {name: "paint", ph: "X", pid: 1, tid: 1, ts: 5e9, dur: 1000}, {name: "layout", ph: "X", pid: 1, tid: 1, ts: 5000000100, dur: 100}], "trace.json"));
  const [pin] = await pins(page);
  equal([pin.id, pin.name, pin.runs[0].title, pin.runs[0].spans], [id, "trace", "Browser", 2]);
});

test("plain: a link to a view shows it again after a run, and what is out of range is clamped and said", async (t) => {
  const page = await t.ready("plain", {query: QUERY});
  await race(page);
  await page.evaluate(() => window.trilane.timeline({begin_ms: 0.25, end_ms: 3.5, range: [0.5, 2]}));
  await page.evaluate(() => document.querySelector('[data-action="share"]').click());
  await page.waitForSelector("dialog.share[open]");
  await page.locator('[data-share="share-view"]').check();
  const link = await page.locator('[data-share="link"]').inputValue();
  const query = new URL(link).searchParams;
  equal([query.get("view"), query.get("range"), query.get("tasks")], ["0.25,3.5", "0.5,2", "8"]);
  const other = await t.ready(link);
  await race(other);
  const view = await other.evaluate(() => window.trilane.timeline());
  equal([view.begin_ms, view.end_ms, view.follow, view.range], [0.25, 3.5, false, [0.5, 2]]);
  equal(view.statistics.length, 2, "of both runs");
  equal(await other.evaluate(() => document.querySelectorAll("[data-notice]").length), 0);

  const far = await t.ready("plain", {query: `${QUERY}&view=0,1e300&task=seven`});
  await far.waitForSelector('[data-notice="clamped"]');
  await far.waitForSelector('[data-notice="refused"]');
  await race(far);
  equal((await far.evaluate(() => window.trilane.timeline())).task, null);
});
