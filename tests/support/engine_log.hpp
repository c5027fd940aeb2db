// A front end without a face: an EngineClient and everything that it told.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine_client.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"

namespace trilane::test {

class EngineLog final : public EngineListener {
 public:
  void on_engine_state(EngineState state, const std::string& reason) override {
    states.push_back(state);
    if (!reason.empty()) reasons.push_back(reason);
  }
  void on_ready(const EngineInfo& info) override { ready.push_back(info); }
  void on_started(int job, const nlohmann::json& event) override {
    ++started[job];
    last_started = event;
  }
  void on_repeat(int job, const protocol::RepeatEvent& event) override { repeats.emplace_back(job, event.repeat); }
  void on_progress(int job, const protocol::ProgressEvent& event) override { done_tasks[job] = event.done; }
  void on_spans(int job, std::span<const Span> more) override { spans[job] += more.size(); }
  void on_tile(int job, const protocol::TileEvent& event) override { pixels[job] += event.pixels.size(); }
  void on_result(int job, const nlohmann::json& event) override { results[job].push_back(event); }
  void on_lab_ask(int job, const nlohmann::json& state) override { asked[job].push_back(state); }
  void on_done(int job, const nlohmann::json& document) override { documents[job] = document; }
  void on_failed(int job, const Error& error) override { errors[job] = error; }

  bool ended(int job) const { return documents.contains(job) || errors.contains(job); }

  std::vector<EngineState> states;
  std::vector<std::string> reasons;
  std::vector<EngineInfo> ready;
  std::map<int, int> started;
  nlohmann::json last_started;
  std::vector<std::pair<int, int>> repeats;  ///< Job and repeat, as they began.
  std::map<int, std::uint64_t> done_tasks;
  std::map<int, std::size_t> spans, pixels;
  std::map<int, std::vector<nlohmann::json>> results;
  std::map<int, std::vector<nlohmann::json>> asked;
  std::map<int, nlohmann::json> documents;
  std::map<int, Error> errors;
};

/// Loop, scheduler, log and client, in the order in which they depend on each other.
class FrontEnd {
 public:
  EngineClient& client() { return *client_; }
  EngineLog& log() { return log_; }

  /// Turns the loop until `condition`; fails the test and gives up after `limit_s`.
  template <class Condition>
  bool until(Condition condition, int limit_s = 30) {
    const std::int64_t deadline = now_ns() + std::int64_t{limit_s} * 1'000'000'000;
    // A coroutine that keeps the loop turning, so that a condition outside of it is looked at.
    bool over = false;
    bool ended = false;
    [](coro::Scheduler& scheduler, const bool& stop, bool& stopped) -> coro::Detached {
      while (!stop) co_await scheduler.delay(2'000'000);
      stopped = true;
    }(scheduler_, over, ended);
    loop_->run_until([&] { return condition() || now_ns() > deadline; });
    const bool met = condition();
    over = true;
    loop_->run_until([&] { return ended; });
    EXPECT_TRUE(met) << "did not happen within " << limit_s << " s";
    return met;
  }

  bool until_ready(int limit_s = 30) {
    return until([&] { return client_->state() == EngineState::ready; }, limit_s);
  }
  bool until_ended(int job, int limit_s = 60) {
    return until([&] { return log_.ended(job); }, limit_s);
  }

 private:
  std::unique_ptr<EventLoop> loop_ = EventLoop::create();
  coro::Scheduler scheduler_{*loop_};
  EngineLog log_;
  std::unique_ptr<EngineClient> client_ = std::make_unique<EngineClient>(scheduler_, log_);
};

}  // namespace trilane::test
