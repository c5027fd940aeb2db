// How fast workers compute together, apart from how long their creation takes.
#pragma once

#include <optional>
#include <span>

#include "trace/span.hpp"

namespace trilane::lab {

/// Units a second that all lanes together computed while every one of them was at work: from when the last had begun
/// until the first had ended. Nothing when that time never came.
std::optional<double> steady_rate(std::span<const Span> spans, std::size_t lanes);

}  // namespace trilane::lab
