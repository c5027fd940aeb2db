#include "ui/lab/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ui/lab/number_names.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

enum class Unit : std::uint8_t { none, ms, us, ns, s, tasks_per_s, per_s, bytes, percent, fraction, times };
struct Suffix {
  std::string_view text;
  Unit unit;
};
constexpr Suffix kSuffixes[] = {{"throughput_per_s", Unit::tasks_per_s},
                                {"rate_per_s", Unit::tasks_per_s},
                                {"_per_s", Unit::per_s},
                                {"_ms", Unit::ms},
                                {"_us", Unit::us},
                                {"_ns", Unit::ns},
                                {"_bytes", Unit::bytes},
                                {"_percent", Unit::percent},
                                {"_share", Unit::fraction},
                                {"_fraction", Unit::fraction},
                                {"_s", Unit::s},
                                {"_stolen", Unit::fraction}};

Unit unit_of(std::string_view name) {
  for (const Suffix& one : kSuffixes) {
    if (name.ends_with(one.text)) return one.unit;
  }
  // "threads_us_64", a time by the size in bytes: how long, not how many.
  if (name.find("_us_") != std::string_view::npos) return Unit::us;
  if (name.find("_ms_") != std::string_view::npos) return Unit::ms;
  if (name.find("_share_") != std::string_view::npos) return Unit::fraction;
  for (const std::string_view word : {"speedup", "ratio", "times", "cost_", "_over_", "growth"}) {
    if (name.find(word) != std::string_view::npos) return Unit::times;
  }
  return Unit::none;
}

std::string_view bare(std::string_view name, Unit unit) {
  if (unit == Unit::fraction || unit == Unit::times || unit == Unit::none) return name;
  if (name.ends_with("_per_s")) return name.substr(0, name.size() - 6);
  const bool last = std::ranges::any_of(kSuffixes, [&](const Suffix& one) { return name.ends_with(one.text); });
  return last ? name.substr(0, name.rfind('_')) : name;
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
    case Unit::tasks_per_s: return w.per_second(number);
    case Unit::per_s: return w.number(number) + (w.lang() == Lang::ru ? " /с" : " /s");
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

/// "t2" before "t32": digits by the number they make, all else letter by letter.
bool natural_less(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view text) { return std::min(text.find_first_not_of("0123456789"), text.size()); };
  while (!a.empty() && !b.empty()) {
    const std::size_t in_a = digits(a), in_b = digits(b);
    if (in_a > 0 && in_b > 0) {
      const std::string_view x = a.substr(0, in_a), y = b.substr(0, in_b);
      if (x.size() != y.size() || x != y) return x.size() != y.size() ? x.size() < y.size() : x < y;
      a.remove_prefix(in_a);
      b.remove_prefix(in_b);
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
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

}  // namespace

std::vector<NumberLine> number_lines(const Words& w, const json& numbers) {
  std::vector<NumberLine> lines;
  if (!numbers.is_object()) return lines;
  for (const auto& [key, value] : numbers.items()) {
    const bool end_of_interval = (key.ends_with("_low") && numbers.contains(key.substr(0, key.size() - 4))) ||
                                 (key.ends_with("_high") && numbers.contains(key.substr(0, key.size() - 5)));
    if (end_of_interval) continue;
    const Unit unit = unit_of(key);
    NumberLine line{key, number_name(w.lang(), bare(key, unit)), figure(w, value, unit), "", racer_in(key)};
    const auto low = numbers.find(key + "_low");
    const auto high = numbers.find(key + "_high");
    if (low != numbers.end() && high != numbers.end() && low->is_number() && high->is_number())
      line.interval = "[" + figure(w, *low, unit) + (w.lang() == Lang::ru ? "; " : ", ") + figure(w, *high, unit) + "]";
    lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(lines, natural_less, &NumberLine::key);
  return lines;
}

}  // namespace trilane::ui
