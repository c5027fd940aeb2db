#include "experiments/probes/serial_part.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "platform/clock.hpp"
#include "workloads/kernels.hpp"

namespace trilane::lab {
namespace {

/// The threads of one program: they wait until all are there, and again until the serial part is done.
class Program {
 public:
  explicit Program(const PartlySerial& work) : work_(work), next_(work.serial_units) {}

  void help() {
    std::unique_lock lock(mutex_);
    ++here_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return stage_ != Stage::before; });
    if (stage_ == Stage::given_up) return;
    lock.unlock();
    const std::uint64_t sum = share();
    lock.lock();
    sum_ += sum;
    --here_;
    changed_.notify_all();
  }

  std::int64_t lead() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return here_ + 1 == work_.workers; });
    lock.unlock();
    const std::int64_t begin = now_ns();
    KernelFrame frame;
    for (std::uint64_t first = 0; first < work_.serial_units; first += kSumKernel.chunk_units) {
      kSumKernel.step(frame, first, std::min(first + kSumKernel.chunk_units, work_.serial_units));
    }
    enter(Stage::parallel);
    const std::uint64_t mine = frame.value + share();
    lock.lock();
    changed_.wait(lock, [this] { return here_ == 0; });
    sum_ += mine;
    return now_ns() - begin;
  }

  void give_up() { enter(Stage::given_up); }
  std::uint64_t sum() const { return sum_; }

 private:
  enum class Stage : std::uint8_t { before, parallel, given_up };

  void enter(Stage stage) {
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    changed_.notify_all();
  }

  /// Takes chunks of the parallel part until there are none.
  std::uint64_t share() {
    const std::uint64_t end = work_.serial_units + work_.parallel_units;
    KernelFrame frame;
    for (;;) {
      // Relaxed: the counter hands out numbers and nothing else.
      const std::uint64_t first = next_.fetch_add(kSumKernel.chunk_units, std::memory_order_relaxed);
      if (first >= end) return frame.value;
      kSumKernel.step(frame, first, std::min(first + kSumKernel.chunk_units, end));
    }
  }

  const PartlySerial& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned here_ = 0;  // helpers that are there and not done
  Stage stage_ = Stage::before;
  std::uint64_t sum_ = 0;
  alignas(64) std::atomic<std::uint64_t> next_;
};

/// 0 + 1 + … + n-1, modulo 2^64.
std::uint64_t sum_below(std::uint64_t n) { return n % 2 == 0 ? n / 2 * (n - 1) : n * ((n - 1) / 2); }

}  // namespace

Result<std::int64_t> run_partly_serial(const PartlySerial& work) {
  Program program(work);
  std::vector<std::thread> helpers;
  Status made;
  for (unsigned i = 1; i < work.workers && made; ++i) {
    try {
      helpers.emplace_back([&program] { program.help(); });
    } catch (const std::system_error& error) {
      made = fail("thread " + std::to_string(i + 1) + " could not be created (" + error.code().message() + ")");
    }
  }
  std::int64_t took_ns = 0;
  if (made) {
    took_ns = program.lead();
  } else {
    program.give_up();
  }
  for (std::thread& helper : helpers) helper.join();
  if (!made) return std::unexpected(made.error());
  if (program.sum() != sum_below(work.serial_units + work.parallel_units)) return fail("the sum came out wrong");
  return took_ns;
}

}  // namespace trilane::lab
