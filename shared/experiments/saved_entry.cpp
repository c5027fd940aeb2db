#include "experiments/saved_entry.hpp"

#include <algorithm>
#include <iterator>

#include "experiments/report/report_parts.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using report::at;
using report::flag;
using report::number;

constexpr std::size_t kMostText = 4000;
constexpr std::size_t kMostListed = 1000;

std::string text(const json& value) {
  if (!value.is_string() || value.get_ref<const std::string&>().size() > kMostText) return {};
  return value.get<std::string>();
}

std::optional<std::uint32_t> count(const json& value) {
  if (!value.is_number_integer() || value < 0 || value > UINT32_MAX) return std::nullopt;
  return value.get<std::uint32_t>();
}

template <class Read>
void each(const json& list, Read read) {
  if (!list.is_array()) return;
  for (std::size_t i = 0; i < std::min(list.size(), kMostListed); ++i) read(list[i]);
}

/// The value's place among `names`; nothing when it is none of them.
template <class Names>
std::optional<std::size_t> among(const Names& names, const json& value) {
  const auto found = std::ranges::find(names, text(value));
  if (found == std::end(names)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(names));
}

std::optional<lab::Estimate> estimate(const json& from) {
  const auto median = number(from, "median"), low = number(from, "low"), high = number(from, "high");
  if (!median || !low || !high || *low > *median || *median > *high) return std::nullopt;
  return lab::Estimate{*median, *low, *high};
}

std::optional<Predicate> predicate(const json& from) {
  static constexpr std::string_view kKinds[] = {"at_least", "at_most", "within"};
  static constexpr std::string_view kHolds[] = {"no", "unclear", "yes"};
  const auto kind = among(kKinds, at(from, "kind")), holds = among(kHolds, at(from, "holds"));
  const auto yes = number(from, "yes"), no = number(from, "no");
  Predicate out;
  out.id = text(at(from, "id"));
  out.label = both_texts_from(at(from, "label"));
  if (!kind || !holds || !yes || !no || out.id.empty()) return std::nullopt;
  out.kind = kKinds[*kind];
  out.holds = static_cast<Holds>(*holds);
  out.every = flag(from, "every");
  out.value = estimate(at(from, "value"));
  out.unit = text(at(from, "unit"));
  out.yes = *yes;
  out.no = *no;
  out.target = number(from, "target");
  out.text = both_texts_from(at(from, "text"));
  return out;
}

std::optional<Number> number_of(const json& from) {
  static constexpr std::string_view kRoles[] = {"decisive", "supporting", "setting"};
  Number out{.id = text(at(from, "id")), .label = both_texts_from(at(from, "label"))};
  if (out.id.empty()) return std::nullopt;
  if (out.label.en.empty()) out.label = {out.id, out.id};
  out.value = number(from, "value");
  out.low = number(from, "low");
  out.high = number(from, "high");
  out.unit = text(at(from, "unit"));
  out.role = static_cast<Role>(among(kRoles, at(from, "role")).value_or(static_cast<std::size_t>(Role::supporting)));
  out.hue = text(at(from, "hue"));
  return out;
}

std::optional<Fairness> fairness(const json& from) {
  Fairness out{.of = text(at(from, "case"))};
  if (out.of.empty()) return std::nullopt;
  out.label = both_texts_from(at(from, "label"));
  out.workers = count(at(from, "workers"));
  out.in_flight = count(at(from, "in_flight"));
  out.creation = text(at(from, "creation"));
  out.start = text(at(from, "start"));
  return out;
}

template <class T>
std::vector<T> list_of(const json& list, std::optional<T> (*read)(const json&)) {
  std::vector<T> out;
  each(list, [&](const json& one) {
    if (auto item = read(one)) out.push_back(std::move(*item));
  });
  return out;
}

/// Of trilane.lab/1: name -> number or null; the ends of the interval of x were x_low and x_high.
std::vector<Number> older_numbers(const json& numbers) {
  std::vector<Number> out;
  if (!numbers.is_object()) return out;
  const auto has = [&numbers](const std::string& name) { return numbers.contains(name); };
  for (const auto& [key, _] : numbers.items()) {
    const bool end = (key.ends_with("_low") && has(key.substr(0, key.size() - 4))) ||
                     (key.ends_with("_high") && has(key.substr(0, key.size() - 5)));
    if (end || out.size() == kMostListed || key.size() > kMostText) continue;
    out.push_back({.id = key,
                   .label = {key, key},
                   .value = number(numbers, key),
                   .low = number(numbers, key + "_low"),
                   .high = number(numbers, key + "_high")});
  }
  return out;
}

std::optional<Plan> plan(const json& from) {
  const auto rounds = count(at(from, "rounds"));
  const auto error = number(from, "error");
  if (!rounds || !error || !(*error > 0 && *error < 1)) return std::nullopt;
  return Plan{.rounds = *rounds, .error = *error, .chosen = flag(from, "chosen")};
}

std::vector<std::string> texts(const json& list) {
  std::vector<std::string> out;
  each(list, [&](const json& one) {
    if (std::string line = text(one); !line.empty()) out.push_back(std::move(line));
  });
  return out;
}

}  // namespace

std::optional<Verdict> verdict_of(std::string_view name) {
  for (const Verdict verdict : {Verdict::confirmed, Verdict::refuted, Verdict::undecided}) {
    if (verdict_name(verdict) == name) return verdict;
  }
  return std::nullopt;
}

BothTexts both_texts_from(const json& from) {
  if (from.is_string()) return {text(from), text(from)};
  BothTexts out{text(at(from, "en")), text(at(from, "ru"))};
  if (out.ru.empty()) out.ru = out.en;
  if (out.en.empty()) out.en = out.ru;
  return out;
}

Result<SavedEntry> read_entry(const json& entry) {
  SavedEntry out;
  out.id = text(at(entry, "id"));
  const auto verdict = verdict_of(text(at(entry, "verdict")));
  if (out.id.empty() || !verdict) return fail("an experiment's result must have an id and a verdict", "experiments");
  out.verdict = *verdict;
  out.title = both_texts_from(at(entry, "title"));
  out.claim = both_texts_from(at(entry, "claim"));
  out.older = !at(entry, "predicates").is_array();
  out.finding = both_texts_from(at(entry, out.older ? "why" : "finding"));
  if (out.older) {
    out.numbers = older_numbers(at(entry, "numbers"));
  } else {
    out.predicates = list_of(at(entry, "predicates"), predicate);
    out.numbers = list_of(at(entry, "numbers"), number_of);
    std::ranges::stable_sort(out.numbers, {}, &Number::role);
  }
  out.advice = both_texts_from(at(entry, "advice"));
  out.background = both_texts_from(at(entry, "background"));
  out.fairness = list_of(at(entry, "fairness"), fairness);
  out.subject = texts(at(entry, "subject"));
  out.plan = plan(at(entry, "plan"));
  each(at(entry, "figures"), [&](const json& one) {
    // One that cannot be drawn must not hide the verdict.
    if (auto figure = figure_from_json(one)) out.figures.push_back(std::move(*figure));
  });
  out.truth = at(entry, "truth");
  if (at(entry, "details").is_object()) out.details = at(entry, "details");
  out.python_notes = texts(at(entry, "python_notes"));
  return out;
}

std::vector<Number> SavedEntry::other_numbers() const {
  std::vector<Number> out;
  std::ranges::copy_if(numbers, std::back_inserter(out), [this](const Number& one) {
    return one.role != Role::decisive || std::ranges::find(predicates, one.id, &Predicate::id) == predicates.end();
  });
  return out;
}

}  // namespace trilane
