// HTML by gumbo, a parser of the HTML standard. The only code that knows gumbo: natively a part of the program, on the
// page a module of its own (web/html_main.cpp), which is not loaded before something is parsed.
#pragma once

#include <string_view>

#include "platform/html_parser.hpp"

namespace trilane::html {

/// parse_page() (platform/html_parser.hpp): any bytes are a page. Pure; any thread.
ParsedPage read_page(std::string_view html);

}  // namespace trilane::html
