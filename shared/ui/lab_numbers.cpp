#include "ui/lab_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace trilane::ui {
namespace {

using nlohmann::json;

/// The words that names of figures are made of.
struct Term {
  std::string_view word, en, ru;
};
constexpr Term kTerms[] = {{"sync", "sync", "синхронно"},
                           {"threads", "threads", "потоки"},
                           {"thread", "thread", "поток"},
                           {"processes", "processes", "процессы"},
                           {"process", "process", "процесс"},
                           {"async", "async", "async"},
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
                           {"p50", "p50", "p50"}};

enum class Unit : std::uint8_t { none, ms, us, ns, s, per_s, bytes, percent, fraction, times };
struct Suffix {
  std::string_view text;
  Unit unit;
};
constexpr Suffix kSuffixes[] = {
    {"_per_s", Unit::per_s}, {"_ms", Unit::ms},           {"_us", Unit::us},          {"_ns", Unit::ns},
    {"_bytes", Unit::bytes}, {"_percent", Unit::percent}, {"_share", Unit::fraction}, {"_fraction", Unit::fraction},
    {"_s", Unit::s},         {"_stolen", Unit::fraction}};

Unit unit_of(std::string_view name) {
  for (const Suffix& one : kSuffixes) {
    if (name.ends_with(one.text)) return one.unit;
  }
  for (const std::string_view word : {"speedup", "ratio", "times", "cost_"}) {
    if (name.find(word) != std::string_view::npos) return Unit::times;
  }
  return Unit::none;
}

std::string_view bare(std::string_view name, Unit unit) {
  if (unit == Unit::fraction || unit == Unit::times || unit == Unit::none) return name;
  return name.substr(0, name.rfind(unit == Unit::per_s ? "_per_s" : "_"));
}

std::string figure(const Words& w, const json& value, Unit unit) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "✓" : "–";
  if (!value.is_number() || !std::isfinite(value.get<double>())) return w(T::lab_not_available);
  const double number = value.get<double>();
  switch (unit) {
    case Unit::ms: return w.duration_ms(number);
    case Unit::us: return w.duration_ms(number / 1e3);
    case Unit::ns: return w.duration_ms(number / 1e6);
    case Unit::s: return w.duration_ms(number * 1e3);
    case Unit::per_s: return w.per_second(number);
    case Unit::bytes: return w.bytes(number);
    case Unit::percent: return w.percent(number / 100, 1);
    case Unit::fraction: return w.percent(number, number < 0.1 ? 1 : 0);
    case Unit::times: return w.times(number);
    case Unit::none: break;
  }
  if (number >= 0 && number == std::floor(number) && number < 1e15)
    return w.integer(static_cast<std::uint64_t>(number));
  return w.number(number);
}

std::string term(const Words& w, std::string_view word) {
  const auto it = std::ranges::find(kTerms, word, &Term::word);
  if (it == std::end(kTerms)) return std::string(word);
  return std::string(w.lang() == Lang::ru ? it->ru : it->en);
}

std::optional<Racer> racer_in(std::string_view name) {
  const auto has = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
  if (has("gil")) return Racer::threads_gil;
  if (has("async") || has("coroutine")) return Racer::async;
  if (has("sync")) return Racer::sync;
  if (has("thread")) return Racer::threads;
  if (has("process")) return Racer::processes;
  return std::nullopt;
}

std::string name_of(const Words& w, std::string_view name) {
  std::string out;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find_first_of("._", begin), name.size());
    const std::string word = term(w, name.substr(begin, end - begin));
    if (!word.empty()) out += (out.empty() ? "" : " · ") + word;
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::vector<NumberLine> number_lines(const Words& w, const json& numbers) {
  std::vector<NumberLine> lines;
  if (!numbers.is_object()) return lines;
  for (const auto& [key, value] : numbers.items()) {
    const bool end_of_interval = (key.ends_with("_low") && numbers.contains(key.substr(0, key.size() - 4))) ||
                                 (key.ends_with("_high") && numbers.contains(key.substr(0, key.size() - 5)));
    if (end_of_interval) continue;
    const Unit unit = unit_of(key);
    NumberLine line{key, name_of(w, bare(key, unit)), figure(w, value, unit), "", racer_in(key)};
    const auto low = numbers.find(key + "_low");
    const auto high = numbers.find(key + "_high");
    if (low != numbers.end() && high != numbers.end() && low->is_number() && high->is_number())
      line.interval = "[" + figure(w, *low, unit) + ", " + figure(w, *high, unit) + "]";
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace trilane::ui
