#include "experiments/probes/transfer_ways.hpp"

#include <array>

#include "platform/clock.hpp"

namespace trilane::lab {

using nlohmann::json;

namespace {

struct AsyncBank {
  std::array<std::int64_t, 2> accounts = {1000, 1000};
  std::uint32_t done = 0;
  int running = 0;
};

coro::Detached transfer(AsyncBank& bank, std::size_t self, coro::Scheduler& scheduler, std::uint32_t each,
                        const CancelToken& cancel, coro::Event& ended) {
  for (std::uint32_t i = 0; i < each && !cancel.requested(); ++i) {
    co_await scheduler.delay(kTransferPauseNs);
    --bank.accounts[self];
    ++bank.accounts[1 - self];
    ++bank.done;
  }
  if (--bank.running == 0) ended.set();
}

}  // namespace

coro::Task<TransferRun> transfers_by_coroutines(coro::Scheduler& scheduler, std::uint32_t each,
                                                const CancelToken& cancel) {
  AsyncBank bank;
  coro::Event ended(scheduler);
  const std::int64_t begin = now_ns();
  bank.running = 2;
  transfer(bank, 0, scheduler, each, cancel, ended);
  transfer(bank, 1, scheduler, each, cancel, ended);
  co_await ended;
  TransferRun run;
  run.done = bank.done;
  run.wanted = 2 * each;
  run.balanced = bank.accounts[0] + bank.accounts[1] == 2000;
  run.wall_ms = static_cast<double>(now_ns() - begin) / 1e6;
  co_return run;
}

std::string thread_letter(std::size_t thread) { return std::string(1, static_cast<char>('A' + thread)); }

json cycle_json(const Deadlock& deadlock) {
  json cycle = json::array();
  for (std::size_t i = 0; i < deadlock.cycle.size(); ++i) {
    const WaitFor& arrow = deadlock.cycle[i];
    // What it holds is what the one before it on the cycle waits for.
    const WaitFor& before = deadlock.cycle[(i + deadlock.cycle.size() - 1) % deadlock.cycle.size()];
    cycle.push_back(
        {{"thread", thread_letter(arrow.thread)},
         {"holds", std::to_string(before.lock + 1)},
         {"waits_for", std::to_string(arrow.lock + 1)},
         {"held_by", thread_letter(arrow.holder)},
         {"waited_ms",
          i < deadlock.waited_ns.size() ? json(static_cast<double>(deadlock.waited_ns[i]) / 1e6) : json(nullptr)}});
  }
  return cycle;
}

}  // namespace trilane::lab
