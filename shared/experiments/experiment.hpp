// An experiment of the lab: a claim, a question to answer before the run, a plan that measures, and a verdict that
// follows from what was measured. One file an experiment, one line in catalog.cpp.
//
// The plan and the verdict are apart: the plan runs things and fills a Measured; the verdict is a pure function of it,
// tested with data that must confirm, refute and leave open.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "coro/scheduler.hpp"
#include "experiments/figure.hpp"
#include "experiments/run_result.hpp"
#include "platform/host.hpp"
#include "trace/span.hpp"

namespace trilane {

enum class Verdict : std::uint8_t { confirmed, refuted, undecided };
std::string_view verdict_name(Verdict verdict);

/// Whose the claim is. says: the sheet's own statement · completed: the sheet's, with the condition that it leaves out
///   asks: our answer to a question of the sheet · task: of a task that it sets · beyond: not of the sheet
enum class Origin : std::uint8_t { says, completed, asks, task, beyond };
std::string_view origin_name(Origin origin);

/// What is asked before the run. Nobody has to answer.
///   choice: one of `options` · rank: `options` in an order, best first · number: in `unit`, within min…max
///   curve: y over the x of the figure `figure`, drawn on its empty axes (x_min…x_max, y_min…y_max)
enum class PredictionKind : std::uint8_t { choice, rank, number, curve };

struct PredictionOption {
  std::string id;  ///< "threads"; what the answer and the truth are told with.
  BothTexts text = {};
};

struct PredictionQuestion {
  PredictionKind kind = PredictionKind::choice;
  BothTexts text = {};
  std::vector<PredictionOption> options = {};  ///< choice, rank
  std::string unit = {};                       ///< number, curve (of y)
  double min = 0, max = 0;                     ///< number
  std::string figure = {};                     ///< curve
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
  bool x_log = false, y_log = false;
  BothTexts x_label = {}, y_label = {};
};

/// What a plan measured: samples by name ("threads.4.throughput_per_s": one value a repeat), single facts ("cores"),
/// and the runs behind them.
struct Measured {
  std::map<std::string, std::vector<double>, std::less<>> samples;
  std::map<std::string, double, std::less<>> facts;
  std::vector<nlohmann::json> runs;  ///< trilane.run/1
  /// What the viewer of the experiment shows besides figures (steps of await-order, the wait-for cycle of deadlock).
  nlohmann::json details = nlohmann::json::object();
};

/// What follows from it.
struct Finding {
  Verdict verdict = Verdict::undecided;
  nlohmann::json numbers =
      nlohmann::json::object();  ///< Flat: name -> number or null. The figures the verdict rests on.
  BothTexts why;                 ///< Made from the numbers. Undecided: what to change (more repeats, a larger size).
  std::vector<Figure> figures;
  /// The right answer to the prediction, in the answer's form: an option's id (choice), a list of ids (rank), a number,
  /// a list of [x, y] (curve); null when it could not be decided.
  nlohmann::json truth;
};

/// What a plan may use. On the engine's loop thread.
class LabContext {
 public:
  virtual ~LabContext() = default;
  virtual coro::Scheduler& scheduler() = 0;
  virtual CancelToken& cancel() = 0;
  /// Runs one configuration (the CLI's options with underscores), traced and shown like any run. What the user changed
  /// is not put over it: that is the plan's business (lab_parts.hpp, lab_base). `spans` (may be nullptr) gets the last
  /// repeat's. Errors: of the config, of the run, kCancelled; a run that is not valid is an error too.
  virtual coro::Task<Result<RunResult>> run(nlohmann::json options, std::vector<Span>* spans = nullptr) = 0;
  /// Tells the front end `state` and waits for its answer, as long as it takes: for what a person does step by step.
  /// Errors: kCancelled; that nobody is there to be asked (the command line).
  virtual coro::Task<Result<nlohmann::json>> ask(nlohmann::json state) = 0;
  /// Tells how far it is, 0..1, and what is being done.
  virtual void step(double fraction, BothTexts what) = 0;
  /// Options the user changed for this experiment ("tasks", "size", "repeat", "workers"…), over the plan's own.
  /// Checked: each is one of Experiment::reads or own_options.
  virtual const nlohmann::json& options() const = 0;
};

struct Experiment {
  std::string_view id;       ///< "gil": in URLs, on the command line.
  std::string_view section;  ///< "synchronous", "processes", "threads", "asynchrony", "choosing": the sheet's order.
  BothTexts title;           ///< Two or three words for the list.
  Origin origin = Origin::says;
  BothTexts claim;
  BothTexts about;  ///< One or two sentences: what will run and what to look at.
  PredictionQuestion question;
  /// The configuration the free mode opens with ("{"workload":"primes",…}"); JSON text.
  std::string_view config;
  /// Options of a run that the plan reads, all of them: a front end offers these settings and no others, and
  /// run_experiment() keeps the rest from the plan, so that what is not listed here cannot change what is measured.
  /// What `config` (or the workload) says of them is what the plan does when nothing is changed.
  std::span<const std::string_view> reads = {};
  /// Options of this experiment alone ("schedule"), besides a run's.
  std::span<const std::string_view> own_options = {};
  /// Can it run here? The error says why not and what to do (English); nothing is run then.
  Status (*check)(const Capabilities& host);
  coro::Task<Result<Measured>> (*measure)(LabContext& lab);
  Finding (*judge)(const Measured& measured);
};

/// Does its plan read this option: one of a run's or of its own?
bool reads_option(const Experiment& experiment, std::string_view name);

/// Every experiment, in the order of the sheet.
std::span<const Experiment* const> experiment_catalog();
const Experiment* find_experiment(std::string_view id);
/// For an error: that there is no such experiment, and which there are.
std::string unknown_experiment(std::string_view id);

/// For the front end and `trilane list experiments --json`:
/// {"id","section","title":{en,ru},"claim","origin","about","question":{"kind","text","options":[{"id","text"}…],…},"config",
///  "reads":[…],"own_options":[…],"missing": null or why it cannot run here}.
nlohmann::json experiment_to_json(const Experiment& experiment);

/// Runs the plan, judges, and gives one entry of trilane.lab/1's "experiments":
/// {"id","verdict","numbers","why":{en,ru},"runs":[…],"figures":[…],"truth","details","title","claim","duration_ms"}.
coro::Task<Result<nlohmann::json>> run_experiment(const Experiment& experiment, LabContext& lab);
/// The document around such entries, trilane.lab/1.
nlohmann::json lab_document(nlohmann::json entries);

}  // namespace trilane
