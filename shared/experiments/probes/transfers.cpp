#include "experiments/probes/transfers.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "experiments/probes/step_gate.hpp"
#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"
#include "platform/host.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kLookEveryNs = 20'000'000;
constexpr std::int64_t kDeadlineNs = 10'000'000'000;
constexpr std::int64_t kStepNs = 3'000'000'000;  // a browser under load takes its time to start one
constexpr std::int64_t kStart = 1000;

/// Transfers on their way to the thread that owns the accounts.
class Mailbox {
 public:
  void send(std::size_t from) {
    {
      const std::lock_guard lock(mutex_);
      letters_.push_back(from);
    }
    changed_.notify_one();
  }
  /// Waits for one; nothing after close().
  std::optional<std::size_t> receive() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !letters_.empty(); });
    if (closed_) return std::nullopt;
    const std::size_t from = letters_.front();
    letters_.pop_front();
    return from;
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::size_t> letters_;
  bool closed_ = false;
};

struct Bank {
  explicit Bank(std::uint32_t transfers_each) : each(transfers_each) {}

  const std::uint32_t each;
  StepGate gate{2};  // opposite order alone
  LockWatch locks{2, 2};
  Mailbox mailbox;
  std::array<std::int64_t, 2> accounts = {kStart, kStart};  // each under the lock of its number, or the owner's alone
  std::atomic<std::uint32_t> done{0};
  std::atomic<std::uint32_t> retries{0};
  std::atomic<bool> stopped{false};

  // Relaxed everywhere: they are counts, read after the threads have been joined.
  void move_money(std::size_t from) {
    --accounts[from];
    ++accounts[1 - from];
    done.fetch_add(1, std::memory_order_relaxed);
  }

  void stop() {
    stopped.store(true, std::memory_order_relaxed);
    gate.close();
    locks.stop();
    mailbox.close();
  }
};

// One transfer with both locks; `gated`: the second lock is wanted only when the other thread has its first. False:
// begin it again (or all is stopped).
bool transfer(Bank& bank, std::size_t self, Remedy remedy, bool gated) {
  const std::size_t first = remedy == Remedy::ordered ? 0 : self;
  const std::size_t second = 1 - first;
  // Two arrivals before the first lock: when the first of these steps is over, all earlier transfers are.
  if (gated && !(bank.gate.arrive(self) && bank.gate.arrive(self))) return false;
  if (bank.locks.lock(self, first) != LockWatch::Got::lock) return false;
  sleep_ns(kTransferPauseNs);
  if (gated) {
    // A closed gate lets through: then the locks are stopped too.
    (void)bank.gate.arrive(self);
    bank.gate.depart(self);
  }
  const bool both = remedy == Remedy::try_lock ? bank.locks.try_lock(self, second)
                                               : bank.locks.lock(self, second) == LockWatch::Got::lock;
  if (both) {
    bank.move_money(self);
    bank.locks.unlock(self, second);
  }
  bank.locks.unlock(self, first);
  return both;
}

void work(Bank& bank, std::size_t self, Remedy remedy) {
  for (std::uint32_t i = 0; i < bank.each; ++i) {
    for (std::int64_t attempt = 1; !transfer(bank, self, remedy, remedy == Remedy::none && attempt == 1); ++attempt) {
      if (bank.stopped.load(std::memory_order_relaxed)) return;
      bank.retries.fetch_add(1, std::memory_order_relaxed);
      // Different pauses for the two, and longer ones each time: otherwise both could get out of each other's way in
      // step for ever (a livelock).
      if (remedy == Remedy::try_lock) {
        sleep_ns(std::min<std::int64_t>(attempt, 8) * (self == 0 ? kTransferPauseNs / 2 : kTransferPauseNs * 5 / 4));
      }
    }
  }
}

void send_all(Bank& bank, std::size_t self) {
  for (std::uint32_t i = 0; i < bank.each; ++i) bank.mailbox.send(self);
}

void own_accounts(Bank& bank) {
  for (std::uint32_t left = 2 * bank.each; left != 0; --left) {
    const auto from = bank.mailbox.receive();
    if (!from) return;
    sleep_ns(kTransferPauseNs);
    bank.move_money(*from);
  }
}

/// Leads both threads to their first locks, and then lets them want the other's. False when they do not come in time.
bool let_them_meet(Bank& bank) {
  constexpr int kSteps = 3;  // ready, first lock taken, on to the second
  bool made = true;
  for (int step = 0; step < kSteps; ++step) {
    for (std::size_t thread = 0; thread < 2; ++thread) made = made && bank.gate.step(thread, kStepNs);
  }
  return made;
}

Status start_all(Bank& bank, Remedy remedy, ThreadGroup& group) {
  if (remedy == Remedy::messages) {
    if (Status status = group.start([&] { own_accounts(bank); }); !status) return status;
  }
  for (std::size_t self = 0; self < 2; ++self) {
    Status status = remedy == Remedy::messages ? group.start([&bank, self] { send_all(bank, self); })
                                               : group.start([&bank, self, remedy] { work(bank, self, remedy); });
    if (!status) return status;
  }
  return {};
}

}  // namespace

Result<TransferRun> run_transfers(Remedy remedy, std::uint32_t transfers_each, const CancelToken& cancel) {
  Bank bank(transfers_each);
  TransferRun run{.wanted = 2 * transfers_each, .example = {}};
  Status met;
  const std::int64_t begin = now_ns();
  {
    ThreadGroup group;
    if (Status status = start_all(bank, remedy, group); !status) {
      bank.stop();
      return std::unexpected(status.error());
    }
    std::uint32_t to_meet = remedy == Remedy::none ? transfers_each : 0;
    const auto lead = [&] {
      if (to_meet == 0 || bank.stopped.load(std::memory_order_relaxed)) return;
      --to_meet;
      if (let_them_meet(bank)) return;
      met = fail("a thread did not reach its lock within three seconds: close other programs and try again");
      bank.stop();
    };
    lead();
    while (!group.wait(kLookEveryNs)) {
      if (cancel.requested() || now_ns() - begin > kDeadlineNs) bank.stop();
      auto deadlock = bank.locks.look();
      if (!deadlock) continue;
      ++run.deadlocks;
      run.longest_search_ms = std::max(run.longest_search_ms, static_cast<double>(deadlock->after_ns) / 1e6);
      if (!run.example) run.example = std::move(deadlock);
      lead();
    }
    run.wall_ms = static_cast<double>(now_ns() - begin) / 1e6;
  }
  if (!met) return std::unexpected(met.error());
  run.done = bank.done.load(std::memory_order_relaxed);
  run.retries = bank.retries.load(std::memory_order_relaxed);
  run.balanced = bank.accounts[0] + bank.accounts[1] == 2 * kStart;
  return run;
}

}  // namespace trilane
