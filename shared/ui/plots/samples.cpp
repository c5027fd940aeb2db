#include "ui/plots/samples.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

/// More spans than this a part, and the levels of detail are quicker than the spans themselves.
constexpr std::size_t kSpansAPart = 256;

double window_ms(double run_ms, double longest_ms) { return std::max({run_ms / 10, longest_ms / 40, 1e-6}); }

FigurePoint point(double x, double y) { return {.x = x, .y = y, .low = {}, .high = {}}; }

/// Adds the time of [begin, end) to the parts it lies in; both in parts, so 1.5 is the middle of the second.
void add_time(std::vector<double>& parts, double begin, double end) {
  begin = std::max(begin, 0.0);
  end = std::min(end, static_cast<double>(parts.size()));
  if (!(end > begin)) return;
  const auto first = static_cast<std::size_t>(begin);
  const auto last = std::min(static_cast<std::size_t>(end), parts.size() - 1);
  if (first == last) {
    parts[first] += end - begin;
    return;
  }
  parts[first] += static_cast<double>(first + 1) - begin;
  for (std::size_t i = first + 1; i < last; ++i) parts[i] += 1;
  parts[last] += end - static_cast<double>(last);
}

}  // namespace

std::vector<FigurePoint> live_rate(std::span<const RunView::Progress> all, double longest_ms) {
  std::vector<FigurePoint> out;
  if (all.size() < 2) return out;
  const double window = window_ms(all.back().ms, longest_ms);
  std::size_t from = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    while (from + 1 < i && all[i].ms - all[from + 1].ms >= window) ++from;
    const double ms = all[i].ms - all[from].ms;
    const std::uint64_t done = all[i].done - std::min(all[from].done, all[i].done);
    if (ms > 0) out.push_back(point(all[i].ms, static_cast<double>(done) / ms * 1000));
  }
  return out;
}

std::vector<FigurePoint> final_rate(const CompletionSeries& series, double longest_ms) {
  std::vector<FigurePoint> out;
  if (series.bin_ms <= 0) return out;
  const auto& done = series.done;
  const auto size = static_cast<std::ptrdiff_t>(done.size());
  const double window = window_ms(series.bin_ms * static_cast<double>(size), longest_ms);
  const auto half = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(window / series.bin_ms / 2));
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, i - half);
    const std::ptrdiff_t last = std::min(size - 1, i + half);
    double sum = 0;
    for (std::ptrdiff_t j = first; j <= last; ++j) sum += done[static_cast<std::size_t>(j)];
    const double ms = std::max(static_cast<double>(last - first + 1) * series.bin_ms, longest_ms / 40);
    out.push_back(point((static_cast<double>(i) + 0.5) * series.bin_ms, sum / ms * 1000));
  }
  return out;
}

std::vector<double> lane_computing(const Track& lane, double length_ms, std::size_t bins) {
  std::vector<double> parts(bins, 0.0);
  if (bins == 0 || !(length_ms > 0)) return parts;
  const double part_ns = length_ms * 1e6 / static_cast<double>(bins);
  if (lane.spans().size() <= bins * kSpansAPart) {
    for (const Span& span : lane.spans()) {
      if (share_of(span.kind) == Share::work)
        add_time(parts, static_cast<double>(span.begin_ns) / part_ns, static_cast<double>(span.end_ns) / part_ns);
    }
    return parts;
  }
  for (std::size_t i = 0; i < bins; ++i) {
    const auto begin = static_cast<std::int64_t>(part_ns * static_cast<double>(i));
    const auto end = static_cast<std::int64_t>(part_ns * static_cast<double>(i + 1));
    const Occupancy found = occupancy_in(lane, begin, end);
    parts[i] = static_cast<double>(found.ns[static_cast<std::size_t>(Share::work)]) / part_ns;
  }
  return parts;
}

std::vector<double> lanes_computing(const RunView& run, double length_ms, std::size_t bins) {
  std::vector<double> sum(bins, 0.0);
  for (const LaneView& lane : run.lanes) {
    const std::vector<double> one = lane_computing(lane.main, length_ms, bins);
    for (std::size_t i = 0; i < bins; ++i) sum[i] += one[i];
  }
  return sum;
}

std::vector<double> tasks_in_flight(std::span<const std::int64_t> begin_ns, std::span<const std::int64_t> end_ns,
                                    double length_ms, std::size_t bins) {
  std::vector<double> parts(bins, 0.0);
  if (bins == 0 || !(length_ms > 0)) return parts;
  const double part_ns = length_ms * 1e6 / static_cast<double>(bins);
  for (std::size_t i = 0; i < std::min(begin_ns.size(), end_ns.size()); ++i) {
    if (begin_ns[i] < 0 || end_ns[i] < begin_ns[i]) continue;
    add_time(parts, static_cast<double>(begin_ns[i]) / part_ns, static_cast<double>(end_ns[i]) / part_ns);
  }
  return parts;
}

std::vector<double> latencies_ms(std::span<const std::int64_t> begin_ns, std::span<const std::int64_t> end_ns) {
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(begin_ns.size(), end_ns.size()); ++i) {
    if (begin_ns[i] >= 0 && end_ns[i] >= begin_ns[i]) out.push_back(static_cast<double>(end_ns[i] - begin_ns[i]) / 1e6);
  }
  return out;
}

std::vector<FigurePoint> binned_line(const std::vector<double>& values, double length_ms) {
  std::vector<FigurePoint> out;
  const double part_ms = length_ms / static_cast<double>(std::max<std::size_t>(values.size(), 1));
  for (std::size_t i = 0; i < values.size(); ++i)
    out.push_back(point((static_cast<double>(i) + 0.5) * part_ms, values[i]));
  return out;
}

std::vector<FigurePoint> histogram_of(std::span<const double> values, double high, std::size_t bins) {
  std::vector<FigurePoint> out;
  if (bins == 0 || !(high > 0)) return out;
  const double width = high / static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i) out.push_back(point(static_cast<double>(i) * width, 0));
  for (const double value : values) {
    if (!(value >= 0) || value > high) continue;
    out[std::min(static_cast<std::size_t>(value / width), bins - 1)].y += 1;
  }
  return out;
}

std::vector<FigurePoint> cumulative_of(std::vector<double> values, std::size_t most) {
  std::vector<FigurePoint> out;
  if (values.empty() || most < 2) return out;
  std::ranges::sort(values);
  const std::size_t count = std::min(values.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    // Evenly over the ranks, both ends included.
    const std::size_t rank = count == 1 ? 0 : i * (values.size() - 1) / (count - 1);
    // Of equal values, the last one's share.
    if (!out.empty() && out.back().x == values[rank]) out.pop_back();
    out.push_back(point(values[rank], static_cast<double>(rank + 1) / static_cast<double>(values.size()) * 100));
  }
  return out;
}

}  // namespace trilane::ui
