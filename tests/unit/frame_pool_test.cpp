#include "coro/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

namespace trilane::coro {
namespace {

constexpr std::size_t kSize = 88;

TEST(FramePool, FramesDoNotOverlap) {
  FramePool pool;
  std::vector<unsigned char*> frames;
  for (int i = 0; i < 5000; ++i) {
    frames.push_back(static_cast<unsigned char*>(pool.allocate(kSize)));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(frames.back()) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    std::memset(frames.back(), i & 0xff, kSize);
  }
  for (int i = 0; i < 5000; ++i) {
    for (std::size_t at = 0; at < kSize; ++at) ASSERT_EQ(frames[static_cast<std::size_t>(i)][at], i & 0xff);
  }
  for (auto* frame : frames) FramePool::free(frame);
}

TEST(FramePool, FreedFramesAreUsedAgain) {
  FramePool pool;
  std::vector<void*> frames;
  for (int i = 0; i < 3000; ++i) frames.push_back(pool.allocate(kSize));
  const std::set<void*> first(frames.begin(), frames.end());
  for (int round = 0; round < 20; ++round) {
    for (void* frame : frames) FramePool::free(frame);
    frames.clear();
    for (int i = 0; i < 3000; ++i) {
      frames.push_back(pool.allocate(kSize));
      ASSERT_TRUE(first.contains(frames.back())) << "a pool that never holds more than this needs no more memory";
    }
  }
  for (void* frame : frames) FramePool::free(frame);
}

TEST(FramePool, KnowsItsFrames) {
  FramePool one;
  FramePool other;
  std::vector<void*> frames;
  for (int i = 0; i < 30'000; ++i) frames.push_back(one.allocate(kSize));
  for (void* frame : frames) {
    ASSERT_TRUE(one.contains(frame));
    ASSERT_FALSE(other.contains(frame));
    ASSERT_EQ(&FramePool::of(frame), &one);
  }
  for (void* frame : frames) FramePool::free(frame);
}

TEST(FramePool, AFrameGoesBackToItsOwnPool) {
  FramePool one;
  FramePool other;
  void* a = one.allocate(kSize);
  void* b = other.allocate(kSize);
  FramePool::free(b);
  FramePool::free(a);
  EXPECT_EQ(one.allocate(kSize), a);
  EXPECT_EQ(other.allocate(kSize), b);
}

}  // namespace
}  // namespace trilane::coro
