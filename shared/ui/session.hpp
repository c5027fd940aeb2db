// The front end's memory: settings, the engine, the race that is shown and the last sweep. Turns buttons and commands
// into jobs, and the engine's events into RunViews. No ImGui. Everything on the loop's thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine_client.hpp"
#include "ui/hidden_runs.hpp"
#include "ui/lab/book.hpp"
#include "ui/lab/predict.hpp"
#include "ui/pins.hpp"
#include "ui/run_view.hpp"
#include "ui/settings.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

struct SessionHooks {
  std::function<void()> changed;                          ///< Something to draw.
  std::function<void(const nlohmann::json& event)> emit;  ///< app.hpp, HostServices::emit.
  std::function<void(const std::string& json)> save;      ///< Settings to remember.
};

/// What the machine can do, from the engine's `ready`.
struct Host {
  bool known = false;
  bool threads = true;
  bool processes = true;
  bool processes_are_workers = false;
  bool waits_are_busy = false;
  unsigned max_threads = 64;
  unsigned max_children = 64;
  unsigned cores = 1;
  double clock_resolution_ns = 0;
  std::string platform, os, cpu, version;
  std::string threads_missing_because;
  bool fetches = true;
  bool has_database = true;
  bool python = false;  ///< The same work can be run in CPython, too.
  /// Page: why nothing real answers requests, a text key (simulated_…); empty where they are real or not yet known.
  std::string simulated_reason;
};

class Session final : private EngineListener {
 public:
  Session(coro::Scheduler& scheduler, SessionHooks hooks);
  ~Session() override;

  void start();
  /// Tries again after EngineState::broken.
  void restart_engine() { client_.start(); }

  const Settings& settings() const { return settings_; }
  const ViewSettings& view() const { return view_; }
  /// A change by the user: `field` is what undo merges drags by. Clamps nothing: callers use set_field().
  void change(const Settings& next, std::string_view field);
  /// A number typed or dragged: clamped, and the clamping is remembered for the panel.
  void change_number(std::string_view field, double value);
  void choose_workload(std::string_view name);
  void toggle(Racer racer);
  void set_view(const ViewSettings& view);
  ApplyReport apply_patch(const nlohmann::json& patch);
  /// Before start(): the host's preferences, then what was saved (JSON; empty: nothing). Neither is saved nor undone.
  void start_with(const ViewSettings& view, const std::string& saved);
  bool undo();
  bool can_undo() const { return !undo_.empty(); }
  void reset();
  /// The mark of a field whose last value could not be used; nullptr when there is none.
  const Clamped* clamped(std::string_view field) const;

  /// The jobs, or why there are none.
  Result<std::vector<int>> race();
  Result<std::vector<int>> sweep();
  void stop();
  /// The page is hidden, or seen again: runs that were hidden are marked as not valid.
  void set_hidden(bool hidden) { hidden_runs_.set_hidden(hidden); }
  /// From the JSON door: a job of its own, shown like a race of one.
  int submit(protocol::Command kind, const nlohmann::json& config);
  /// Shows a run that nobody measured, in place of the race: for tests and benchmarks of the drawing.
  void show_synthetic(RunView run);
  /// Why a racer cannot run here (English, from the engine), or nothing.
  std::optional<std::string> missing(Racer racer) const;

  /// The like for a workload: a text of the catalogue.
  std::optional<T> missing(const WorkloadInfo& workload) const;
  /// Why the workload's waits are only simulated here; nothing when they are real or not yet known.
  std::optional<T> simulated(std::string_view workload) const;
  /// Page: what was found out about the lab's web (`reason`: a text key, empty when it is real).
  void set_simulated(std::string reason);

  // The lab (session_lab.cpp).
  const LabBook& lab() const { return lab_; }
  LabBook& lab() { return lab_; }
  /// Opens an experiment with its settings, and `patch` over them; an empty id brings the free race and its settings
  /// back. Before the engine is ready it is remembered. Errors: an id that does not exist.
  Status open_lab(std::string_view id, const nlohmann::json& patch = nlohmann::json::object());
  /// Runs the open experiment with what was changed, and `more` over it. Errors: busy, none is open, it cannot run
  /// here.
  Result<std::vector<int>> run_lab(const nlohmann::json& more = nlohmann::json::object());
  bool in_lab() const { return in_lab_; }
  /// Experiments pause so long now and then, to be drawn (protocol::Command::lab); 0: they do not.
  void set_lab_pause_ms(double ms) { lab_pause_ms_ = ms; }
  /// One pauses now, and has not been drawn since: lab_drawn() says that it has.
  bool lab_pausing() const { return lab_pausing_; }
  void lab_drawn() { lab_pausing_ = false; }
  /// What the experiment under way asks and waits to be told; null: nothing. `answered`: and has been told.
  const nlohmann::json& asked() const { return asked_; }
  bool answered() const { return answered_; }
  void answer_lab(nlohmann::json answer);
  /// Does the open experiment measure as many rounds as decide it? Until a number is set.
  bool rounds_as_needed() const { return in_lab_ && settings_.repeat == lab_base_.repeat; }
  /// Is this setting worth showing: does the open experiment's plan read it, or does it matter to the free race?
  bool offers(std::string_view field) const;
  nlohmann::json lab_options() const;  ///< What was changed of what the plan reads, as a run's options.
  bool lab_changed() const { return !lab_options().empty(); }
  void reset_lab();
  /// The answer to the open experiment's question; null takes it back. Errors: it is no answer.
  Status predict(const nlohmann::json& answer);
  void skip_prediction();
  /// A race with the default settings, once the engine is ready: whatever else is asked for stops it.
  void demo();
  /// The race under way is that one.
  bool in_demo() const { return demo_ && busy(); }
  /// It was, and nothing else has been done since.
  bool after_demo() const { return demo_ && !busy(); }

  /// Most workers that every chosen model allows here.
  unsigned worker_limit() const;

  bool busy() const { return !jobs_.empty() || lab_run_due_; }
  bool sweeping() const { return sweep_.running; }
  /// How something is looked at has changed: whoever reads the state is told.
  void touch() { note_change(); }
  /// 0..1 over all jobs, while busy.
  double progress() const;
  /// Grows with every race: the view starts anew with it.
  int race_number() const { return race_number_; }
  /// The current runs, then those of the pins that are shown (RunView::pin tells which).
  const std::vector<RunView>& runs() const { return runs_; }
  std::vector<RunView>& runs() { return runs_; }
  /// The current runs alone.
  std::span<const RunView> own_runs() const { return {runs_.data(), own_count()}; }

  // Pins (session_pins.cpp).
  std::span<const Pin> pins() const { return pins_; }
  const Pin* find_pin(int id) const;
  /// A pin's runs, wherever they stand.
  std::vector<const RunView*> runs_of(const Pin& pin) const;
  /// There is a finished run, or a sweep, that could be pinned.
  bool can_pin() const;
  /// Pins what is finished of the current race (`only`: of one racer) and the sweep. An empty name: one is made of the
  /// workload. The pin's id. Errors: nothing is finished; there are kMostPins already.
  Result<int> pin_current(std::string_view name = {}, std::optional<Racer> only = {});
  /// Adds a pin that was read from a file; an empty name is replaced. Errors: there are kMostPins already.
  Result<int> add_pin(Pin pin);
  Status unpin(int id);
  /// Any of them; what is empty stays. Errors: there is no such pin; the mark does not exist.
  Status change_pin(int id, std::optional<std::string> name, std::optional<bool> shown, std::optional<int> mark);
  /// The settings that the pin's runs were measured with; nothing for a pin without a run of ours, as a foreign trace.
  std::optional<nlohmann::json> settings_of(const Pin& pin) const;
  /// The current results against the pin's, model by model.
  std::vector<RunComparison> compare_with(const Pin& pin) const;
  /// For the JSON door. `whole`: with the documents and, while something is measured, with the comparisons too.
  nlohmann::json pins_json(bool whole) const;

  const SweepView& sweep_view() const { return sweep_; }
  const Host& host() const { return host_; }
  nlohmann::json host_document() const { return info_.is_object() ? info_.value("host", nlohmann::json()) : info_; }
  EngineState engine_state() const { return state_; }
  const std::string& engine_reason() const { return reason_; }
  const std::string& last_loss() const { return last_loss_; }
  std::uint64_t dropped_spans() const;

  /// {"settings","view","engine","runs","sweep","progress","busy","offered"} for the DOM mirror.
  nlohmann::json state() const;

 private:
  struct Job {
    int id;
    bool is_sweep;
    bool is_lab = false;
    double fraction = 0;
    int ended_runs = 0;  // of a sweep
  };

  void on_engine_state(EngineState state, const std::string& reason) override;
  void on_ready(const EngineInfo& info) override;
  void on_started(int job, const nlohmann::json& event) override;
  void on_turn(int job, const nlohmann::json& event) override;
  void on_repeat(int job, const protocol::RepeatEvent& event) override;
  void on_progress(int job, const protocol::ProgressEvent& event) override;
  void on_spans(int job, std::span<const Span> spans) override;
  void on_tile(int job, const protocol::TileEvent& event) override;
  void on_result(int job, const nlohmann::json& event) override;
  void on_lab_step(int job, double fraction, const nlohmann::json& what, bool paused) override;
  void on_lab_ask(int job, const nlohmann::json& state) override;
  void on_done(int job, const nlohmann::json& document) override;
  void on_failed(int job, const Error& error) override;

  /// How many of runs_ are current ones: they come first.
  std::size_t own_count() const;
  void clear_own_runs() { runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(own_count())); }
  RunView& add_own_run(RunView run) {
    return *runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(own_count()), std::move(run));
  }
  Pin* pin_of(int id);
  void show_pin(Pin& pin, bool shown);
  void load_saved_pins(const nlohmann::json& saved);

  /// All settings that offers() is true of.
  std::vector<std::string> offered() const;
  void note_change();
  /// Emits {"event":"state"} soon; many changes become one, 100 ms apart.
  coro::Task<void> emit_state_later();
  /// An experiment measures by the processor that draws; while it holds threads for a person it measures nothing.
  bool lab_measures_drawing() const {
    return lab_pause_ms_ > 0 && in_lab_ && state_ == EngineState::running && asked_.is_null();
  }
  void emit(const nlohmann::json& event) const;
  void mark(const ApplyReport& report);
  RunView* run_of(int job);
  Job* job_of(int job);
  void end_job(int job);
  /// What the engine tells is of this job's run, until another's turn.
  void take_turn(int job, const nlohmann::json& event);
  int submit_run(const nlohmann::json& config, Racer racer);
  void show_submitted(int job, const nlohmann::json& config, Racer racer);
  /// Another program's answer must be ours, too.
  void check_beside(RunView& run) const;
  int submit_beside(Racer counterpart, const char* flavour);
  int submit_lab(const std::string& id, const nlohmann::json& options);
  void save() const;
  void enter_lab();
  void leave_lab();
  void take_catalog(const nlohmann::json& experiments);
  /// The view of a run that begins within an experiment: rounds of one case share it.
  RunView* begin_lab_run(int job, const nlohmann::json& event);
  /// "prediction" of the entry: {"answer", "score" 0..1, "right"}, null without an answer.
  void add_prediction(nlohmann::json& document) const;
  void end_lab(const nlohmann::json* document, const Error* error);
  /// Something else is asked for: stops the race that began by itself. False: what is under way is not that.
  bool give_way();

  coro::Scheduler& scheduler_;
  SessionHooks hooks_;
  EngineClient client_;
  Settings settings_;
  ViewSettings view_;
  UndoStack undo_;
  std::map<std::string, Clamped, std::less<>> clamped_;
  LabBook lab_;
  Settings free_settings_, lab_base_;  // the free race's while an experiment is open; the experiment's as it opened
  nlohmann::json lab_patch_ = nlohmann::json::object();  // over the experiment that is opened with the catalogue
  std::size_t lab_run_ = 0;                              // of runs_: the one under way
  std::vector<std::string> lab_cases_;                   // beside runs_, while an experiment runs
  nlohmann::json asked_;
  int asking_job_ = 0;
  bool answered_ = false;
  double lab_pause_ms_ = 0;
  bool lab_pausing_ = false;
  bool in_lab_ = false, lab_run_due_ = false, demo_ = false, demo_due_ = false;
  bool settings_given_ = false;  // loaded or changed: the machine's cores do not replace the workers any more

  Host host_;
  nlohmann::json info_;
  EngineState state_ = EngineState::starting;
  std::string reason_, last_loss_;

  std::vector<RunView> runs_;  // own ones first, then the shown pins'
  std::vector<Pin> pins_;
  int next_pin_ = 1;
  int race_number_ = 0;
  SweepView sweep_;
  HiddenRuns hidden_runs_;
  std::deque<Job> jobs_;
  std::size_t jobs_at_start_ = 0;
  std::size_t jobs_done_ = 0;
  bool state_due_ = false;
  coro::Scope emits_;  // ends with this object
};

}  // namespace trilane::ui
