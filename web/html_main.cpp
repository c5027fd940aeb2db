// html.wasm: the HTML parser, a module of its own that nothing loads before something is parsed, with nothing of
// Emscripten's around it (html_parser.lib.js). One page at a time: write it where trilane_html_room() says, then parse.
#include <emscripten.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "html_answer.hpp"
#include "workloads/html/reader.hpp"

namespace {

std::string page;
trilane::web::HtmlAnswer answer;

}  // namespace

extern "C" {

/// Where a page of `size` bytes is to be written.
EMSCRIPTEN_KEEPALIVE char* trilane_html_room(std::size_t size) {
  page.resize(size);
  return page.data();
}

/// Parses it; the answer stays until the next call.
EMSCRIPTEN_KEEPALIVE const void* trilane_html_parse() {
  const trilane::ParsedPage parsed = trilane::html::read_page(page);
  const std::size_t size = std::min(parsed.title.size(), sizeof(answer.title));
  answer.text_hash = parsed.text_hash;
  answer.links = parsed.links;
  answer.title_bytes = static_cast<std::uint32_t>(size);
  std::copy_n(parsed.title.data(), size, answer.title);
  return &answer;
}

}  // extern "C"
