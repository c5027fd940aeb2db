// Parsing is a part of this program: there is nothing to load.
#include "platform/html_parser.hpp"

#include "workloads/html/reader.hpp"

namespace trilane {

Status prepare_parser() { return {}; }

ParsedPage parse_page(std::string_view html) { return html::read_page(html); }

}  // namespace trilane
