// Time by what it went for, as parts of a stacked bar: their order, and the colours, which are the timeline's.
#pragma once

#include <vector>

#include "experiments/run/run_result.hpp"
#include "ui/settings.hpp"
#include "ui/theme.hpp"

namespace trilane::ui {

struct SplitPart {
  SpanKind kind;
  double ms;
};

/// Bottom first: work, then what work had to wait for. Kinds that lie over others (loop lag) are left out.
std::vector<SplitPart> split_parts(const TimeSplit& split);
ImU32 split_color(const Palette& colors, Racer racer, SpanKind kind);
T span_text(SpanKind kind);

}  // namespace trilane::ui
