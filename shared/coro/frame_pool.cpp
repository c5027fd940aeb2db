#include "coro/frame_pool.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "base/check.hpp"

namespace trilane::coro {
namespace {

// Aligned to its own size, so that a frame's address leads to its slab.
constexpr std::size_t kSlabBytes = 64 * 1024;
// Cut from blocks: an aligned allocation for each slab would leave a hole beside each. Blocks grow up to this.
constexpr std::size_t kMaxSlabsPerBlock = 32;

}  // namespace

struct FramePool::Slab {
  FramePool* pool;
};

FramePool::~FramePool() {
  for (void* block : blocks_) std::free(block);
}

void FramePool::grow() {
  if (slabs_left_ == 0) {
    slabs_left_ = std::min(std::size_t{1} << blocks_.size(), kMaxSlabsPerBlock);
    std::size_t bytes = (slabs_left_ + 1) * kSlabBytes;  // one more: the first begins at a multiple
    void* block = std::malloc(bytes);
    // The program's handler ends it with the right words.
    if (const auto out_of_memory = std::get_new_handler(); block == nullptr && out_of_memory != nullptr)
      out_of_memory();
    TRILANE_CHECK(block != nullptr);
    blocks_.push_back(block);
    next_slab_ = block;
    TRILANE_CHECK(std::align(kSlabBytes, slabs_left_ * kSlabBytes, next_slab_, bytes) != nullptr);
  }
  auto* slab = static_cast<std::byte*>(next_slab_);
  next_slab_ = slab + kSlabBytes;
  --slabs_left_;
  new (slab) Slab{this};
  fresh_ = slab + sizeof(Slab);
  fresh_end_ = slab + kSlabBytes;
}

void* FramePool::allocate(std::size_t size) {
  if (free_ != nullptr) return std::exchange(free_, *static_cast<void**>(free_));
  if (frame_size_ == 0) frame_size_ = (std::max(size, sizeof(void*)) + alignof(void*) - 1) & ~(alignof(void*) - 1);
  TRILANE_CHECK(size <= frame_size_ && frame_size_ <= kSlabBytes - sizeof(Slab));
  if (static_cast<std::size_t>(fresh_end_ - fresh_) < frame_size_) grow();
  return std::exchange(fresh_, fresh_ + frame_size_);
}

void FramePool::free(void* frame) {
  const auto address = reinterpret_cast<std::uintptr_t>(frame) & ~(kSlabBytes - 1);
  FramePool& pool = *reinterpret_cast<Slab*>(address)->pool;
  *static_cast<void**>(frame) = std::exchange(pool.free_, frame);
}

}  // namespace trilane::coro
