// What a person does and sees in Firefox, driven over WebDriver BiDi (firefox.mjs): the canvas, the keyboard, the wheel,
// and what is shown when something is missing. Registered only where there is a Firefox.

import {readFileSync} from "node:fs";
import {join} from "node:path";

import {driven, FIREFOX} from "./firefox.mjs";
import {equal, expect, LIMIT_MS, test} from "./harness.mjs";
import {hues, readPng} from "./png.mjs";
import {servePlain, siteFile} from "./servers.mjs";

const RACE = "mode=plain&lang=en&theme=dark&workload=primes&tasks=8&size=300000&repeat=1&racers=sync,async";

/** The page, once it is ready. */
async function ready(t, url, options) {
  const opened = await driven(t, url, options);
  await opened.page.waitForFunction(() => window.trilane?.ready);
  await opened.page.evaluate(() => window.trilane.ready.then(() => true));
  return opened;
}

async function raced(page) {
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2 &&
      document.querySelector("[data-verdict]").textContent !== "" && !document.querySelector('[data-action="run"]').disabled);
}

if (FIREFOX) {
  test("firefox: the race is drawn on the canvas", async (t) => {
    const {page, close} = await ready(t, `${t.sites.plain}?${RACE}`);
    const view = await page.evaluate(() => [document.documentElement.dataset.view, document.querySelector("#notices").textContent]);
    equal(view, ["canvas", ""]);
    await raced(page);
    const path = join(t.out, "firefox.png");
    const deadline = performance.now() + LIMIT_MS / 2;
    let found;
    do {
      await page.screenshot({path});
      found = hues(readPng(path));
    } while (!(found.green > 0.0005 && found.colours > 50) && performance.now() < deadline);
    expect(found.green > 0.0005 && found.colours > 50, `async is green, and it is a picture: ${JSON.stringify(found)}`);
    expect(found.brightness < 0.4, `dark: ${found.brightness}`);
    await close();
  });

  test("firefox: Tab and Esc leave the canvas, and the controls behind it are reached", async (t) => {
    const {page, close} = await ready(t, `${t.sites.plain}?${RACE}`);
    for (const key of ["Tab", "Escape"]) {
      await page.focus("#canvas");
      equal(await page.evaluate(() => document.activeElement.id), "canvas");
      await page.keyboard.press(key);
      await page.waitForFunction(() => document.activeElement.id !== "canvas");
    }
    await page.focus('[data-action="run"]');
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2);
    await close();
  });

  test("firefox: without WebGL 2 the controls in HTML run the race, and the page says what is missing", async (t) => {
    const {page, close} = await ready(t, `${t.sites.plain}?${RACE}`, {gl: false});
    const notice = await page.evaluate(() => document.querySelector("#notices").textContent);
    equal(await page.evaluate(() => document.documentElement.dataset.view), "dom");
    expect(notice.includes("WebGL 2"), notice);
    await raced(page);
    await page.screenshot({path: join(t.out, "firefox-without-webgl.png")});
    await close();
  });

  for (const [what, broken, words] of [
    ["missing", () => ({status: 404, body: ""}), ["front.wasm", "404"]],
    ["cut off", (whole) => ({body: whole.subarray(0, 20000)}), ["front.wasm"]],
    ["damaged", (whole) => ({body: Buffer.from(whole).fill(0xff, 2000, 4000)}), ["front.wasm"]],
  ]) {
    test(`firefox: a wasm file that is ${what} is named`, async (t) => {
      const whole = readFileSync(siteFile(globalThis.site, "front.wasm"));
      const server = await servePlain(globalThis.site, (path) => (path === "/front.wasm" ? broken(whole) : null));
      try {
        const {page, close} = await driven(t, `${server.url}?mode=plain`);
        await page.waitForFunction(() => !document.querySelector("#overlay").hidden);
        const text = await page.evaluate(() => document.querySelector("#overlay").innerText);
        for (const word of words) expect(text.includes(word), `"${text}" lacks ${word}`);
        await close();
      } finally {
        server.close();
      }
    });
  }
}
