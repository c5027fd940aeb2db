#include "ui/explain.hpp"

#include <algorithm>

namespace trilane::ui {
namespace {

constexpr std::uint32_t kEnoughRepeats = 6;  // see median_interval() in base/stats.hpp
constexpr double kHeavyStartup = 0.2;        // of the makespan: worth a sentence

using Tone = Verdict::Tone;

struct Finished {
  const RunView* run;
  const RunResult* result;
  double wall_ms;
};

std::string name_of(const Words& w, Racer racer) { return w(racer_text(racer)); }

/// The texts' placeholders hold names as they are; a sentence begins with a capital.
std::string sentence(std::string text) {
  if (text.empty()) return text;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first >= 'a' && first <= 'z') {
    text[0] = static_cast<char>(first - 'a' + 'A');
  } else if (first == 0xd0 && static_cast<unsigned char>(text[1]) >= 0xb0) {
    text[1] = static_cast<char>(static_cast<unsigned char>(text[1]) - 0x20);  // а..п
  } else if (first == 0xd1 && static_cast<unsigned char>(text[1]) <= 0x8f) {
    text[0] = static_cast<char>(0xd0);  // р..я
    text[1] = static_cast<char>(static_cast<unsigned char>(text[1]) + 0x20);
  }
  return text;
}

const Finished* find(const std::vector<Finished>& list, Racer racer) {
  const auto it = std::ranges::find_if(list, [&](const Finished& one) { return one.run->racer == racer; });
  return it == list.end() ? nullptr : &*it;
}

void describe(const Words& w, const RunConfig& config, Verdict& out) {
  const WorkloadInfo* info = find_workload(config.workload);
  const std::string tasks = w.counted(config.tasks, T::tasks);
  const std::string title = workload_title(w, config.workload);
  const std::string size = w.integer(config.size) + "\u00a0" + size_unit(w, config.workload);
  if (info == nullptr) return;
  if (info->counts) {
    out.question = w(T::why_question_counter);
    out.setup = w(T::why_setup_counter, {tasks, title, size, w(counter_mode_text(config.counter_mode))});
  } else if (info->has_cpu_share) {
    out.question = w(T::why_question_mixed);
    out.setup = w(T::why_setup_mixed, {tasks, title, w.duration_ms((1 - config.cpu_share) * config.wait_ms)});
  } else if (info->waits) {
    out.question = w(T::why_question_wait);
    out.setup = w(T::why_setup_wait, {tasks, title, w.duration_ms(config.wait_ms)});
  } else {
    out.question = w(T::why_question_cpu);
    out.setup =
        info->size_unit.empty() ? w(T::why_setup_empty, {tasks, title}) : w(T::why_setup_cpu, {tasks, title, size});
  }
}

void compare_times(const Words& w, const std::vector<Finished>& list, Verdict& out) {
  const auto by_wall = [](const Finished& a, const Finished& b) { return a.wall_ms < b.wall_ms; };
  const Finished& fastest = *std::ranges::min_element(list, by_wall);
  if (list.size() == 1) {
    out.winner = fastest.run->racer;
    out.headline = sentence(w(T::why_fastest_alone, {name_of(w, fastest.run->racer), w.duration_ms(fastest.wall_ms)}));
    return;
  }
  // Sync is what everything is compared with; without it, the slowest.
  const Finished* reference = find(list, Racer::sync);
  if (reference == nullptr) reference = &*std::ranges::max_element(list, by_wall);
  out.reference = reference->run->racer;
  bool any_different = false;
  std::string same;
  for (const Finished& one : list) {
    const auto against = compare(reference->result->wall_ms, one.result->wall_ms);
    out.bars.push_back({one.run->racer, reference->wall_ms / one.wall_ms, against && !against->different});
    if (one.run == fastest.run) continue;
    const auto to_fastest = compare(one.result->wall_ms, fastest.result->wall_ms);
    if (!to_fastest || !to_fastest->different) {
      same += (same.empty() ? "" : ", ") + name_of(w, one.run->racer);
      continue;
    }
    any_different = true;
    std::string ratio = w.times(one.wall_ms / fastest.wall_ms);
    ratio.resize(ratio.size() - std::string_view("×").size());  // the sentence has its own
    out.results.push_back(
        {sentence(w(T::why_slower, {name_of(w, one.run->racer), w.duration_ms(one.wall_ms), ratio})), Tone::plain});
  }
  const std::string peers = name_of(w, fastest.run->racer) + ", " + same;
  if (!any_different) {
    out.headline = sentence(w(T::why_same, {list.size() > 2 ? std::string(w(T::all_models)) : peers}));
  } else if (!same.empty()) {
    out.headline = w(T::why_fastest_tied, {peers});
  } else {
    out.headline = w(T::why_fastest, {name_of(w, fastest.run->racer), w.duration_ms(fastest.wall_ms)});
    out.winner = fastest.run->racer;
  }
}

/// What this card says of a note in words of its own, elsewhere.
bool told_elsewhere(const Note& note) {
  constexpr std::string_view kOwn[] = {"gil_is_model", "processes_are_workers", "waits_are_busy", "few_repeats",
                                       "spans_dropped"};
  return std::ranges::find(kOwn, note.code) != std::end(kOwn);
}

const std::string& in(const Words& w, const Note& note) { return w.lang() == Lang::ru ? note.text.ru : note.text.en; }

void check_answers(const Words& w, const std::vector<Finished>& list, Verdict& out) {
  for (const Finished& one : list) {
    const auto& r = *one.result;
    if (!r.counter_expected || !r.counter_observed) continue;
    const auto lost = *r.counter_expected > *r.counter_observed ? *r.counter_expected - *r.counter_observed : 0;
    const std::string name = name_of(w, one.run->racer);
    if (lost == 0) {
      out.results.push_back({sentence(w(T::why_lost_none, {name})), Tone::good});
    } else {
      out.results.push_back(
          {sentence(w(T::why_lost, {name, w.integer(lost), w.integer(*r.counter_expected)})), Tone::bad});
    }
  }
  if (list.size() < 2) return;
  const bool agree = std::ranges::all_of(
      list, [&](const Finished& one) { return one.result->checksum == list.front().result->checksum; });
  out.results.push_back({w(agree ? T::why_checksums_ok : T::why_checksums_bad), agree ? Tone::good : Tone::bad});
}

void reason(const Words& w, const std::vector<Finished>& list, const Host& host, Verdict& out) {
  const WorkloadInfo* info = find_workload(list.front().run->config.workload);
  if (info == nullptr) return;
  const bool computes = !info->waits;
  const Finished* sync = find(list, Racer::sync);
  const Finished* gil = find(list, Racer::threads_gil);
  const Finished* processes = find(list, Racer::processes);
  const Finished* async = find(list, Racer::async);
  const auto faster = [&](const Finished* one) {
    if (one == nullptr || sync == nullptr) return false;
    const auto c = compare(sync->result->wall_ms, one->result->wall_ms);
    return c && c->different && c->ratio > 1.3;
  };
  for (const Racer racer : {Racer::threads, Racer::processes}) {
    const Finished* one = find(list, racer);
    if (!faster(one) || !computes || !one->result->cpu_user_ms) continue;
    const double cpu = *one->result->cpu_user_ms + one->result->cpu_system_ms.value_or(0);
    if (cpu < one->wall_ms * 1.2) continue;
    out.why.push_back({w(T::why_cpu_parallel, {w.duration_ms(cpu), w.duration_ms(one->wall_ms)}), Tone::plain});
    break;
  }
  if (gil != nullptr && gil->result->lock_wait_ms) {
    const double waited = *gil->result->lock_wait_ms;
    if (waited > gil->wall_ms * 0.5 && !faster(gil)) {
      out.why.push_back({w(T::why_gil_cpu, {w.duration_ms(waited)}), Tone::plain});
    } else if (faster(gil) && info->waits) {
      out.why.push_back({w(T::why_gil_wait), Tone::plain});
    }
  }
  if (async != nullptr && sync != nullptr) {
    if (info->waits && faster(async)) out.why.push_back({w(T::why_async_wait), Tone::plain});
    if (computes && !faster(async)) out.why.push_back({w(T::why_async_cpu), Tone::plain});
  }
  if (processes != nullptr && processes->result->startup_ms && processes->wall_ms > 0) {
    const double share = *processes->result->startup_ms / processes->wall_ms;
    if (share > kHeavyStartup) {
      out.why.push_back({w(T::why_startup_heavy, {w.percent(share), name_of(w, Racer::processes)}), Tone::warn});
    } else if (*processes->result->startup_ms > 0) {
      out.why.push_back(
          {w(T::why_startup, {w.duration_ms(*processes->result->startup_ms), w.duration_ms(processes->wall_ms)}),
           Tone::plain});
    }
  }
  if (host.known && host.cores == 1 && computes) out.why.push_back({w(T::why_one_core), Tone::warn});
  if (list.front().result->config.repeat < kEnoughRepeats) {
    out.why.push_back({w(T::why_few_repeats, {w.counted(list.front().result->config.repeat, T::repeats)}), Tone::warn});
  }
}

}  // namespace

namespace {

/// Keys of the catalogue are C++ names.
std::string text_key(std::string_view workload) {
  std::string key = "workload_" + std::string(workload);
  std::ranges::replace(key, '-', '_');
  return key;
}

}  // namespace

std::string workload_title(const Words& words, std::string_view name) {
  const auto id = find_text(text_key(name));
  return id ? words(*id) : std::string(name);
}

std::string workload_line(const Words& words, std::string_view name) {
  const auto id = find_text(text_key(name) + "_tip");
  return id ? words(*id) : std::string();
}

std::string size_unit(const Words& words, std::string_view workload) {
  const WorkloadInfo* info = find_workload(workload);
  if (info == nullptr || info->size_unit.empty()) return {};
  if (words.lang() == Lang::en) return std::string(info->size_unit);
  static constexpr struct {
    std::string_view unit;
    T text;
  } kUnits[] = {{"numbers", T::unit_numbers},       {"numbers a task", T::unit_numbers_a_task},
                {"pixels a side", T::unit_pixels},  {"elements", T::unit_elements},
                {"increments", T::unit_increments}, {"bytes a page", T::unit_bytes_a_page}};
  for (const auto& [unit, id] : kUnits) {
    if (unit == info->size_unit) return words(id);
  }
  return words(T::unit_units);
}

Verdict explain(const Words& words, const Settings& settings, std::span<const RunView> runs, const Host& host,
                bool busy) {
  Verdict out;
  std::vector<Finished> finished;
  bool any_gil = false;
  bool any_processes = false;
  for (const RunView& run : runs) {
    if (!run.beside.empty()) {
      // Another program's: beside ours, not in the race.
      if (run.phase == RunPhase::failed) out.notes.push_back({run.beside + ": " + run.error, Tone::bad});
      if (run.result) {
        for (const Note& error : run.result->errors)
          out.notes.push_back({run.beside + ": " + in(words, error), Tone::bad});
        if (run.result->wall_ms.median)
          out.notes.push_back({run.beside + ": " + words.duration_ms(*run.result->wall_ms.median), Tone::plain});
      }
      continue;
    }
    any_gil |= run.racer == Racer::threads_gil;
    any_processes |= run.racer == Racer::processes;
    if (run.phase == RunPhase::done && run.result && run.result->wall_ms.median) {
      finished.push_back({&run, &*run.result, *run.result->wall_ms.median});
    }
    const std::string name = name_of(words, run.racer);
    if (run.phase == RunPhase::failed) out.notes.push_back({sentence(name) + ": " + run.error, Tone::bad});
    if (!run.result) continue;
    for (const Note& error : run.result->errors)
      out.notes.push_back({sentence(name) + ": " + in(words, error), Tone::bad});
    for (const Note& note : run.result->notes) {
      if (!told_elsewhere(note)) out.notes.push_back({sentence(name) + ": " + in(words, note), Tone::plain});
    }
    if (run.result->dropped_spans != 0) {
      const std::string lost = words.counted(run.result->dropped_spans, T::spans);
      out.notes.push_back({sentence(name) + ": " + words(T::dropped_note, {lost}), Tone::warn});
    }
  }
  describe(words, runs.empty() ? run_config_of(settings, Racer::sync) : runs.front().config, out);
  if (!finished.empty() && !busy) {
    compare_times(words, finished, out);
    check_answers(words, finished, out);
    reason(words, finished, host, out);
  }
  if (runs.empty()) {
    any_gil = settings.races(Racer::threads_gil);
    any_processes = settings.races(Racer::processes);
  }
  if (any_gil) out.models.push_back({words(T::why_model_gil), Tone::plain});
  if (any_processes && host.processes_are_workers) out.models.push_back({words(T::why_model_workers), Tone::plain});
  const WorkloadInfo* info = find_workload(runs.empty() ? settings.workload : runs.front().config.workload);
  const bool real_requests = info != nullptr && info->fetches && host.simulated_reason.empty();
  if (host.waits_are_busy && !real_requests) out.models.push_back({words(T::why_model_busy), Tone::plain});
  if (!finished.empty()) out.models.push_back({words(T::why_measured), Tone::plain});
  return out;
}

}  // namespace trilane::ui
