// A Firefox of its own and the wire to it: Marionette, Firefox's own protocol below WebDriver.
//
// Not WebDriver BiDi, which common drivers speak: its session registers every Worker with Firefox's debugger, and a
// Worker that starts or ends Workers of its own then sometimes waits for that registration for ever. A Marionette
// session without BiDi registers none.
// Protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html

import {spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {connect} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";

export const FIREFOX = process.env.TRILANE_FIREFOX || ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);

/** What a headless Firefox needs to draw WebGL 2 with the processor (Mesa). */
const GL_ENVIRONMENT = {MOZ_WEBGL_FORCE_EGL: "1", LIBGL_ALWAYS_SOFTWARE: "1"};
const PREFERENCES = {
  "webgl.force-enabled": true, "webgl.disable-fail-if-major-performance-caveat": true,
  "browser.shell.checkDefaultBrowser": false, "browser.startup.homepage_override.mstone": "ignore", "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false, "toolkit.telemetry.reportingpolicy.firstRun": false,
  "browser.aboutwelcome.enabled": false, "trailhead.firstrun.didSeeAboutWelcome": true, "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false, "browser.startup.page": 0, "browser.tabs.warnOnClose": false,
  "marionette.port": 0,  // any that is free
  "devtools.console.stdout.content": true, "devtools.console.stdout.chrome": false,  // console.error() of pages is read there
  "browser.download.useDownloadDir": true, "browser.download.folderList": 2, "browser.download.alwaysOpenPanel": false,
  "browser.download.always_ask_before_handling_new_types": false,
  "dom.w3c_touch_events.enabled": 2,  // where asked for, see touchEventsOverride
  "privacy.userContext.enabled": true,
  "dom.events.testing.asyncClipboard": true,  // as if a person had pressed something
};
const START_LIMIT_MS = 60_000;

/** Packets are `LENGTH:JSON`, the length in bytes. Calls `onPacket` for each. */
function readPackets(socket, onPacket) {
  let buffered = Buffer.alloc(0);
  socket.on("data", (data) => {
    buffered = Buffer.concat([buffered, data]);
    for (;;) {
      const colon = buffered.indexOf(":");
      if (colon < 0) return;
      const end = colon + 1 + Number(buffered.subarray(0, colon));
      if (buffered.length < end) return;
      onPacket(JSON.parse(buffered.subarray(colon + 1, end)));
      buffered = buffered.subarray(end);
    }
  });
}

async function portOf(profile, browser) {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    if (browser.exitCode !== null) throw new Error(`Firefox ended with code ${browser.exitCode} before it could be driven`);
    const file = join(profile, "MarionetteActivePort");
    const port = existsSync(file) && Number(readFileSync(file, "utf8"));
    if (port) return port;
    if (performance.now() > deadline) throw new Error("Firefox could not be driven within a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Starts Firefox and a session in it.
 * @param {{gl?: boolean, preferences?: object, onConsole?: (text: string) => void}} [options] gl: with WebGL 2;
 *     onConsole: hears of console.error() in pages
 * @returns {Promise<{send: (name: string, parameters?: object) => Promise<any>, downloads: string, isOpen: () => boolean,
 *     end: () => Promise<void>}>} send rejects with Marionette's error, its kind in `kind`; downloads: the folder of them
 */
export async function startFirefox({gl = true, preferences = {}, onConsole = () => {}} = {}) {
  const profile = mkdtempSync(join(tmpdir(), "trilane-firefox-"));
  const downloads = join(profile, "downloads");
  mkdirSync(downloads);
  const all = {...PREFERENCES, "browser.download.dir": downloads, ...preferences};
  writeFileSync(join(profile, "user.js"),
                Object.entries(all).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
  // A group of its own: its processes end with it. System access: for what WebDriver has no words for (browser.mjs).
  const browser = spawn(FIREFOX, ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", profile, "about:blank"],
                        {stdio: ["ignore", "pipe", "ignore"], detached: true, env: {...process.env, ...(gl ? GL_ENVIRONMENT : {})}});
  browser.stdout.on("data", (data) => {
    // Its own settings service complains, too, where there is no network.
    for (const line of String(data).split("\n")) if (line.startsWith("console.error:") && !line.includes("RSLoader")) onConsole(line);
  });
  const waiting = new Map();
  let open = true, count = 0, socket;
  const fail = () => {
    open = false;
    for (const {reject} of waiting.values()) reject(new Error("Firefox has ended"));
    waiting.clear();
  };
  browser.on("exit", fail);
  const end = async () => {
    browser.removeListener("exit", fail);
    fail();
    socket?.destroy();
    const ended = new Promise((resolve) => { browser.on("exit", resolve); });
    if (browser.exitCode === null && browser.signalCode === null) {
      process.kill(-browser.pid, "SIGKILL");
      await ended;
    }
    rmSync(profile, {recursive: true, force: true, maxRetries: 5});
  };
  const send = (name, parameters = {}) => new Promise((resolve, reject) => {
    if (!open) return reject(new Error("Firefox has ended"));
    const id = ++count;
    waiting.set(id, {resolve, reject});
    const text = JSON.stringify([0, id, name, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
  try {
    socket = connect(await portOf(profile, browser), "127.0.0.1");
    socket.on("error", fail);
    await new Promise((greeted) => readPackets(socket, (packet) => {
      if (!Array.isArray(packet)) return greeted();
      const [, id, error, result] = packet;
      const {resolve, reject} = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error) reject?.(Object.assign(new Error(error.message), {kind: error.error}));
      else resolve?.(result);
    }));
    await send("WebDriver:NewSession", {capabilities: {alwaysMatch: {pageLoadStrategy: "none"}}});
    await send("WebDriver:SetTimeouts", {script: 170_000, pageLoad: START_LIMIT_MS});
  } catch (error) {
    await end();
    throw error;
  }
  return {send, downloads, isOpen: () => open, end};
}
