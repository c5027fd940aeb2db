#include "cli_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "platform/clock.hpp"

namespace trilane::native {
namespace {

constexpr std::int64_t kQuietNs = 1'000'000'000;
constexpr std::int64_t kRedrawNs = 100'000'000;
constexpr std::size_t kBarCells = 24;

bool person_sees_stderr() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

ProgressBar::ProgressBar(std::size_t runs) : runs_(runs), visible_(person_sees_stderr()), begin_ns_(now_ns()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::begin_run(const RunConfig& config) { config_ = config; }

void ProgressBar::begin_repeat(int repeat) {
  repeat_ = repeat;
  ++rounds_begun_;
}

bool ProgressBar::due() {
  const std::int64_t now = now_ns();
  if (!visible_ || now - begin_ns_ < kQuietNs || now - drawn_ns_ < kRedrawNs) return false;
  drawn_ns_ = now;
  return true;
}

void ProgressBar::draw(double share, const std::string& what) {
  on_screen_ = true;
  share = std::clamp(share, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(share * kBarCells);
  const std::string line =
      fmt::format("\r\x1b[K[{}{}] {:3.0f} %  {}  {:.0f} s", std::string(full, '#'), std::string(kBarCells - full, '.'),
                  share * 100, what, static_cast<double>(drawn_ns_ - begin_ns_) / 1e9);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void ProgressBar::update(std::uint64_t tasks_done) {
  if (rounds_begun_ == 0 || !due()) return;
  const double of_round = static_cast<double>(tasks_done) / std::max(config_.tasks, 1U);
  const double rounds = static_cast<double>(runs_) * std::max(config_.warmup + config_.repeat, 1U);
  const std::string round = repeat_ < 0 ? "warm-up" : fmt::format("repeat {} of {}", repeat_ + 1, config_.repeat);
  draw((static_cast<double>(rounds_begun_ - 1) + of_round) / rounds,
       fmt::format("{} on {}, {}", config_.workload, config_.model, round));
}

void ProgressBar::show(double done, const std::string& what) {
  if (due()) draw(done / static_cast<double>(runs_), what);
}

void ProgressBar::clear() {
  if (!on_screen_) return;
  on_screen_ = false;
  std::fputs("\r\x1b[K", stderr);
}

}  // namespace trilane::native
