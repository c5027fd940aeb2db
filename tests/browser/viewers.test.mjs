// The viewers of single experiments, by what screen readers get of them: the recorded steps of the event loop, threads
// that are held while a person chooses, the cycle of a deadlock; and predictions without a mouse.
import {equal, expect, test} from "./harness.mjs";

const QUERY = {query: "?lang=en"};
const open = (page, id) => page.locator(`[data-lab-open="${id}"]`).evaluate((button) => button.click());
const act = (page, id) => page.locator(`[data-lab-viewer-action="${id}"]`).evaluate((button) => button.click());
const lines = (page) => page.locator("[data-lab-viewer-line]").allTextContents();
const key = (page, name) => page.locator(`[data-lab-key="${name}"]`).evaluate((button) => button.click());
/** Waits until a line of the viewer has these words. */
const says = (page, words) => page.waitForFunction((wanted) =>
    [...document.querySelectorAll("[data-lab-viewer-line]")].some((line) => line.textContent.includes(wanted)), words);
const verdict = (page) => page.waitForFunction(() => document.querySelector("[data-lab-verdict]")?.dataset.labVerdict)
    .then((handle) => handle.jsonValue());

for (const site of ["isolated", "plain"]) {
  test(`${site}: await-order: every recorded step can be gone to, on and back`, async (t) => {
    const page = await t.ready(site, QUERY);
    const {experiments: [{details}]} = await page.evaluate(() => window.trilane.lab("await-order"));
    const {steps} = details;
    expect(steps.length > 10, `steps were recorded: ${steps.length}`);
    await says(page, steps[0].text.en);
    for (const at of [1, 2, 3]) {
      await act(page, "next");
      expect((await lines(page)).includes(steps[at].text.en), `step ${at}: ${await lines(page)}`);
    }
    await act(page, "back");
    expect((await lines(page)).includes(steps[2].text.en), "back");
    await page.locator('[data-lab-key="viewer-step"]').evaluate((range) => {
      range.value = range.max;
      range.dispatchEvent(new Event("input", {bubbles: true}));
    });
    expect((await lines(page)).includes(steps.at(-1).text.en), "the slider goes to the end");
    expect(await page.locator('[data-lab-viewer-action="next"]').isDisabled(), "there is no step after the last");
    const marked = await page.locator('[data-lab-viewer] li[aria-current="step"]').textContent();
    equal(marked, details.code[steps.at(-1).line - 1]);
  });
}

test("isolated: you-schedule: threads held before each step make the order that a person chooses", async (t) => {
  const page = await t.ready("isolated", QUERY);
  await open(page, "you-schedule");
  await page.waitForFunction(() => document.querySelector('[data-lab-viewer="you-schedule"]'));
  // Both load before either stores: the update that is stored first is lost.
  const steps = ["A load", "B load", "A add", "B add", "A store", "B store"];
  for (let i = 0; i < steps.length; ++i) {
    await act(page, steps[i][0]);
    await says(page, steps.slice(0, i + 1).join(", "));
  }
  await says(page, "one update is lost");
  await act(page, "undo");
  await page.waitForFunction(() => ![...document.querySelectorAll("[data-lab-viewer-line]")]
      .some((line) => line.textContent.includes("B store")));
  await act(page, "B");
  await says(page, "B store");
  await act(page, "finish");
  await verdict(page);
  await says(page, "ABABAB: 1");
  expect((await lines(page)).some((line) => line.includes("AAABBB: 2")), "all orders are listed");
});

test("isolated: you-schedule: Stop sends held threads home, and the next run is whole", async (t) => {
  const page = await t.ready("isolated", QUERY);
  await open(page, "you-schedule");
  await page.waitForFunction(() => document.querySelector('[data-lab-viewer="you-schedule"]'));
  await act(page, "B");
  await says(page, "B load");
  await page.evaluate(() => window.trilane.stop());
  await page.waitForFunction(() => !document.querySelector('[data-action="run"]').disabled);
  const {experiments: [entry]} = await page.evaluate(() => window.trilane.lab("you-schedule", {schedule: "BBBAAA"}));
  equal(entry.details.schedule.final, 2);
  equal(entry.details.interleavings.length, 20);
});

test("isolated: deadlock: who holds, who waits and since when is told", async (t) => {
  const page = await t.ready("isolated", QUERY);
  const {experiments: [{details}]} = await page.evaluate(() => window.trilane.lab("deadlock"));
  await says(page, "deadlocks");
  const all = (await lines(page)).join("\n");
  for (const {thread, waits_for: lock, waited_ms: waited} of details.cycle) {
    expect(waited > 0, `${thread} had waited: ${waited}`);
    expect(new RegExp(`thread ${thread}: .*waits for .*lock ${lock}`).test(all), all);
  }
});

test("isolated: predictions by keyboard: a rank and a number reach the run and are compared", async (t) => {
  const page = await t.ready("isolated", QUERY);
  await open(page, "you-schedule");
  await page.locator('[data-lab-key="number"]').evaluate((input) => {
    input.value = "18";
    input.dispatchEvent(new Event("change", {bubbles: true}));
  });
  const {experiments: [{prediction}]} = await page.evaluate(() => window.trilane.lab("you-schedule"));
  equal(prediction, {answer: 18, score: 1, right: true});
  await page.waitForFunction(() => document.querySelector("[data-lab-comparison]"));
  expect(/18/.test(await page.locator("[data-lab-comparison]").first().textContent()), "the comparison names the guess");

  await open(page, "await-order");
  const list = page.locator("[data-lab-rank] li span");
  await list.first().waitFor({state: "attached"});
  const before = await list.allTextContents();
  const second = await page.locator("[data-lab-rank] li").nth(1).locator("button").first().getAttribute("data-lab-key");
  await key(page, second);
  equal((await list.allTextContents()).slice(0, 2), [before[1], before[0]]);
  await key(page, "ranked");
  expect((await page.locator("[data-lab-answer]").textContent()).startsWith(before[1]), "the order is the answer");
});
