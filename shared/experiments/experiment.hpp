// An experiment of the lab: a claim, a question to answer before the run, a plan that measures, and a verdict that
// follows from what was measured. One file an experiment, one line in catalog.cpp.
//
// The plan and the verdict are apart: the plan runs things and fills a Measured; the verdict is a pure function of it
// (claim.hpp), tested with data that must confirm, refute and leave open each of its predicates.
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
#include "experiments/metrics.hpp"
#include "experiments/run/run_result.hpp"
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

/// A plan of looks at what was measured, fixed before anything is: after so many rounds the claim is judged, and when
/// it is decided the plan ends. Looking several times gives chance more than one opportunity; so the interval of each
/// look is wide enough that all looks together miss a true median with a probability of at most 5 % (Bonferroni's
/// inequality over the looks of a group-sequential plan; Pocock, Biometrika 64, 1977, has the idea and tighter bounds
/// for normal data). A verdict needs every predicate, so several predicates do not make a false confirmation more
/// likely (intersection-union test; Berger, Technometrics 24, 1982).
struct Plan {
  struct Look {
    std::uint32_t rounds;
    double error;  ///< Of this look's intervals.
  };
  /// Their errors add up to less than 5 %: tests/unit/claim_test.cpp.
  static constexpr Look kLooks[] = {{7, 0.016}, {11, 0.012}, {16, 0.0215}};
  /// Where the number of rounds was chosen, there is one look.
  static constexpr double kError = 0.05;

  std::uint32_t rounds = 0;  ///< Measured so far.
  double error = kError;     ///< Of the intervals at this look.
  bool chosen = false;       ///< The number of rounds was chosen by the user, or is fixed by the experiment.

  /// The fewest rounds that give an interval with this error.
  [[nodiscard]] std::uint32_t fewest() const { return chosen ? 6 : kLooks[0].rounds; }
};

/// On what terms a case was measured. The cases of an experiment are equal in all of them but those that it declares as
/// its subject.
struct Fairness {
  std::string of;  ///< The case.
  std::optional<std::uint32_t> workers = {};
  std::optional<std::uint32_t> in_flight = {};  ///< Tasks under way at once, at most.
  std::string creation = "none";                ///< Of workers: "inside" the measured time, "outside" of it, "none".
  std::string start = "warm";                   ///< "warm": after a repeat that is not counted; "cold".
  BothTexts label = {};                         ///< The case's, where `of` is no model.
};

/// What an option was, or the machine is: known before anything is measured.
struct Setting {
  std::string_view id;
  lab::Label label;
  std::string_view unit = "";
};

/// What a plan measured. A claim is judged from samples and settings (and details) alone, so that a saved document
/// gives the same verdict again.
struct Measured {
  lab::Samples samples;
  std::map<std::string, double, std::less<>> settings;
  Plan plan;
  std::vector<Fairness> fairness;
  std::vector<nlohmann::json> runs;  ///< trilane.run/1
  /// What the viewer of the experiment shows besides figures (steps of await-order, the wait-for cycle of deadlock).
  nlohmann::json details = nlohmann::json::object();

  void set(const Setting& setting, double value) { settings[std::string(setting.id)] = value; }
  [[nodiscard]] std::optional<double> get(const Setting& setting) const {
    const auto found = settings.find(setting.id);
    return found == settings.end() ? std::nullopt : std::optional(found->second);
  }
};

enum class Holds : std::uint8_t { no, unclear, yes };
std::string_view holds_name(Holds holds);

/// A tested condition. Of kind "at_least", "at_most" or "within" (target ± yes, no).
struct Predicate {
  std::string id;
  BothTexts label;  ///< What the value is.
  Holds holds = Holds::unclear;
  std::optional<lab::Estimate> value;
  std::string unit;
  std::string_view kind;
  bool every = false;  ///< In every round, not in the median: the value lies between the extremes.
  double yes = 0, no = 0;
  std::optional<double> target;
  BothTexts text;  ///< The sentence that this outcome allows.
};

/// decisive: a predicate's value · supporting: measured, and decides nothing · setting: known beforehand
enum class Role : std::uint8_t { decisive, supporting, setting };

/// A number as it is shown and exported.
struct Number {
  std::string id;
  BothTexts label;
  std::optional<double> value = {}, low = {}, high = {};  ///< Nothing: not available.
  std::string unit = {};                                  ///< As Metric::unit.
  Role role = Role::supporting;
  std::string hue = {};  ///< The model whose colour it has; empty: none.
};

/// What follows from what was measured.
struct Finding {
  Verdict verdict = Verdict::undecided;
  std::vector<Predicate> predicates;
  std::vector<Number> numbers;
  BothTexts advice;      ///< Undecided: what to change.
  BothTexts background;  ///< Why it is so; not tested here.
  std::vector<Figure> figures;
  /// The right answer to the prediction, in the answer's form: an option's id (choice), a list of ids (rank), a number,
  /// a list of [x, y] (curve); null when it could not be decided.
  nlohmann::json truth;
};

/// The sentences of the predicates, and what to change where it is undecided.
BothTexts finding_text(const Finding& finding);

/// What a plan may use. On the engine's loop thread.
class LabContext {
 public:
  virtual ~LabContext() = default;
  virtual coro::Scheduler& scheduler() = 0;
  virtual CancelToken& cancel() = 0;
  /// Runs one configuration (the CLI's options with underscores), traced and shown like any run. What the user changed
  /// is not put over it: that is the plan's business (rounds.hpp, base()). `spans` (may be nullptr) gets the last
  /// repeat's. Errors: of the config, of the run, kCancelled; a run that is not valid, the third time where it was
  /// only interrupted.
  virtual coro::Task<Result<RunResult>> run(nlohmann::json options, std::vector<Span>* spans = nullptr) = 0;
  /// Tells the front end `state` and waits for its answer, as long as it takes: for what a person does step by step.
  /// Errors: kCancelled; that nobody is there to be asked (the command line).
  virtual coro::Task<Result<nlohmann::json>> ask(nlohmann::json state) = 0;
  /// Tells how far it is, 0..1, and what is being done.
  virtual void step(double fraction, BothTexts what) = 0;
  /// Options the user changed for this experiment ("tasks", "size", "repeat", "workers"…), over the plan's own.
  /// Checked: each is one of Experiment::reads or own_options.
  virtual const nlohmann::json& options() const = 0;
  /// Is the claim decided by what was measured so far? Asked at the looks of a plan (run/rounds.hpp).
  virtual bool decided(const Measured& /*measured*/) const { return false; }
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
  /// What the claim is about, of Fairness: "workers", "in_flight", "creation", "start". In all else the cases are
  /// equal.
  std::span<const std::string_view> subject = {};
  /// Groups of cases that may be exchanged without changing what is claimed (remedies that are all to lose nothing,
  /// levels that are only told): each a list of ids or patterns with a final *, separated by spaces.
  std::span<const std::string_view> interchangeable = {};
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
/// {"id","section","title":{en,ru},"claim","origin","sheet":[{en,ru}…],"about","question":{"kind","text","options":[{"id","text"}…],…},"config",
///  "reads":[…],"own_options":[…],"missing": null or why it cannot run here}.
nlohmann::json experiment_to_json(const Experiment& experiment);

/// Runs the plan, judges, and gives one entry of trilane.lab/2's "experiments".
coro::Task<Result<nlohmann::json>> run_experiment(const Experiment& experiment, LabContext& lab);
/// What follows from `measured`, as such an entry: {"id","section","title","claim","verdict","predicates","numbers",
/// "finding":{en,ru},"advice","background","figures","truth","fairness","settings","plan","samples","details","runs"}.
nlohmann::json entry_of(const Experiment& experiment, const Measured& measured);
/// The same entry judged anew from its own samples, by the experiment of this program; what was noted of the measuring
/// itself, and what CPython was asked beside it, stay. Errors: an unknown experiment; no samples (documents before
/// trilane.lab/2); samples of another form.
Result<nlohmann::json> judge_entry(const nlohmann::json& entry);
/// The document around such entries, trilane.lab/2.
nlohmann::json lab_document(nlohmann::json entries);

}  // namespace trilane
