#include "ui/lab/finding.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/entry_words.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr double kFarApart = 30;    // a ratio from which an axis is logarithmic
constexpr double kRoom = 0.14;      // of the whole, at either end
constexpr float kThinnest = 0.02F;  // a zone of a single value ("exactly 0") is still seen

struct Edge {
  double at;
  Holds before;  ///< Up to here.
};

/// The ends of the zones; behind the last edge comes `behind`.
struct Edges {
  std::vector<Edge> edges;
  Holds behind;
};

Edges edges_of(const Predicate& one) {
  if (one.kind == "at_least") return {{{one.no, Holds::no}, {one.yes, Holds::unclear}}, Holds::yes};
  if (one.kind == "at_most") return {{{one.yes, Holds::yes}, {one.no, Holds::unclear}}, Holds::no};
  const double target = one.target.value_or(0);
  return {{{target - one.no, Holds::no},
           {target - one.yes, Holds::unclear},
           {target + one.yes, Holds::yes},
           {target + one.no, Holds::unclear}},
          Holds::no};
}

}  // namespace

std::optional<PredicateScale> scale_of(const Predicate& one) {
  if (!one.value) return std::nullopt;
  const Edges edges = edges_of(one);
  double low = one.value->low, high = one.value->high;
  for (const Edge& edge : edges.edges) {
    low = std::min(low, edge.at);
    high = std::max(high, edge.at);
  }
  const bool logarithmic = low > 0 && high / low > kFarApart;
  const auto on_axis = [logarithmic](double value) { return logarithmic ? std::log(value) : value; };
  double begin = on_axis(low), end = on_axis(high);
  if (!(end > begin)) end = begin + std::max(std::abs(begin), 1.0), begin -= std::max(std::abs(begin), 1.0);
  const double room = (end - begin) * kRoom;
  if (!std::isfinite(room)) return std::nullopt;  // of a stranger's document
  begin -= room;
  end += room;
  const auto place = [&](double value) {
    return static_cast<float>(std::clamp((on_axis(value) - begin) / (end - begin), 0.0, 1.0));
  };
  PredicateScale out{
      .zones = {}, .low = place(one.value->low), .median = place(one.value->median), .high = place(one.value->high)};
  float from = 0;
  const auto add = [&](float to, Holds holds) {
    // Two thresholds in one place leave nothing between them, but what is exactly one value is a zone.
    to = std::max(to, from);
    if (to == from && holds != Holds::yes) return;
    if (to - from < kThinnest && holds == Holds::yes && from > 0 && to < 1) {
      if (!out.zones.empty()) out.zones.back().to -= kThinnest / 2;
      from -= kThinnest / 2;
      to += kThinnest / 2;
    }
    out.zones.push_back({from, to, holds});
    from = to;
  };
  for (const Edge& edge : edges.edges) add(place(edge.at), edge.before);
  add(1, edges.behind);
  return out;
}

std::optional<Racer> racer_of_hue(std::string_view hue) {
  if (hue == "gil") return Racer::threads_gil;
  const auto found = std::ranges::find(kRacerKeys, hue);
  if (found == std::end(kRacerKeys)) return std::nullopt;
  return static_cast<Racer>(found - std::begin(kRacerKeys));
}

json finding_json(const Words& w, const SavedEntry& entry) {
  const bool russian = w.lang() == Lang::ru;
  const auto in = [russian](const BothTexts& texts) { return lab::in(texts, russian); };
  const auto or_null = [&](const BothTexts& texts) { return texts.en.empty() ? json(nullptr) : json(in(texts)); };
  const auto cells = [&](const std::vector<BothTexts>& texts) {
    json row = json::array();
    for (const BothTexts& one : texts) row.push_back(in(one));
    return row;
  };
  json predicates = json::array(), numbers = json::array(), terms = nullptr;
  for (const Predicate& one : entry.predicates) {
    json scale = nullptr;
    if (const auto places = scale_of(one)) {
      scale = {{"low", places->low}, {"median", places->median}, {"high", places->high}, {"zones", json::array()}};
      for (const auto& zone : places->zones) scale["zones"].push_back({zone.from, zone.to, holds_name(zone.holds)});
    }
    predicates.push_back({{"id", one.id},
                          {"holds", holds_name(one.holds)},
                          {"mark", in(lab::mark_of(one.holds))},
                          {"text", in(one.text)},
                          {"label", in(one.label)},
                          {"value", in(lab::value_of(one))},
                          {"thresholds", in(lab::thresholds_of(one))},
                          {"scale", std::move(scale)}});
  }
  static constexpr const char* kRoles[] = {"decisive", "supporting", "setting"};
  for (const Number& one : entry.other_numbers()) {
    numbers.push_back({{"id", one.id},
                       {"name", in(one.label)},
                       {"value", in(lab::value_of(one))},
                       {"role", kRoles[static_cast<int>(one.role)]},
                       {"hue", one.hue}});
  }
  if (!entry.fairness.empty()) {
    terms = {{"head", cells(lab::terms_head())},
             {"rows", json::array()},
             {"subject", in(lab::subject_words(entry.subject))}};
    for (const Fairness& one : entry.fairness) terms["rows"].push_back(cells(lab::terms_row(one)));
  }
  return {{"verdict", verdict_name(entry.verdict)},
          {"older", entry.older ? json(in(lab::kOlderEntry)) : json(nullptr)},
          {"finding", entry.older ? or_null(entry.finding) : json(nullptr)},
          {"predicates", std::move(predicates)},
          {"advice", or_null(entry.advice)},
          {"plan", entry.plan ? json(in(lab::plan_words(*entry.plan))) : json(nullptr)},
          {"numbers", std::move(numbers)},
          {"background", entry.background.en.empty()
                             ? json(nullptr)
                             : json{{"title", in(lab::kBackground)}, {"text", in(entry.background)}}},
          {"terms", std::move(terms)},
          {"notes", entry.python_notes}};
}

}  // namespace trilane::ui
