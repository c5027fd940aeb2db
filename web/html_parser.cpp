// No HTML is parsed on the page yet: what parses also saves, and Capabilities::has_database is false.
#include "platform/html_parser.hpp"

namespace trilane {

ParsedPage parse_page(std::string_view) { return {}; }

}  // namespace trilane
