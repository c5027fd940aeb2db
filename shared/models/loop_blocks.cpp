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

void LoopLag::add(std::int64_t due_ns, std::int64_t late_ns) {
  all_.add(late_ns);
  const std::int64_t since = std::max<std::int64_t>(due_ns - begin_ns_, 0);
  while (since / slot_ns_ >= static_cast<std::int64_t>(kSlots)) {
    for (std::size_t i = 0; i < max_ms_.size(); i += 2) {
      max_ms_[i / 2] = i + 1 < max_ms_.size() ? std::max(max_ms_[i], max_ms_[i + 1]) : max_ms_[i];
    }
    max_ms_.resize((max_ms_.size() + 1) / 2);
    slot_ns_ *= 2;
  }
  const auto slot = static_cast<std::size_t>(since / slot_ns_);
  if (slot >= max_ms_.size()) max_ms_.resize(slot + 1);
  max_ms_[slot] = std::max(max_ms_[slot], static_cast<double>(late_ns) / 1e6);
}

}  // namespace trilane
