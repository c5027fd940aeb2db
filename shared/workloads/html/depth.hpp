// How deeply a page nests its elements, before it is parsed: gumbo has no limit of its own, and its time grows with the
// number of elements times their depth.
#pragma once

#include <cstddef>
#include <string_view>

namespace trilane::html {

/// The length of the longest beginning of the page whose open elements are never more than `most_open`; the page's own
/// length when it never has more. A guess from the tags alone, on the safe side: void elements and those that end by
/// themselves (<p>, <li>, …) are not counted, what stands in comments, scripts and the like neither.
std::size_t shallow_length(std::string_view html, std::size_t most_open);

}  // namespace trilane::html
