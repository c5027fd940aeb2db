#include "bench/table.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "base/stats.hpp"
#include "platform/clock.hpp"

namespace trilane::bench {
namespace {

std::string figure(double value) {
  const int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 4;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string target_of(const Row& row) {
  if (row.most_ratio > 0) return fmt::format("<= {}x", row.most_ratio);
  if (row.least_ratio > 0) return fmt::format(">= {}x", row.least_ratio);
  if (row.most > 0) return fmt::format("<= {} {}", row.most, row.unit);
  return "";
}

bool met(const Row& row, double ours, double ratio) {
  if (row.most_ratio > 0 && ratio > row.most_ratio) return false;
  if (row.least_ratio > 0 && ratio < row.least_ratio) return false;
  return row.most <= 0 || ours <= row.most;
}

}  // namespace

double seconds(const std::function<void()>& work) {
  const std::int64_t begin = now_ns();
  work();
  return static_cast<double>(now_ns() - begin) / 1e9;
}

void print_header() {
  std::puts(fmt::format("{:<52} {:>11} {:>11}  {:<5} {:>8}  {:<12} {:<5} {}", "what", "ours", "limit", "unit", "ratio",
                        "target", "", "limit or peer")
                .c_str());
}

void run(const Row& row) {
  std::vector<double> limits;
  std::vector<double> ours;
  for (int round = 0; round < row.rounds; ++round) {
    if (row.limit) limits.push_back(row.limit());
    ours.push_back(row.ours());
  }
  const double own = *median(ours);
  const double limit = row.limit ? *median(limits) : 0;
  const double ratio = row.limit ? own / limit : 0;
  std::puts(fmt::format("{:<52} {:>11} {:>11}  {:<5} {:>8}  {:<12} {:<5} {}", row.what, figure(own),
                        row.limit ? figure(limit) : "", row.unit, row.limit ? fmt::format("{:.2f}x", ratio) : "",
                        target_of(row),
                        target_of(row).empty() ? ""
                        : met(row, own, ratio) ? "pass"
                                               : "MISS",
                        row.limit_name)
                .c_str());
  std::fflush(stdout);
}

}  // namespace trilane::bench
