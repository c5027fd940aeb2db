// The session's pins: finished results that stay beside the current ones. A shown pin's runs stand in runs_, after the
// current ones, so that whatever draws runs draws them too; a hidden pin keeps its own.
#include <algorithm>
#include <iterator>

#include "ui/lab/finding.hpp"
#include "ui/lab/predict.hpp"
#include "ui/result_reader.hpp"
#include "ui/session.hpp"

namespace trilane::ui {

using nlohmann::json;

namespace {

bool finished(const RunView& run) { return run.phase == RunPhase::done && (run.result || run.span_count != 0); }

Error no_such_pin(int id) { return {"There is no pin " + std::to_string(id) + ".", "id"}; }

std::vector<const RunResult*> results_of(std::span<const RunView* const> runs) {
  std::vector<const RunResult*> results;
  // Another program's runs are not compared with ours of the same model.
  for (const RunView* run : runs) results.push_back(run->result && run->beside.empty() ? &*run->result : nullptr);
  return results;
}

}  // namespace

std::size_t Session::own_count() const {
  return static_cast<std::size_t>(std::ranges::find_if(runs_, [](const RunView& run) { return run.pin != 0; }) -
                                  runs_.begin());
}

Pin* Session::pin_of(int id) {
  const auto found = std::ranges::find(pins_, id, &Pin::id);
  return found == pins_.end() ? nullptr : &*found;
}

const Pin* Session::find_pin(int id) const {
  const auto found = std::ranges::find(pins_, id, &Pin::id);
  return found == pins_.end() ? nullptr : &*found;
}

std::vector<const RunView*> Session::runs_of(const Pin& pin) const {
  std::vector<const RunView*> runs;
  for (const RunView& run : pin.runs) runs.push_back(&run);
  for (const RunView& run : runs_) {
    if (run.pin == pin.id) runs.push_back(&run);
  }
  return runs;
}

bool Session::can_pin() const {
  return std::ranges::any_of(own_runs(), finished) || (!sweep_.running && !sweep_.documents.empty());
}

Result<int> Session::pin_current(std::string_view name, std::optional<Racer> only) {
  Pin pin;
  pin.name = pin_name(name);
  std::size_t spans = 0;
  for (const RunView& run : own_runs()) spans += run.span_count;
  for (const RunView& run : own_runs()) {
    if (!finished(run) || (only && run.racer != *only)) continue;
    pin.runs.push_back(copy_for_pin(run, spans <= kMostPinnedSpans));
  }
  if (!only && !sweep_.running && !sweep_.documents.empty()) pin.sweep = sweep_;
  if (pin.runs.empty() && pin.sweep.empty())
    return fail("Nothing that could be pinned is finished yet: run something first.", only ? "racer" : "");
  if (info_.is_object() && info_.contains("host")) pin.host = info_["host"];
  return add_pin(std::move(pin));
}

Result<int> Session::add_pin(Pin pin) {
  if (pins_.size() >= kMostPins)
    return fail("There are " + std::to_string(kMostPins) + " pinned results already: remove one first.");
  pin.id = next_pin_++;
  pin.mark = free_mark(pins_);
  if (pin.name.empty()) {
    const std::string& of = !pin.runs.empty()     ? pin.runs.front().config.workload
                            : pin.entries.empty() ? pin.sweep.workload
                                                  : pin.entries.front().entry.id;
    // A workload's own number, so that the third pin of primes is told from the first.
    pin.name = of + " " + std::to_string(pin.id);
  }
  for (RunView& run : pin.runs) run.pin = pin.id;
  pins_.push_back(std::move(pin));
  show_pin(pins_.back(), pins_.back().shown);
  save();
  note_change();
  return pins_.back().id;
}

void Session::show_pin(Pin& pin, bool shown) {
  pin.shown = shown;
  if (shown) {
    std::ranges::move(pin.runs, std::back_inserter(runs_));
    pin.runs.clear();
    return;
  }
  const auto taken =
      std::stable_partition(runs_.begin(), runs_.end(), [&pin](const RunView& run) { return run.pin != pin.id; });
  pin.runs.insert(pin.runs.end(), std::move_iterator(taken), std::move_iterator(runs_.end()));
  runs_.erase(taken, runs_.end());
}

Status Session::unpin(int id) {
  Pin* const pin = pin_of(id);
  if (pin == nullptr) return std::unexpected(no_such_pin(id));
  show_pin(*pin, false);
  pins_.erase(pins_.begin() + (pin - pins_.data()));
  save();
  note_change();
  return {};
}

Status Session::change_pin(int id, std::optional<std::string> name, std::optional<bool> shown,
                           std::optional<int> mark) {
  Pin* const pin = pin_of(id);
  if (pin == nullptr) return std::unexpected(no_such_pin(id));
  if (mark && (*mark < 0 || *mark >= kPinMarks))
    return fail("\"mark\" must be a number from 0 to " + std::to_string(kPinMarks - 1) + ".", "mark");
  if (name) {
    // An empty name is no name: the old one stays.
    if (std::string wished = pin_name(*name); !wished.empty()) pin->name = std::move(wished);
  }
  if (mark) pin->mark = *mark;
  if (shown && *shown != pin->shown) show_pin(*pin, *shown);
  save();
  note_change();
  return {};
}

void Session::load_saved_pins(const json& saved) {
  pins_ = load_pins(saved, next_pin_);
  for (Pin& pin : pins_) {
    if (pin.shown) show_pin(pin, true);
  }
}

std::optional<json> Session::settings_of(const Pin& pin) const {
  json settings;
  json racers = json::array();
  for (const RunView* run : runs_of(pin)) {
    if (!run->result || !run->beside.empty()) continue;
    if (settings.is_null()) settings = to_json(run->config);
    const std::string racer(kRacerKeys[index_of(run->racer)]);
    if (std::ranges::find(racers, json(racer)) == racers.end()) racers.push_back(racer);
    // Models that have no workers keep quiet about how many the others had.
    if (run->racer == Racer::threads || run->racer == Racer::processes) settings["workers"] = run->config.workers;
    if (run->racer != Racer::sync) settings["concurrency"] = run->config.concurrency;
    if (run->racer == Racer::threads_gil) settings["switch_interval_ms"] = run->config.switch_interval_ms;
  }
  if (settings.is_null()) {
    for (int i = 0; i < kRacers; ++i) {
      if (pin.sweep.points[i].empty()) continue;
      if (settings.is_null()) settings = to_json(pin.sweep.points[i].front().result.config);
      racers.push_back(std::string(kRacerKeys[i]));
    }
    if (settings.is_null()) return std::nullopt;
    settings["sweep_over"] = pin.sweep.over;
  }
  // Nobody's address is asked on the word of a file.
  for (const char* other : {"model", "gil", "warmup", "trace", "server", "urls"}) settings.erase(other);
  settings["racers"] = std::move(racers);
  return settings;
}

std::vector<RunComparison> Session::compare_with(const Pin& pin) const {
  std::vector<const RunView*> own;
  for (const RunView& run : own_runs()) own.push_back(&run);
  return compare_all(results_of(runs_of(pin)), results_of(own));
}

json Session::pins_json(bool whole) const {
  json all = json::array();
  for (const Pin& pin : pins_) {
    json runs = json::array();
    for (const RunView* run : runs_of(pin)) {
      runs.push_back({{"racer", kRacerKeys[index_of(run->racer)]}, {"title", run->title}, {"spans", run->span_count}});
      if (whole && run->document.is_object()) runs.back()["result"] = run->document;
    }
    json comparison = json::array();
    const auto own = own_runs();
    for (const RunComparison& one : busy() && !whole ? std::vector<RunComparison>() : compare_with(pin)) {
      comparison.push_back(to_json(one));
      comparison.back()["racer"] = kRacerKeys[index_of(own[one.current].racer)];
    }
    json verdicts = json::array(), found = json::array();
    const Words words(view_.lang);
    for (const auto& [entry, document] : pin.entries) {
      verdicts.push_back({{"id", entry.id}, {"verdict", verdict_name(entry.verdict)}});
      if (!whole) continue;
      found.push_back(finding_json(words, entry));
      found.back().update({{"id", entry.id}, {"title", in(words, entry.title)}, {"claim", in(words, entry.claim)}});
    }
    all.push_back({{"id", pin.id},
                   {"name", pin.name},
                   {"mark", pin.mark},
                   {"shown", pin.shown},
                   {"imported", pin.imported},
                   {"host", pin.host},
                   {"verdicts", std::move(verdicts)},
                   {"runs", std::move(runs)},
                   {"comparison", std::move(comparison)}});
    if (!whole) continue;
    all.back()["sweeps"] = pin.sweep.documents;
    all.back()["found"] = std::move(found);
  }
  return all;
}

}  // namespace trilane::ui
