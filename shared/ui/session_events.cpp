// What the session makes of the engine's events.
#include <algorithm>

#include "experiments/run/runner.hpp"
#include "platform/clock.hpp"
#include "ui/json_value.hpp"
#include "ui/result_reader.hpp"
#include "ui/session.hpp"

namespace trilane::ui {

using nlohmann::json;

void Session::on_engine_state(EngineState state, const std::string& reason) {
  if (state == EngineState::starting && !reason.empty()) last_loss_ = reason;
  state_ = state;
  reason_ = reason;
  note_change();
}

void Session::on_ready(const EngineInfo& info) {
  const json& host = info.host;
  const json& caps = info.capabilities;
  host_.known = true;
  host_.cores = std::max(1U, value_or(host, "cores", 1U));
  host_.clock_resolution_ns = value_or(host, "clock_resolution_ns", 0.0);
  host_.platform = value_or<std::string>(host, "platform", "");
  host_.os = value_or<std::string>(host, "os", "");
  host_.cpu = value_or<std::string>(host, "cpu", "");
  host_.version = value_or<std::string>(host, "version", "");
  host_.threads = value_or(caps, "threads", false);
  host_.processes = value_or(caps, "processes", false);
  host_.processes_are_workers = value_or(caps, "processes_are_workers", false);
  host_.waits_are_busy = value_or(caps, "waits_are_busy", false);
  host_.max_threads = value_or(caps, "max_threads", 64U);
  host_.max_children = value_or(caps, "max_children", 64U);
  host_.fetches = value_or(caps, "fetches", false);
  host_.has_database = value_or(caps, "has_database", false);
  host_.python = value_or(caps, "python", false);
  host_.threads_missing_because = value_or<std::string>(caps, "threads_missing_because", "");
  info_ = {{"host", host}, {"capabilities", caps}};
  if (!settings_given_) settings_.workers = std::clamp(host_.cores, 2U, 8U);
  emit({{"event", "ready"}, {"host", host}, {"capabilities", caps}, {"experiments", info.experiments}});
  take_catalog(info.experiments);
  note_change();
}

void Session::on_started(int job, const json& event) {
  take_turn(job, event);
  Job* one = job_of(job);
  if (RunView* run = one != nullptr && one->is_lab ? begin_lab_run(job, event) : run_of(job)) {
    run->phase = RunPhase::running;
    if (event.contains("config")) {
      if (auto config = parse_config(event["config"])) run->config = *config;
    }
    run->total = run->config.tasks;
    run->lanes.resize(std::clamp<std::size_t>(value_or(event, "lanes", 1U), 1, 4096));
    run->picture_side = std::min(value_or(event, "picture_side", 0U), 4096U);
    run->picture.assign(std::size_t{run->picture_side} * run->picture_side, 0);
    run->picture_lane.assign(run->picture.size(), 0);
  }
  if (one != nullptr && one->is_sweep) {
    const int of = std::max(1, value_or(event, "of", 1));
    if (sweep_.total < of) sweep_.total = of;
  }
  emit({{"event", "started"}, {"job", job}});
  note_change();
}

void Session::on_turn(int job, const json& event) { take_turn(job, event); }

void Session::take_turn(int job, const json& event) {
  hidden_runs_.run_goes_on(job, value_or(event, "index", 0));
  for (RunView& run : runs_) run.resting = run.job != job;
}

void Session::on_repeat(int job, const protocol::RepeatEvent& event) {
  if (RunView* run = run_of(job)) {
    run->begin_repeat(event);
    // Warm-ups count as a repeat: the bar never stands still.
    if (Job* one = job_of(job); one != nullptr && !one->is_lab)
      one->fraction = static_cast<double>(event.repeat + 1) / (std::max(event.of, 1) + 1);
  }
  note_change();
}

void Session::on_progress(int job, const protocol::ProgressEvent& event) {
  json out = {{"event", "progress"},
              {"job", job},
              {"done", event.done},
              {"total", event.total},
              {"elapsed_ms", event.elapsed_ms}};
  if (RunView* run = run_of(job)) {
    run->add_progress(event, now_ns());
    out["repeat"] = run->repeat;
    out["repeats"] = run->repeats;
    if (Job* one = job_of(job); one != nullptr && !one->is_lab && event.total != 0) {
      const double within = static_cast<double>(event.done) / static_cast<double>(event.total);
      one->fraction = (run->repeat + 1 + std::min(within, 1.0)) / (run->repeats + 1);
    }
  }
  emit(out);
  note_change();
}

void Session::on_spans(int job, std::span<const Span> spans) {
  if (RunView* run = run_of(job)) run->add_spans(spans);
  note_change();
}

void Session::on_tile(int job, const protocol::TileEvent& event) {
  if (RunView* run = run_of(job)) run->add_tile(event);
  note_change();
}

void Session::on_result(int job, const json& event) {
  json document = event.contains("result") ? event["result"] : event;
  if (hidden_runs_.was_hidden(job, value_or(event, "index", 0))) hidden_runs_.mark(job, document);
  if (RunView* run = run_of(job)) run->set_result(document);
  Job* one = job_of(job);
  if (RunView* run = one != nullptr && one->is_lab ? run_of(job) : nullptr) run->phase = RunPhase::done;
  if (RunView* run = run_of(job); run != nullptr && !run->beside.empty()) check_beside(*run);
  if (one != nullptr && one->is_sweep) {
    if (auto result = read_run_result(document)) {
      auto& points = sweep_.points[index_of(racer_of(result->config))];
      points.push_back({SweepView::value_of(result->config, sweep_.over), std::move(*result)});
      std::ranges::sort(points, {}, &SweepView::Point::value);
    }
    ++sweep_.done;
    one->fraction = ++one->ended_runs / std::max(1.0, value_or(event, "of", 1.0));
  }
  emit({{"event", "result"}, {"job", job}, {"document", document}});
  note_change();
}

void Session::check_beside(RunView& run) const {
  const auto own = own_runs();
  const auto ours =
      std::ranges::find_if(own, [](const RunView& one) { return one.beside.empty() && one.result.has_value(); });
  if (!run.result || ours == own.end() || ours->result->checksum == run.result->checksum) return;
  run.result->errors.push_back(
      notes::checksum_is_not(run.result->checksum, ours->result->config.model, ours->result->checksum));
}

void Session::on_done(int job, const json& result) {
  json document = result;
  hidden_runs_.mark(job, document);
  hidden_runs_.job_ended(job);
  const Job* const ended = job_of(job);
  if (ended != nullptr && ended->is_lab) {
    add_prediction(document);
    end_lab(&document, nullptr);
  } else if (RunView* run = run_of(job)) {
    if (!run->result) run->set_result(document);
    run->phase = RunPhase::done;
    run->done = run->total;
  }
  if (const Job* one = job_of(job); one != nullptr && one->is_sweep) sweep_.documents.push_back(document);
  end_job(job);
  emit({{"event", "done"}, {"job", job}, {"document", document}});
  note_change();
}

void Session::on_failed(int job, const Error& error) {
  const bool stopped = error.message == kCancelled;
  hidden_runs_.job_ended(job);
  if (const Job* one = job_of(job); one != nullptr && one->is_lab) {
    end_lab(nullptr, &error);
  } else if (RunView* run = run_of(job)) {
    run->phase = stopped ? RunPhase::stopped : RunPhase::failed;
    run->error = error.message;
  }
  if (const Job* one = job_of(job); one != nullptr && one->is_sweep && !stopped) sweep_.error = error.message;
  end_job(job);
  emit({{"event", "failed"}, {"job", job}, {"error", {{"message", error.message}, {"field", error.field}}}});
  note_change();
}

}  // namespace trilane::ui
