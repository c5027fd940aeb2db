#include "experiments/run/lab_runner.hpp"

#include <algorithm>
#include <utility>

#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kBetweenPausesNs = 1'000'000'000;
/// A run that was interrupted is measured again: one laptop lid should not cost a whole experiment.
constexpr int kAttempts = 3;

/// Passes everything on, and keeps the spans of the last repeat when they are wanted.
class Tee final : public RunObserver {
 public:
  Tee(RunObserver* next, std::vector<Span>* spans) : next_(next), spans_(spans) {}

  void on_repeat(int repeat) override {
    if (spans_ != nullptr) spans_->clear();
    if (next_ != nullptr) next_->on_repeat(repeat);
  }
  void on_progress(std::uint64_t done, double elapsed_ms) override {
    if (next_ != nullptr) next_->on_progress(done, elapsed_ms);
  }
  void on_spans(std::span<const Span> spans) override {
    if (spans_ != nullptr) spans_->insert(spans_->end(), spans.begin(), spans.end());
    if (next_ != nullptr) next_->on_spans(spans);
  }
  void on_tile(const Workload::Tile& tile, std::uint16_t lane, std::span<const std::uint8_t> pixels) override {
    if (next_ != nullptr) next_->on_tile(tile, lane, pixels);
  }

 private:
  RunObserver* next_;
  std::vector<Span>* spans_;
};

}  // namespace

coro::Task<Result<RunResult>> LabRunner::run(nlohmann::json options, std::vector<Span>* spans) {
  if (cancel_.requested()) co_return fail(kCancelled);
  auto config = parse_config(options);
  if (!config) co_return std::unexpected(config.error());
  // Before it is told of: a front end makes lanes for what begins.
  if (Status possible = find_model(config->model)->check(*config, capabilities()); !possible) {
    co_return std::unexpected(possible.error());
  }
  if (std::exchange(pausing_, false)) co_await scheduler_.delay(pause_ns_);
  for (int left = kAttempts;;) {
    const int index = runs_++;
    Tee tee(observer_ == nullptr ? nullptr : observer_->on_run(*config, index), spans);
    auto result = co_await run_config(*config, scheduler_, cancel_, &tee);
    if (!result) co_return std::unexpected(result.error());
    if (observer_ != nullptr) observer_->on_result(*result, index);
    if (result->interrupted && --left > 0) continue;
    if (!result->valid && !result->errors.empty()) co_return fail(result->errors.front().text.en);
    co_return result;
  }
}

coro::Task<Result<nlohmann::json>> LabRunner::ask(nlohmann::json state) {
  // Looked at now and then: a stop comes from another thread, and wakes nobody.
  constexpr std::int64_t kLookNs = 15'000'000;
  answer_.reset();
  asking_ = observer_ != nullptr && observer_->on_ask(state);
  if (!asking_) co_return fail("this is done by hand, step by step: in the window or on the page", "live");
  while (!answer_ && !cancel_.requested()) co_await scheduler_.delay(kLookNs);
  asking_ = false;
  if (!answer_) co_return fail(kCancelled);
  co_return std::move(*answer_);
}

void LabRunner::step(double fraction, BothTexts what) {
  if (observer_ == nullptr) return;
  const std::int64_t now = now_ns();
  pausing_ = pause_ns_ > 0 && (!paused_at_ns_ || now - *paused_at_ns_ >= kBetweenPausesNs);
  if (pausing_) paused_at_ns_ = now;
  observer_->on_step(std::clamp(fraction, 0.0, 1.0), what, pausing_);
}

}  // namespace trilane
