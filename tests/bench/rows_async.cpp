// A million sleepers on one thread, and the cost of a switch between coroutines.
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <fstream>
#include <map>
#include <vector>

#include "bench/runs.hpp"
#include "bench/table.hpp"
#include "platform/clock.hpp"
#include "platform/system_info.hpp"

namespace trilane::bench {
namespace {

constexpr int kSleepers = 1'000'000;
constexpr int kSleepMs = 2000;

double resident_bytes() { return static_cast<double>(read_usage().current_rss_bytes.value_or(0)); }

double peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return s(usage.ru_utime) + s(usage.ru_stime);
}

void print_figures(double before_bytes, double before_cpu, double wall_s) {
  std::printf("%.6f %.6f %.6f\n", (peak_bytes() - before_bytes) / kSleepers, (cpu_s() - before_cpu) / kSleepers * 1e6,
              wall_s * 1e3 / kSleepMs);
}

/// {bytes each, us of CPU each, makespan / nominal} of this program in another role.
std::array<double, 3> figures_of(const char* role) {
  std::array<char, 4096> self{};
  if (readlink("/proc/self/exe", self.data(), self.size() - 1) < 0) std::exit(1);
  std::FILE* pipe = popen((std::string(self.data()) + " " + role).c_str(), "r");
  std::array<double, 3> figures{};
  if (pipe == nullptr || std::fscanf(pipe, "%lf %lf %lf", &figures[0], &figures[1], &figures[2]) != 3) std::exit(1);
  pclose(pipe);
  return figures;
}

coro::Detached yield_for_ever(coro::Scheduler& scheduler, std::int64_t& switches, std::int64_t most, int& running) {
  while (switches < most) {
    ++switches;
    co_await scheduler.yield();
  }
  --running;
}

double switch_ns() {
  constexpr std::int64_t kSwitches = 20'000'000;
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  std::int64_t switches = 0;
  int running = 1000;
  for (int i = 0; i < 1000; ++i) yield_for_ever(scheduler, switches, kSwitches, running);
  // Of the processor: another process that has the core meanwhile is none of the switch's cost.
  const double before_s = cpu_s();
  loop->run_until([&] { return running == 0; });
  return (cpu_s() - before_s) * 1e9 / kSwitches;
}

/// The least that any switch can cost: a call through a pointer taken from a ring.
double ring_call_ns() {
  constexpr std::int64_t kCalls = 50'000'000;
  static std::array<void (*)(std::int64_t&), 1024> ring{};
  ring.fill(+[](std::int64_t& count) { ++count; });
  asm volatile("" : : "r"(ring.data()) : "memory");
  std::int64_t count = 0;
  return seconds([&] {
           for (std::int64_t i = 0; i < kCalls; ++i) ring[static_cast<std::size_t>(i) & 1023](count);
         }) *
         1e9 / kCalls;
}

}  // namespace

int async_million_main() {
  run_once({{"model", "async"}, {"workload", "sleep"}, {"tasks", 1000}, {"wait_ms", 1}, {"trace", false}});
  const double before = resident_bytes();
  const double cpu = cpu_s();
  const double wall = wall_s(
      {{"model", "async"}, {"workload", "sleep"}, {"tasks", kSleepers}, {"wait_ms", kSleepMs}, {"trace", false}});
  print_figures(before, cpu, wall);
  return 0;
}

int uv_timers_main() {
  uv_loop_t loop;
  uv_loop_init(&loop);
  const double before = resident_bytes();
  const double cpu = cpu_s();
  const double wall = seconds([&] {
    std::vector<uv_timer_t> timers(kSleepers);
    for (uv_timer_t& timer : timers) {
      uv_timer_init(&loop, &timer);
      uv_timer_start(&timer, [](uv_timer_t*) {}, kSleepMs, 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
  });
  print_figures(before, cpu, wall);
  _exit(std::fflush(stdout));  // the timers' memory is gone, the loop still knows them
}

void async_rows() {
  constexpr int kRounds = 3;
  std::array<std::vector<std::array<double, 3>>, 2> all;
  for (int round = 0; round < kRounds; ++round) {
    all[0].push_back(figures_of("--uv-timers"));
    all[1].push_back(figures_of("--async-million"));
  }
  const auto nth = [&all](std::size_t who, std::size_t figure) {
    return [&all, who, figure, round = std::size_t{0}]() mutable { return all[who][round++][figure]; };
  };
  run({.what = "async: 1,000,000 sleepers, memory each",
       .limit_name = "1,000,000 uv_timer_t",
       .unit = "B",
       .limit = nth(0, 0),
       .ours = nth(1, 0),
       .most = 128,
       .rounds = kRounds});
  run({.what = "async: 1,000,000 sleepers, CPU each",
       .limit_name = "1,000,000 uv_timer_t",
       .unit = "us",
       .limit = nth(0, 1),
       .ours = nth(1, 1),
       .most = 1,
       .rounds = kRounds});
  run({.what = "async: 1,000,000 sleepers of 2 s, makespan",
       .limit_name = "1,000,000 uv_timer_t",
       .unit = "x 2 s",
       .limit = nth(0, 2),
       .ours = nth(1, 2),
       .most = 1.1,
       .rounds = kRounds});
  run({.what = "async: a switch between coroutines",
       .limit_name = "call through a ring of pointers",
       .unit = "ns",
       .limit = ring_call_ns,
       .ours = switch_ns,
       .most = 10});
}

}  // namespace trilane::bench
