// Memory for the frames of one coroutine function, of which there may be a million: no header for each, no rounding up,
// and freed frames are used again. One thread.
#pragma once

#include <cstddef>
#include <vector>

namespace trilane::coro {

class FramePool {
 public:
  FramePool() = default;
  /// Every frame has been freed before.
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  /// `size` is the same in every call. Aligned as operator new's memory is: a compiler may count on it.
  void* allocate(std::size_t size);
  /// Gives a frame back to the pool that it came from.
  static void free(void* frame);
  /// The pool that a frame came from. Of nothing else: it reads beside the frame.
  static FramePool& of(void* frame);
  /// Did this come from here?
  bool contains(const void* frame) const;

 private:
  struct Slab;
  void grow();

  std::size_t frame_size_ = 0;
  void* free_ = nullptr;  // a list through the first word of each free frame
  std::byte* fresh_ = nullptr;
  std::byte* fresh_end_ = nullptr;
  void* next_slab_ = nullptr;  // of the last block
  std::size_t slabs_left_ = 0;
  std::vector<void*> blocks_;
};

}  // namespace trilane::coro
