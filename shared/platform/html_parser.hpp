// Platform seam: parses HTML by a real parser of the HTML standard (workloads/html/reader.hpp). native/html_parser.cpp
// has it in the program, web/html_parser.cpp in a WebAssembly module that each thread loads when it first parses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trilane {

struct ParsedPage {
  std::string title;            ///< Text of the first <title>, white space at its ends cut; at most 512 bytes.
  std::uint32_t links = 0;      ///< <a> elements that have an href.
  std::uint64_t text_hash = 0;  ///< FNV-1a (64 bits) over all text nodes outside <script> and <style>, in order.
};

/// Makes this thread ready to parse, if it is not; blocks. Natively there is nothing to do; on the page the parser is
/// loaded, and the error says why it could not be.
Status prepare_parser();

/// Any bytes are a page: HTML has no syntax errors. Any thread on which prepare_parser() has succeeded.
ParsedPage parse_page(std::string_view html);

}  // namespace trilane
