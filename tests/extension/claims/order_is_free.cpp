// A sample of a new experiment, on the sample workload and the sample model: order-is-free.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

const Case& relay_case() {
  static const Case one{"relay", {"relay", "эстафета"}, ""};
  return one;
}

std::vector<Configured> cases() { return {{sync_case(), {{"model", "sync"}}}, {relay_case(), {{"model", "relay"}}}}; }

nlohmann::json defaults() { return {{"workload", "halving"}, {"tasks", 8}}; }

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const auto ratio = claim.over(sync_case(), relay_case(), kWallMs);
  claim.require({.id = "not-much-slower",
                 .label = {"makespan, sync over relay", "общее время, синхронно к эстафете"},
                 .value = ratio,
                 .unit = "×",
                 .test = at_least(0.1, 0.05),
                 .yes = both("Backwards the tasks run at {} of the speed.",
                             "Задом наперёд скорость задач — {} прежней.", quantity(ratio, "")),
                 .no = both("Backwards the tasks run at only {} of the speed.",
                            "Задом наперёд скорость задач — лишь {} прежней.", quantity(ratio, ""))});
  const Case shown[] = {sync_case(), relay_case()};
  claim.figure(bars(claim, "makespan", {"Makespan", "Общее время"}, shown, kWallMs));
  claim.truth("not-much-slower");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "repeat"};

}  // namespace

const Experiment& order_is_free_experiment() {
  static const Experiment experiment{
      .id = "order-is-free",
      .section = "choosing",
      .title = {"Order is free", "Порядок ничего не стоит"},
      .claim = {"The order of independent tasks changes nothing.", "Порядок независимых задач ничего не меняет."},
      .about = {"Eight tasks, forwards and backwards.", "Восемь задач: с начала и с конца."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster is forwards?", "Во сколько раз быстрее с начала?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 10},
      .config = R"({"workload":"halving","tasks":8})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
