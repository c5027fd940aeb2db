// Fetches and compiles the wasm files, with a progress that is known beforehand: the build writes each file's size into
// index.html. What is wrong with a file is found out here, so that it can be said plainly.

/** @type {Record<string, (values: Record<string, string | number>) => string>} */
const MESSAGES = {
  fetch: ({file}) => `${file} could not be fetched`,
  status: ({file, status}) => `${file}: the server answered ${status}`,
  truncated: ({file, got, want}) => `${file} is not whole: ${got} of ${want} bytes arrived`,
  version: ({file, got, want}) => `${file} belongs to another version of the page: ${got} bytes instead of ${want}`,
  damaged: ({file}) => `${file} is damaged`,
  policy: ({directive}) => `the page's security policy forbids it (${directive})`,
};

/** Why a file cannot be used: a text key of boot.js with its values; as an Error's message in English. */
export class FileError extends Error {
  /** @param {string} key @param {Record<string, string | number>} values @param {string} [details] */
  constructor(key, values, details = "") {
    super(MESSAGES[key](values));
    this.key = key;
    this.values = values;
    this.details = details;
  }
}

/** @typedef {{version: string, bytes: Record<string, number>}} SiteInfo */

/** What the build wrote into index.html. @returns {SiteInfo} */
export function siteInfo() {
  const text = document.getElementById("site-info")?.textContent || "";
  try {
    return JSON.parse(text);
  } catch {
    return {version: "unbuilt", bytes: {}};  // the page still works, without a proportional bar
  }
}

export class Files {
  /**
   * @param {SiteInfo} info
   * @param {(fraction: number, waitingFor: string) => void} onProgress
   */
  constructor(info, onProgress) {
    this.info = info;
    this.onProgress = onProgress;
    /** @type {Map<string, {got: number, want: number}>} */
    this.files = new Map();
  }

  /**
   * Resolves to the compiled module, or rejects with a FileError.
   * @param {string} file
   * @returns {Promise<WebAssembly.Module>}
   */
  async compile(file) {
    const state = {got: 0, want: this.info.bytes[file] || 0};
    this.files.set(file, state);
    const url = new URL(file, import.meta.url);
    let response;
    try {
      response = await fetch(url);
    } catch (error) {
      throw new FileError("fetch", {file}, String(error));
    }
    if (!response.ok) throw new FileError("status", {file, status: response.status});
    this.report();
    // Compiled while it arrives; the copy is what is counted.
    const counted = this.count(response.clone(), state);
    const type = (response.headers.get("Content-Type") || "").split(";")[0].trim();
    try {
      if (type !== "application/wasm") {
        console.warn(`Trilane: the server sends ${file} as "${type}"; application/wasm would start faster.`);
        return await WebAssembly.compile(await response.arrayBuffer());
      }
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      throw await this.diagnose(file, state, counted, error);
    }
  }

  /** @param {Response} copy @param {{got: number, want: number}} state */
  async count(copy, state) {
    try {
      const reader = /** @type {ReadableStream<Uint8Array>} */ (copy.body).getReader();
      for (;;) {
        const {done, value} = await reader.read();
        if (done) return true;
        state.got += value.length;
        this.report();
      }
    } catch {
      return false;  // broken off; whoever compiles gets the error
    }
  }

  /**
   * @param {string} file @param {{got: number, want: number}} state @param {Promise<boolean>} counted
   * @param {unknown} error
   */
  async diagnose(file, state, counted, error) {
    const whole = await counted;
    const {got, want} = state;
    const details = String(error);
    if (!whole || (want && got < want)) return new FileError("truncated", {file, got, want: want || "?"}, details);
    if (/content security policy|unsafe-eval/i.test(details)) {
      return new FileError("policy", {file, directive: "script-src"}, details);
    }
    if (want && got !== want) return new FileError("version", {file, got, want}, details);
    return new FileError("damaged", {file}, details);
  }

  report() {
    let got = 0;
    let want = 0;
    let waitingFor = "";
    for (const [file, state] of this.files) {
      got += Math.min(state.got, state.want);
      want += state.want;
      if (state.got < state.want) waitingFor ||= file;
    }
    this.onProgress(want ? got / want : 0, waitingFor || "WebAssembly");
  }
}
