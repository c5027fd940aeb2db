// A page of the lab's own web as HTML text: what a parser of the HTML standard has to work at. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace trilane {

/// Page `page` of the web that `seed` makes. `bytes` long within 5 % from 1 kB on; shorter ones are as small as a page
/// with a title, a heading, a paragraph and a link can be. UTF-8; the same bytes for the same arguments everywhere.
std::string make_lab_page(std::uint32_t page, std::uint64_t seed, std::uint32_t bytes);

}  // namespace trilane
