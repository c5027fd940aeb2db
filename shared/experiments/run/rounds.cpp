#include "experiments/run/rounds.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/stolen_time.hpp"
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

json summary_json(const Series& series) {
  const Summary summary = summarize(values(series));
  const auto or_null = [](const std::optional<double>& value) { return value ? json(*value) : json(nullptr); };
  return {{"median", or_null(summary.median)},
          {"low", or_null(summary.low)},
          {"high", or_null(summary.high)},
          {"samples", summary.samples}};
}

json round_options(const json& base, const Configured& one, bool warmup) {
  json options = base;
  options.update(one.options);
  options["repeat"] = 1;
  options["warmup"] = warmup ? 1 : 0;
  return options;
}

/// One document for all rounds of a case: that of the last round with the makespans, throughputs and losses of all.
json of_all_rounds(json document, const Case& of, const Measured& out) {
  document["repeat"] = out.plan.rounds;
  document["warmup"] = 1;
  document["case"] = of.id;
  document["wall_ms"] = summary_json(out.samples.of(of, kWallMs));
  document["throughput_per_s"] = summary_json(out.samples.of(of, kThroughput));
  if (document["counter"].is_object()) document["counter"]["lost"] = values(out.samples.of(of, kLost));
  return document;
}

}  // namespace

json base(const LabContext& lab, json defaults) {
  defaults.update(lab.options());
  return defaults;
}

Rounds::Rounds(const LabContext& lab, Measured& out, std::uint32_t fixed)
    : lab_(lab), out_(out), chosen_(fixed), begin_ns_(now_ns()) {
  const auto found = lab.options().find("repeat");
  if (found != lab.options().end() && found->is_number()) chosen_ = std::max(1U, found->get<std::uint32_t>());
  out_.plan = {.rounds = 0, .error = chosen_ != 0 ? Plan::kError : Plan::kLooks[0].error, .chosen = chosen_ != 0};
}

/// Shares of less are not told: the system counts in ticks of 10 ms.
constexpr double kLeastProcessorsMs = 200;

void Rounds::note_others() {
  const auto now = read_processor_times();
  if (!now) return;
  if (!processors_) {
    processors_ = now;
    return;
  }
  const double busy = now->busy_ms - processors_->busy_ms, idle = now->idle_ms - processors_->idle_ms;
  if (begun_ == 0 || busy + idle < kLeastProcessorsMs) return;
  const double others = std::clamp((busy - (now->own_ms - processors_->own_ms)) / (busy + idle), 0.0, 1.0);
  out_.samples.set(kMachine, kStolen, begun_ - 1, others);
  processors_ = now;
}

bool Rounds::next() {
  note_others();
  out_.plan.rounds = begun_;
  if (chosen_ != 0) {
    if (begun_ >= chosen_) return false;
  } else if (begun_ >= Plan::kLooks[look_].rounds) {
    out_.plan.error = Plan::kLooks[look_].error;
    const bool out_of_time = static_cast<double>(now_ns() - begin_ns_) / 1e6 > kLabMs;
    if (look_ + 1 == std::size(Plan::kLooks) || out_of_time || lab_.decided(out_)) return false;
    ++look_;
  }
  ++begun_;
  out_.plan.rounds = begun_;
  return true;
}

std::uint32_t Rounds::expected() const { return chosen_ != 0 ? chosen_ : Plan::kLooks[look_].rounds; }

std::size_t Rounds::in_turn(std::size_t step, std::size_t steps) const {
  return index() % 2 == 0 ? step : steps - 1 - step;
}

double Rounds::fraction(std::size_t step, std::size_t steps) const {
  return (index() + static_cast<double>(step) / static_cast<double>(steps)) / expected();
}

coro::Task<void> look_at_machine(LabContext& lab, std::uint32_t round, Measured& out) {
  describe_host(out);
  if (read_processor_times()) co_return;  // Rounds measures it, better
  const Capabilities& host = capabilities();
  const unsigned cores = std::max(1U, host_info().cores);
  const unsigned threads = host.threads ? std::clamp(cores, 1U, std::max(1U, host.max_threads)) : 1U;
  double stolen = 0;
  if (!host.threads && host.processes && cores > 1) {
    stolen = co_await stolen_seen_by_children(lab, cores);
  } else {
    co_await lab.scheduler().blocking([&stolen, threads] { stolen = stolen_on_all_cores(threads); });
  }
  out.samples.set(kMachine, kStolen, round, stolen);
}

void needs_long_waits(Claim& claim, double tasks, double wait_ms) {
  constexpr double kLeastMs = 5, kTasksPerMs = 20;
  claim.needs(wait_ms >= kLeastMs && tasks <= kTasksPerMs * wait_ms,
              {"So many tasks take about as long to make as they wait: use fewer tasks or a longer wait.",
               "Столько задач создаются почти так же долго, как ждут: уменьшите число задач или увеличьте ожидание."});
}

void describe_host(Measured& out) {
  out.set(kCores, std::max(1U, host_info().cores));
  out.set(kOnPage, capabilities().processes_are_workers ? 1 : 0);
  out.set(kHasThreads, capabilities().threads ? 1 : 0);
}

namespace {

Fairness terms_of(const Case& of, const RunResult& result, bool warm) {
  const RunConfig& config = result.config;
  const bool workers = traits_of(config).workers;
  Fairness terms{.of = of.id, .start = warm ? "warm" : "cold"};
  terms.workers = workers ? config.workers : 1;
  terms.in_flight = tasks_in_flight(config);
  terms.creation = workers ? "inside" : "none";
  terms.label = of.label;
  return terms;
}

void take_settings(const json& document, std::span<const Setting> settings, Measured& out) {
  for (const Setting& setting : settings) {
    const auto value = document.find(setting.id);
    if (value != document.end() && value->is_number()) out.set(setting, value->get<double>());
  }
}

/// What decides a run's answer. Runs that agree in it do the same work.
std::string work_of(const RunConfig& config) {
  return fmt::format("{}/{}/{}/{}/{}", config.workload, config.tasks, config.size, config.cpu_share, config.seed);
}

}  // namespace

void add_run(const Case& of, const RunResult& result, std::uint32_t round, Measured& out) {
  const auto add = [&](const Metric& metric, const auto& value) {
    if (value) out.samples.set(of, metric, round, static_cast<double>(*value));
  };
  add(kWallMs, result.wall_ms.median);
  add(kThroughput, result.throughput_per_s.median);
  if (result.cpu_user_ms && result.cpu_system_ms) {
    add(kCpuMs, std::optional(*result.cpu_user_ms + *result.cpu_system_ms));
  }
  add(kSwitches, result.switches_involuntary);
  add(kStartupMs, result.startup_ms);
  add(kLockWaitMs, result.lock_wait_ms);
  add(kPeakBytes, result.peak_rss_bytes);
  if (result.loop_lag_ms) {
    add(kLagP99Ms, std::optional(result.loop_lag_ms->p99));
    add(kLagMaxMs, std::optional(result.loop_lag_ms->max));
  }
  if (!result.counter_lost.empty()) add(kLost, std::optional(result.counter_lost.front()));
  const auto known = std::ranges::find(out.fairness, of.id, &Fairness::of);
  if (known == out.fairness.end()) out.fairness.push_back(terms_of(of, result, true));
}

coro::Task<Status> measure_cases(LabContext& lab, json base, std::vector<Configured> cases, Rounds& rounds,
                                 Measured& out, double from, double to, OnRun on_run) {
  std::vector<json> documents(cases.size());
  std::map<std::string, std::pair<std::uint64_t, std::string>> answers;  // by work: the first answer, and whose it is
  while (rounds.next()) {
    const std::uint32_t round = rounds.index();
    co_await look_at_machine(lab, round, out);
    for (std::size_t step = 0; step < cases.size(); ++step) {
      const std::size_t index = rounds.in_turn(step, cases.size());
      const Configured& one = cases[index];
      lab.step(from + (to - from) * rounds.fraction(step, cases.size()),
               both("{}: round {} of {}", "{}: повтор {} из {}", one.of.label, round + 1, rounds.expected()));
      json options = round_options(base, one, round == 0);
      std::vector<Span> spans;
      auto result = co_await lab.run(std::move(options), on_run || one.look ? &spans : nullptr);
      if (!result) co_return std::unexpected(result.error());
      if (one.look) one.look(std::move(spans), round);
      const auto [first, fresh] = answers.try_emplace(work_of(result->config), result->checksum, one.of.id);
      if (!fresh && first->second.first != result->checksum) {
        co_return fail(fmt::format("{} and {} gave different answers to the same work: they cannot be compared",
                                   first->second.second, one.of.id));
      }
      add_run(one.of, *result, round, out);
      if (on_run) on_run(one.of, round, *result, spans);
      documents[index] = to_json(*result);
      if (round == 0) take_settings(documents[index], one.settings, out);
    }
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    out.runs.push_back(of_all_rounds(std::move(documents[i]), cases[i].of, out));
  }
  co_return Status{};
}

coro::Task<Status> measure_cases(LabContext& lab, json base, std::vector<Configured> cases, Measured& out) {
  Rounds rounds(lab, out);
  const Status status = co_await measure_cases(lab, std::move(base), std::move(cases), rounds, out);
  co_return status;
}

coro::Task<Status> show_runs(LabContext& lab, std::vector<Configured> cases, Measured& out) {
  for (const Configured& one : cases) {
    lab.step(1, both("{}, for the timeline", "{}, для временной шкалы", one.of.label));
    json options = round_options(json::object(), one, false);
    auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    json document = to_json(*result);
    document["case"] = one.of.id;
    out.runs.push_back(std::move(document));
  }
  co_return Status{};
}

Status anywhere(const Capabilities&) { return {}; }

Status needs_threads(const Capabilities& host) {
  if (host.threads) return {};
  return fail(host.threads_missing_because.empty() ? "This needs threads, which are missing here."
                                                   : host.threads_missing_because);
}

Status needs_processes(const Capabilities& host) {
  if (host.processes) return {};
  return fail("This needs processes (Workers on a page), which are missing here.");
}

}  // namespace trilane::lab
