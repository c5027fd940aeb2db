// Fingers on the canvas: two zoom what lies under them - the race or a plot, not both -, one moves it.

import {join} from "node:path";

import {equal, expect, test} from "./harness.mjs";
import {readPng} from "./png.mjs";

const QUERY = "?workload=primes&tasks=24&size=200000&repeat=2&racers=sync,async&lang=en&theme=dark";

async function raced(t, viewport) {
  const page = await t.ready("plain", {query: QUERY, viewport, context: {hasTouch: true}});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => document.querySelectorAll('[data-results] tbody tr[data-phase="done"]').length === 2 &&
      !document.querySelector('[data-action="run"]').disabled);
  return page;
}

/** Two frames of the canvas. */
const drawn = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** What the canvas shows there, once nothing moves any more. */
async function still(t, page, clip) {
  for (let before = "";;) {
    const path = join(t.out, "touch.png");
    await page.screenshot({path, clip});
    const now = Buffer.from(readPng(path).data).toString("base64");
    if (now === before) return now;
    before = now;
    await drawn(page);
  }
}

/** Fingers on the glass, one after the other place; each list has the places of all of them. */
async function fingers(page, steps) {
  if (page.fingers) return page.fingers(steps);
  const client = await page.context().newCDPSession(page);
  const points = (places) => places.map(([x, y], id) => ({x, y, id}));
  await client.send("Input.dispatchTouchEvent", {type: "touchStart", touchPoints: points(steps[0])});
  for (const places of steps.slice(1)) {
    await client.send("Input.dispatchTouchEvent", {type: "touchMove", touchPoints: points(places)});
    await drawn(page);
  }
  await client.send("Input.dispatchTouchEvent", {type: "touchEnd", touchPoints: []});
  await drawn(page);
}

/** Two fingers that move apart about a point. */
const apart = (page, x, y) => fingers(page, [10, 20, 35, 50, 70].map((by) => [[x - by, y], [x + by, y]]));

const range = (page) => page.evaluate(async () => {
  const {begin_ms: begin, end_ms: end} = await window.trilane.timeline();
  return end - begin;
});

test("plain: two fingers zoom the race under them, or the plot under them", async (t) => {
  const page = await raced(t, {width: 1440, height: 900});
  const whole = await range(page);
  const plots = {x: 420, y: 620, width: 560, height: 240};
  const before = await still(t, page, plots);
  await apart(page, 800, 250);
  const closer = await range(page);
  expect(closer < whole * 0.7, `the race: ${whole} ms became ${closer} ms`);
  equal(await still(t, page, plots) === before, true, "the plots stay as they were");
  await apart(page, 430, 740);
  equal(await range(page), closer, "the race stays as it was");
  expect(await still(t, page, plots) !== before, "a plot is zoomed");
});

test("plain: on a phone two fingers zoom a plot, and one finger moves the page", async (t) => {
  const page = await raced(t, {width: 390, height: 844});
  await page.touchscreen.tap(195, 795);  // the plots' tab
  const first = {x: 10, y: 110, width: 360, height: 200};
  const before = await still(t, page, first);
  await apart(page, 200, 230);
  const zoomed = await still(t, page, first);
  expect(zoomed !== before, "the plot is zoomed");
  await fingers(page, [[[200, 560]], [[200, 520]], [[200, 460]], [[200, 400]]]);
  expect(await still(t, page, first) !== zoomed, "the page is moved");
});
