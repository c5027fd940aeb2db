// What the timeline's preparation costs: which of many spans to draw, taking in new ones, and their memory. Drawing
// itself is the GPU's.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "bench/table.hpp"
#include "ui/run_view.hpp"
#include "ui/timeline/quads.hpp"
#include "ui/timeline/story.hpp"

namespace trilane::bench {
namespace {

using namespace trilane::ui;

constexpr std::size_t kLanes = 64;
constexpr float kWidthPx = 1200;
constexpr std::size_t kBatch = 20'000;  // spans that come between two frames at a million a second and 50 frames

/// Short spans, on lanes turn by turn, as engines send them.
class Source {
 public:
  std::span<const Span> next(std::size_t count) {
    batch_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      Span span;
      span.lane = static_cast<std::uint16_t>(made_ % kLanes);
      span.task = static_cast<std::uint32_t>(made_++ % 1'000'000);
      span.begin_ns = at_[span.lane] + static_cast<std::int64_t>(random_.next() % 4000);
      span.end_ns = span.begin_ns + 1 + static_cast<std::int64_t>(random_.next() % 16'000);
      span.kind = random_.next() % 4 == 0 ? SpanKind::wait : SpanKind::compute;
      at_[span.lane] = span.end_ns;
      batch_.push_back(span);
    }
    return batch_;
  }

 private:
  Random random_{7};
  std::vector<std::int64_t> at_ = std::vector<std::int64_t>(kLanes, 0);
  std::vector<Span> batch_;
  std::uint64_t made_ = 0;
};

RunView run_of(std::size_t spans) {
  RunView run;
  run.racer = Racer::threads;
  run.config.tasks = 1'000'000;
  Source source;
  for (std::size_t done = 0; done < spans; done += kBatch) {
    run.add_spans(source.next(kBatch));
    run.settle();
  }
  return run;
}

/// One step of a pan or a zoom: the whole race, ever closer, from different places.
void frame(const RunView& run, int step, QuadBuilder& builder) {
  const auto end = static_cast<double>(run.lanes.front().main.end_ns());
  const double zoom = step % 8 == 0 ? 1.0 : 1.0 / (1 << (step % 8 * 2));
  const double from = end * (1 - zoom) * (step % 5) / 5;
  builder.begin({from, from + end * zoom, kWidthPx}, merge_px_for(kLanes, kWidthPx));
  float top = 0;
  for (const LaneView& lane : run.lanes) builder.add(lane.main, {top += 9, 8, 1});
}

/// CPU time, so that what else the machine does is left out.
double cpu_ms(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC;
}

double resident_mib() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long size = 0, resident = 0;
  const int read = file == nullptr ? 0 : std::fscanf(file, "%ld %ld", &size, &resident);
  if (file != nullptr) std::fclose(file);
  return read == 2 ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20) : 0;
}

}  // namespace

void timeline_rows() {
  // Memory first: what later rows give back would be taken again without notice.
  const auto measure = [](const char* what, const char* unit, double most, int rounds, std::function<double()> ours) {
    Row row;
    row.what = what;
    row.unit = unit;
    row.most = most;
    row.rounds = rounds;
    row.ours = std::move(ours);
    run(row);
  };
  QuadBuilder builder;
  const double before_mib = resident_mib();
  {
    const RunView ten = run_of(10'000'000);
    const double held_mib = resident_mib() - before_mib;
    measure("timeline: memory of 10M spans in 64 lanes", "MiB", 2048, 1, [&] { return held_mib; });
    int step = 0;
    measure("timeline: a pan or zoom step over them, CPU", "ms", 0, 40,
            [&] { return cpu_ms([&] { frame(ten, ++step, builder); }); });
  }
  {
    RunView one = run_of(1'000'000);
    int step = 0;
    double most_kb = 0;
    measure("timeline: a pan or zoom step, 1M spans, 64 lanes, CPU", "ms", 4, 40, [&] {
      const double ms = cpu_ms([&] { frame(one, ++step, builder); });
      most_kb = std::max(most_kb, static_cast<double>(builder.quads().size() * sizeof(SpanQuad)) / 1e3);
      return ms;
    });
    measure("timeline: the worst of them, 1M spans in 64 lanes, CPU", "ms", 4, 1, [&] {
      double worst = 0;
      for (int i = 0; i < 40; ++i) {
        // The quickest of three: what somebody else's work took is not ours.
        double best = 1e9;
        for (int turn = 0; turn < 3; ++turn) best = std::min(best, cpu_ms([&] { frame(one, i, builder); }));
        worst = std::max(worst, best);
      }
      return worst;
    });
    measure("timeline: most that such a frame uploads", "kB", 1000, 1, [&] { return most_kb; });
    measure("timeline: statistics of a range of 1M spans, CPU", "ms", 4, 15,
            [&] { return cpu_ms([&] { stats_of(std::span<const RunView>(&one, 1), {1.0, 100.0}); }); });
  }
  // A million spans a second, 50 frames a second: each frame takes in what came, and decides what to draw.
  measure("timeline: a frame of a live run, 1M spans/s, CPU", "ms", 20, 1, [&] {
    RunView live;
    live.racer = Racer::threads;
    live.config.tasks = 1'000'000;
    Source source;
    double worst = 0;
    for (int i = 0; i < 100; ++i) {
      const auto spans = source.next(kBatch);
      worst = std::max(worst, cpu_ms([&] {
                         live.add_spans(spans);
                         live.settle();
                         frame(live, 0, builder);
                       }));
    }
    return worst;
  });
}

}  // namespace trilane::bench
