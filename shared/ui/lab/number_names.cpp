#include "ui/lab/number_names.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace trilane::ui {
namespace {

/// The words that names of figures are made of.
struct Term {
  std::string_view word, en, ru;
};
constexpr Term kTerms[] = {{"python", "Python", "Python"},
                           {"threading", "threading", "threading"},
                           {"multiprocessing", "multiprocessing", "multiprocessing"},
                           {"light", "light parsing", "лёгкий разбор"},
                           {"messages", "messages", "сообщения"},
                           {"none", "no remedy", "без защиты"},
                           {"ordered", "one order of locks", "единый порядок"},
                           {"sync", "sync", "синхронно"},
                           {"threads", "threads", "потоки"},
                           {"thread", "thread", "поток"},
                           {"processes", "processes", "процессы"},
                           {"process", "process", "процесс"},
                           {"async", "async", "асинхронно"},
                           {"coroutine", "coroutine", "корутина"},
                           {"coroutines", "coroutines", "корутины"},
                           {"gil", "GIL", "GIL"},
                           {"cpu", "CPU", "CPU"},
                           {"speedup", "speed-up", "ускорение"},
                           {"wall", "makespan", "время выполнения"},
                           {"makespan", "makespan", "время выполнения"},
                           {"throughput", "throughput", "пропускная способность"},
                           {"rate", "rate", "скорость"},
                           {"wait", "waiting", "ожидание"},
                           {"waits", "waiting", "ожидание"},
                           {"lock", "lock", "блокировка"},
                           {"compute", "computing", "вычисления"},
                           {"free", "without the GIL", "без GIL"},
                           {"lost", "lost updates", "потеряно обновлений"},
                           {"median", "median", "медиана"},
                           {"min", "least", "минимум"},
                           {"max", "most", "максимум"},
                           {"longest", "longest", "самое долгое"},
                           {"cost", "cost", "цена"},
                           {"mutex", "mutex", "мьютекс"},
                           {"atomic", "atomic", "атомарно"},
                           {"local", "per thread, then summed", "по потокам, затем сумма"},
                           {"split", "load and store apart", "чтение и запись порознь"},
                           {"remedies", "with remedies", "с защитой"},
                           {"by", "", ""},
                           {"that", "", ""},
                           {"of", "", ""},
                           {"per", "per", "на"},
                           {"repeats", "repeats", "повторы"},
                           {"rounds", "rounds", "раунды"},
                           {"increments", "increments", "увеличений"},
                           {"tasks", "tasks", "задач"},
                           {"task", "task", "задача"},
                           {"workers", "workers", "исполнителей"},
                           {"cores", "cores", "ядер"},
                           {"overlap", "overlap", "перекрытие"},
                           {"overlaps", "overlaps", "перекрытий"},
                           {"machine", "machine", "машина"},
                           {"stolen", "taken by others", "занято другими"},
                           {"sum", "sum", "сумма"},
                           {"spans", "spans", "отрезки"},
                           {"gap", "gap", "зазор"},
                           {"gaps", "gaps", "зазоры"},
                           {"ratio", "ratio", "отношение"},
                           {"share", "share", "доля"},
                           {"serial", "serial part", "последовательная часть"},
                           {"crossover", "crossover", "точка перелома"},
                           {"lag", "loop lag", "задержка цикла"},
                           {"startup", "start-up", "запуск"},
                           {"create", "creation", "создание"},
                           {"pooled", "pooled", "из пула"},
                           {"cold", "new", "новый"},
                           {"memory", "memory", "память"},
                           {"message", "message", "сообщение"},
                           {"shared", "shared", "общая память"},
                           {"parent", "parent", "родитель"},
                           {"child", "child", "дочерний"},
                           {"sees", "sees", "видит"},
                           {"switches", "context switches", "переключений контекста"},
                           {"involuntary", "involuntary", "вынужденных"},
                           {"ids", "ids", "идентификаторов"},
                           {"blocked", "blocked", "блокировка"},
                           {"awaiting", "awaiting", "с await"},
                           {"await", "await", "await"},
                           {"offloaded", "off-loaded", "вынесено в поток"},
                           {"detected", "found after", "обнаружено через"},
                           {"cycle", "cycle", "цикл"},
                           {"interleavings", "interleavings", "чередований"},
                           {"fastest", "fastest", "самый быстрый"},
                           {"parse", "parsing", "разбор"},
                           {"save", "saving", "сохранение"},
                           {"fetch", "network", "сеть"},
                           {"net", "network", "сеть"},
                           {"p99", "p99", "p99"},
                           {"p50", "p50", "p50"},
                           {"over", "over", "к"},
                           {"beyond", "beyond the cores", "сверх ядер"},
                           {"most", "most", "больше всего"},
                           {"commit", "commit", "коммит"},
                           {"took", "took", "занял"},
                           {"rows", "rows", "строк"},
                           {"growth", "growth from 64 B to 1 MiB", "рост от 64 Б до 1 МиБ"},
                           {"copied", "copies", "копий"},
                           {"awaited", "awaited in a row", "ожидание по очереди"},
                           {"bytes", "bytes", "байт"},
                           {"uninterrupted", "uninterrupted", "непрерываемое"},
                           {"interruptible", "interruptible", "прерываемое"},
                           {"extrapolated", "extrapolated to", "экстраполяция до"},
                           {"1e13", "10^13", "10^13"},
                           {"heavy", "heavy parsing", "тяжёлый разбор"},
                           {"wins", "wins", "побед"},
                           {"us", "", ""},
                           {"retries", "retries", "повторных попыток"},
                           {"try", "try-lock", "try-lock"},
                           {"fitted", "fitted", "подогнанная"},
                           {"set", "set", "заданная"},
                           {"at", "at", "при"},
                           {"to", "to", "до"},
                           {"and", "and", "и"},
                           {"ms", "", ""},
                           {"s", "s", "с"}};

/// Names of which the words one by one would make no sense.
constexpr Term kPhrases[] = {
    {"shared_added_over_message_added", "what the size adds, shared memory over message",
     "прирост от размера: общая память к сообщению"},
    {"early", "went on too early", "продолжили слишком рано"},
    {"intruded", "intrusions between awaits", "вторжений между await"},
    {"wrong_order", "out of order", "не в том порядке"},
    {"wrong_place", "resumed elsewhere", "продолжили не с того места"},
    {"create_span", "creation, as drawn", "создание, как на шкале"},
    {"frame_bytes", "frame", "кадр"},
    {"frame", "frame", "кадр"},
    {"reserved", "reserved", "зарезервировано"},
    {"orders", "orders of the steps", "порядков шагов"},
    {"orders_that_lose", "orders that lose an update", "порядков с потерей обновления"},
    {"orders_with_varying_result", "orders with varying results", "порядков с разным результатом"},
    {"free_rounds", "rounds run freely", "свободных прогонов"},
    {"free_rounds_that_lost", "free rounds that lost an update", "свободных прогонов с потерей"},
    {"child_writes_made", "writes made by the child", "записей сделал дочерний процесс"},
    {"child_writes_seen", "the child's writes seen by the parent", "из них увидел родитель"},
    {"thread_writes_seen", "the thread's writes seen", "записей потока увидел процесс"},
    {"cells_without_winner", "cells without a winner", "клеток без победителя"},
    {"winners", "models that win somewhere", "моделей-победителей"},
    {"copies_in_shared_memory", "copies made in shared memory", "копий в общей памяти"},
    {"culprits_named", "culprits named", "виновников названо"},
    {"culprits_to_name", "culprits to name", "виновников всего"},
    {"deadlocks", "deadlocks", "взаимных блокировок"},
    {"deadlocks_with_remedies", "deadlocks with a remedy", "взаимных блокировок с защитой"},
    {"longest_search", "longest search for the cycle", "самый долгий поиск цикла"},
    {"retries_try_lock", "retries with try-lock", "повторных попыток try-lock"},
    {"transfers_missing", "transfers missing", "переводов не хватает"},
    {"fewest_changes_of_source", "fewest changes of task in a row", "наименьшее число смен задачи"},
    {"incomplete", "incomplete", "не завершено"},
    {"incomplete_rounds", "incomplete rounds", "незавершённых повторов"},
    {"largest_n", "largest N", "наибольшее N"},
    {"crossover_n", "N of the crossover", "N точки перелома"},
    {"lost_by_remedies", "lost with protection", "потеряно с защитой"},
    {"lost_uninterrupted", "lost, uninterrupted", "потеряно без прерывания"},
    {"repeats_that_lost", "repeats that lost an update", "повторов с потерей"},
    {"makespan_over_sum", "makespan over the sum", "общее время к сумме"},
    {"most_workers", "most workers", "больше всего исполнителей"},
    {"overlap_share_free", "computing at once, without the GIL", "вычисляли одновременно, без GIL"},
    {"overlap_share_gil", "computing at once, with the GIL", "вычисляли одновременно, с GIL"},
    {"speedup_to_cores", "speed-up up to the cores", "ускорение до числа ядер"},
    {"speedup_beyond", "speed-up beyond the cores", "ускорение сверх ядер"},
    {"switches_grew", "more involuntary switches", "прирост вынужденных переключений"},
    {"extrapolated_1e13", "extrapolated to N = 10^13", "экстраполяция до N = 10^13"},
    {"values_lost", "values lost", "значений потеряно"},
    {"waits_at_once", "waits at once", "ожиданий сразу"},
    {"waits_most", "most waits", "больше всего ожиданий"},
    {"waits_compared", "waits compared", "сравнено ожиданий"},
    {"requests_6_wall", "6 real requests", "6 настоящих запросов"},
    {"requests_48_wall", "48 real requests", "48 настоящих запросов"},
    {"async_most_wall", "async, most waits", "асинхронно, больше всего ожиданий"},
    {"speedup_half_serial", "speed-up with 50 % serial", "ускорение при 50 % последовательной части"},
    {"speedup_nothing_serial", "speed-up with nothing serial", "ускорение без последовательной части"},
    {"serial_10_share", "serial part found, 10 % set", "найдена последовательная часть, задано 10 %"},
    {"serial_25_share", "serial part found, 25 % set", "найдена последовательная часть, задано 25 %"},
    {"serial_50_share", "serial part found, 50 % set", "найдена последовательная часть, задано 50 %"},
    {"usl_0_contention", "USL's a, 0 % serial", "a закона USL, последовательно 0 %"},
    {"usl_0_coherence", "USL's b, 0 % serial", "b закона USL, последовательно 0 %"},
    {"usl_10_contention", "USL's a, 10 % serial", "a закона USL, последовательно 10 %"},
    {"usl_10_coherence", "USL's b, 10 % serial", "b закона USL, последовательно 10 %"},
    {"usl_25_contention", "USL's a, 25 % serial", "a закона USL, последовательно 25 %"},
    {"usl_25_coherence", "USL's b, 25 % serial", "b закона USL, последовательно 25 %"},
    {"usl_50_contention", "USL's a, 50 % serial", "a закона USL, последовательно 50 %"},
    {"usl_50_coherence", "USL's b, 50 % serial", "b закона USL, последовательно 50 %"},
    {"cpu_over_awaiting", "a CPU loop's lag over awaiting", "задержка при счёте к задержке при await"},
    {"commit_over_offloaded", "a commit's lag over off-loaded", "задержка от коммита к вынесенному"},
    {"commit_rows", "rows in the commit", "строк в коммите"},
    {"commit_took", "commit", "коммит"},
    {"process_ids", "process ids", "идентификаторов процессов"},
    {"thread_ids", "thread ids", "идентификаторов потоков"},
    {"message_growth", "a message's growth, 64 B to 1 MiB", "рост сообщения, 64 Б → 1 МиБ"},
    {"shared_growth", "shared memory's growth, 64 B to 1 MiB", "рост общей памяти, 64 Б → 1 МиБ"},
    {"message_over_shared_1mib", "message over shared memory, 1 MiB", "сообщение к общей памяти, 1 МиБ"},
    {"heavy_processes_over_async", "processes over async, heavy parsing",
     "процессы к асинхронной модели, тяжёлый разбор"},
    {"process_over_coroutine", "process over coroutine", "процесс к корутине"},
    {"process_over_thread", "process over thread", "процесс к потоку"},
    {"thread_over_coroutine", "thread over coroutine", "поток к корутине"},
    {"overlaps", "overlapping tasks", "перекрытий"},
    {"overlaps_async", "overlapping tasks, async", "перекрытий, асинхронно"},
    {"machine_stolen", "taken by other programs", "занято другими программами"},
    {"gap", "gaps", "зазоры"}};

const Term* find(const auto& list, std::string_view word) {
  const auto* const it = std::ranges::find(list, word, &Term::word);
  return it == std::end(list) ? nullptr : it;
}

std::string in(Lang lang, const Term& term) { return std::string(lang == Lang::ru ? term.ru : term.en); }

/// A cell of a map: "c50" is a share of computing, "t32" a number of tasks.
std::optional<std::string> coordinate(Lang lang, std::string_view word) {
  std::uint32_t value = 0;
  if (word.size() < 2 || (word[0] != 'c' && word[0] != 't')) return std::nullopt;
  const char* const end = word.data() + word.size();
  if (std::from_chars(word.data() + 1, end, value).ptr != end) return std::nullopt;
  const Words words(lang);
  return word[0] == 'c' ? "CPU " + words.percent(value / 100.0) : words.counted(value, T::tasks);
}

std::string term(Lang lang, std::string_view word) {
  if (const Term* const known = find(kTerms, word)) return in(lang, *known);
  return coordinate(lang, word).value_or(std::string(word));
}

}  // namespace

std::string number_name(Lang lang, std::string_view key) {
  if (const Term* const phrase = find(kPhrases, key)) return in(lang, *phrase);
  const std::size_t cut = key.find_first_of("._");
  if (cut != std::string_view::npos) {
    if (const Term* const phrase = find(kPhrases, key.substr(cut + 1)))
      return term(lang, key.substr(0, cut)) + " · " + in(lang, *phrase);
  }
  std::string out;
  for (std::size_t begin = 0; begin < key.size();) {
    const std::size_t end = std::min(key.find_first_of("._", begin), key.size());
    const std::string word = term(lang, key.substr(begin, end - begin));
    if (!word.empty()) out += (out.empty() ? "" : " · ") + word;
    begin = end + 1;
  }
  return out;
}

}  // namespace trilane::ui
