#include "experiments/probes/steady_rate.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace trilane::lab {

std::optional<double> steady_rate(std::span<const Span> spans, std::size_t lanes) {
  std::vector<std::int64_t> begin(lanes, std::numeric_limits<std::int64_t>::max()), end(lanes, 0);
  for (const Span& span : spans) {
    if (span.kind != SpanKind::compute || span.lane >= lanes) continue;
    begin[span.lane] = std::min(begin[span.lane], span.begin_ns);
    end[span.lane] = std::max(end[span.lane], span.end_ns);
  }
  if (lanes == 0) return std::nullopt;
  const std::int64_t from = std::ranges::max(begin), to = std::ranges::min(end);
  if (from >= to) return std::nullopt;
  double units = 0;
  for (const Span& span : spans) {
    if (span.kind != SpanKind::compute || span.lane >= lanes || span.end_ns <= span.begin_ns) continue;
    const std::int64_t inside = std::min(span.end_ns, to) - std::max(span.begin_ns, from);
    if (inside <= 0) continue;
    units +=
        static_cast<double>(span.arg) * static_cast<double>(inside) / static_cast<double>(span.end_ns - span.begin_ns);
  }
  return units * 1e9 / static_cast<double>(to - from);
}

}  // namespace trilane::lab
