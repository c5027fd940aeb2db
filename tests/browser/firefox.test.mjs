// What is Firefox's alone.

import {join} from "node:path";

import {launchFirefox} from "./drivers/firefox.mjs";
import {equal, expect, test} from "./harness.mjs";

const ONLY = {only: "firefox"};
const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};

test("firefox: without WebGL 2 the controls in HTML run the race, and the page says what is missing", async (t) => {
  // As headless Firefox is where it is not told of a driver.
  const browser = await launchFirefox({gl: false});
  try {
    const page = await (await browser.newContext({viewport: {width: 1280, height: 800}})).newPage();
    await page.goto(`${t.sites.plain}?mode=plain&lang=en&theme=dark&workload=primes&tasks=8&size=300000&repeat=1&racers=sync,async`);
    await page.waitForFunction(() => window.trilane?.ready);
    await page.evaluate(() => window.trilane.ready);
    const notice = await page.evaluate(() => document.querySelector("#notices").textContent);
    equal(await page.evaluate(() => document.documentElement.dataset.view), "dom");
    expect(notice.includes("WebGL 2"), notice);
    await page.evaluate(() => document.querySelector('[data-action="run"]').click());
    await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2 &&
        document.querySelector("[data-verdict]").textContent !== "" && !document.querySelector('[data-action="run"]').disabled);
    await page.screenshot({path: join(t.out, "firefox-without-webgl.png")});
  } finally {
    await browser.close();
  }
}, ONLY);

// Firefox waits for ever, without an error, where more Workers are asked for than it allows.
test("firefox: a new process for each task, forty times over", async (t) => {
  const page = await t.ready("plain");
  const checksums = await page.evaluate(async (config) => {
    const all = [];
    for (const extra of [{model: "sync"}, {model: "processes", spawn_per_task: true}]) all.push((await window.trilane.run({...config, ...extra})).checksum);
    return all;
  }, {...QUICK, tasks: 40, size: 1000});
  equal(checksums[0], checksums[1]);
}, ONLY);
