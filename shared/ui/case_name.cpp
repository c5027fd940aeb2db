#include "ui/case_name.hpp"

#include <algorithm>

#include "ui/explain.hpp"
#include "ui/settings.hpp"

namespace trilane::ui {
namespace {

bool ours(const RunView& run) { return run.pin == 0 && run.beside.empty() && run.title.empty() && !run.synthetic; }

/// One thing that may differ: is it the same, and how it is told.
struct Feature {
  bool (*same)(const RunConfig& a, const RunConfig& b);
  std::string (*told)(const Words& w, const RunConfig& config);
};

constexpr Feature kFeatures[] = {
    {[](const RunConfig& a, const RunConfig& b) { return a.workload == b.workload; },
     [](const Words& w, const RunConfig& config) { return workload_title(w, config.workload); }},
    {[](const RunConfig& a, const RunConfig& b) { return a.counter_mode == b.counter_mode; },
     [](const Words& w, const RunConfig& config) { return std::string(w(counter_mode_text(config.counter_mode))); }},
    {[](const RunConfig& a, const RunConfig& b) { return a.workers == b.workers; },
     [](const Words& w, const RunConfig& config) { return w.counted(config.workers, T::workers_n); }},
    {[](const RunConfig& a, const RunConfig& b) { return a.tasks == b.tasks; },
     [](const Words& w, const RunConfig& config) { return w.counted(config.tasks, T::tasks); }},
    {[](const RunConfig& a, const RunConfig& b) { return a.size == b.size; },
     [](const Words& w, const RunConfig& config) {
       return std::string(w(T::field_size)) + " " + w.compact(static_cast<double>(config.size));
     }},
    {[](const RunConfig& a, const RunConfig& b) { return a.parse_factor == b.parse_factor; },
     [](const Words& w, const RunConfig& config) {
       return std::string(w(T::field_parse)) + " ×" + w.integer(config.parse_factor);
     }},
    {[](const RunConfig& a, const RunConfig& b) { return a.cpu_share == b.cpu_share; },
     [](const Words& w, const RunConfig& config) {
       return std::string(w(T::field_cpu_share)) + " " + w.percent(config.cpu_share);
     }},
    {[](const RunConfig& a, const RunConfig& b) { return a.wait_ms == b.wait_ms; },
     [](const Words& w, const RunConfig& config) { return w.duration_ms(config.wait_ms); }},
    {[](const RunConfig& a, const RunConfig& b) { return a.concurrency == b.concurrency; },
     [](const Words& w, const RunConfig& config) {
       return std::string(w(T::field_concurrency)) + " " +
              (config.concurrency == 0 ? std::string(w(T::all_of_them)) : w.integer(config.concurrency));
     }},
};

}  // namespace

std::vector<std::string> case_names(const Words& words, const RunView& run, std::span<const RunView> runs) {
  std::vector<std::string> out;
  if (!ours(run)) return out;
  std::vector<const RunConfig*> others;  // from which nothing tells it apart yet
  for (const RunView& other : runs) {
    if (&other != &run && ours(other) && other.racer == run.racer) others.push_back(&other.config);
  }
  for (const Feature& feature : kFeatures) {
    const auto same = [&](const RunConfig* other) { return feature.same(run.config, *other); };
    if (std::ranges::all_of(others, same)) continue;
    out.push_back(feature.told(words, run.config));
    std::erase_if(others, [&](const RunConfig* other) { return !same(other); });
  }
  return out;
}

std::string case_name(const Words& words, const RunView& run, std::span<const RunView> runs) {
  std::string out;
  for (const std::string& name : case_names(words, run, runs)) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace trilane::ui
