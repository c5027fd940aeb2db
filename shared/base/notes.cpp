#include "base/notes.hpp"

#include <algorithm>
#include <utility>

namespace trilane {

void add_once(std::vector<Note>& notes, Note note) {
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

std::string english_lines(const std::vector<Note>& notes) {
  std::string lines;
  for (const Note& note : notes) lines += note.text.en + "\n";
  return lines;
}

namespace notes {
namespace {

/// A figure in both languages, which differ in the decimal sign.
BothTexts decimal(std::string en) {
  BothTexts out{en, std::move(en)};
  std::ranges::replace(out.ru, '.', ',');
  return out;
}

}  // namespace

Note in_warm_up(Note note) {
  note.text = both("In the warm-up: {}", "Во время прогрева: {}", note.text);
  return note;
}

Note gil_is_model() {
  return {"gil_is_model", both("The GIL is a model of CPython's: one real lock on real threads.",
                               "GIL — модель GIL из CPython: одна настоящая блокировка на настоящих потоках.")};
}

Note processes_are_workers() {
  return {"processes_are_workers",
          both("A process is a Worker with its own WebAssembly memory here: browsers give pages no processes.",
               "Процесс здесь — Worker со своей памятью WebAssembly: процессов браузеры страницам не дают.")};
}

Note waits_are_busy() {
  return {"waits_are_busy", both("This page cannot block without computing: sync's waits are busy loops here.",
                                 "Страница не может ждать, не считая: синхронное ожидание здесь — пустой цикл.")};
}

Note simulated_wait(const BothTexts& because) {
  return {"simulated_wait", both("Simulated wait: {}.", "Имитация ожидания: {}.", because)};
}

Note browser_connections(unsigned most, unsigned asked) {
  return {"browser_connections",
          both("Browsers open at most {} HTTP/1.1 connections to one host: of {} requests at a time {} waited for one. "
               "Answers of a service worker have no such limit.",
               "Браузер открывает к одному серверу не больше {} соединений HTTP/1.1: из {} одновременных запросов {} "
               "ждали соединения. У ответов service worker такого предела нет.",
               most, asked, asked - most)};
}

Note database_in_memory() {
  return {"database_in_memory",
          both("The database is on a file system in memory (tmpfs), which writes nothing through to a disk: --durable "
               "costs nothing here. Set TMPDIR to a folder on a disk.",
               "База данных лежит в файловой системе в памяти (tmpfs), которая ничего не пишет на диск: --durable "
               "здесь ничего не стоит. Укажите в TMPDIR каталог на диске.")};
}

Note page_database() {
  return {
      "page_database",
      both(
          "The page's database is SQLite in the memory of one Worker: a commit waits for that Worker, and for no disk.",
          "База данных страницы — SQLite в памяти одного Worker: фиксация ждёт этот Worker, но не диск.")};
}

Note commits_not_awaited() {
  return {
      "commits_not_awaited",
      both("Without shared memory and without a service worker a blocking save cannot wait for its commit: sync and "
           "processes send their rows and go on; the table is read when all have come.",
           "Без общей памяти и без service worker блокирующее сохранение не может дождаться фиксации: sync и "
           "processes отправляют строки и идут дальше; таблица читается, когда пришли все.")};
}

Note blocked_timeouts(std::uint64_t timeouts, std::int64_t timeout_ms, std::int64_t blocked_ms) {
  return {
      "blocked_timeouts",
      both("Requests that timed out while this run blocked its own loop: {}; of their {} ms the loop was blocked for "
           "up to {} ms, and a blocked loop reads no answers.",
           "Запросы, которые не уложились в тайм-аут, пока этот же запуск блокировал свой цикл событий: {}; из их "
           "{} мс цикл был заблокирован до {} мс, а заблокированный цикл не читает ответов.",
           timeouts, timeout_ms, blocked_ms)};
}

Note loop_blocked(std::uint32_t task, double ms, std::uint32_t segment, std::string_view what) {
  return {"loop_blocked",
          both("Task {} blocked the event loop for {:.0f} ms in its segment {} ({}): nothing else ran meanwhile.",
               "Задача {} заблокировала цикл событий на {:.0f} мс в отрезке {} ({}): больше ничего в это время не "
               "работало.",
               task, ms, segment, what)};
}

Note loop_blocked_by_commit(double ms) {
  return {
      "loop_blocked_by_commit",
      both("The last commit blocked the event loop for {:.0f} ms: nothing else ran meanwhile.",
           "Последняя фиксация заблокировала цикл событий на {:.0f} мс: больше ничего в это время не работало.", ms)};
}

Note loop_blocks(std::uint64_t count, double limit_ms) {
  return {"loop_blocks",
          both("{} segments in all blocked the event loop for more than {:.0f} ms.",
               "Всего отрезков, заблокировавших цикл событий дольше чем на {1:.0f} мс: {0}.", count, limit_ms)};
}

Note no_blocking_thread() {
  return {"no_blocking_thread",
          both("No thread was to be had for work that blocks: it ran on the event loop, which stood still meanwhile.",
               "Для блокирующей работы не нашлось потока: она шла в цикле событий, и он стоял.")};
}

Note shorter_than_clock(double step_ms) {
  return {"shorter_than_clock",
          both("The run was shorter than one step of this platform's clock ({} ms), so its makespan and throughput are "
               "not available: use more tasks or a greater size.",
               "Запуск короче одного шага здешних часов ({} мс), поэтому его длительность и пропускная способность "
               "недоступны: возьмите больше задач или больший размер.",
               decimal(fmt::format("{:.3g}", step_ms)))};
}

Note few_repeats(std::size_t repeats, double coverage) {
  return {
      "few_repeats",
      both("The interval of {} repeats is their smallest and largest value and covers {} %; six or more repeats give "
           "95 %.",
           "Интервал по повторам ({}) — их наименьшее и наибольшее значение, он накрывает медиану с вероятностью "
           "{} %; шесть и больше повторов дают 95 %.",
           repeats, decimal(fmt::format("{:.1f}", coverage * 100)))};
}

Note spans_dropped(std::uint64_t spans) {
  return {"spans_dropped",
          both("{} spans of the last repeat were not recorded: there were more than the buffers hold. All times and "
               "counts are complete.",
               "Не записано отрезков последнего повтора: {} — их больше, чем вмещают буферы. Все времена и счётчики "
               "полны.",
               spans)};
}

Note python_repeats(std::uint32_t made, std::uint32_t asked, std::int64_t budget_s) {
  return {"python_repeats",
          both("Python is slow at this: {} of {} repeats were made in {} s.",
               "Python делает это медленно: выполнено повторов: {} из {} за {} с.", made, asked, budget_s)};
}

Note page_hidden() {
  return {
      "page_hidden",
      both("The page was hidden during this run: browsers slow hidden pages down, so the times say nothing.",
           "Во время запуска страница была скрыта: скрытые страницы браузер замедляет, и времена ничего не говорят.")};
}

Note stood_still(double ms) {
  return {
      "stood_still",
      both("This program stood still for {:.0f} ms in the middle of the run: it was stopped, or got no processor. The "
           "times say nothing.",
           "Посреди запуска программа стояла {:.0f} мс: её остановили или не дали ей процессора. Времена ничего не "
           "говорят.",
           ms)};
}

Note suspended(double ms) {
  return {"suspended", both("The machine was suspended for {:.0f} ms in the middle of the run. The times say nothing.",
                            "Посреди запуска компьютер спал {:.0f} мс. Времена ничего не говорят.", ms)};
}

Note server_ended(std::string_view reason) {
  return {"server_ended", both("The latency server ended in the middle of the run: {}",
                               "Сервер задержек завершился посреди запуска: {}", reason)};
}

Note child_replaced(std::string_view reason) {
  return {"child_replaced", both("{}; its tasks were run again by a new process.",
                                 "{}; его задачи выполнены заново новым процессом.", reason)};
}

Note tasks_failed(std::uint64_t failed, std::uint64_t tasks, std::string_view first) {
  return {"tasks_failed", both("{} of {} tasks failed; the first: {}", "Не выполнено задач: {} из {}; первая: {}",
                               failed, tasks, first)};
}

Note checksums_differ() {
  return {"checksums_differ", both("Two repeats gave different checksums: this model computed a wrong answer.",
                                   "Два повтора дали разные контрольные суммы: эта модель посчитала неверно.")};
}

Note checksum_is_not(std::uint64_t own, std::string_view others, std::uint64_t checksum) {
  return {"checksum_is_not",
          both("The checksum {:016x} is not the one of {}, {:016x}: one of them computed a wrong answer.",
               "Контрольная сумма {:016x} не равна сумме {}, {:016x}: кто-то из них посчитал неверно.", own, others,
               checksum)};
}

Note saved_twice(std::uint64_t rows, std::uint64_t pages) {
  return {"saved_twice", both("The table has {} rows for {} pages: some were saved more than once.",
                              "В таблице строк: {} на {} страниц: некоторые сохранены не один раз.", rows, pages)};
}

Note saved_too_few(std::uint64_t rows, std::uint64_t tasks) {
  return {"saved_too_few", both("The table has {} of {} pages.", "В таблице страниц: {} из {}.", rows, tasks)};
}

Note saved_wrongly() {
  return {"saved_wrongly",
          both("The table's rows are not what the tasks computed.", "Строки таблицы — не то, что посчитали задачи.")};
}

Note wrong_page(std::uint32_t task) {
  return {"wrong_page", both("task {}: the answer was not the page that was asked for",
                             "задача {}: ответ — не та страница, которую просили", task)};
}

Note other_program(std::string_view said) { return {"other_program", both("{}", "{}", said)}; }

}  // namespace notes
}  // namespace trilane
