// Platform seam: parses HTML by a real parser of the HTML standard. native/html_parser.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trilane {

struct ParsedPage {
  std::string title;            ///< Text of the first <title>, white space at its ends cut; at most 512 bytes.
  std::uint32_t links = 0;      ///< <a> elements that have an href.
  std::uint64_t text_hash = 0;  ///< FNV-1a (64 bits) over all text nodes outside <script> and <style>, in order.
};

/// Any bytes are a page: HTML has no syntax errors. Pure; any thread.
ParsedPage parse_page(std::string_view html);

}  // namespace trilane
