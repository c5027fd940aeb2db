#include "ui/session.hpp"

#include <algorithm>

#include "experiments/run/runner.hpp"
#include "platform/clock.hpp"
#include "ui/json_value.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

double now_s() { return static_cast<double>(now_ns()) / 1e9; }

}  // namespace

Session::Session(coro::Scheduler& scheduler, SessionHooks hooks)
    : scheduler_(scheduler),
      hooks_(std::move(hooks)),
      client_(scheduler, *this),
      settings_(default_settings("primes", 4)),
      emits_(scheduler) {}

Session::~Session() = default;

void Session::start() { client_.start(); }

void Session::emit(const json& event) const {
  if (hooks_.emit) hooks_.emit(event);
}

void Session::mark(const ApplyReport& report) {
  for (const Clamped& one : report.clamped) clamped_[one.field] = one;
}

void Session::change(const Settings& next, std::string_view field) {
  if (next == settings_) return;
  undo_.record(settings_, field, now_s());
  settings_ = next;
  settings_given_ = true;
  save();
  note_change();
}

void Session::change_number(std::string_view field, double value) {
  Settings next = settings_;
  ApplyReport report;
  set_field(next, field, value, &report);
  if (field == "workers" && next.workers > worker_limit()) {
    next.workers = worker_limit();
    report.clamped = {{"workers", value, next.workers}};
  }
  if (const auto it = clamped_.find(field); it != clamped_.end()) clamped_.erase(it);
  mark(report);
  change(next, field);
  note_change();
}

void Session::choose_workload(std::string_view name) {
  ViewSettings view = view_;
  Settings next = settings_;
  apply(next, view, {{"workload", name}});
  clamped_.clear();
  change(next, "workload");
}

void Session::toggle(Racer racer) {
  Settings next = settings_;
  bool& on = next.racers[static_cast<std::size_t>(racer)];
  on = !on;
  change(next, "racers");
}

void Session::set_view(const ViewSettings& view) {
  view_ = view;
  save();
  note_change();
}

ApplyReport Session::apply_patch(const json& patch) {
  Settings next = settings_;
  ViewSettings view = view_;
  const ApplyReport report = apply(next, view, patch);
  for (const auto& [key, value] : patch.items()) {
    if (const auto it = clamped_.find(key); it != clamped_.end()) clamped_.erase(it);
  }
  mark(report);
  set_view(view);
  // Named by its keys: patches of other fields are other steps for undo.
  std::string fields;
  for (const auto& [key, value] : patch.items()) fields += key + " ";
  change(next, fields);
  return report;
}

void Session::start_with(const ViewSettings& view, const std::string& text) {
  view_ = view;
  const json saved = json::parse(text, nullptr, false);
  if (!saved.is_object()) return;
  apply(settings_, view_, saved);
  lab_.load(value_or_object(saved, "lab"));
  if (const auto pins = saved.find("pins"); pins != saved.end()) load_saved_pins(*pins);
  settings_given_ = saved.contains("workers");
  note_change();
}

bool Session::undo() {
  if (undo_.empty()) return false;
  settings_ = undo_.pop();
  clamped_.clear();
  set_view(view_);
  return true;
}

void Session::reset() {
  if (in_lab_) return reset_lab();
  Settings next = default_settings(settings_.workload, host_.known ? std::max(host_.cores, 2U) : 4);
  clamped_.clear();
  change(next, "reset");
}

const Clamped* Session::clamped(std::string_view field) const {
  const auto it = clamped_.find(field);
  return it == clamped_.end() ? nullptr : &it->second;
}

std::optional<std::string> Session::missing(Racer racer) const {
  if (!host_.known) return std::nullopt;
  if ((racer == Racer::threads || racer == Racer::threads_gil) && !host_.threads) return host_.threads_missing_because;
  if (racer == Racer::processes && !host_.processes) return "no processes can be started on this platform.";
  return std::nullopt;
}

std::optional<T> Session::missing(const WorkloadInfo& workload) const {
  if (workload.saves && !host_.has_database) return T::missing_database;
  if (workload.fetches && !host_.fetches) return T::missing_web;
  return std::nullopt;
}

std::optional<T> Session::simulated(std::string_view workload) const {
  const WorkloadInfo* info = find_workload(workload);
  if (info == nullptr || !info->fetches || host_.simulated_reason.empty()) return std::nullopt;
  return find_text(host_.simulated_reason);
}

void Session::set_simulated(std::string reason) {
  if (reason == host_.simulated_reason) return;
  host_.simulated_reason = std::move(reason);
  note_change();
}

unsigned Session::worker_limit() const {
  unsigned limit = static_cast<unsigned>(field_bounds(settings_, "workers").max);
  if (!host_.known) return limit;
  if (settings_.races(Racer::processes) && host_.processes) limit = std::min(limit, host_.max_children);
  if ((settings_.races(Racer::threads) || settings_.races(Racer::threads_gil)) && host_.threads) {
    limit = std::min(limit, host_.max_threads);
  }
  return std::max(limit, 1U);
}

int Session::submit_run(const json& config, Racer racer) {
  const int job = client_.submit(protocol::Command::run, config);
  show_submitted(job, config, racer);
  return job;
}

void Session::show_submitted(int job, const json& config, Racer racer) {
  RunView run;
  run.job = job;
  run.racer = racer;
  if (auto parsed = parse_config(config)) run.config = *parsed;
  run.repeats = static_cast<int>(run.config.repeat);
  add_own_run(std::move(run));
  jobs_.push_back({.id = job, .is_sweep = false});
  ++jobs_at_start_;
}

int Session::submit_beside(Racer counterpart, const char* flavour) {
  RunView run;
  run.racer = counterpart;
  run.beside = std::string("Python ") + flavour;
  run.config = run_config_of(settings_, counterpart);
  run.repeats = static_cast<int>(run.config.repeat);
  run.job = client_.submit(protocol::Command::beside, {{"config", to_json(run.config)}, {"flavour", flavour}});
  const int id = run.job;
  add_own_run(std::move(run));
  jobs_.push_back({.id = id, .is_sweep = false});
  ++jobs_at_start_;
  return id;
}

Result<std::vector<int>> Session::race() {
  if (!give_way() && busy()) return fail("A measurement is under way: stop it first.");
  std::vector<Racer> racers;
  for (int i = 0; i < kRacers; ++i) {
    const auto racer = static_cast<Racer>(i);
    if (settings_.races(racer) && !missing(racer)) racers.push_back(racer);
  }
  if (racers.empty()) return fail("No model is chosen that can run here.", "racers");
  if (const auto why = missing(*find_workload(settings_.workload)))
    return fail(settings_.workload + " is not available here: " + text(Lang::en, *why), "workload");
  // A link may ask for more workers than this machine gives: the nearest that it gives, and marked so.
  if (settings_.workers > worker_limit()) change_number("workers", settings_.workers);
  clear_own_runs();
  ++race_number_;
  jobs_at_start_ = jobs_done_ = 0;
  std::vector<json> configs;
  for (const Racer racer : racers) configs.push_back(to_json(run_config_of(settings_, racer)));
  std::vector<int> ids = client_.submit_series(configs);
  for (std::size_t i = 0; i < ids.size(); ++i) show_submitted(ids[i], configs[i], racers[i]);
  if (settings_.with_python && (host_.python || !host_.known) && field_matters(settings_, "with_python")) {
    ids.push_back(submit_beside(Racer::threads_gil, "threading"));
    ids.push_back(submit_beside(Racer::processes, "multiprocessing"));
    ids.push_back(submit_beside(Racer::async, "asyncio"));
  }
  note_change();
  return ids;
}

Result<std::vector<int>> Session::sweep() {
  if (!give_way() && busy()) return fail("A measurement is under way: stop it first.");
  const unsigned max_workers = worker_limit();
  json plain = json::array();
  bool gil = false;
  for (int i = 0; i < kRacers; ++i) {
    const auto racer = static_cast<Racer>(i);
    if (!settings_.races(racer) || missing(racer)) continue;
    if (racer == Racer::threads_gil) {
      gil = true;
    } else {
      plain.push_back(model_name(racer));
    }
  }
  if (plain.empty() && !gil) return fail("No model is chosen that can run here.", "racers");
  if (const auto why = missing(*find_workload(settings_.workload)))
    return fail(settings_.workload + " is not available here: " + text(Lang::en, *why), "workload");
  sweep_ = {};
  sweep_.over = settings_.sweep_over;
  sweep_.workload = settings_.workload;
  sweep_.values = sweep_values(settings_, host_.cores, max_workers);
  sweep_.running = true;
  sweep_.total = static_cast<int>(sweep_.values.size() * (plain.size() + (gil ? 1 : 0)));
  jobs_at_start_ = jobs_done_ = 0;
  std::vector<int> ids;
  const auto add = [&](const json& models, Racer racer) {
    json config = to_json(run_config_of(settings_, racer));
    config.erase("model");
    config["over"] = sweep_.over;
    config["models"] = models;
    json values = json::array();
    for (const double value : sweep_.values) values.push_back(value);
    config["values"] = std::move(values);
    const int id = client_.submit(protocol::Command::sweep, config);
    jobs_.push_back({.id = id, .is_sweep = true});
    ++jobs_at_start_;
    ids.push_back(id);
  };
  if (!plain.empty()) add(plain, Racer::threads);
  if (gil) add(json::array({"threads"}), Racer::threads_gil);
  note_change();
  return ids;
}

int Session::submit(protocol::Command kind, const json& config) {
  give_way();
  if (kind == protocol::Command::lab) {
    const std::string id = value_or<std::string>(config, "id", "");
    if (lab_.find(id) != nullptr) (void)open_lab(id);
    return submit_lab(id, value_or_object(config, "options"));
  }
  if (!busy()) {
    jobs_at_start_ = jobs_done_ = 0;
    if (kind == protocol::Command::run) {
      clear_own_runs();
      ++race_number_;
    }
  }
  int id = 0;
  if (kind == protocol::Command::run) {
    Racer racer = Racer::threads;
    if (const auto parsed = parse_config(config)) racer = racer_of(*parsed);
    id = submit_run(config, racer);
  } else {
    sweep_ = {};
    sweep_.over = value_or<std::string>(config, "over", "workers");
    sweep_.workload = value_or<std::string>(config, "workload", settings_.workload);
    sweep_.running = true;
    id = client_.submit(kind, config);
    jobs_.push_back({.id = id, .is_sweep = true});
    ++jobs_at_start_;
  }
  note_change();
  return id;
}

void Session::show_synthetic(RunView run) {
  clear_own_runs();
  add_own_run(std::move(run));
  ++race_number_;
  note_change();
}

void Session::stop() {
  lab_run_due_ = demo_due_ = false;
  if (busy()) client_.cancel_all();
  note_change();
}

double Session::progress() const {
  if (jobs_at_start_ == 0) return 0;
  double done = static_cast<double>(jobs_done_);
  for (const Job& job : jobs_) done += job.fraction;
  return std::clamp(done / static_cast<double>(jobs_at_start_), 0.0, 1.0);
}

RunView* Session::run_of(int job) {
  if (const Job* const one = job_of(job); one != nullptr && one->is_lab)
    return lab_run_ < runs_.size() && runs_[lab_run_].job == job ? &runs_[lab_run_] : nullptr;
  const auto it = std::ranges::find(runs_, job, &RunView::job);
  return it == runs_.end() ? nullptr : &*it;
}

Session::Job* Session::job_of(int job) {
  const auto it = std::ranges::find(jobs_, job, &Job::id);
  return it == jobs_.end() ? nullptr : &*it;
}

void Session::end_job(int job) {
  if (std::erase_if(jobs_, [job](const Job& one) { return one.id == job; }) != 0) ++jobs_done_;
  if (std::ranges::none_of(jobs_, &Job::is_sweep)) sweep_.running = false;
}

std::uint64_t Session::dropped_spans() const {
  std::uint64_t sum = 0;
  for (const RunView& run : own_runs()) sum += run.result ? run.result->dropped_spans : 0;
  return sum;
}

}  // namespace trilane::ui
