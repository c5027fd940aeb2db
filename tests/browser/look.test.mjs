// The canvas as a person sees it: something is drawn, the models have their colours, nothing depends on one size.

import {join} from "node:path";

import {equal, expect, launch, LIMIT_MS, test} from "./harness.mjs";
import {hues, readPng} from "./png.mjs";

const SIZES = {wide: {width: 1440, height: 900}, tablet: {width: 834, height: 1112}, phone: {width: 390, height: 844}};

/** A picture of the page, kept among the logs. */
async function shot(t, page, name) {
  const path = join(t.out, `page-${name}.png`);
  await page.screenshot({path, caret: "initial"});
  return readPng(path);
}

/** Waits until a picture satisfies `good`; the last one is returned. */
async function shotUntil(t, page, name, good) {
  const deadline = performance.now() + LIMIT_MS / 2;
  for (;;) {
    const picture = await shot(t, page, name);
    if (good(picture) || performance.now() > deadline) return picture;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
}

async function raced(t, options = {}) {
  const page = await t.ready("isolated", options);
  await page.evaluate(async () => {
    const field = (name, value) => {
      const input = document.querySelector(`[data-field="${name}"]`);
      input.value = value;
      input.dispatchEvent(new Event("change", {bubbles: true}));
    };
    field("workload", "mixed");
    field("size", "20000000");
    field("wait_ms", "8");
    field("tasks", "24");
    field("workers", "2");
    field("repeat", "2");
    document.querySelector('[data-action="run"]').click();
  });
  await page.waitForFunction(() => document.querySelector('[data-action="run"]').disabled);
  await page.waitForFunction(() => !document.querySelector('[data-action="run"]').disabled);
  return page;
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const [theme, lang] of [["dark", "en"], ["light", "ru"]]) {
    test(`isolated: ${size}, ${theme}, ${lang}: the race is drawn in the models' colours`, async (t) => {
      const page = await raced(t, {viewport, query: `?theme=${theme}&lang=${lang}`});
      equal(await page.evaluate(() => document.documentElement.dataset.view), "canvas");
      const enough = (picture) => {
        const found = hues(picture);
        return found.blue > 0.0005 && found.orange > 0.0005 && found.green > 0.0005;
      };
      const picture = await shotUntil(t, page, `${size}-${theme}-${lang}`, enough);
      const found = hues(picture);
      expect(enough(picture), `threads blue, processes orange, async green: ${JSON.stringify(found)}`);
      expect(found.colours > 50, `a picture, not one colour: ${found.colours}`);
      expect(theme === "dark" ? found.brightness < 0.4 : found.brightness > 0.6, `${theme}: brightness ${found.brightness}`);
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1);
      expect(fits, "nothing sticks out at the side");
    });
  }
}

// A browser of its own: in Chromium emulated ratios do not reach the sizes that the canvas is told.
test("isolated: the canvas has the device's pixels", async (t) => {
  for (const ratio of [1, 1.5, 3]) {
    const browser = await launch(t.browserName, {ratio});
    try {
      const page = await (await browser.newContext({viewport: null})).newPage();
      await page.goto(t.sites.isolated);
      await page.waitForFunction((scale) => {
        const canvas = document.querySelector("#canvas");
        return canvas.clientWidth > 0 && Math.abs(canvas.width / canvas.clientWidth - scale) < 0.02;
      }, ratio);
    } finally {
      await browser.close();
    }
  }
});

test("isolated: follows the window's size, down to nothing and back", async (t) => {
  const page = await t.ready("isolated");
  for (const [width, height] of [[1600, 1000], [320, 480], [200, 120], [1280, 800]]) {
    await page.setViewportSize({width, height});
    await page.waitForFunction((wanted) => {
      const canvas = document.querySelector("#canvas");
      return Math.abs(canvas.clientWidth - wanted) < 2 && canvas.width === Math.round(canvas.clientWidth * devicePixelRatio);
    }, width);
  }
  await page.evaluate(() => { document.querySelector("#canvas").style.display = "none"; });
  await page.evaluate(() => { document.querySelector("#canvas").style.display = ""; });
  const picture = await shotUntil(t, page, "resized", (one) => hues(one).colours > 50);
  expect(hues(picture).colours > 50, "still draws");
});

test("isolated: draws only when something changes", async (t) => {
  const page = await t.ready("isolated", {before: (one) => one.addInitScript(() => {
    window.frames_drawn = 0;
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...args) {
      const gl = original.apply(this, args);
      if (gl && gl.drawElements && !gl.counted) {
        gl.counted = true;
        const clear = gl.clear.bind(gl);
        gl.clear = (mask) => { ++window.frames_drawn; clear(mask); };
      }
      return gl;
    };
  })});
  await page.mouse.move(5, 5);
  // Quiet when two readings a second apart agree; a page that draws for ever never gets there.
  await page.waitForFunction(() => {
    const now = performance.now();
    if (window.frames_drawn !== window.last_frames) {
      window.last_frames = window.frames_drawn;
      window.since = now;
    }
    return window.frames_drawn > 0 && now - window.since > 1500;
  }, null, {polling: 100});
});

// SDL hears a key go down and, where the canvas has lost the focus meanwhile, never hears it come up again.
test("isolated: Esc closes what is selected, then leaves the canvas, and nothing is drawn for ever", async (t) => {
  const page = await t.ready("isolated");
  await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", size: 200000, tasks: 4, repeat: 1, warmup: 0}));
  const focused = () => page.evaluate(() => document.activeElement.id);
  for (let round = 0; round < 2; ++round) {
    await page.locator("#canvas").focus();
    await page.evaluate(() => window.trilane.timeline({task: 2}));
    await page.keyboard.press("Escape");
    await page.waitForFunction(async () => (await window.trilane.timeline()).task === null);
    equal(await focused(), "canvas", "the story is closed, the keys still go to the canvas");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.id !== "canvas");
    // Quiet: no animation frame is asked for in a second. A key that is held for ever asks for each.
    await page.waitForFunction(() => new Promise((resolve) => {
      let asked = 0;
      const original = window.requestAnimationFrame;
      window.requestAnimationFrame = (callback) => { ++asked; return original.call(window, callback); };
      setTimeout(() => { window.requestAnimationFrame = original; resolve(asked === 0); }, 1000);
    }), null, {polling: 100});
  }
});

test("isolated: a lost GL context comes back", async (t) => {
  const page = await t.ready("isolated");
  await shotUntil(t, page, "gl-before", (one) => hues(one).colours > 50);
  await page.evaluate(async () => {
    const gl = document.querySelector("#canvas").getContext("webgl2");
    window.lose = gl.getExtension("WEBGL_lose_context");
    const lost = new Promise((resolve) => document.querySelector("#canvas").addEventListener("webglcontextlost", resolve));
    window.lose.loseContext();
    await lost;
    const back = new Promise((resolve) => document.querySelector("#canvas").addEventListener("webglcontextrestored", resolve));
    setTimeout(() => window.lose.restoreContext(), 0);
    await back;
  });
  const picture = await shotUntil(t, page, "gl-after", (one) => hues(one).colours > 50);
  expect(hues(picture).colours > 50, "drawn again after the context came back");
  equal((await page.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true);
});

test("isolated: Tab leaves the canvas, and the wheel scrolls the page of an embed", async (t) => {
  const page = await t.ready("isolated");
  await page.locator("#canvas").focus();
  await page.keyboard.press("Tab");
  const where = await page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);
  expect(where !== "canvas", "Tab is not swallowed");
});
