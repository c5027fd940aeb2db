// How an experiment measures: rounds by a plan of looks, each case once a round, in turns.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiments/claim.hpp"
#include "platform/system_info.hpp"

namespace trilane::lab {

/// Experiment::reads of a plan that measures by means of its own: how often it does so is all that can be set.
inline constexpr std::string_view kOnlyRepeats[] = {"repeat"};

/// One configuration of a plan.
struct Configured {
  Case of;
  nlohmann::json options;  ///< Over the plan's base.
  /// Gets the spans of each round's run, for figures of the experiment's own.
  std::function<void(std::vector<Span> spans, std::uint32_t round)> look = {};
  /// Settings of the whole measurement: set as this case's first run had them, defaults and clamping included.
  std::vector<Setting> settings = {};
};

/// The plan's defaults with what the user changed over them.
nlohmann::json base(const LabContext& lab, nlohmann::json defaults);

/// An experiment whose number of rounds the user has not chosen begins no further look after this time.
inline constexpr double kLabMs = 10'000;

/// Counts rounds into Measured::plan: the user's `repeat` exactly; else by Plan::kLooks until the claim is decided, or,
/// where the experiment fixes it because it needs no interval, that many.
///   for (Rounds rounds(lab, out); rounds.next();) …
class Rounds {
 public:
  /// `fixed`: this many, unless the user chose; 0: by the looks.
  Rounds(const LabContext& lab, Measured& out, std::uint32_t fixed = 0);
  /// Ends the round, whose kStolen is what other programs took of the processors in it where the platform tells, and
  /// begins the next. False: those that were begun are all.
  bool next();
  /// Of the round that has begun, from 0.
  [[nodiscard]] std::uint32_t index() const { return begun_ - 1; }
  /// How many there will be, as far as can be told now.
  [[nodiscard]] std::uint32_t expected() const;
  /// What comes as number `step` of `steps` in this round: forwards in even rounds and backwards in odd ones, so that
  /// drift of the machine's speed falls on all alike.
  [[nodiscard]] std::size_t in_turn(std::size_t step, std::size_t steps) const;
  /// 0..1, for LabContext::step(): before step `step` of the `steps` of this round.
  [[nodiscard]] double fraction(std::size_t step, std::size_t steps) const;

 private:
  void note_others();

  const LabContext& lab_;
  Measured& out_;
  std::optional<ProcessorTimes> processors_;  ///< When they were last looked at.
  std::uint32_t chosen_;                      ///< 0: by the looks
  std::uint32_t begun_ = 0;
  std::size_t look_ = 0;
  std::int64_t begin_ns_;
};

/// Takes more from a run than add_run() does. `spans`: of its measured repeat.
using OnRun =
    std::function<void(const Case& of, std::uint32_t round, const RunResult& result, std::span<const Span> spans)>;

/// Measures every case once a round, in turns, so that samples of one round are pairs; before each round the machine
/// itself is looked at.
/// Gives the metrics that every run has (metrics.hpp), Measured::fairness from the configurations as they were
/// resolved, and one document a case in Measured::runs, with the makespans of all rounds. The answers of cases that do
/// the same work must be equal. Progress is told from `from` to `to`. Errors: of a run; two answers that differ.
coro::Task<Status> measure_cases(LabContext& lab, nlohmann::json base, std::vector<Configured> cases, Rounds& rounds,
                                 Measured& out, double from = 0, double to = 1, OnRun on_run = {});
/// The same with rounds of its own.
coro::Task<Status> measure_cases(LabContext& lab, nlohmann::json base, std::vector<Configured> cases, Measured& out);

/// Runs each case once, to be seen on the timeline: an experiment that measures by means of its own has nothing there.
coro::Task<Status> show_runs(LabContext& lab, std::vector<Configured> cases, Measured& out);

/// Adds what a run measured as this round's samples of the case, and the terms it was measured on.
void add_run(const Case& of, const RunResult& result, std::uint32_t round, Measured& out);

/// Before each round of a plan's own. Where the platform does not tell what others take of the processors: threads on
/// all cores (without threads: children on up to four of them) look at the clock for about 30 ms, and what they miss is
/// the round's kStolen. Also calls describe_host().
coro::Task<void> look_at_machine(LabContext& lab, std::uint32_t round, Measured& out);

// ---- where it runs

Status anywhere(const Capabilities& host);
Status needs_threads(const Capabilities& host);
Status needs_processes(const Capabilities& host);

// ---- settings that several experiments have

inline constexpr Setting kTasks{"tasks", {"tasks", "задачи"}, ""};
inline constexpr Setting kWait{"wait_ms", {"wait of each", "ожидание каждой"}, "ms"};
inline constexpr Setting kWorkers{"workers", {"workers", "исполнители"}, ""};
inline constexpr Setting kInFlight{"concurrency", {"tasks in flight, at most", "задач одновременно, не больше"}, ""};
inline constexpr Setting kSize{"size", {"size", "размер"}, ""};
inline constexpr Setting kCores{"cores", {"cores", "ядра"}, ""};
/// Leaves a claim about waits open where they take no longer than the making of so many tasks.
void needs_long_waits(Claim& claim, double tasks, double wait_ms);
/// 1 on a page, where a process is a Worker with its own memory.
inline constexpr Setting kOnPage{"page", {"on a page", "на странице"}, ""};
/// 1 where there are threads: then a claim about them is tested, and without samples it is left open. 0 on a plain
/// page.
inline constexpr Setting kHasThreads{"has_threads", {"threads available", "потоки доступны"}, ""};
/// Sets kCores, kOnPage and kHasThreads.
void describe_host(Measured& out);

}  // namespace trilane::lab
