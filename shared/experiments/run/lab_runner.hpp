// The LabContext that runs for real: on an engine's loop, or on the command line's.
#pragma once

#include "experiments/experiment.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {

/// What an experiment tells while it goes on. Loop thread.
class LabObserver {
 public:
  virtual ~LabObserver() = default;
  /// A run begins, the index-th of the experiment; what is returned (may be nullptr) observes it until the next call.
  virtual RunObserver* on_run(const RunConfig& /*config*/, int /*index*/) { return nullptr; }
  virtual void on_result(const RunResult& /*result*/, int /*index*/) {}
  /// `paused`: the run that comes now waits a moment, so that this can be shown without taking the processor from it.
  virtual void on_step(double /*fraction*/, const BothTexts& /*what*/, bool /*paused*/) {}
  /// The experiment asks, and LabRunner::answer() will be called. False: it will not.
  virtual bool on_ask(const nlohmann::json& /*state*/) { return false; }
};

class LabRunner final : public LabContext {
 public:
  /// Everything outlives the runner; `observer` may be nullptr. `pause_ns`: so long it pauses now and then before a
  /// run.
  LabRunner(coro::Scheduler& scheduler, CancelToken& cancel, nlohmann::json options, LabObserver* observer,
            std::int64_t pause_ns = 0)
      : scheduler_(scheduler),
        cancel_(cancel),
        options_(std::move(options)),
        observer_(observer),
        pause_ns_(pause_ns) {}

  coro::Scheduler& scheduler() override { return scheduler_; }
  CancelToken& cancel() override { return cancel_; }
  coro::Task<Result<RunResult>> run(nlohmann::json options, std::vector<Span>* spans) override;
  coro::Task<Result<nlohmann::json>> ask(nlohmann::json state) override;
  void step(double fraction, BothTexts what) override;
  const nlohmann::json& options() const override { return options_; }

  /// To ask(). One that comes while nothing is asked is dropped.
  void answer(nlohmann::json answer) {
    if (asking_) answer_ = std::move(answer);
  }

 private:
  coro::Scheduler& scheduler_;
  CancelToken& cancel_;
  nlohmann::json options_;
  LabObserver* observer_;
  const std::int64_t pause_ns_;
  std::optional<std::int64_t> paused_at_ns_;
  bool pausing_ = false;
  int runs_ = 0;
  bool asking_ = false;
  std::optional<nlohmann::json> answer_;
};

}  // namespace trilane
