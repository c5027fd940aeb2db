#include "ui/timeline/track.hpp"

#include <algorithm>

namespace trilane::ui {
namespace {

/// 36 years before and after the start: no sum or difference of such times overflows.
constexpr std::int64_t kFarNs = std::int64_t{1} << 60;

}  // namespace

void Track::add(const Span& span) {
  Span& added = spans_.emplace_back(span);
  added.begin_ns = std::clamp(span.begin_ns, -kFarNs, kFarNs);
  added.end_ns = std::clamp(span.end_ns, added.begin_ns, kFarNs);
  end_ns_ = std::max(end_ns_, added.end_ns);
}

void Track::clear() {
  spans_.clear();
  pyramid_.clear();
  settled_ = 0;
  end_ns_ = 0;
}

void Track::settle() {
  if (settled_ == spans_.size()) return;
  const auto by_begin = [](const Span& a, const Span& b) { return a.begin_ns < b.begin_ns; };
  const auto middle = spans_.begin() + static_cast<std::ptrdiff_t>(settled_);
  if (!std::is_sorted(middle, spans_.end(), by_begin)) std::stable_sort(middle, spans_.end(), by_begin);
  if (settled_ != 0 && by_begin(*middle, *(middle - 1))) {
    std::inplace_merge(spans_.begin(), middle, spans_.end(), by_begin);
    pyramid_.clear();  // what it has seen is no longer a prefix
  }
  settled_ = spans_.size();
  pyramid_.extend(spans_);
}

void Track::drop_oldest(std::size_t count) {
  count = std::min(count, spans_.size());
  spans_.erase(spans_.begin(), spans_.begin() + static_cast<std::ptrdiff_t>(count));
  settled_ -= std::min(settled_, count);
  pyramid_.clear();
  if (spans_.empty()) end_ns_ = 0;
  pyramid_.extend(std::span<const Span>(spans_).first(settled_));
}

std::size_t RowPacker::place(const Span& span) {
  for (std::size_t row = 0; row < ends_.size(); ++row) {
    if (ends_[row] <= span.begin_ns) {
      ends_[row] = span.end_ns;
      return row;
    }
  }
  if (ends_.size() == max_rows_) return kNoRow;
  ends_.push_back(span.end_ns);
  return ends_.size() - 1;
}

}  // namespace trilane::ui
