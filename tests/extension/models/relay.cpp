// A sample of a new model: one thread, as in sync, but the last task comes first.
#include "models/model.hpp"
#include "models/picture.hpp"
#include "models/task_runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

Outcome run_backwards(RunContext& context) {
  Outcome outcome;
  context.lanes[0] = {current_process_id(), current_thread_id()};
  context.measurement.begin();
  SharedCounter counter(context.config.counter_mode, 1);
  TaskRunner runner({.workload = context.workload,
                     .cancel = context.cancel,
                     .counter = counter,
                     .ring = context.recorder.lane(0),
                     .lane = 0,
                     .web = &context.web,
                     .at_checkpoint = context.pump,
                     .on_tile = [&](std::uint32_t task, auto pixels) { place_tile(context, task, 0, pixels); }});
  runner.enter();
  for (std::uint32_t left = context.config.tasks; left != 0 && !outcome.cancelled; --left) {
    const std::uint32_t task = left - 1;
    outcome.cancelled = context.cancel.requested() || !runner.run_blocking(task, context.tasks[task]);
    context.progress[0].done.fetch_add(1, std::memory_order_relaxed);
  }
  runner.flush();
  context.measurement.end();
  outcome.errors = runner.errors();
  outcome.counted = counter.value();
  return outcome;
}

class Relay final : public Model {
 public:
  std::string_view name() const override { return "relay"; }
  ModelTraits traits() const override { return {}; }
  Status check(const RunConfig&, const Capabilities&) const override { return {}; }
  std::uint32_t lanes(const RunConfig&) const override { return 1; }

  coro::Task<Result<Outcome>> run(RunContext& context) const override {
    Outcome outcome;
    co_await context.scheduler.measuring([&] { outcome = run_backwards(context); });
    co_return outcome;
  }
};

}  // namespace

const Model& relay_model() {
  static const Relay model;
  return model;
}

}  // namespace trilane
