// What html.wasm answers, as it lies in memory; copied from its memory to that of the instance that asked.
#pragma once

#include <cstdint>

namespace trilane::web {

struct HtmlAnswer {
  std::uint64_t text_hash = 0;
  std::uint32_t links = 0;
  std::uint32_t title_bytes = 0;
  char title[512] = {};  // as long as ParsedPage::title gets
};

}  // namespace trilane::web
