// The browser's half of http_client.cpp. A request ends with a status and its body, or with the status 0 and a text that
// says why there is no answer. Browsers do not say why a connection failed, so neither do we.
addToLibrary({
  // Requests of this thread that are under way, by id.
  $trilaneRequests: "new Map()",

  $trilaneNoAnswer: (url) => {
    const {host} = new URL(url, self.location.href);
    return `no answer from ${host}: it refused or broke the connection, or may not be asked from this page ` +
        "(a browser does not tell which)";
  },
  $trilaneTooLong: (max_bytes) => `the answer is longer than ${max_bytes} bytes`,
  // The base for paths; throws what the caller words.
  $trilaneCheckUrl: (url) => {
    let parsed = null;
    try {
      parsed = new URL(url, self.location.href);
    } catch {
      // told below
    }
    return parsed && /^https?:$/.test(parsed.protocol) ? "" : "it is not a URL that can be fetched";
  },
  // A copy in this instance's memory: {at, size}.
  $trilanePutBytes__deps: ["malloc"],
  $trilanePutBytes: (bytes) => {
    const at = _malloc(Math.max(bytes.length, 1));
    HEAPU8.set(bytes, at);
    return {at, size: bytes.length};
  },
  $trilanePutText__deps: ["$trilanePutBytes"],
  $trilanePutText: (text) => trilanePutBytes(new TextEncoder().encode(text)),

  trilane_js_http_block__deps: ["$UTF8ToString", "$trilaneNoAnswer", "$trilaneTooLong", "$trilaneCheckUrl",
                                "$trilanePutBytes", "$trilanePutText"],
  trilane_js_http_block: (url_at, timeout_ms, max_bytes, body_at, size_at) => {
    const url = UTF8ToString(url_at);
    const give = ({at, size}, status) => {
      HEAPU32[body_at >> 2] = at;
      HEAPU32[size_at >> 2] = size;
      return status;
    };
    const wrong = trilaneCheckUrl(url);
    if (wrong) return give(trilanePutText(wrong), 0);
    const xhr = new XMLHttpRequest();
    try {
      xhr.open("GET", url, false);
      xhr.responseType = "arraybuffer";
      xhr.timeout = timeout_ms;
      xhr.send();
    } catch (error) {
      const why = error.name === "TimeoutError" ? `timed out after ${timeout_ms} ms` : trilaneNoAnswer(url);
      return give(trilanePutText(why), 0);
    }
    const bytes = new Uint8Array(xhr.response || 0);
    if (bytes.length > max_bytes) return give(trilanePutText(trilaneTooLong(max_bytes)), 0);
    return give(trilanePutBytes(bytes), xhr.status);
  },

  // The whole body, or null when it is longer than `max_bytes`: it is not read to its end then.
  $trilaneReadBody: async (response, max_bytes) => {
    const told = response.headers.get("Content-Length");
    // The length that is told is the body's own only where nothing is compressed.
    if (told !== null && !response.headers.has("Content-Encoding")) {
      if (Number(told) > max_bytes) return null;
      const whole = new Uint8Array(await response.arrayBuffer());
      return whole.length > max_bytes ? null : whole;
    }
    const parts = [];
    let size = 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > max_bytes) {
        reader.cancel();
        return null;
      }
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },

  trilane_js_http_start__deps: ["$trilaneRequests", "$UTF8ToString", "$trilaneNoAnswer", "$trilaneTooLong",
                                "$trilaneCheckUrl", "$trilanePutBytes", "$trilanePutText", "$trilaneReadBody"],
  trilane_js_http_start: (client, id, url_at, timeout_ms, max_bytes) => {
    const url = UTF8ToString(url_at);
    const abort = new AbortController();
    const request = {
      why: "",
      cancel: (why) => {
        request.why = why;
        abort.abort();
      },
      timer: setTimeout(() => request.cancel(`timed out after ${timeout_ms} ms`), timeout_ms),
    };
    trilaneRequests.set(id, request);
    const ask = async () => {
      const wrong = trilaneCheckUrl(url);
      if (wrong) return {text: wrong};
      const response = await fetch(url, {signal: abort.signal, cache: "no-store", credentials: "same-origin"});
      const body = await trilaneReadBody(response, max_bytes);
      if (body) return {status: response.status, body};
      abort.abort();
      return {text: trilaneTooLong(max_bytes)};
    };
    ask().catch(() => ({text: request.why || trilaneNoAnswer(url)})).then(({status, body, text}) => {
      clearTimeout(request.timer);
      if (!trilaneRequests.delete(id)) return;  // given up: its client may be gone
      const {at, size} = body ? trilanePutBytes(body) : trilanePutText(text);
      _trilane_http_done(client, id, status || 0, at, size);
    });
  },

  trilane_js_http_wait__deps: ["$trilaneRequests"],
  trilane_js_http_wait: (client, id, wait_ms) => {
    const timer = setTimeout(() => {
      if (trilaneRequests.delete(id)) _trilane_http_waited(client, id);
    }, wait_ms);
    trilaneRequests.set(id, {timer, cancel: () => {}});
  },

  trilane_js_http_cancel__deps: ["$trilaneRequests"],
  trilane_js_http_cancel: (id, tell) => {
    const request = trilaneRequests.get(id);
    if (!request) return;
    clearTimeout(request.timer);
    if (!tell) trilaneRequests.delete(id);
    request.cancel("stopped");
  },
});
