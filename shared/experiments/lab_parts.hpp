// What the experiments share: interleaved repeats, paired comparisons with intervals, verdicts of three values, and the
// sentences around them.
#pragma once

#include <fmt/format.h>

#include <initializer_list>

#include "experiments/experiment.hpp"

namespace trilane::lab {

// ---- measuring

/// One configuration of a plan.
struct Case {
  std::string name;        ///< In Measured::samples: "<name>.wall_ms" and so on.
  nlohmann::json options;  ///< Over the plan's base.
};

/// The plan's defaults with what the user changed over them.
nlohmann::json base(const LabContext& lab, nlohmann::json defaults);
/// Rounds to measure: the user's `repeat`, or this many. Six is the fewest that give a 95 % interval.
std::uint32_t rounds_of(const LabContext& lab, std::uint32_t normal = 6);

/// Measures every case once a round, forwards in even rounds and backwards in odd ones, so that drift of the machine's
/// speed falls on all alike and samples of one round are pairs. A sample of each figure a round: "<case>.wall_ms",
/// "throughput_per_s", "cpu_ms", "switches_involuntary", "startup_ms", "lock_wait_ms", "lag_p99_ms", "lag_max_ms",
/// "lost", "rss_bytes" (what is not available here has no samples). Measured::runs gets one document a case, with the
/// makespans of all rounds. Between rounds the machine itself is looked at ("machine.stolen").
/// Progress is told from `from` to `to`.
coro::Task<Status> measure_cases(LabContext& lab, nlohmann::json base, std::vector<Case> cases, std::uint32_t rounds,
                                 Measured& out, double from = 0, double to = 1);

/// The share of the processor, 0..1, that others took: threads on all cores (one where there are none) look at the
/// clock for about 30 ms, and what they miss is gaps. Adds a sample "machine.stolen", and facts "cores", "threads".
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
/// rests on times is not believed on a busy machine (`timed`).
void conclude(Finding& finding, const Measured& measured, Tri result, const BothTexts& numbers, const BothTexts& yes,
              const BothTexts& no, bool timed = true);

/// numbers[name], and name_low and name_high; null where there is nothing.
void put(nlohmann::json& numbers, const std::string& name, const std::optional<Spread>& value);

// ---- words and figures

template <class... Args>
BothTexts both(fmt::format_string<const Args&...> en, fmt::format_string<const Args&...> ru, const Args&... args) {
  return {fmt::format(en, args...), fmt::format(ru, args...)};
}
BothTexts operator+(const BothTexts& a, const BothTexts& b);
/// "threads", "потоки"; "gil" is threads with the GIL. Another id is its own name.
BothTexts model_name(std::string_view id);
/// Three significant digits, never an exponent: "0.0123", "12.3", "123457".
std::string number(double value);
/// "12.3 [11.9, 12.8]", or "not available".
BothTexts with_interval(const std::optional<Spread>& value);

FigurePoint point(double x, const std::optional<Spread>& value);
/// A group of bars for each of `names`, from samples "<name><suffix>".
Figure bars(const Measured& measured, std::string id, BothTexts title, std::vector<std::string> names,
            std::string_view suffix, BothTexts y_label, std::string unit);

// ---- where it runs

Status anywhere(const Capabilities& host);
Status needs_threads(const Capabilities& host);
Status needs_processes(const Capabilities& host);

}  // namespace trilane::lab
