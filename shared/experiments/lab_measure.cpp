// The measuring half of lab_parts.hpp.
#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "experiments/lab_parts.hpp"
#include "models/child_probe.hpp"
#include "models/stolen_time.hpp"
#include "platform/clock.hpp"

namespace trilane::lab {

using nlohmann::json;

namespace {

constexpr std::int64_t kLookNs = 30'000'000;
double stolen_on_all_cores(unsigned threads) {
  std::vector<double> shares(threads);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([&share = shares[i]] { share = stolen_share(kLookNs); });
  shares[0] = stolen_share(kLookNs);
  for (std::thread& other : others) other.join();
  double sum = 0;
  for (const double share : shares) sum += share;
  return sum / threads;
}

/// Without threads children look at the other cores. Each costs the time of its creation, so there are few.
constexpr unsigned kMostHelpers = 3;

coro::Task<double> stolen_seen_by_children(LabContext& lab, unsigned cores) {
  std::vector<std::unique_ptr<ChildProbe>> children;
  // One that cannot be had only means that less is seen.
  for (unsigned i = 1; i < cores && i <= kMostHelpers; ++i) {
    auto child = std::make_unique<ChildProbe>(lab.scheduler(), lab.cancel());
    const Status started = co_await child->start();
    if (!started) break;
    children.push_back(std::move(child));
  }
  std::erase_if(children, [](const auto& child) { return !child->begin_look(kLookNs); });
  double sum = stolen_share(kLookNs);
  double lookers = 1;
  for (const auto& child : children) {
    const auto seen = co_await child->end_look();
    if (!seen) continue;
    sum += *seen;
    ++lookers;
  }
  co_return sum / lookers;
}

template <class T>
void add(Measured& out, const std::string& name, const std::optional<T>& value) {
  if (value) out.samples[name].push_back(static_cast<double>(*value));
}

void add_result(Measured& out, const std::string& name, const RunResult& result) {
  add(out, name + ".wall_ms", result.wall_ms.median);
  add(out, name + ".throughput_per_s", result.throughput_per_s.median);
  if (result.cpu_user_ms && result.cpu_system_ms) {
    add(out, name + ".cpu_ms", std::optional(*result.cpu_user_ms + *result.cpu_system_ms));
  }
  add(out, name + ".switches_involuntary", result.switches_involuntary);
  add(out, name + ".startup_ms", result.startup_ms);
  add(out, name + ".lock_wait_ms", result.lock_wait_ms);
  add(out, name + ".rss_bytes", result.peak_rss_bytes);
  if (result.loop_lag_ms) {
    add(out, name + ".lag_p99_ms", std::optional(result.loop_lag_ms->p99));
    add(out, name + ".lag_max_ms", std::optional(result.loop_lag_ms->max));
  }
  if (!result.counter_lost.empty()) add(out, name + ".lost", std::optional(result.counter_lost.front()));
}

json summary_json(const std::vector<double>& values) {
  const Summary summary = summarize(values);
  const auto or_null = [](const std::optional<double>& value) { return value ? json(*value) : json(nullptr); };
  return {{"median", or_null(summary.median)},
          {"low", or_null(summary.low)},
          {"high", or_null(summary.high)},
          {"samples", summary.samples}};
}

json round_options(const json& base, const Case& one, bool warmup) {
  json options = base;
  options.update(one.options);
  options["repeat"] = 1;
  options["warmup"] = warmup ? 1 : 0;
  return options;
}

}  // namespace

json of_all_rounds(json document, const std::string& name, const Measured& out, std::uint32_t rounds) {
  document["repeat"] = rounds;
  document["warmup"] = 1;
  document["case"] = name;
  document["wall_ms"] = summary_json(samples(out, name + ".wall_ms"));
  document["throughput_per_s"] = summary_json(samples(out, name + ".throughput_per_s"));
  if (document["counter"].is_object()) document["counter"]["lost"] = samples(out, name + ".lost");
  return document;
}

json base(const LabContext& lab, json defaults) {
  defaults.update(lab.options());
  return defaults;
}

std::uint32_t rounds_of(const LabContext& lab, std::uint32_t normal) {
  const auto found = lab.options().find("repeat");
  return found != lab.options().end() && found->is_number() ? std::max(1U, found->get<std::uint32_t>()) : normal;
}

std::uint32_t rounds_in_time(std::uint32_t normal, std::uint32_t done, double elapsed_ms) {
  if (done == 0 || elapsed_ms <= 0) return normal;
  const double fit = kLabMs * done / elapsed_ms;
  if (fit >= normal) return normal;
  return std::max({static_cast<std::uint32_t>(fit), done, std::min(normal, kFewestRounds)});
}

Rounds::Rounds(const LabContext& lab, std::uint32_t normal)
    : normal_(normal),
      expected_(rounds_of(lab, normal)),
      fixed_(lab.options().contains("repeat")),
      begin_ns_(now_ns()) {}

bool Rounds::next() {
  if (!fixed_) expected_ = rounds_in_time(normal_, begun_, static_cast<double>(now_ns() - begin_ns_) / 1e6);
  if (begun_ >= expected_) return false;
  ++begun_;
  return true;
}

double Rounds::fraction(std::size_t step, std::size_t steps) const {
  return (index() + static_cast<double>(step) / static_cast<double>(steps)) / expected_;
}

coro::Task<void> look_at_machine(LabContext& lab, Measured& out) {
  const Capabilities& host = capabilities();
  const unsigned cores = std::max(1U, host_info().cores);
  const unsigned threads = host.threads ? std::clamp(cores, 1U, std::max(1U, host.max_threads)) : 1U;
  double stolen = 0;
  if (!host.threads && host.processes && cores > 1) {
    stolen = co_await stolen_seen_by_children(lab, cores);
  } else {
    co_await lab.scheduler().blocking([&stolen, threads] { stolen = stolen_on_all_cores(threads); });
  }
  out.samples["machine.stolen"].push_back(stolen);
  out.facts["cores"] = cores;
}

coro::Task<Status> measure_cases(LabContext& lab, json base, std::vector<Case> cases, Rounds rounds, Measured& out,
                                 double from, double to) {
  std::vector<json> documents(cases.size());
  while (rounds.next()) {
    const std::uint32_t round = rounds.index();
    co_await look_at_machine(lab, out);
    for (std::size_t step = 0; step < cases.size(); ++step) {
      const std::size_t index = round % 2 == 0 ? step : cases.size() - 1 - step;
      const Case& one = cases[index];
      lab.step(from + (to - from) * rounds.fraction(step, cases.size()),
               both("{}: round {} of {}", "{}: повтор {} из {}", one.name, round + 1, rounds.expected()));
      json options = round_options(base, one, round == 0);
      auto result = co_await lab.run(std::move(options));
      if (!result) co_return std::unexpected(result.error());
      add_result(out, one.name, *result);
      documents[index] = to_json(*result);
    }
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    out.runs.push_back(of_all_rounds(std::move(documents[i]), cases[i].name, out, rounds.index() + 1));
  }
  co_return Status{};
}

}  // namespace trilane::lab
