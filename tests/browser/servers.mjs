// The two ways in which the page is served: by the program (isolated), and as plain files with no headers of their own,
// as on most web hosts. The plain one can be told to answer some paths wrongly. Either may be reached over a slow line.

import {spawn} from "node:child_process";
import {createReadStream, readdirSync, statSync} from "node:fs";
import {createServer} from "node:http";
import {connect, createServer as createSocketServer} from "node:net";
import {extname, join, normalize} from "node:path";
import {createInterface} from "node:readline";
import {Readable} from "node:stream";

const TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
               ".json": "application/json", ".svg": "image/svg+xml"};

/** The folder of the files with a content hash; tests name those without it. */
const ASSETS = /^\/assets-[0-9a-f]{16}\//;

/** Where the built page has its file of this name. @param {string} site @param {string} name */
export function siteFile(site, name) {
  const folder = readdirSync(site).find((one) => ASSETS.test(`/${one}/`));
  return join(site, folder, name);
}

/** @returns {Promise<{url: string, close: () => void}>} */
export async function serveIsolated(program, site) {
  const server = spawn(program, ["serve", "--port", "0", "--root", site], {stdio: ["ignore", "pipe", "inherit"]});
  const lines = createInterface({input: server.stdout});
  const url = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const found = /http:\/\/localhost:\d+\//.exec(line);
      if (found) resolve(found[0]);
    });
    server.on("exit", (code) => reject(new Error(`trilane serve ended with code ${code}`)));
  });
  return {url, close: () => server.kill()};
}

/**
 * @param {string} site
 * @param {(path: string, request: object) => null | {status?: number, headers?: object, body?: Buffer | string | AsyncIterable<Buffer>,
 *     hang?: boolean}} [special] A body in pieces is sent as they come, and its length is not told.
 * @param {string} [folder] Where the site is on this host.
 */
export async function servePlain(site, special = () => null, folder = "/") {
  const server = createServer((request, response) => {
    let path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (!path.startsWith(folder)) {
      response.writeHead(404).end("not found");
      return;
    }
    path = path.slice(folder.length - 1);
    if (path.endsWith("/")) path += "index.html";
    const answer = special(path.replace(ASSETS, "/"), request);
    if (answer?.hang) return;
    if (answer && answer.body !== undefined) {
      response.writeHead(answer.status ?? 200, {"Content-Type": TYPES[extname(path)] ?? "application/octet-stream", ...answer.headers});
      if (typeof answer.body[Symbol.asyncIterator] === "function") {
        Readable.from(answer.body).pipe(response);
      } else {
        response.end(answer.body);
      }
      return;
    }
    const file = join(site, normalize(path));
    let size;
    try {
      size = statSync(file).size;
    } catch {
      response.writeHead(404).end("not found");
      return;
    }
    response.writeHead(answer?.status ?? 200, {"Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
                                               "Content-Length": size, ...answer?.headers});
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}${folder}`,
    // It answers on for a while: a page reports what is cut off or refused, as of threads that are still being prepared,
    // and is closed after its server.
    close: () => {
      setTimeout(() => {
        server.close();
        server.closeAllConnections();
      }, 5000).unref();
    },
  };
}

/** Bytes that one connection may have on the line down before another has its turn. */
const TURN = 16384;
/** A connection's next bytes come in line so long before its last ones have left. */
const AHEAD_MS = 15;

/**
 * A line of so much bandwidth down, shared by all connections, and of so much delay, before the server at `url`. Between
 * browser and server, not in the browser: it holds for Workers and service workers too.
 * @returns {Promise<{url: string, bytes: () => number, close: () => void}>} bytes: what has come down so far.
 */
export async function slowLine(url, {bitsPerSecond = 10e6, roundTripMs = 40} = {}) {
  const target = new URL(url);
  const bytesPerMs = bitsPerSecond / 8000;
  let lineFreeAt = 0;
  let total = 0;
  const sockets = new Set();
  const server = createSocketServer((browser) => {
    const host = connect(Number(target.port), "127.0.0.1");
    const open = performance.now() + roundTripMs;  // the handshake
    for (const socket of [browser, host]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        (socket === browser ? host : browser).destroy();
      });
    }
    const up = delayed(host);
    browser.on("data", (data) => up(data, Math.max(performance.now(), open) + roundTripMs / 2));
    const down = delayed(browser);
    host.on("data", (data) => {
      for (let at = 0; at < data.length; at += TURN) {
        const piece = data.subarray(at, at + TURN);
        lineFreeAt = Math.max(performance.now(), lineFreeAt) + piece.length / bytesPerMs;
        total += piece.length;
        down(piece, lineFreeAt + roundTripMs / 2);
      }
      host.pause();  // until most of this is on its way: a server must not have the line to itself
      setTimeout(() => host.resume(), Math.max(0, lineFreeAt - performance.now() - AHEAD_MS));
    });
    browser.on("end", () => host.end());
    host.on("end", () => down(null, lineFreeAt + roundTripMs / 2));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}${target.pathname}`,
    bytes: () => total,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Writes to `socket` what it is given, in order, each when it is due; null ends it. */
function delayed(socket) {
  const queue = [];
  let busy = false;
  const pump = () => {
    while (queue.length && queue[0].due <= performance.now()) {
      const {data} = queue.shift();
      if (data === null) socket.end(); else socket.write(data);
    }
    busy = queue.length > 0;
    if (busy) setTimeout(pump, Math.max(0, queue[0].due - performance.now()));
  };
  return (data, due) => {
    queue.push({data, due});
    if (busy) return;
    busy = true;
    setTimeout(pump, Math.max(0, due - performance.now()));
  };
}
