// Lines above the page for what the reader must know and cannot see elsewhere: a value in the address that could not be
// used, a part that could not be loaded. Texts go in as text only, whatever they hold.

/** @type {Record<string, Record<string, string>>} */
const TEXTS = {
  en: {
    clamped: "In the address, {field} is {value}: {used} is used instead.",
    refused: "In the address, {field} is {value}: this is not allowed and was left out.",
    unknown: "The address has an option that does not exist: {field}.",
    no_canvas: "The picture is missing: {reason}. Everything works here with the controls below.",
    no_child: "Processes cannot be started here. {reason}",
    fallback: "Threads could not be started, so the page works without them: {reason}.",
    no_part: "A part of the page could not be loaded: {reason}. Perhaps it has been updated meanwhile: reload it when you have saved what you need.",
    bad_result: "The results in this link cannot be read: {reason}. The settings are those of the link; Run measures here.",
    bad_file: "{reason} Nothing else has changed.",
    close: "Close",
  },
  ru: {
    clamped: "В адресе {field} = {value}: взято {used}.",
    refused: "В адресе {field} = {value}: так нельзя, значение пропущено.",
    unknown: "В адресе есть параметр, которого не бывает: {field}.",
    no_canvas: "Картинки нет: {reason}. Всё работает с элементами управления ниже.",
    no_child: "Процессы здесь запустить нельзя. {reason}",
    fallback: "Потоки запустить не удалось, страница работает без них: {reason}.",
    no_part: "Не загрузилась часть страницы: {reason}. Возможно, её тем временем обновили: сохраните нужное и перезагрузите.",
    bad_result: "Результаты в этой ссылке не читаются: {reason}. Настройки взяты из ссылки; «Запустить» измерит здесь.",
    bad_file: "{reason} Остальное не изменилось.",
    close: "Закрыть",
  },
};

/** Long values are cut: an address may hold anything. */
const LONGEST = 120;

/** @param {string} lang @param {string} key @param {Record<string, unknown>} values */
export function notice(lang, key, values) {
  const texts = TEXTS[lang] || TEXTS.en;
  const line = document.createElement("p");
  line.dataset.notice = key;
  line.lang = lang;
  line.append(texts[key].replace(/\{(\w+)\}/g, (_all, name) => shorten(values[name])));
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", texts.close);
  close.addEventListener("click", () => line.remove());
  line.append(close);
  document.getElementById("notices")?.append(line);
}

/** @param {unknown} value */
function shorten(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
