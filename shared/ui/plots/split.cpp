#include "ui/plots/split.hpp"

#include <algorithm>

namespace trilane::ui {

std::vector<SplitPart> split_parts(const TimeSplit& split) {
  constexpr SpanKind kOrder[] = {SpanKind::compute, SpanKind::parse,     SpanKind::save,
                                 SpanKind::create,  SpanKind::lock_wait, SpanKind::gil_wait,
                                 SpanKind::message, SpanKind::fetch,     SpanKind::wait};
  std::vector<SplitPart> parts;
  for (const SpanKind kind : kOrder) {
    const auto found = std::ranges::find(split, kind, &TimeSplit::value_type::first);
    if (found != split.end() && found->second > 0) parts.push_back({kind, found->second});
  }
  return parts;
}

ImU32 split_color(const Palette& colors, Racer racer, SpanKind kind) {
  const ImU32 full = colors.model[index_of(racer)];
  const ImU32 dim = colors.model_dim[index_of(racer)];
  switch (kind) {
    case SpanKind::compute:
    case SpanKind::parse: return full;
    case SpanKind::save: return mix(dim, full, 0.6F);
    case SpanKind::create:
    case SpanKind::message: return mix(dim, full, 0.3F);
    case SpanKind::lock_wait:
    case SpanKind::gil_wait: return colors.lock_dim;
    case SpanKind::loop_lag: return colors.lock;
    case SpanKind::wait:
    case SpanKind::fetch: break;
  }
  return dim;
}

T span_text(SpanKind kind) {
  constexpr T kKinds[kSpanKinds] = {T::span_compute, T::span_wait,    T::span_lock_wait, T::span_gil_wait,
                                    T::span_create,  T::span_message, T::span_loop_lag,  T::span_fetch,
                                    T::span_parse,   T::span_save};
  return kKinds[static_cast<int>(kind)];
}

}  // namespace trilane::ui
