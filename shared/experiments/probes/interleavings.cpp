#include "experiments/probes/interleavings.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "experiments/probes/step_gate.hpp"
#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr int kSteps = static_cast<int>(std::size(kIncrementSteps));
constexpr std::int64_t kStepDeadlineNs = 800'000'000;  // six of them are below 5 s
constexpr std::int64_t kFreeNs = 150'000'000;
constexpr std::int64_t kRoundDeadlineNs = 1'000'000'000;

struct Increments {
  StepGate gate{2};
  std::atomic<std::int64_t> shared{0};
  IncrementState state;  // written by the thread whose step it is; read between steps: the gate's mutex orders both

  void work(std::size_t self) {
    for (int step = 0; step < kSteps; ++step) {
      if (!gate.arrive(self)) break;
      // Relaxed: the lost update is the point; the schedule is ordered by the gate.
      if (step == 0) state.registers[self] = shared.load(std::memory_order_relaxed);
      if (step == 1) ++state.registers[self];
      if (step == 2) shared.store(state.registers[self], std::memory_order_relaxed);
      state.thread = static_cast<char>('A' + self);
      state.step = step;
      state.made[self] = step + 1;
    }
    gate.leave(self);
  }
};

/// Two threads that begin each round together and meet after it.
struct FreeRace {
  std::atomic<std::int64_t> shared{0};
  std::atomic<std::uint32_t> round{0};     // the round that may begin; counted up by A alone
  std::atomic<std::uint32_t> finished{0};  // increments made, of both
  std::atomic<bool> stopped{false};

  // Acquire, against the release of who counts up: what was written before is seen after.
  template <class Ready>
  bool await(Ready ready) {
    const std::int64_t until = now_ns() + kRoundDeadlineNs;
    for (int turn = 1; !ready(); ++turn) {
      if (stopped.load(std::memory_order_relaxed)) return false;
      // The other may not have a core: after a while it is given ours.
      if (turn % 64 != 0) continue;
      if (now_ns() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  void increment() {
    std::int64_t copy = shared.load(std::memory_order_relaxed);
    ++copy;
    shared.store(copy, std::memory_order_relaxed);
    finished.fetch_add(1, std::memory_order_acq_rel);
  }
};

}  // namespace

std::vector<std::string> all_interleavings() {
  std::string schedule = "AAABBB";
  std::vector<std::string> all;
  do {
    all.push_back(schedule);
  } while (std::ranges::next_permutation(schedule).found);
  return all;
}

Status check_schedule(std::string_view schedule) {
  const auto count = [&](char thread) { return std::ranges::count(schedule, thread); };
  if (static_cast<std::size_t>(count('A') + count('B')) != schedule.size()) {
    return fail("schedule is made of the letters A and B, one a step", "schedule");
  }
  if (count('A') > kSteps || count('B') > kSteps) {
    return fail("schedule has too many steps: each thread makes three (load, add, store)", "schedule");
  }
  return {};
}

struct HeldIncrements::Impl {
  Increments increments;
  ThreadGroup group;  // joins first
};

HeldIncrements::HeldIncrements(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HeldIncrements::~HeldIncrements() { impl_->increments.gate.close(); }

Result<std::unique_ptr<HeldIncrements>> HeldIncrements::start() {
  std::unique_ptr<HeldIncrements> held(new HeldIncrements(std::make_unique<Impl>()));
  Increments& increments = held->impl_->increments;
  for (std::size_t self = 0; self < 2; ++self) {
    if (Status status = held->impl_->group.start([&increments, self] { increments.work(self); }); !status)
      return std::unexpected(status.error());
  }
  return held;
}

Result<IncrementState> HeldIncrements::step(char thread) {
  Increments& increments = impl_->increments;
  if (!increments.gate.step(static_cast<std::size_t>(thread - 'A'), kStepDeadlineNs))
    return fail("a thread did not make its step in time: close other programs and try again");
  // Relaxed: the step is over, and the gate's mutex lies between.
  increments.state.shared = increments.shared.load(std::memory_order_relaxed);
  return increments.state;
}

Result<std::vector<IncrementState>> run_schedule(std::string_view schedule, const CancelToken& cancel) {
  if (Status fine = check_schedule(schedule); !fine) return std::unexpected(fine.error());
  auto held = HeldIncrements::start();
  if (!held) return std::unexpected(held.error());
  std::vector<IncrementState> states;
  for (const char thread : schedule) {
    if (cancel.requested()) return fail("stopped");
    auto state = (*held)->step(thread);
    if (!state) return std::unexpected(state.error());
    states.push_back(*state);
  }
  return states;
}

Result<std::map<std::int64_t, std::uint64_t>> run_free(std::uint32_t rounds, const CancelToken& cancel) {
  FreeRace race;
  std::map<std::int64_t, std::uint64_t> finals;
  const std::int64_t begin = now_ns();
  ThreadGroup group;
  Status status = group.start([&race, rounds] {
    for (std::uint32_t i = 1; i <= rounds; ++i) {
      if (!race.await([&] { return race.round.load(std::memory_order_acquire) >= i; })) return;
      race.increment();
    }
  });
  if (status) {
    status = group.start([&] {
      for (std::uint32_t i = 1; i <= rounds && now_ns() - begin < kFreeNs && !cancel.requested(); ++i) {
        race.shared.store(0, std::memory_order_relaxed);
        race.round.store(i, std::memory_order_release);
        race.increment();
        if (!race.await([&] { return race.finished.load(std::memory_order_acquire) == 2 * i; })) break;
        ++finals[race.shared.load(std::memory_order_relaxed)];
      }
      race.stopped.store(true, std::memory_order_relaxed);
    });
  }
  if (!status) {
    race.stopped.store(true, std::memory_order_relaxed);
    return std::unexpected(status.error());
  }
  while (!group.wait(kRoundDeadlineNs)) {
  }
  return finals;
}

}  // namespace trilane
