// The session's part of the lab: which experiment is open, the settings that belong to it, its jobs, and the race that
// begins by itself on a first visit.
#include <algorithm>

#include "experiments/run/runner.hpp"
#include "ui/json_value.hpp"
#include "ui/session.hpp"

namespace trilane::ui {

using nlohmann::json;

namespace {

/// Runs of one experiment that are shown at once; older ones give way.
constexpr std::size_t kShownRuns = 10;

/// What a run measures, apart from which time it is: rounds of a plan are one run of the race (only the first has a
/// warm-up).
std::string case_of(const RunConfig& config) {
  json key = to_json(config);
  for (const char* changing : {"seed", "repeat", "warmup"}) key.erase(changing);
  return key.dump();
}

}  // namespace

void Session::save() const {
  if (!hooks_.save) return;
  // The free race's settings: an experiment's own come with it.
  json saved = to_json(in_lab_ ? free_settings_ : settings_);
  saved.update(to_json(view_));
  saved["lab"] = lab_.to_json();
  if (!pins_.empty()) saved["pins"] = save_pins(pins_, [this](const Pin& pin) { return runs_of(pin); });
  hooks_.save(saved.dump());
}

Status Session::open_lab(std::string_view id, const json& patch) {
  if (Status chosen = lab_.choose(id); !chosen) return chosen;
  // Threads that are held wait for nobody who has gone elsewhere.
  if (!asked_.is_null() && lab_.running != id) stop();
  lab_patch_ = lab_.known() ? json::object() : patch;
  if (lab_.known()) {
    enter_lab();
    if (!patch.empty()) apply_patch(patch);
  } else if (id.empty()) {
    leave_lab();
  }
  save();
  note_change();
  return {};
}

void Session::leave_lab() {
  if (!in_lab_) return;
  in_lab_ = false;
  settings_ = free_settings_;
  clamped_.clear();
  undo_ = {};
}

void Session::enter_lab() {
  const LabEntry* const entry = lab_.open();
  if (entry == nullptr) return leave_lab();
  if (!in_lab_) free_settings_ = settings_;
  in_lab_ = true;
  clamped_.clear();
  undo_ = {};
  ViewSettings view = view_;
  // Not the free race's workers: what is shown is what the plan does of itself.
  const std::uint32_t workers = std::clamp(host_.cores, 2U, 8U);
  settings_ = default_settings(value_or<std::string>(entry->config, "workload", "primes"), workers);
  apply(settings_, view, entry->config);
  if (!busy()) clear_own_runs();
  ++race_number_;
  lab_base_ = settings_;
}

void Session::reset_lab() {
  if (!in_lab_) return;
  clamped_.clear();
  change(lab_base_, "reset");
}

bool Session::offers(std::string_view field) const {
  const LabEntry* const entry = in_lab_ ? lab_.open() : nullptr;
  if (entry == nullptr) return field_matters(settings_, field);
  return std::ranges::find(entry->reads, field) != entry->reads.end();
}

std::vector<std::string> Session::offered() const {
  std::vector<std::string> fields(std::begin(kNumericFields), std::end(kNumericFields));
  fields.insert(fields.end(), std::begin(kFlagFields), std::end(kFlagFields));
  fields.emplace_back("counter_mode");
  std::erase_if(fields, [this](const std::string& field) { return !offers(field); });
  return fields;
}

json Session::lab_options() const {
  json options = json::object();
  if (!in_lab_) return options;
  const json now = to_json(settings_);
  const json base = to_json(lab_base_);
  for (const std::string& field : offered()) {
    if (now[field] != base[field]) options[field] = now[field];
  }
  return options;
}

Result<std::vector<int>> Session::run_lab(const json& more) {
  const LabEntry* const entry = lab_.open();
  if (entry == nullptr) {
    if (lab_.wished().empty()) return fail("No experiment is open.", "lab");
    lab_run_due_ = true;  // with the catalogue
    return std::vector<int>{};
  }
  if (!entry->missing.empty()) return fail(entry->missing, "lab");
  if (!give_way() && busy()) return fail("A measurement is under way: stop it first.");
  json options = lab_options();
  options.update(more);
  return std::vector<int>{submit_lab(entry->id, options)};
}

int Session::submit_lab(const std::string& id, const json& options) {
  if (!busy()) jobs_at_start_ = jobs_done_ = 0;
  clear_own_runs();
  lab_cases_.clear();
  ++race_number_;
  lab_.running = id;
  lab_.fraction = 0;
  lab_.step = {};
  lab_.asked = options;
  lab_.record(id).error.clear();
  lab_pausing_ = false;
  json command = {{"id", id}, {"options", options}};
  if (lab_pause_ms_ > 0) command["pause_ms"] = lab_pause_ms_;
  const int job = client_.submit(protocol::Command::lab, std::move(command));
  jobs_.push_back({.id = job, .is_sweep = false, .is_lab = true});
  ++jobs_at_start_;
  note_change();
  return job;
}

Status Session::predict(const json& answer) {
  const LabEntry* const entry = lab_.open();
  if (entry == nullptr || !entry->question) return fail("No experiment with a question is open.", "answer");
  LabRecord& record = lab_.record(entry->id);
  if (!answer.is_null()) {
    if (Status fine = check_answer(*entry->question, answer); !fine) return fine;
  }
  record.prediction = answer;
  record.skipped = false;
  save();
  note_change();
  return {};
}

void Session::skip_prediction() {
  const LabEntry* const entry = lab_.open();
  if (entry == nullptr) return;
  LabRecord& record = lab_.record(entry->id);
  record.prediction = nullptr;
  record.skipped = true;
  save();
  note_change();
}

void Session::take_catalog(const json& experiments) {
  lab_.set_catalog(experiments);
  if (lab_.open() != nullptr && !in_lab_) {
    enter_lab();
    if (!lab_patch_.empty()) apply_patch(std::exchange(lab_patch_, json::object()));
  }
  if (std::exchange(lab_run_due_, false) && lab_.open() != nullptr) (void)run_lab();
  if (std::exchange(demo_due_, false) && !busy() && lab_.open() == nullptr && race()) demo_ = true;
}

RunView* Session::begin_lab_run(int job, const json& event) {
  const auto config = parse_config(value_or_object(event, "config"));
  if (!config) return nullptr;
  std::string key = case_of(*config);
  if (const auto same = std::ranges::find(lab_cases_, key); same != lab_cases_.end()) {
    lab_run_ = static_cast<std::size_t>(same - lab_cases_.begin());
    return lab_run_ < own_count() ? &runs_[lab_run_] : nullptr;
  }
  if (own_count() >= kShownRuns) {
    runs_.erase(runs_.begin());
    lab_cases_.erase(lab_cases_.begin());
  }
  lab_cases_.push_back(std::move(key));
  RunView run;
  run.racer = racer_of(*config);
  run.config = *config;
  run.repeats = static_cast<int>(config->repeat);
  run.job = job;
  RunView& added = add_own_run(std::move(run));
  lab_run_ = own_count() - 1;
  return &added;
}

void Session::on_lab_step(int job, double fraction, const json& what, bool paused) {
  Job* const one = job_of(job);
  if (one == nullptr) return;
  one->fraction = std::clamp(fraction, 0.0, 1.0);
  lab_.fraction = one->fraction;
  lab_.step = both_texts_from(what);
  lab_pausing_ = lab_pausing_ || paused;
  emit({{"event", "lab_step"}, {"job", job}, {"fraction", fraction}, {"what", what}});
  note_change();
}

void Session::on_lab_ask(int job, const json& state) {
  const Job* const one = job_of(job);
  if (one == nullptr || !one->is_lab) return;
  asked_ = state;
  asking_job_ = job;
  answered_ = false;
  emit({{"event", "lab_ask"}, {"job", job}, {"state", state}});
  note_change();
}

void Session::answer_lab(json answer) {
  if (asked_.is_null() || answered_) return;
  answered_ = true;
  client_.answer_lab(asking_job_, std::move(answer));
  note_change();
}

void Session::add_prediction(json& document) const {
  const LabEntry* const entry = lab_.find(lab_.running);
  const LabRecord* const record = lab_.peek(lab_.running);
  const auto list = document.find("experiments");
  if (entry == nullptr || list == document.end() || !list->is_array() || list->empty() || !list->front().is_object())
    return;
  json& out = list->front()["prediction"];
  if (record == nullptr || record->prediction.is_null() || !entry->question) return;
  const auto points = score(*entry->question, record->prediction, list->front().value("truth", json()));
  out = {{"answer", record->prediction},
         {"score", points ? json(points->value) : json(nullptr)},
         {"right", points ? json(points->right) : json(nullptr)}};
}

void Session::end_lab(const json* document, const Error* error) {
  const std::string id = std::exchange(lab_.running, {});
  asked_ = nullptr;
  for (RunView& run : runs_) {
    if (run.phase == RunPhase::running) run.phase = error != nullptr ? RunPhase::stopped : RunPhase::done;
  }
  if (id.empty()) return;
  std::string problem = error != nullptr ? error->message : "";
  if (document != nullptr) {
    const auto list = document->find("experiments");
    const bool one = list != document->end() && list->is_array() && !list->empty();
    const Status taken = one ? lab_.take_result(list->front(), lab_.asked)
                             : Status(fail("The engine's answer has no experiment in it.", "experiments"));
    if (!taken) problem = taken.error().message;
  }
  LabRecord& record = lab_.record(id);
  record.error = problem;
  if (problem.empty() && record.verdict)
    emit({{"event", "verdict"}, {"id", id}, {"verdict", verdict_name(*record.verdict)}});
  save();
}

void Session::demo() {
  if (host_.known && !busy() && !in_lab_) {
    if (race()) demo_ = true;
  } else {
    demo_due_ = true;
  }
}

bool Session::give_way() {
  if (!std::exchange(demo_, false) || !busy()) return false;
  client_.cancel_all();
  return true;
}

}  // namespace trilane::ui
