#include "workloads/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "workloads/kernels.hpp"

namespace trilane {
namespace {

WorkloadParams params_of(const WorkloadInfo& info, std::uint32_t tasks, std::uint64_t size) {
  WorkloadParams params;
  params.tasks = tasks;
  params.size = std::min(size, info.max_size);
  params.wait_ms = 3;
  return params;
}

/// What one task computes, in chunks as a worker does it.
std::uint64_t run_segment(const Workload& workload, std::uint32_t task, const Segment& segment, std::uint64_t chunk) {
  std::vector<std::uint32_t> scratch;
  const auto tile = workload.tile(task);
  std::vector<std::uint8_t> picture(std::size_t{tile.width} * tile.height);
  KernelFrame frame{.scratch = &scratch, .picture = picture};
  std::ranges::copy(segment.param, frame.param);
  for (std::uint64_t at = 0; at < segment.units; at += chunk) {
    segment.kernel->step(frame, at, std::min(at + chunk, segment.units));
  }
  return frame.value;
}

std::uint64_t value_of_all(const Workload& workload, std::uint32_t tasks, std::uint64_t chunk) {
  std::uint64_t total = 0;
  for (std::uint32_t task = 0; task < tasks; ++task) {
    Segment segment;
    for (std::uint32_t i = 0; workload.segment(task, i, segment); ++i) {
      if (segment.kind == SegmentKind::compute) total += run_segment(workload, task, segment, chunk);
    }
  }
  return total;
}

TEST(SplitEvenly, CoversEverythingOnceAndEvenly) {
  for (const std::uint64_t total :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{1000}, std::uint64_t{10'000'000'000'000}}) {
    for (const std::uint32_t parts : {1U, 2U, 3U, 7U, 64U, 1000U}) {
      std::uint64_t at = 0;
      std::uint64_t shortest = ~std::uint64_t{0};
      std::uint64_t longest = 0;
      for (std::uint32_t i = 0; i < parts; ++i) {
        const Range range = split_evenly(total, parts, i);
        ASSERT_EQ(range.first, at) << "gap or overlap";
        at = range.last;
        shortest = std::min(shortest, range.last - range.first);
        longest = std::max(longest, range.last - range.first);
      }
      EXPECT_EQ(at, total);
      EXPECT_LE(longest - shortest, 1U);
    }
  }
}

TEST(Catalog, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const WorkloadInfo* info : workload_catalog()) {
    EXPECT_TRUE(names.insert(info->name).second) << info->name;
    EXPECT_EQ(find_workload(info->name), info);
    EXPECT_GE(info->default_size, 1U);
    EXPECT_LE(info->default_size, info->max_size);
    EXPECT_GE(info->default_tasks, 1U);
    EXPECT_EQ(info->waits, info->default_wait_ms > 0) << info->name;
  }
  EXPECT_EQ(find_workload("no such thing"), nullptr);
  EXPECT_EQ(find_workload(""), nullptr);
}

// A child process makes the tasks from the same parameters: two objects must tell the same script.
TEST(Workloads, AreDeterministic) {
  for (const WorkloadInfo* info : workload_catalog()) {
    const WorkloadParams params = params_of(*info, 13, 1000);
    const auto one = info->make(params);
    const auto two = info->make(params);
    for (std::uint32_t task = 0; task < params.tasks; ++task) {
      Segment a;
      Segment b;
      for (std::uint32_t i = 0;; ++i) {
        const bool more = one->segment(task, i, a);
        ASSERT_EQ(more, two->segment(task, i, b)) << info->name;
        if (!more) break;
        ASSERT_LT(i, 1000U) << info->name << ": a script that does not end";
        EXPECT_EQ(a.kind, b.kind);
        EXPECT_EQ(a.kernel, b.kernel);
        EXPECT_EQ(a.units, b.units);
        EXPECT_EQ(a.wait_ns, b.wait_ns);
        EXPECT_TRUE(std::ranges::equal(a.param, b.param));
        if (a.kind == SegmentKind::compute) {
          EXPECT_NE(a.kernel, nullptr);
        }
        if (a.kind == SegmentKind::wait) {
          EXPECT_TRUE(info->waits) << info->name;
          EXPECT_GE(a.wait_ns, 0);
        }
        if (a.kind == SegmentKind::critical) {
          EXPECT_TRUE(info->counts) << info->name;
        }
      }
    }
  }
}

// Where a checkpoint falls must not change the answer: models cut at different places.
TEST(Workloads, GiveTheSameAnswerWhateverTheChunks) {
  for (const WorkloadInfo* info : workload_catalog()) {
    const auto workload = info->make(params_of(*info, 5, 200));
    const std::uint64_t whole = value_of_all(*workload, 5, ~std::uint64_t{0} >> 1);
    for (const std::uint64_t chunk : {1ULL, 7ULL, 64ULL, 333ULL}) {
      EXPECT_EQ(value_of_all(*workload, 5, chunk), whole) << info->name << " in chunks of " << chunk;
    }
  }
}

TEST(Workloads, MoreTasksThanWorkIsFine) {
  for (const WorkloadInfo* info : workload_catalog()) {
    const auto workload = info->make(params_of(*info, 50, 1));
    value_of_all(*workload, 50, 16);
  }
}

TEST(Sum, IsGaussFormulaWhateverTheSplit) {
  for (const std::uint32_t tasks : {1U, 3U, 64U}) {
    const auto workload = find_workload("sum")->make({.tasks = tasks, .size = 1'000'003});
    EXPECT_EQ(value_of_all(*workload, tasks, kSumKernel.chunk_units), 1'000'003ULL * 1'000'004 / 2);
  }
}

TEST(Primes, CountsAsThePublishedTable) {
  // pi(10), pi(100), pi(10^4), pi(10^5): OEIS A006880.
  const std::pair<std::uint64_t, std::uint64_t> table[] = {{10, 4}, {100, 25}, {10'000, 1229}, {100'000, 9592}};
  for (const auto& [size, count] : table) {
    const auto workload = find_workload("primes")->make({.tasks = 7, .size = size});
    EXPECT_EQ(value_of_all(*workload, 7, 64), count) << size;
  }
}

TEST(Sort, IsInOrderAndDependsOnTheSeed) {
  const auto answer = [](std::uint64_t seed) {
    const auto workload = find_workload("sort")->make({.tasks = 1, .size = 5000, .seed = seed});
    return value_of_all(*workload, 1, kSortKernel.chunk_units);
  };
  EXPECT_EQ(answer(1), answer(1));
  EXPECT_NE(answer(1), answer(2));
  // The kernel's answer, worked out with the standard library's sort.
  const auto workload = find_workload("sort")->make({.tasks = 1, .size = 5000, .seed = 1});
  Segment segment;
  ASSERT_TRUE(workload->segment(0, 0, segment));
  std::vector<std::uint32_t> scratch;
  KernelFrame frame{.scratch = &scratch, .picture = {}};
  std::ranges::copy(segment.param, frame.param);
  segment.kernel->step(frame, 0, 5000);  // the first sweep makes the numbers
  std::vector<std::uint32_t> numbers(scratch.begin(), scratch.begin() + 5000);
  std::ranges::sort(numbers);
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) expected += numbers[i] * (i + 1);
  EXPECT_EQ(answer(1), expected);
}

// Every pixel belongs to exactly one task, for any number of tasks.
TEST(Mandelbrot, TilesCoverThePictureExactlyOnce) {
  for (const std::uint64_t side : {1ULL, 5ULL, 64ULL, 101ULL}) {
    for (std::uint32_t tasks = 1; tasks <= 90; ++tasks) {
      const auto workload = find_workload("mandelbrot")->make({.tasks = tasks, .size = side});
      ASSERT_EQ(workload->picture_side(), side);
      std::vector<int> covered(side * side);
      for (std::uint32_t task = 0; task < tasks; ++task) {
        const auto tile = workload->tile(task);
        ASSERT_LE(tile.x + tile.width, side);
        ASSERT_LE(tile.y + tile.height, side);
        for (std::uint32_t y = tile.y; y < tile.y + tile.height; ++y) {
          for (std::uint32_t x = tile.x; x < tile.x + tile.width; ++x) ++covered[y * side + x];
        }
      }
      ASSERT_TRUE(std::ranges::all_of(covered, [](int times) { return times == 1; })) << tasks << " tasks, " << side;
    }
  }
}

TEST(Mandelbrot, DrawsTheSet) {
  const auto workload = find_workload("mandelbrot")->make({.tasks = 1, .size = 90});
  Segment segment;
  ASSERT_TRUE(workload->segment(0, 0, segment));
  std::vector<std::uint8_t> picture(90 * 90);
  KernelFrame frame{.picture = picture};
  std::ranges::copy(segment.param, frame.param);
  segment.kernel->step(frame, 0, segment.units);
  // c = -2.25 + x / 30 + (-1.5 + y / 30) i. 0 and -1 are in the set; 0.72 and the corner are not.
  const auto at = [&](double re, double im) {
    return picture[static_cast<std::size_t>((im + 1.5) * 30) * 90 + static_cast<std::size_t>((re + 2.25) * 30)];
  };
  EXPECT_EQ(at(-0.016, 0.0), 255);
  EXPECT_EQ(at(-1.0, 0.0), 255);
  EXPECT_LT(at(0.7, 0.7), 20);
  EXPECT_LT(picture[0], 5);
}

TEST(Mixed, MovesWeightBetweenComputingAndWaiting) {
  const auto script = [](double share) {
    const auto workload = find_workload("mixed")->make({.tasks = 10, .size = 1000, .wait_ms = 8, .cpu_share = share});
    Segment before;
    Segment wait;
    Segment after;
    EXPECT_TRUE(workload->segment(3, 0, before));
    EXPECT_TRUE(workload->segment(3, 1, wait));
    EXPECT_TRUE(workload->segment(3, 2, after));
    EXPECT_EQ(wait.kind, SegmentKind::wait);
    return std::pair(before.units + after.units, wait.wait_ns);
  };
  EXPECT_EQ(script(0), (std::pair<std::uint64_t, std::int64_t>(0, 8'000'000)));
  EXPECT_EQ(script(1), (std::pair<std::uint64_t, std::int64_t>(100, 0)));
  EXPECT_EQ(script(0.5), (std::pair<std::uint64_t, std::int64_t>(50, 4'000'000)));
}

TEST(Counter, IncrementsAddUpToTheSize) {
  const auto workload = find_workload("counter")->make({.tasks = 7, .size = 100'000});
  std::uint64_t total = 0;
  for (std::uint32_t task = 0; task < 7; ++task) {
    Segment segment;
    ASSERT_TRUE(workload->segment(task, 0, segment));
    EXPECT_EQ(segment.kind, SegmentKind::critical);
    total += segment.units;
  }
  EXPECT_EQ(total, 100'000U);
}

}  // namespace
}  // namespace trilane
