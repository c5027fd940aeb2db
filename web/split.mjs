// node split.mjs WASM_SPLIT WHOLE.wasm FIRST.wasm DEFERRED.wasm LATER
// Parts a module in two by its functions' names: what LATER, a regular expression, finds in the mangled names goes into
// DEFERRED.wasm. The first part works alone: a call of what is not there yet fetches the second (first_part.js); the
// page fetches it anyhow once it can be used. Which functions are where changes no behaviour, only when bytes arrive.

import {execFileSync} from "node:child_process";
import {readFileSync, writeFileSync} from "node:fs";

const [wasmSplit, whole, first, deferred, later] = process.argv.slice(2);
const bytes = readFileSync(whole);
let at = 8;  // behind magic number and version

/** An unsigned LEB128 number. */
function number() {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
}

function text() {
  const size = number();
  at += size;
  return bytes.toString("utf8", at - size, at);
}

/** The function names of the "name" section. @returns {string[]} */
function functionNames() {
  while (at < bytes.length) {
    const kind = bytes[at++];
    const end = number() + at;
    if (kind === 0 && text() === "name") {
      while (at < end) {
        const part = bytes[at++];
        const partEnd = number() + at;
        if (part === 1) {
          return Array.from({length: number()}, () => {
            number();
            return text();
          });
        }
        at = partEnd;
      }
    }
    at = end;
  }
  throw new Error(`${whole} has no function names: link it with --profiling-funcs`);
}

const wanted = new RegExp(later);
const names = functionNames().filter((name) => wanted.test(name));
if (names.length === 0) throw new Error(`${whole}: no function's name matches ${later}`);
const list = `${deferred}.functions`;
writeFileSync(list, names.join("\n"));
// What Emscripten enables for these modules; nothing newer, which would need newer browsers.
const features = ["bulk-memory", "simd", "mutable-globals", "sign-ext", "threads"].map((name) => `--enable-${name}`);
execFileSync(wasmSplit, [whole, `--split-funcs=@${list}`, "-o1", first, "-o2", deferred, "--export-prefix=%", ...features],
             {stdio: "inherit"});
