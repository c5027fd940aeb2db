// What leaves the plots: pictures and data of a race, and the lab report with its pictures, as downloads and copies.

import {execFileSync} from "node:child_process";
import {mkdirSync, readFileSync, rmSync, statSync} from "node:fs";
import {join} from "node:path";

import {equal, expect, test} from "./harness.mjs";
import {hues, readPng} from "./png.mjs";

const choose = (page, id) => page.locator("[data-plot-choice]").selectOption(id, {force: true});
const press = (page, name) => page.locator(name).evaluate((button) => button.click());

/** What a press of the button downloads, as a file among the logs. */
async function download(t, page, button, name) {
  const path = join(t.out, name);
  const coming = page.waitForEvent("download");
  await press(page, button);
  const file = await coming;
  await file.saveAs(path);
  return {path, name: file.suggestedFilename()};
}

async function raced(t, site, options = {}) {
  const page = await t.ready(site, {query: "?workload=primes&tasks=24&size=200000&repeat=3&racers=sync,async&lang=en&theme=light", ...options});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => [...document.querySelectorAll("[data-results] tbody tr")].filter((row) => row.dataset.phase === "done").length === 2 &&
      !document.querySelector('[data-action="run"]').disabled);
  return page;
}

test("plain: every plot is saved as a picture and as data, and the data are the results'", async (t) => {
  const page = await raced(t, "plain");
  await choose(page, "makespan");
  const picture = await download(t, page, '[data-plot-action="save-png"]', "plot-makespan.png");
  equal(picture.name, "trilane-makespan.png");
  const png = readPng(picture.path);
  equal([png.width, png.height], [1520, 880], "twice as many pixels as logical ones");
  const found = hues(png);
  expect(found.green > 0.005 && found.colours > 60, `async's bar and letters: ${JSON.stringify(found)}`);

  const data = await download(t, page, '[data-plot-action="save-csv"]', "plot-makespan.csv");
  equal(data.name, "trilane-makespan.csv");
  const rows = readFileSync(data.path, "utf8").trim().split("\r\n").slice(1).map((line) => line.split(","));
  equal(rows.length, 2, JSON.stringify(rows));
  for (const row of rows) {
    expect(Number(row[3]) > 0 && Number(row[4]) <= Number(row[3]) && Number(row[5]) >= Number(row[3]), `median within its interval: ${row}`);
  }

  // What is not there is said, and nothing is downloaded.
  await choose(page, "speedup");
  await press(page, '[data-plot-action="save-png"]');
  const said = await page.locator("[data-answer]").textContent();
  expect(/measured/i.test(said), said);
});

test("isolated: a picture and its data are copied to the clipboard", async (t) => {
  const page = await raced(t, "isolated", {context: {permissions: ["clipboard-read", "clipboard-write"]}});
  await choose(page, "latency-cdf");
  await press(page, '[data-plot-action="copy-csv"]');
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("series,"));
  const copied = () => page.waitForFunction(() => document.querySelector("[data-answer]").textContent.startsWith("Copied"));
  await copied();
  // Firefox without a window has a clipboard for text alone: there it is what the page gives to it.
  if (t.browserName === "firefox") await page.evaluate(() => {
    const given = [];
    navigator.clipboard.write = async (items) => { given.push(...items); };
    navigator.clipboard.read = async () => given;
  });
  await press(page, '[data-plot-action="copy-png"]');
  await page.waitForFunction(async () => {
    const [item] = await navigator.clipboard.read();
    if (!item?.types.includes("image/png")) return false;
    const image = await createImageBitmap(await item.getType("image/png"));
    return image.width === 1520 && image.height === 880;
  });
  await copied();
});

test("isolated: a clipboard that refuses is told, and what to do instead", async (t) => {
  const page = await raced(t, "isolated");
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("Write permission denied", "NotAllowedError"));
    const answer = document.querySelector("[data-answer]");
    window.answers = [];
    new MutationObserver(() => window.answers.push(answer.textContent)).observe(answer, {childList: true, characterData: true, subtree: true});
  });
  await choose(page, "latency-cdf");
  await press(page, '[data-plot-action="copy-csv"]');
  await page.waitForFunction(() => /Nothing was copied.*denied.*save a file/.test(
      document.querySelector("[data-answer]").textContent));
  expect(!(await page.evaluate(() => window.answers)).some((text) => text.startsWith("Copied")), "never that it was copied");
});

test("plain: the lab report is an archive with Markdown, data and pictures, in the language that is shown", async (t) => {
  const page = await t.ready("plain", {query: "?lab=overlap-waits&lang=ru"});
  await press(page, '[data-action="report"]');
  expect(/эксперимент/.test(await page.locator("[data-answer]").textContent()), "without a result it says what to do");
  await press(page, '[data-action="run"]');
  await page.waitForSelector("[data-lab-verdict]", {state: "attached"});
  const report = await download(t, page, '[data-action="report"]', "report.zip");
  expect(/^trilane-report-\d{4}-\d\d-\d\d\.zip$/.test(report.name), report.name);
  // Another reader than ours: it checks every checksum too.
  const folder = join(t.out, "report");
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder);
  execFileSync("python3", ["-m", "zipfile", "-t", report.path]);
  execFileSync("python3", ["-m", "zipfile", "-e", report.path, folder]);
  const markdown = readFileSync(join(folder, "report.md"), "utf8");
  expect(markdown.includes("## Машина"), markdown.slice(0, 200));
  const links = [...markdown.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]);
  const pictures = links.filter((link) => link.endsWith(".png"));
  expect(pictures.length > 0, markdown);
  for (const link of links) expect(statSync(join(folder, link)).size > 0, link);
  for (const name of pictures) {
    const found = hues(readPng(join(folder, name)));
    expect(found.colours > 60, `${name}: ${JSON.stringify(found)}`);
  }
  equal(JSON.parse(readFileSync(join(folder, "lab.json"), "utf8")).experiments.map((entry) => entry.id), ["overlap-waits"]);
});
