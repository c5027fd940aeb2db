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
constexpr std::size_t kAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

constexpr std::size_t slabs_of(std::size_t block) { return block < 5 ? std::size_t{1} << block : kMaxSlabsPerBlock; }
static_assert(slabs_of(5) == kMaxSlabsPerBlock && slabs_of(4) == kMaxSlabsPerBlock / 2);
constexpr std::size_t bytes_of(std::size_t block) {
  return (slabs_of(block) + 1) * kSlabBytes;  // one more: the first begins at a multiple
}

}  // namespace

struct alignas(kAlignment) FramePool::Slab {
  FramePool* pool;
};

FramePool::~FramePool() {
  for (void* block : blocks_) std::free(block);
}

void FramePool::grow() {
  if (slabs_left_ == 0) {
    slabs_left_ = slabs_of(blocks_.size());
    std::size_t bytes = bytes_of(blocks_.size());
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
  if (frame_size_ == 0) frame_size_ = (std::max(size, sizeof(void*)) + kAlignment - 1) & ~(kAlignment - 1);
  TRILANE_CHECK(size <= frame_size_ && frame_size_ <= kSlabBytes - sizeof(Slab));
  if (static_cast<std::size_t>(fresh_end_ - fresh_) < frame_size_) grow();
  return std::exchange(fresh_, fresh_ + frame_size_);
}

FramePool& FramePool::of(void* frame) {
  return *reinterpret_cast<Slab*>(reinterpret_cast<std::uintptr_t>(frame) & ~(kSlabBytes - 1))->pool;
}

bool FramePool::contains(const void* frame) const {
  const auto address = reinterpret_cast<std::uintptr_t>(frame);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const auto begin = reinterpret_cast<std::uintptr_t>(blocks_[i]);
    if (address >= begin && address - begin < bytes_of(i)) return true;
  }
  return false;
}

void FramePool::free(void* frame) {
  FramePool& pool = of(frame);
  *static_cast<void**>(frame) = std::exchange(pool.free_, frame);
}

}  // namespace trilane::coro
