// The parser is html.wasm (html_main.cpp): each thread that parses has an instance of its own and calls it directly.
#include "platform/html_parser.hpp"

#include <cstdlib>
#include <string>
#include <utility>

#include "html_answer.hpp"

// html_parser.lib.js. The text is the caller's to free.
extern "C" {
char* trilane_js_html_prepare();
void trilane_js_html_parse(const void* html, std::size_t size, void* answer, std::size_t answer_size);
}

namespace trilane {

Status prepare_parser() {
  char* problem = trilane_js_html_prepare();
  if (problem == nullptr) return {};
  std::string text(problem);
  std::free(problem);
  return fail(std::move(text));
}

ParsedPage parse_page(std::string_view html) {
  web::HtmlAnswer answer;
  trilane_js_html_parse(html.data(), html.size(), &answer, sizeof(answer));
  return {.title = std::string(answer.title, answer.title_bytes), .links = answer.links, .text_hash = answer.text_hash};
}

}  // namespace trilane
