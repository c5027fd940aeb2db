// First script of the page; a classic one, so that it also runs where modules do not (old browsers, file://). Shows how
// far loading has come and, when something goes wrong, says what and what to do: never an endless "Loading…".
// main.js uses it as `trilaneBoot`.
(function () {
  "use strict";

  /** Nothing at all has moved for this long: say so. Slow lines move. */
  var STALL_MS = 12000;

  /** @type {Record<string, Record<string, string>>} */
  var TEXTS = {
    en: {
      loading: "Loading…",
      starting: "Starting the engine…",
      title: "Trilane could not start",
      crashed: "Trilane has stopped",
      stalled: "Trilane is still waiting",
      waiting_for: "No answer for {seconds} s while waiting for: {what}.",
      stalled_advice: "It goes on as soon as something arrives. If the line is fine, reload the page.",
      status: "{file}: the server answered {status}.",
      status_advice: "The page's folder on the server is not complete: copy all files of build/site.",
      fetch: "{file} could not be fetched.",
      script_advice: "Check the connection and reload. If it stays so, the page's folder on the server may not be complete, or the browser may be too old.",
      fetch_advice: "Check the connection and reload. If it stays so, a filter or an extension may block the file.",
      truncated: "{file} is not whole: {got} of {want} bytes arrived.",
      truncated_advice: "Reload with Ctrl+F5. If it stays so, copy the file to the server once more.",
      version: "{file} belongs to another version of the page: {got} bytes instead of {want}.",
      damaged: "{file} is damaged.",
      policy: "The security policy of this page forbids what Trilane needs ({directive}).",
      policy_advice: "The server's Content-Security-Policy must allow: script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'.",
      script: "{file}, or a file that it needs, could not be loaded or run.",
      old: "This browser is too old: it has no {what}.",
      old_advice: "Use a current Firefox, Chrome, Edge or Safari.",
      file: "The page was opened as a file. Browsers load no program parts from files.",
      file_advice: "Start ./web/run, or put the folder on any web server, and open it over http.",
      engine: "The engine could not be started: {reason}.",
      engine_advice: "Reload the page. If it stays so, close other tabs: there may be too little memory.",
      crash_advice: "Reload the page. Your settings are kept.",
      reload: "Reload",
      details: "Technical details"
    },
    ru: {
      loading: "Загрузка…",
      starting: "Движок запускается…",
      title: "Trilane не запустилась",
      crashed: "Trilane остановилась",
      stalled: "Trilane всё ещё ждёт",
      waiting_for: "{seconds} с нет ответа, ожидается: {what}.",
      stalled_advice: "Загрузка продолжится, как только что-нибудь придёт. Если связь в порядке, обновите страницу.",
      status: "{file}: сервер ответил {status}.",
      status_advice: "Папка страницы на сервере неполная: скопируйте все файлы из build/site.",
      fetch: "Не удалось загрузить {file}.",
      script_advice: "Проверьте связь и обновите страницу. Если не поможет, папка страницы на сервере неполная или браузер слишком старый.",
      fetch_advice: "Проверьте связь и обновите страницу. Если не поможет, файл может блокировать фильтр или расширение.",
      truncated: "{file} пришёл не целиком: {got} из {want} байт.",
      truncated_advice: "Обновите страницу через Ctrl+F5. Если не поможет, скопируйте файл на сервер ещё раз.",
      version: "{file} от другой версии страницы: {got} байт вместо {want}.",
      damaged: "Файл {file} повреждён.",
      policy: "Политика безопасности этой страницы запрещает то, что нужно Trilane ({directive}).",
      policy_advice: "Content-Security-Policy сервера должна разрешать: script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'.",
      script: "Не удалось загрузить или выполнить {file} или файл, который ему нужен.",
      old: "Браузер слишком старый: в нём нет {what}.",
      old_advice: "Откройте страницу в свежем Firefox, Chrome, Edge или Safari.",
      file: "Страница открыта как файл. Из файлов браузеры не загружают части программ.",
      file_advice: "Запустите ./web/run или положите папку на любой веб-сервер и откройте её по http.",
      engine: "Не удалось запустить движок: {reason}.",
      engine_advice: "Обновите страницу. Если не поможет, закройте другие вкладки: возможно, мало памяти.",
      crash_advice: "Обновите страницу. Настройки сохранены.",
      reload: "Обновить",
      details: "Технические подробности"
    }
  };

  var match = /[?&]lang=(ru|en)(&|$)/.exec(location.search);
  var lang = match ? match[1] : savedLanguage() || (/^ru\b/i.test(navigator.language || "") ? "ru" : "en");

  function savedLanguage() {
    try {  // storage may be forbidden, and what is in it may be anything
      var saved = JSON.parse(localStorage.getItem("trilane.settings") || "{}").lang;
      return saved === "ru" || saved === "en" ? saved : "";
    } catch (error) {
      return "";
    }
  }

  /** @param {string} key @param {Record<string, string | number>} [values] @param {string} [language] */
  function text(key, values, language) {
    return TEXTS[language || lang][key].replace(/\{(\w+)\}/g, function (_all, name) {
      return values && name in values ? String(values[name]) : "";
    });
  }

  /** @type {string[]} Directives of the security policy that were broken, as the browser told them. */
  var violations = [];
  /** @type {"loading" | "stalled" | "failed" | "done"} */
  var stage = "loading";
  var waitingFor = "main.js";
  var lastMoveMs = Date.now();

  /** @param {string} id */
  function element(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  /** @param {string} tag @param {string} content @param {HTMLElement} parent */
  function add(tag, content, parent) {
    var child = document.createElement(tag);
    child.textContent = content;
    parent.appendChild(child);
    return child;
  }

  /** @param {string} title @param {string} what @param {string} advice @param {string} details */
  function showOverlay(title, what, advice, details) {
    var overlay = element("overlay");
    overlay.textContent = "";
    overlay.lang = lang;
    var box = add("div", "", overlay);
    add("h1", title, box);
    add("p", what, box).id = "overlay-what";
    add("p", advice, box).id = "overlay-advice";
    var button = add("button", text("reload"), box);
    button.addEventListener("click", function () { location.reload(); });
    if (details) {
      var more = add("details", "", box);
      add("summary", text("details"), more);
      add("pre", details, more);
    }
    overlay.hidden = false;
    button.focus();
  }

  /** The origin of the page above; Firefox tells it only with that page's first word, which answers "opened". */
  var host = location.ancestorOrigins && location.ancestorOrigins[0] || "";
  var failure = "";

  /**
   * To the page above, for its <trilane-lab> (embed.js): what serves it (embed_frame.js) may never come. Says nothing, so it
   * may go to anybody.
   * @param {"opened" | "loading"} event
   */
  function tellHost(event) {
    if (window.parent !== window) window.parent.postMessage({trilane: 1, event: event}, "*");
  }

  /** Goes to that page alone, as soon as it is known. */
  function tellFailure() {
    if (window.parent === window || !failure || !host) return;
    window.parent.postMessage({trilane: 1, event: "failed", detail: {message: failure}}, host === "null" ? "*" : host);
    failure = "";
  }

  window.addEventListener("message", function (event) {
    var data = event.data;
    if (host || event.source !== window.parent || !data || data.trilane !== 1 || data.do !== "hello") return;
    host = event.origin;
    tellFailure();
  });

  /** @param {number} fraction @param {string} label */
  function showProgress(fraction, label) {
    var bar = /** @type {HTMLProgressElement} */ (element("loading-bar"));
    bar.value = fraction;
    element("loading-text").textContent = label;
  }

  function watch() {
    if (stage === "done" || stage === "failed") return;
    var silent = Date.now() - lastMoveMs;
    if (stage === "loading" && silent > STALL_MS) {
      stage = "stalled";
      showOverlay(text("stalled"), text("waiting_for", {seconds: Math.round(silent / 1000), what: waitingFor}),
                  text("stalled_advice"), "");
    }
    setTimeout(watch, 1000);
  }

  var boot = {
    lang: lang,
    text: text,
    violations: violations,
    /** Something has moved: `what` is awaited next. @param {number} fraction @param {string} what */
    progress: function (fraction, what) {
      lastMoveMs = Date.now();
      waitingFor = what;
      tellHost("loading");
      if (stage === "stalled") {
        stage = "loading";
        element("overlay").hidden = true;
      }
      if (stage === "loading") showProgress(fraction, text(fraction < 1 ? "loading" : "starting"));
    },
    /** Everything runs. */
    done: function () {
      if (stage === "failed") return;
      stage = "done";
      element("overlay").hidden = true;
      element("loading").hidden = true;
    },
    /**
     * A host page can do nothing with this one, and is told why: in English, as all that scripts are told.
     * @param {string} key @param {Record<string, string | number>} [values] @param {string} [advice]
     */
    tellFailure: function (key, values, advice) {
      var what = key === "crash" ? text("crashed", {}, "en") + "." : text("title", {}, "en") + ": " + text(key, values, "en");
      failure = what + " " + text(advice || key + "_advice", {}, "en");
      tellFailure();
    },
    /**
     * The end: shows why. The first failure is shown; what follows from it is not. `key` names a text, and `key_advice`.
     * @param {string} key @param {Record<string, string | number>} [values] @param {unknown} [details] @param {string} [advice]
     */
    fail: function (key, values, details, advice) {
      if (stage === "failed") return;
      var crashed = stage === "done";
      stage = "failed";
      element("loading").hidden = true;
      if (violations.length) {
        details = [String(details || key)].concat(violations).join("\n");
        key = "policy";
        values = {directive: violations[0].split(" ")[0]};
      }
      boot.tellFailure(key, values, advice);
      var what = key === "crash" ? "" : text(key, values);
      showOverlay(text(crashed ? "crashed" : "title"), what, text(advice || key + "_advice"), details ? String(details) : "");
    }
  };
  /** @type {any} */ (window).trilaneBoot = boot;

  document.addEventListener("securitypolicyviolation", function (event) {
    // Pictures, styles and the like are not ours.
    if (event.disposition !== "enforce" || !/^(script|worker|child|connect)-src/.test(event.effectiveDirective)) return;
    violations.push(event.effectiveDirective + " " + (event.blockedURI || ""));
  });
  // Capturing: errors of <script> elements do not bubble.
  window.addEventListener("error", function (event) {
    var target = /** @type {any} */ (event.target);
    if (target && target.tagName === "SCRIPT") {
      boot.fail("script", {file: target.getAttribute("src") || ""}, "");
    } else if (stage !== "done" && /\/(boot|main|front|canvas|api|mirror|files|front_link|isolation|notices|worker_links)\.js/.test(event.filename || "")) {
      boot.fail("script", {file: String(event.filename).replace(/.*\//, "")}, event.message);
    }
  }, true);

  tellHost("opened");
  if (location.protocol === "file:") {
    boot.fail("file");
  } else if (!("noModule" in HTMLScriptElement.prototype)) {
    boot.fail("old", {what: "JavaScript modules"});
  } else if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    boot.fail("old", {what: "WebAssembly"});
  } else {
    element("loading").hidden = false;
    showProgress(0, text("loading"));
    watch();
  }
})();
