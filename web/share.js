// The share dialog: a link, a snippet for a course page and one for editors that take no scripts, with the author's
// choices and, if wished, with the results in the link. Loaded when it is opened, or when a link brings results.
//
// Results travel in the address's fragment, which browsers send to no server: JSON, deflated, base64url.

/** A fragment may be anything: no more than this is taken or unpacked. */
const LONGEST_FRAGMENT = 200_000;
const LONGEST_TEXT = 4_000_000;
/** Longer addresses are cut by mail programs and messengers. */
const LONG_LINK = 8000;
const FRAGMENT = "#result=";

/** @type {Record<string, Record<string, string>>} */
const TEXTS = {
  en: {
    title: "Share", close: "Close", copy: "Copy", copied: "Copied",
    view: "With this view: the part of the timeline and the selection", lock: "Fix the settings: readers can run, not change", results: "With my results: shown as measured here, beside “run it here”",
    no_results: "With my results (nothing has been run yet)",
    too_long: "With my results (too many for a link: save them as a file)",
    lang: "Language", theme: "Theme", auto: "as the reader's system", dark: "dark", light: "light",
    question: "Question or title, shown above the laboratory",
    link: "Link", element: "For a course page (HTML, MkDocs)", frame: "For editors that remove scripts (Moodle): a frame",
    save: "Save the results as a file", preview: "Preview", preview_title: "Preview of the embedded laboratory",
    long: "This link has {length} characters: some programs cut such long ones. A file is safer.",
    local: "This page is on your own computer: others cannot open its address. Put the folder on a web host first.",
  },
  ru: {
    title: "Поделиться", close: "Закрыть", copy: "Копировать", copied: "Скопировано",
    view: "С этим видом: часть временной шкалы и выделение", lock: "Закрепить настройки: можно запускать, но не менять", results: "С моими результатами: видно, что измерены здесь, рядом «запустить у себя»",
    no_results: "С моими результатами (ещё ничего не запускали)",
    too_long: "С моими результатами (для ссылки их слишком много: сохраните в файл)",
    lang: "Язык", theme: "Тема", auto: "как в системе читателя", dark: "тёмная", light: "светлая",
    question: "Вопрос или заголовок над лабораторией",
    link: "Ссылка", element: "Для страницы курса (HTML, MkDocs)", frame: "Для редакторов, удаляющих скрипты (Moodle): рамка",
    save: "Сохранить результаты в файл", preview: "Предпросмотр", preview_title: "Предпросмотр встроенной лаборатории",
    long: "В ссылке {length} символов: некоторые программы обрезают такие длинные. Надёжнее файл.",
    local: "Страница открыта с вашего компьютера: другим её адрес недоступен. Сначала положите папку на веб-сервер.",
  },
};

/** @param {string} text @returns {Promise<string>} base64url */
export async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws what is wrong with it. @param {string} packed @returns {Promise<string>} */
export async function unpack(packed) {
  if (packed.length > LONGEST_FRAGMENT) throw new Error(`${packed.length} characters`);
  if (!/^[\w-]+$/.test(packed)) throw new Error("it is not base64url");
  const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", {fatal: true});
  let text = "";
  for (;;) {  // piece by piece: a few bytes may unpack to gigabytes
    const {done, value} = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, {stream: true});
    if (text.length > LONGEST_TEXT) {
      reader.cancel().catch(() => {});
      throw new Error("it is too long");
    }
  }
}

/** The results that the address brings, or null. Throws when they cannot be read. @param {string} hash */
export async function resultsOf(hash) {
  return hash.startsWith(FRAGMENT) ? unpack(hash.slice(FRAGMENT.length)) : null;
}

/**
 * @typedef {object} Shared What the front end gives ({"do":"share"}).
 * @property {string} query "?workload=…", or "?lab=…".
 * @property {string} view "view=1,9&task=7", or empty: where the timeline is looked at.
 * @property {any} results trilane.race/1, or null when nothing was run.
 */

/**
 * Opens the dialog; the focus goes back when it is closed.
 * @param {Shared} shared @param {string} lang @param {string} folder The page's address without query and fragment.
 */
export async function openShareDialog(shared, lang, folder) {
  document.querySelector("dialog.share")?.remove();
  const texts = TEXTS[lang] || TEXTS.en;
  const results = shared.results ? await pack(JSON.stringify(shared.results)) : "";
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", document.body, {class: "share", lang, "aria-labelledby": "share-title"}));
  const head = make("header", dialog);
  make("h2", head, {id: "share-title"}).textContent = texts.title;
  const close = make("button", head, {type: "button", "aria-label": texts.close});
  close.textContent = "×";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  if (/^(localhost|127\.|\[::1\])/.test(location.hostname)) make("p", dialog, {class: "hint"}).textContent = texts.local;

  const lock = checkbox(dialog, texts.lock, "share-lock");
  const withView = checkbox(dialog, texts.view, "share-view");
  withView.disabled = !shared.view;
  const fits = results.length <= LONGEST_FRAGMENT;
  const withResults = checkbox(dialog, !results ? texts.no_results : fits ? texts.results : texts.too_long, "share-results");
  withResults.disabled = !results || !fits;
  const row = make("div", dialog, {class: "row"});
  const language = select(row, texts.lang, {en: "English", ru: "Русский"}, lang);
  const theme = select(row, texts.theme, {"": texts.auto, dark: texts.dark, light: texts.light}, "");
  const question = /** @type {HTMLInputElement} */ (labelled(dialog, texts.question, make("input", null, {maxlength: "200", "data-share": "question"})));

  const link = output(dialog, texts.link, "link", 2, texts);
  const warning = make("p", dialog, {class: "hint", role: "status"});
  const element = output(dialog, texts.element, "element", 3, texts);
  const frame = output(dialog, texts.frame, "frame", 3, texts);
  const foot = make("p", dialog, {class: "row"});
  const preview = make("button", foot, {type: "button"});
  preview.textContent = texts.preview;
  const save = /** @type {HTMLButtonElement} */ (make("button", foot, {type: "button"}));
  save.textContent = texts.save;
  save.disabled = !results;
  save.addEventListener("click", () => saveFile("trilane-results.json", JSON.stringify(shared.results, null, 2)));
  const box = make("div", dialog, {class: "preview"});

  const address = (/** @type {boolean} */ embedded) => {
    const url = new URL(folder + shared.query);
    url.searchParams.set("lang", language.value);
    if (theme.value) url.searchParams.set("theme", theme.value);
    if (embedded) url.searchParams.set("embed", "1");
    if (lock.checked) url.searchParams.set("lock", "1");
    if (question.value.trim()) url.searchParams.set("question", question.value.trim());
    if (withView.checked) url.search += `&${shared.view}`;
    return url.href + (withResults.checked ? FRAGMENT + results : "");
  };
  const update = () => {
    link.value = address(false);
    warning.textContent = link.value.length > LONG_LINK ? texts.long.replace("{length}", String(link.value.length)) : "";
    element.value = elementSnippet(shared.query, {
      lang: language.value, theme: theme.value, lock: lock.checked, title: question.value.trim(), folder, result: withResults.checked ? results : "",
    });
    frame.value = `<iframe src="${escapeHtml(address(true))}" title="${escapeHtml(question.value.trim() || "Trilane")}" ` +
        'allow="cross-origin-isolated; clipboard-write" width="100%" height="640" style="border:0" loading="lazy"></iframe>';
    box.replaceChildren();
  };
  for (const input of [lock, withView, withResults, language, theme, question]) input.addEventListener("input", update);
  preview.addEventListener("click", () => {
    box.replaceChildren();
    make("iframe", box, {src: address(true), title: texts.preview_title, allow: "cross-origin-isolated"});
    box.scrollIntoView({block: "nearest"});
  });
  update();
  dialog.showModal();
}

/** @param {string} query @param {{lang: string, theme: string, lock: boolean, title: string, folder: string, result: string}} options */
function elementSnippet(query, {lang, theme, lock, title, folder, result}) {
  const settings = new URLSearchParams(query);
  const experiment = settings.get("lab");
  settings.delete("lab");
  const attributes = Object.entries({experiment: experiment || "", settings: settings.toString().replaceAll("%2C", ","), lang, theme, title, result})
      .filter(([, value]) => value).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join("");
  const script = new URL("embed.js", folder).href;
  return `<script async src="${escapeHtml(script)}"></script>\n<trilane-lab${attributes}${lock ? " lock" : ""}></trilane-lab>`;
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** @param {string} name @param {string} text */
function saveFile(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "application/json"}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** @param {string} tag @param {HTMLElement | null} parent @param {Record<string, string>} [attributes] */
function make(tag, parent, attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

/** @param {HTMLElement} parent @param {string} text @param {HTMLElement} input */
function labelled(parent, text, input) {
  const label = make("label", parent);
  make("span", label).textContent = text;
  label.append(input);
  return input;
}

/** @param {HTMLElement} parent @param {string} text @param {string} id */
function checkbox(parent, text, id) {
  const label = make("label", parent, {class: "check"});
  const input = /** @type {HTMLInputElement} */ (make("input", label, {type: "checkbox", "data-share": id}));
  make("span", label).textContent = text;
  return input;
}

/** @param {HTMLElement} parent @param {string} text @param {Record<string, string>} choices @param {string} value */
function select(parent, text, choices, value) {
  const input = /** @type {HTMLSelectElement} */ (labelled(parent, text, make("select", null)));
  for (const [key, name] of Object.entries(choices)) make("option", input, {value: key}).textContent = name;
  input.value = value;
  return input;
}

/**
 * A text to copy.
 * @param {HTMLElement} parent @param {string} text @param {string} id @param {number} rows @param {Record<string, string>} texts
 */
function output(parent, text, id, rows, texts) {
  const row = make("div", parent, {class: "output"});
  const area = /** @type {HTMLTextAreaElement} */ (labelled(row, text, make("textarea", null, {readonly: "", rows: String(rows), "data-share": id, spellcheck: "false"})));
  const copy = make("button", row, {type: "button", "data-copy": id, "aria-live": "polite"});
  copy.textContent = texts.copy;
  copy.addEventListener("click", async () => {
    area.select();
    // Where the clipboard is forbidden the text stays selected, for Ctrl+C.
    const done = await navigator.clipboard?.writeText(area.value).then(() => true, () => false);
    if (done) copy.textContent = texts.copied;
  });
  return area;
}
