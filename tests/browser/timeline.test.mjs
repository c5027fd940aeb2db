// The timeline on WebGL 2: its shaders compile, what they draw is what the spans are, also after the context was lost.

import {join} from "node:path";

import {equal, expect, LIMIT_MS, rejection, test} from "./harness.mjs";
import {hues, readPng} from "./png.mjs";

const SPANS = {synthetic: {lanes: 16, spans: 200000, seed: 3}};

/** A picture, once it satisfies `good`. */
async function shotUntil(t, page, name, good, options = {}) {
  const path = join(t.out, `page-timeline-${name}.png`);
  const deadline = performance.now() + LIMIT_MS / 2;
  for (;;) {
    await page.screenshot({path, ...options});
    const picture = readPng(path);
    if (good(picture) || performance.now() > deadline) return picture;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
}

/** The share of blue pixels of a picture whose lanes are filled with what threads did. */
const filled = (picture) => hues(picture).blue > 0.1;

const lose = (page) => page.evaluate(async () => {
  const canvas = document.querySelector("#canvas");
  const lost = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
  const gone = new Promise((resolve) => canvas.addEventListener("webglcontextlost", resolve, {once: true}));
  lost.loseContext();
  await gone;
  const back = new Promise((resolve) => canvas.addEventListener("webglcontextrestored", resolve, {once: true}));
  setTimeout(() => lost.restoreContext(), 0);
  await back;
});

test("isolated: the timeline's shaders draw many spans, and again after the GL context was lost", async (t) => {
  const page = await t.ready("isolated", {viewport: {width: 1440, height: 900}, query: "?theme=dark&lang=en"});
  const {spans} = await page.evaluate((patch) => window.trilane.timeline(patch), SPANS);
  equal(spans, SPANS.synthetic.spans);
  // Until the view has glided to the whole: the picture before it is full of blue, too.
  let share = -1;
  const before = await shotUntil(t, page, "before", (picture) => {
    const last = share;
    share = hues(picture).blue;
    return filled(picture) && share === last;
  });
  expect(filled(before), `lanes full of blue: ${JSON.stringify(hues(before))}`);
  await lose(page);
  const after = await shotUntil(t, page, "after", filled);
  expect(Math.abs(hues(after).blue - hues(before).blue) < 0.01, "the same picture with a new context");
});

test("isolated: a frame of many spans stays within its limits", async (t) => {
  const page = await t.ready("isolated", {viewport: {width: 1440, height: 900}, query: "?theme=dark&lang=en"});
  await page.evaluate((patch) => window.trilane.timeline(patch), SPANS);
  await shotUntil(t, page, "limits", filled);
  const {frame} = await page.evaluate(() => window.trilane.timeline());
  expect(frame.quads > 1000, `spans are drawn: ${frame.quads}`);
  expect(frame.uploaded_bytes <= 1e6, `at most a megabyte a frame: ${frame.uploaded_bytes}`);
  expect(frame.draw_calls <= 50, `few draw calls: ${frame.draw_calls}`);
});

test("isolated: a plot's long lines are drawn by its shader, and again after the GL context was lost", async (t) => {
  const page = await t.ready("isolated", {viewport: {width: 1440, height: 900}, query: "?theme=dark&lang=en"});
  await page.evaluate(() => window.trilane.run({model: "threads", workload: "primes", size: 100000, tasks: 2000, workers: 2, repeat: 1, warmup: 0}));
  const plot = {clip: {x: 300, y: 660, width: 250, height: 210}};  // the throughput over time
  const lined = (picture) => hues(picture).blue > 0.005;
  const before = await shotUntil(t, page, "plot-before", lined, plot);
  expect(lined(before), `a blue line: ${JSON.stringify(hues(before))}`);
  const {frame} = await page.evaluate(() => window.trilane.timeline());
  expect(frame.plot_points > 64 && frame.plot_points < 4000, `what the plot's width needs: ${frame.plot_points}`);
  await lose(page);
  const after = await shotUntil(t, page, "plot-after", lined, plot);
  expect(Math.abs(hues(after).blue - hues(before).blue) < 0.002, "the same line with a new context");
});

test("isolated: a script selects a task and a range, and reads what they tell", async (t) => {
  const page = await t.ready("isolated");
  await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", size: 200000, tasks: 4, repeat: 1, warmup: 0}));
  const story = await page.evaluate(() => window.trilane.timeline({task: 2}));
  equal(story.task, 2);
  expect(story.story.length >= 1 && story.story.every((span) => span.end_ms >= span.begin_ms), "its spans, with their times");
  const range = await page.evaluate(() => window.trilane.timeline({task: null, range: [0, 100000]}));
  equal(range.statistics.length, 1);
  equal(range.statistics[0].tasks, 4);
  expect(range.statistics[0].work_ms > 0, "it computed");
  const error = await rejection(page, "window.trilane.timeline({range: [5, 1]})");
  equal(error.field, "range");
});
