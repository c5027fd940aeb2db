// What the session tells of itself: its state, to whom asks, and as an event after changes.
#include "experiments/run/runner.hpp"
#include "ui/json_value.hpp"
#include "ui/session.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr std::int64_t kStateIntervalNs = 100'000'000;
constexpr int kStateIntervalsMeasuring = 15;  // at most so many pass without one while an experiment measures

}  // namespace

void Session::note_change() {
  if (hooks_.emit && !state_due_) {
    state_due_ = true;
    emits_.start(emit_state_later());
  }
  if (hooks_.changed) hooks_.changed();
}

json Session::state() const {
  static constexpr const char* kPhases[] = {"queued", "running", "done", "failed", "stopped"};
  static constexpr const char* kStates[] = {"starting", "ready", "running", "stopping", "broken"};
  json runs = json::array();
  for (const RunView& run : own_runs()) {
    json one = {{"racer", kRacerKeys[index_of(run.racer)]},
                {"job", run.job},
                {"phase", kPhases[static_cast<int>(run.phase)]},
                {"repeat", run.repeat},
                {"repeats", run.repeats},
                {"done", run.done},
                {"total", run.total},
                {"spans", run.span_count}};
    if (!run.beside.empty()) one["beside"] = run.beside;
    if (!run.error.empty()) one["error"] = run.error;
    if (!run.document.is_null()) one["result"] = run.document;
    runs.push_back(std::move(one));
  }
  json engine = {{"state", kStates[static_cast<int>(state_)]}, {"reason", reason_}, {"last_loss", last_loss_}};
  engine.update(info_.is_null() ? json::object() : info_);
  json missing_workloads = json::object();
  for (const WorkloadInfo* info : workload_catalog()) {
    if (const auto why = missing(*info)) missing_workloads[std::string(info->name)] = text_key(*why);
  }
  json clamped = json::array();
  for (const auto& [field, one] : clamped_)
    clamped.push_back({{"field", field}, {"value", one.value}, {"used", one.used}});
  return {{"settings", to_json(settings_)},
          {"view", to_json(view_)},
          {"engine", std::move(engine)},
          {"runs", std::move(runs)},
          {"busy", busy()},
          {"progress", progress()},
          {"clamped", std::move(clamped)},
          {"rounds_as_needed", rounds_as_needed()},
          {"offered", in_lab_ ? json(offered()) : json(nullptr)},
          {"pins", pins_json(false)},
          {"can_pin", can_pin()},
          {"missing_workloads", std::move(missing_workloads)},
          {"simulated_reason", host_.simulated_reason},
          {"sweep",
           {{"over", sweep_.over}, {"done", sweep_.done}, {"total", sweep_.total}, {"documents", sweep_.documents}}}};
}

coro::Task<void> Session::emit_state_later() {
  // Where the processor draws, showing a state costs the cores that an experiment measures: seldom then.
  int waited = 0;
  do {
    co_await scheduler_.delay(kStateIntervalNs);
  } while (++waited < kStateIntervalsMeasuring && lab_measures_drawing());
  state_due_ = false;
  json event = state();
  event["event"] = "state";
  emit(event);
}

}  // namespace trilane::ui
