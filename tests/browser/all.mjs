// Runs the page's tests: node all.mjs --site DIR --program FILE --out DIR [--browser chromium|firefox] [--xml FILE] [--only TEXT]
// Needs TRILANE_NODE_MODULES (playwright-core) and the browser (TRILANE_CHROMIUM, TRILANE_FIREFOX).

import {parseArgs} from "node:util";

import {runAll} from "./harness.mjs";
import {serveIsolated, servePlain} from "./servers.mjs";

const {values: options} = parseArgs({options: {
  browser: {type: "string", default: "chromium"}, site: {type: "string"}, program: {type: "string"}, out: {type: "string"}, xml: {type: "string"}, only: {type: "string"},
}});
globalThis.site = options.site;
globalThis.program = options.program;

await import("./bundle.test.mjs");
await import("./hosts.test.mjs");
await import("./loading.test.mjs");
await import("./isolation.test.mjs");
await import("./embed.test.mjs");
await import("./share.test.mjs");
await import("./compare.test.mjs");
await import("./a11y.test.mjs");
await import("./motion.test.mjs");
await import("./api.test.mjs");
await import("./mirror.test.mjs");
await import("./look.test.mjs");
await import("./timeline.test.mjs");
await import("./touch.test.mjs");
await import("./faults.test.mjs");
await import("./faults_workers.test.mjs");
await import("./faults_clocks.test.mjs");
await import("./lab.test.mjs");
await import("./plots.test.mjs");
await import("./viewers.test.mjs");
await import("./web.test.mjs");
await import("./database.test.mjs");
await import("./firefox.test.mjs");

const isolated = await serveIsolated(options.program, options.site);
const plain = await servePlain(options.site);
let failed = 1;
try {
  failed = await runAll({browserName: options.browser, sites: {isolated: isolated.url, plain: plain.url}, out: options.out, xml: options.xml, only: options.only});
} finally {
  isolated.close();
  plain.close();
}
process.exit(failed ? 1 : 0);
