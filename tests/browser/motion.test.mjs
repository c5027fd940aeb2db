// What readers ask of their system and their browser: less motion, larger text, keys that lead out again, a page that
// scrolls.

import {join} from "node:path";

import {childFrame, equal, expect, LIMIT_MS, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const RACE = "?lang=en&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async";

async function raced(page) {
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2 &&
      !document.querySelector('[data-action="run"]').disabled);
}

/** Looks at a part of the race, then at all of it again: the different ends that are drawn on the way there. */
const glide = (page) => page.evaluate(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await window.trilane.timeline({begin_ms: 0, end_ms: 1e6});
  for (let i = 0; i < 5; ++i) await frame();
  await window.trilane.timeline({follow: true});
  // A slow machine may draw nothing for many of the browser's frames.
  while ((await window.trilane.timeline()).end_ms === 1e6) await frame();
  const ends = new Set();
  for (let same = 0, last = -1; same < 20; same = last === (last = (await window.trilane.timeline()).end_ms) ? same + 1 : 0) {
    await frame();
    ends.add((await window.trilane.timeline()).end_ms);
  }
  return ends.size;
});

test("motion: where the system asks for less, the canvas jumps and does not glide, also when that is asked for later", async (t) => {
  const page = await t.ready("plain", {query: RACE, context: {reducedMotion: "no-preference"}});
  await raced(page);
  const moving = await glide(page);
  expect(moving > 3, `glides otherwise: ${moving} steps`);
  await page.emulateMedia({reducedMotion: "reduce"});
  equal(await glide(page), 1, "there at once");
  const still = await t.ready("plain", {query: RACE, context: {reducedMotion: "reduce"}});
  await raced(still);
  equal(await glide(still), 1, "from the start");
});

test("motion: poster, dialog and page have no animations of their own", async (t) => {
  t.expectErrors(/favicon/);
  const host = await servePlain(globalThis.site, (path) => (path === "/course.html" ? {
    body: '<!doctype html><title>Course</title><script async src="embed.js"></script><trilane-lab></trilane-lab>'} : null));
  try {
    const course = await t.open(`${host.url}course.html`, {context: {reducedMotion: "reduce"}});
    await course.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
    const {x, y} = await course.locator("trilane-lab").boundingBox();
    await course.mouse.move(x + 20, y + 20);
    equal(await course.evaluate(() => document.getAnimations().length + document.querySelector("trilane-lab").shadowRoot.getAnimations().length), 0);
    const page = await t.ready("plain", {query: RACE, context: {reducedMotion: "reduce"}});
    await page.evaluate(() => document.querySelector('[data-action="share"]').click());
    await page.waitForSelector("dialog.share[open]");
    equal(await page.evaluate(() => document.getAnimations().length), 0);
  } finally {
    host.close();
  }
});

/** Things that stick out at the side or are cut: their texts. */
const cutOff = (page, within) => page.evaluate((selector) => [...document.querySelectorAll(`${selector} :is(h1, h2, p, label, button, summary, input, select, textarea, output)`)]
    .filter((one) => one.checkVisibility() && (one.getBoundingClientRect().right > window.innerWidth + 1 || one.getBoundingClientRect().left < -1))
    .map((one) => one.textContent.slice(0, 40) || one.tagName), within);

for (const lang of ["en", "ru"]) {
  test(`text at 200 %: ${lang}: the page before the program, the controls and the share dialog, on a phone`, async (t) => {
    const larger = (page) => page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    const viewport = {width: 390, height: 844};
    const server = await servePlain(globalThis.site, (path) => (path === "/main.js" ? {hang: true} : null));
    try {
      const bare = await t.open(server.url, {query: `?mode=plain&lang=${lang}`, viewport});
      await bare.waitForSelector("#about h1");
      await larger(bare);
      equal(await cutOff(bare, "#about"), [], "the page before the program");
    } finally {
      server.close();
    }
    const page = await t.ready("plain", {query: `${RACE.replace("lang=en", `lang=${lang}`)}&dom=1&wokers=3`, viewport});
    await larger(page);
    equal(await cutOff(page, "#mirror"), [], "the controls");
    equal(await cutOff(page, "#notices"), [], "the notices");
    await page.evaluate(() => document.querySelector('[data-action="share"]').click());
    await page.waitForSelector("dialog.share[open]");
    equal(await cutOff(page, "dialog.share"), [], "the share dialog");
    await page.screenshot({path: join(t.out, `text-200-${lang}.png`), caret: "initial"});
  });
}

test("text at 200 %: the browser's own zoom gives the canvas a layout that fits, and more pixels", async (t) => {
  // A page at 200 % has half the width and twice the ratio.
  const page = await t.ready("plain", {query: RACE, viewport: {width: 640, height: 450}, context: {deviceScaleFactor: 2}});
  await page.waitForFunction(() => document.querySelector("#canvas").width === 2 * document.querySelector("#canvas").clientWidth);
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
  await page.screenshot({path: join(t.out, "zoom-200.png"), caret: "initial"});
});

test("keys: Tab, Shift+Tab and Esc leave the canvas, in a page of its own and in a frame; the frame's host goes on from there", async (t) => {
  t.expectErrors(/favicon/);
  const page = await t.ready("plain", {query: RACE});
  for (const key of ["Tab", "Shift+Tab", "Escape"]) {
    await page.locator("#canvas").focus();
    equal(await page.evaluate(() => document.activeElement.id), "canvas");
    await page.keyboard.press(key);
    await page.waitForFunction(() => document.activeElement?.id !== "canvas", null, {timeout: LIMIT_MS});
  }
  const host = await servePlain(globalThis.site, (path) => (path === "/course.html" ? {body: `<!doctype html><title>Course</title>
    <a id="before" href="#x">before</a><iframe src="index.html${RACE}&embed=1&mode=plain" width="800" height="500"></iframe><a id="after" href="#y">after</a>`} : null));
  try {
    const course = await t.open(`${host.url}course.html`);
    const frame = await childFrame(course);
    await frame.waitForFunction(() => window.trilane?.ready);
    await frame.evaluate(() => window.trilane.ready);
    await frame.locator("#canvas").focus();
    await course.keyboard.press("Shift+Tab");
    await course.waitForFunction(() => document.activeElement.id === "before");
    await frame.locator("#canvas").focus();
    for (let step = 0; step < 80 && await course.evaluate(() => document.activeElement.id) !== "after"; ++step) await course.keyboard.press("Tab");
    equal(await course.evaluate(() => document.activeElement.id), "after", "Tab leads through the frame and out");
  } finally {
    host.close();
  }
});

test("scroll: keys and wheel over an embed that was not clicked scroll the course page", async (t) => {
  t.expectErrors(/favicon/);
  const host = await servePlain(globalThis.site, (path) => (path === "/course.html" ? {body: `<!doctype html><title>Course</title>
    <iframe src="index.html${RACE}&embed=1&mode=plain" width="800" height="500"></iframe><div style="height: 4000px"></div>`} : null));
  try {
    const page = await t.open(`${host.url}course.html`);
    const frame = await childFrame(page);
    await frame.waitForFunction(() => window.trilane?.ready);
    await frame.evaluate(() => window.trilane.ready);
    equal(await page.evaluate(() => [window.scrollY, document.activeElement.tagName]), [0, "BODY"], "loading takes neither scroll nor focus");
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => window.scrollY > 200);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.keyboard.press("PageDown");
    await page.waitForFunction(() => window.scrollY > 200);
  } finally {
    host.close();
  }
});
