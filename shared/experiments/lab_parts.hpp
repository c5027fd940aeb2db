// What the experiments share: interleaved repeats, paired comparisons with intervals, verdicts of three values, and the
// sentences around them.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <type_traits>

#include "experiments/experiment.hpp"

namespace trilane::lab {

// ---- measuring

/// The fewest samples that give a 95 % interval: of fewer, even the extremes cover less (base/stats.hpp).
inline constexpr std::uint32_t kFewestRounds = 6;

/// One configuration of a plan.
struct Case {
  std::string name;        ///< In Measured::samples: "<name>.wall_ms" and so on.
  nlohmann::json options;  ///< Over the plan's base.
};

/// The plan's defaults with what the user changed over them.
nlohmann::json base(const LabContext& lab, nlohmann::json defaults);
/// Rounds to measure: the user's `repeat`, or this many. Six is the fewest that give a 95 % interval.
std::uint32_t rounds_of(const LabContext& lab, std::uint32_t normal = kFewestRounds);

/// An experiment whose length the user has not chosen ends in this time, also where the machine is slow.
inline constexpr double kLabMs = 17'000;
/// Of `normal` rounds as many as end in kLabMs when `done` of them took `elapsed_ms`: never fewer than give an
/// interval, nor than are done.
std::uint32_t rounds_in_time(std::uint32_t normal, std::uint32_t done, double elapsed_ms);

/// Counts rounds: the user's `repeat` exactly, otherwise `normal` or as many as there is time for.
///   for (Rounds rounds(lab, 20); rounds.next();) …
class Rounds {
 public:
  explicit Rounds(const LabContext& lab, std::uint32_t normal = kFewestRounds);
  /// Begins the next round. False: those that were begun are all.
  bool next();
  /// Of the round that has begun, from 0.
  [[nodiscard]] std::uint32_t index() const { return begun_ - 1; }
  /// How many there will be, as far as can be told now.
  [[nodiscard]] std::uint32_t expected() const { return expected_; }
  /// 0..1, for LabContext::step(): before step `step` of the `steps` of this round.
  [[nodiscard]] double fraction(std::size_t step, std::size_t steps) const;

 private:
  std::uint32_t normal_, expected_, begun_ = 0;
  bool fixed_;
  std::int64_t begin_ns_;
};

/// Measures every case once a round, forwards in even rounds and backwards in odd ones, so that drift of the machine's
/// speed falls on all alike and samples of one round are pairs. A sample of each figure a round: "<case>.wall_ms",
/// "throughput_per_s", "cpu_ms", "switches_involuntary", "startup_ms", "lock_wait_ms", "lag_p99_ms", "lag_max_ms",
/// "lost", "rss_bytes" (what is not available here has no samples). Measured::runs gets one document a case, with the
/// makespans of all rounds. Between rounds the machine itself is looked at ("machine.stolen").
/// Progress is told from `from` to `to`.
coro::Task<Status> measure_cases(LabContext& lab, nlohmann::json base, std::vector<Case> cases, Rounds rounds,
                                 Measured& out, double from = 0, double to = 1);

/// One document for all rounds of a case: `document` (trilane.run/1, of the last round) with the makespans, throughputs
/// and losses of all, from samples "<name>.wall_ms", "<name>.throughput_per_s" and "<name>.lost".
nlohmann::json of_all_rounds(nlohmann::json document, const std::string& name, const Measured& out,
                             std::uint32_t rounds);

/// The share of the processor, 0..1, that others took: threads on all cores (without threads: children on up to
/// four of them) look at the clock for about 30 ms, and what they miss is gaps. Adds a sample "machine.stolen", and
/// facts "cores", "threads".
coro::Task<void> look_at_machine(LabContext& lab, Measured& out);

// ---- judging

/// Median and its 95 % interval (order statistics). Nothing with fewer than six samples: they cannot cover 95 %.
struct Spread {
  double median = 0, low = 0, high = 0;
};
std::optional<Spread> spread(const std::vector<double>& samples);
std::optional<Spread> spread(const Measured& measured, std::string_view name);
/// Sample by sample, a over b: pairs of one round. Pairs whose divisor is 0 are left out.
std::vector<double> ratios(const Measured& measured, std::string_view a, std::string_view b);
const std::vector<double>& samples(const Measured& measured, std::string_view name);
double fact(const Measured& measured, std::string_view name, double otherwise = 0);

enum class Tri : std::uint8_t { no, unclear, yes };
/// yes: the whole interval is at or above `yes`; no: all of it is below `no`. Between them nothing is said.
Tri at_least(const std::optional<Spread>& value, double yes, double no);
/// The reverse: yes when all of it is at or below `yes`, no when all of it is above `no`.
Tri at_most(const std::optional<Spread>& value, double yes, double no);
/// no when one is no, else unclear when one is unclear.
Tri all_of(std::initializer_list<Tri> conditions);

/// Others took so much of the processor that a slow run proves nothing (median of "machine.stolen" over 10 %).
bool busy_machine(const Measured& measured);

/// Sets verdict and why: `numbers` what was measured, then `yes` or `no` what follows, or what to change. A `no` that
/// rests on times is not believed on a busy machine (`timed`). `open`: what to change where more repeats or a larger
/// size would not help; empty: those.
void conclude(Finding& finding, const Measured& measured, Tri result, const BothTexts& numbers, const BothTexts& yes,
              const BothTexts& no, bool timed = true, const BothTexts& open = {});

/// numbers[name], and name_low and name_high; null where there is nothing.
void put(nlohmann::json& numbers, const std::string& name, const std::optional<Spread>& value);

// ---- words and figures

/// What of an argument goes into the text of one language: a BothTexts gives the form of that language.
template <class T>
const T& in_en(const T& value) {
  return value;
}
template <class T>
const T& in_ru(const T& value) {
  return value;
}
inline const std::string& in_en(const BothTexts& texts) { return texts.en; }
inline const std::string& in_ru(const BothTexts& texts) { return texts.ru; }
template <class T>
using InText = std::conditional_t<std::is_same_v<T, BothTexts>, std::string, T>;

template <class... Args>
BothTexts both(fmt::format_string<const InText<Args>&...> en, fmt::format_string<const InText<Args>&...> ru,
               const Args&... args) {
  return {fmt::format(en, in_en(args)...), fmt::format(ru, in_ru(args)...)};
}
BothTexts operator+(const BothTexts& a, const BothTexts& b);
/// "threads", "потоки"; "gil" is threads with the GIL. Another id is its own name.
BothTexts model_name(std::string_view id);
/// Three significant digits, never an exponent: "0.0123", "12.3", "123 000" (grouped()); in Russian with a comma:
/// "12,3". A whole number is exact: "8", "123 457".
BothTexts number(double value);
/// Experiment::reads of a plan that measures by means of its own: how often it does so is all that can be set.
inline constexpr std::string_view kOnlyRepeats[] = {"repeat"};
/// In the place of a number where there is none.
inline const BothTexts kNothing{"—", "—"};
/// The Russian noun's form for a number: "1 поток", "2 потока", "5 потоков", "2,5 потока" (one, few, many).
std::string_view russian_form(double value, std::string_view one, std::string_view few, std::string_view many);
/// "8 waits", "8 ожиданий".
struct Noun {
  std::string_view en_one, en_many, ru_one, ru_few, ru_many;
};
BothTexts counted(double value, const Noun& noun);
/// "2.5 [2.4, 2.6] times", "в 2,5 [2,4; 2,6] раза".
BothTexts times(const std::optional<Spread>& value);
/// "12.3 [11.9, 12.8]", or "not available".
BothTexts with_interval(const std::optional<Spread>& value);

FigurePoint point(double x, const Spread& value);
/// Adds the point; what was not measured is not drawn.
void add_point(FigureSeries& series, double x, const std::optional<Spread>& value);
/// How often values fell where: a dozen bins from the least to the greatest. `step`: the narrowest bin (1 for counts).
Figure histogram(std::string id, BothTexts title, FigureAxis x, BothTexts y_label, const std::vector<double>& values,
                 std::string series_id, BothTexts series_name, double step);
/// A group of bars for each of `names`, from samples "<name><suffix>".
Figure bars(const Measured& measured, std::string id, BothTexts title, std::vector<std::string> names,
            std::string_view suffix, BothTexts y_label, std::string unit);

// ---- where it runs

Status anywhere(const Capabilities& host);
Status needs_threads(const Capabilities& host);
Status needs_processes(const Capabilities& host);

}  // namespace trilane::lab
