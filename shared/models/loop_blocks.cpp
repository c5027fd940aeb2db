#include <algorithm>

#include "models/model.hpp"

namespace trilane {

void LoopBlocks::add(LoopBlock block) {
  if (block.ms <= kLongMs) return;
  ++count;
  const auto shorter = [&](const LoopBlock& other) { return other.ms < block.ms; };
  longest.insert(std::ranges::find_if(longest, shorter), std::move(block));
  if (longest.size() > kKept) longest.pop_back();
}

}  // namespace trilane
