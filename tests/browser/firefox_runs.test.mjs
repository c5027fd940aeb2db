// The laboratory in a Firefox that nobody drives (firefox.mjs): every model, wherever the page may be. Registered only
// where there is a Firefox.

import {alone, FIREFOX, ISOLATING} from "./firefox.mjs";
import {equal, expect, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const FETCH = {workload: "fetch", tasks: 6, wait_ms: 20, size: 3000, workers: 2, repeat: 1, warmup: 0};
const SAVE = {workload: "parse-and-save", tasks: 6, wait_ms: 5, size: 3000, workers: 2, repeat: 1, warmup: 0};
const THREADED = [{model: "sync"}, {model: "threads"}, {model: "threads", gil: true}, {model: "processes"}, {model: "async"}];
const PLAIN = [{model: "sync"}, {model: "processes"}, {model: "async"}];

const PLACES = [
  ["isolated", {headers: ISOLATING}, "web-threads", THREADED],
  ["static", {}, "web-threads", THREADED],
  ["plain", {query: "?mode=plain"}, "web-plain", PLAIN],
];

for (const [place, options, mode, models] of FIREFOX ? PLACES : []) {
  test(`firefox: ${place}: every model computes, fetches and saves, and the answers agree`, async () => {
    const {capabilities, runs} = await alone(async ({works, models}) => {
      const capabilities = await ready();
      const runs = [];
      for (const work of works) {
        // The GIL is for what does not fetch.
        for (const one of models) if (!one.gil || work.workload === "primes") runs.push(await window.trilane.run({...work, ...one}));
      }
      return {capabilities, runs};
    }, {...options, argument: {works: [QUICK, FETCH, SAVE], models}});
    equal(capabilities.mode, mode, capabilities.reason);
    for (const work of [QUICK, FETCH, SAVE]) {
      const same = runs.filter((one) => one.workload === work.workload);
      expect(same.length >= PLAIN.length, `${work.workload}: ${same.length} runs`);
      for (const one of same) equal(one.errors, [], `${work.workload} ${one.model}`);
      equal(new Set(same.map((one) => one.checksum)).size, 1, `${work.workload}: checksums agree`);
    }
    for (const one of runs.filter(({workload}) => workload === "parse-and-save")) equal(one.saved.equal, true, `${one.model} saved`);
  });
}

if (FIREFOX) {
  test("firefox: twelve starts and stops of threads and processes, each stopped, and then they still run", async () => {
    const {messages, last} = await alone(async (config) => {
      await ready();
      const messages = [];
      for (let round = 0; round < 12; ++round) {
        let leave = () => {};
        const begun = new Promise((resolve) => { leave = window.trilane.on("progress", resolve); });
        const job = window.trilane.run({...config, size: 1000000000, tasks: 4000, model: round % 2 ? "threads" : "processes"})
            .then(() => "done", (error) => error.message);
        await begun;
        leave();
        window.trilane.stop();
        messages.push(await job);
      }
      const last = [];
      for (const model of ["threads", "processes"]) last.push((await window.trilane.run({...config, model})).valid);
      return {messages, last};
    }, {headers: ISOLATING, argument: QUICK});
    equal(messages, Array(12).fill("stopped"));
    equal(last, [true, true]);
  });

  test("firefox: a new process for each task, forty times over", async () => {
    const checksums = await alone(async (config) => {
      await ready();
      const all = [];
      for (const extra of [{model: "sync"}, {model: "processes", spawn_per_task: true}]) all.push((await window.trilane.run({...config, ...extra})).checksum);
      return all;
    }, {query: "?mode=plain", argument: {...QUICK, tasks: 40, size: 1000}});
    equal(checksums[0], checksums[1]);
  });

  test("firefox: the element in a course page of another origin runs there, without threads, and says why", async () => {
    const site = await servePlain(globalThis.site);
    try {
      const {capabilities, runs, heard} = await alone(async (config) => {
        const lab = document.querySelector("trilane-lab");
        while (!lab.run) await new Promise((resolve) => setTimeout(resolve, 20));
        const heard = [];
        for (const kind of ["ready", "result", "error"]) lab.addEventListener(kind, () => heard.push(kind));
        const capable = new Promise((resolve) => { lab.addEventListener("ready", (event) => resolve(event.detail)); });
        const runs = [];
        for (const model of ["sync", "processes", "async"]) runs.push(await lab.run({...config, model}));
        return {capabilities: await capable, runs, heard};
      }, {path: "/course.html", argument: QUICK,
          page: `<!doctype html><html lang="en"><head><title>Course</title></head><h1>Threads</h1><script async src="${site.url}embed.js"></script><trilane-lab></trilane-lab>`});
      equal(capabilities.mode, "web-plain");
      expect(capabilities.reason.includes("tab of its own"), capabilities.reason);
      equal(new Set(runs.map((one) => one.checksum)).size, 1);
      equal([heard.includes("result"), heard.includes("error")], [true, false], heard.join(" "));
    } finally {
      site.close();
    }
  });
}
