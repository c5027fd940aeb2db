// The catalogue's plots, from made-up runs to their pictures: each has what it says, and none is blank.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "experiments/report/report_parts.hpp"
#include "ui/plots/catalog.hpp"
#include "ui/plots/figure.hpp"
#include "ui/plots/picture.hpp"

namespace trilane::ui {
namespace {

RunResult result_of(const char* model, bool gil, double wall_ms, unsigned workers) {
  RunResult r;
  r.config.model = model;
  r.config.gil = gil;
  r.config.workload = "primes";
  r.config.tasks = 40;
  r.config.workers = workers;
  r.config.repeat = 5;
  r.wall_ms = summarize({wall_ms, wall_ms * 1.02, wall_ms * 0.98, wall_ms * 1.01, wall_ms * 0.99});
  r.throughput_per_s = summarize({40e3 / wall_ms, 39e3 / wall_ms, 41e3 / wall_ms, 40.2e3 / wall_ms, 39.7e3 / wall_ms});
  r.latency_ms = Percentiles{5, 8, 9, 11};
  r.peak_rss_bytes = 9.5 * 1024 * 1024;
  r.per_worker_bytes = 1e6;
  r.cpu_user_ms = wall_ms;
  r.lock_wait_ms = 3;
  r.startup_ms = 2;
  r.time_split = TimeSplit{{SpanKind::compute, wall_ms}, {SpanKind::lock_wait, wall_ms / 4}};
  r.series = {.bin_ms = wall_ms / 40, .done = std::vector<std::uint32_t>(40, 1)};
  return r;
}

RunView run_of(Racer racer, const char* model, double wall_ms, unsigned workers) {
  RunView run;
  run.racer = racer;
  run.config.tasks = 40;
  run.phase = RunPhase::done;
  run.result = result_of(model, racer == Racer::threads_gil, wall_ms, workers);
  run.result->wall_ms.samples.back() = wall_ms;
  if (racer == Racer::async) {
    run.result->lag_series = {.bin_ms = wall_ms / 20, .max_ms = std::vector<double>(20, 30)};
    run.result->lag_series.max_ms[7] = 90;
  }
  const double each = wall_ms * 1e6 * workers / 40;
  std::vector<Span> spans;
  for (std::uint32_t task = 0; task < 40; ++task) {
    const auto begin = static_cast<std::int64_t>(each * (task / workers));
    spans.push_back({.begin_ns = begin,
                     .end_ns = begin + static_cast<std::int64_t>(each),
                     .task = task,
                     .lane = static_cast<std::uint16_t>(task % workers),
                     .kind = SpanKind::compute,
                     .segment = 0,
                     .arg = 0});
  }
  run.add_spans(spans);
  run.settle();
  return run;
}

struct Measured {
  std::vector<RunView> runs;
  SweepView sweep;
  Measured() {
    runs.push_back(run_of(Racer::sync, "sync", 400, 1));
    runs.push_back(run_of(Racer::threads, "threads", 210, 2));
    runs.push_back(run_of(Racer::threads_gil, "threads", 420, 2));
    runs.push_back(run_of(Racer::processes, "processes", 230, 2));
    runs.push_back(run_of(Racer::async, "async", 405, 1));
    sweep.over = "workers";
    sweep.values = {1, 2, 4, 8};
    for (const unsigned workers : {1U, 2U, 4U, 8U}) {
      // Amdahl with a tenth that is serial.
      const double wall = 400 * (0.1 + 0.9 / workers);
      sweep.points[index_of(Racer::threads)].push_back({double(workers), result_of("threads", false, wall, workers)});
      sweep.points[index_of(Racer::sync)].push_back({double(workers), result_of("sync", false, 400, workers)});
    }
  }
  PlotSource source() const { return {.runs = runs, .sweep = sweep, .pins = {}, .cores = 4, .now_ns = 0}; }
};

const FigureSeries* series(const Figure& figure, std::string_view id, SeriesStyle style = SeriesStyle::measured) {
  for (const FigureSeries& one : figure.series) {
    if (one.id == id && one.style == style) return &one;
  }
  return nullptr;
}

TEST(Plots, EachIsNamedOnceAndHasSomethingToShow) {
  const Measured measured;
  std::set<std::string_view> ids;
  for (const PlotInfo& plot : plot_catalog()) {
    EXPECT_TRUE(ids.insert(plot.id).second) << plot.id;
    EXPECT_EQ(find_plot(plot.id), &plot);
    const Chart chart = make_chart(plot, measured.source());
    EXPECT_TRUE(has_values(chart.figure)) << plot.id;
    EXPECT_FALSE(chart.figure.title.ru.empty()) << plot.id;
    EXPECT_FALSE(chart.hints.subtitle.ru.empty()) << plot.id;
    EXPECT_TRUE(chart.hints.shades.empty() || chart.hints.shades.size() == chart.figure.series.size()) << plot.id;
    EXPECT_GT(report::figure_csv(chart.figure, false).size(), 20U) << plot.id;
    // What is kept and sent is the same figure.
    const auto read = figure_from_json(to_json(chart.figure));
    ASSERT_TRUE(read) << plot.id << ": " << read.error().message;
    EXPECT_EQ(*read, chart.figure) << plot.id;
  }
  EXPECT_EQ(find_plot("nonsense"), nullptr);
}

TEST(Plots, NothingMeasuredIsNothingShown) {
  const std::vector<RunView> runs;
  const SweepView sweep;
  for (const PlotInfo& plot : plot_catalog()) {
    const Chart chart = make_chart(plot, {.runs = runs, .sweep = sweep, .pins = {}, .cores = 1, .now_ns = 0});
    EXPECT_FALSE(has_values(chart.figure)) << plot.id;
  }
}

TEST(Plots, ParallelismIsTheWorkersThatCompute) {
  const Measured measured;
  const Figure figure = find_plot("parallelism")->make(measured.source()).figure;
  for (const FigurePoint& p : series(figure, "threads")->points) EXPECT_NEAR(p.y, 2, 1e-6) << p.x;
  for (const FigurePoint& p : series(figure, "sync")->points) EXPECT_NEAR(p.y, 1, 1e-6) << p.x;
}

TEST(Plots, SpeedUpAndEfficiencyCarryTheFitsWithTheirIntervals) {
  const Measured measured;
  const Chart speedup = find_plot("speedup")->make(measured.source());
  const FigureSeries* threads = series(speedup.figure, "threads");
  ASSERT_NE(threads, nullptr);
  ASSERT_EQ(threads->points.size(), 4U);
  EXPECT_NEAR(threads->points[3].y, 1 / (0.1 + 0.9 / 8), 0.01);
  EXPECT_LT(*threads->points[3].low, threads->points[3].y);
  const FigureSeries* fit = series(speedup.figure, "threads", SeriesStyle::fit);
  ASSERT_NE(fit, nullptr);
  EXPECT_NE(fit->name.en.find("s = 10"), std::string::npos) << fit->name.en;
  EXPECT_NE(fit->name.en.find(" – "), std::string::npos) << "the parameter's interval: " << fit->name.en;
  EXPECT_NEAR(fit->points.back().y, threads->points.back().y, 0.05);
  EXPECT_TRUE(fit->points.back().low.has_value()) << "a band";
  const bool usl = std::ranges::any_of(speedup.figure.series, [](const FigureSeries& one) {
    return one.name.en.find("USL") != std::string::npos && one.name.en.find("b = ") != std::string::npos;
  });
  EXPECT_TRUE(usl);

  const Figure efficiency = find_plot("efficiency")->make(measured.source()).figure;
  EXPECT_NEAR(series(efficiency, "threads")->points[3].y, 100 / (0.1 + 0.9 / 8) / 8, 0.2);
  EXPECT_EQ(series(efficiency, "sync"), nullptr) << "one worker has no efficiency to speak of";
}

TEST(Plots, LatenciesAreOfTheTasksThatAreShown) {
  const Measured measured;
  const Figure histogram = find_plot("latency-histogram")->make(measured.source()).figure;
  for (const FigureSeries& one : histogram.series) {
    double tasks = 0;
    for (const FigurePoint& bin : one.points) tasks += bin.y;
    EXPECT_EQ(tasks, 40) << one.id;
  }
  const Figure cdf = find_plot("latency-cdf")->make(measured.source()).figure;
  EXPECT_DOUBLE_EQ(series(cdf, "threads")->points.back().y, 100);
  EXPECT_NEAR(series(cdf, "threads")->points.back().x, 10.5, 0.1);
}

TEST(Plots, WhatIsNotKnownIsLeftOutAndNotZero) {
  Measured measured;
  for (RunView& run : measured.runs) run.result->peak_rss_bytes.reset();
  const Figure figure = find_plot("memory")->make(measured.source()).figure;
  for (const FigureSeries& one : figure.series) EXPECT_TRUE(one.points.empty());
  EXPECT_EQ(figure.x.categories.size(), measured.runs.size()) << "each is said to be not available";
}

TEST(Plots, WhatIsPinnedStandsBesideBehindItsLetter) {
  Measured measured;
  std::vector<Pin> pins(1);
  pins[0].id = 3;
  pins[0].mark = 1;
  pins[0].sweep = measured.sweep;
  measured.runs.push_back(run_of(Racer::threads, "threads", 300, 2));
  measured.runs.back().pin = 3;
  PlotSource source = measured.source();
  source.pins = pins;
  const FigureSeries* bar = nullptr;
  const Figure bars = find_plot("makespan")->make(source).figure;
  for (const FigureSeries& one : bars.series) {
    if (is_pinned(one)) bar = &one;
  }
  ASSERT_NE(bar, nullptr);
  EXPECT_TRUE(bar->name.en.starts_with("B ")) << bar->name.en;
  EXPECT_EQ(bar->points.size(), 1U);
  EXPECT_TRUE(bars.x.categories.back().ru.starts_with("B "));
  EXPECT_EQ(figure_hues(bars)[static_cast<std::size_t>(bar - bars.series.data())].racer, index_of(Racer::threads));
  // Sweeps over the same variable too, and alone where there is no current one.
  const auto pinned = [](const Figure& figure) {
    return std::ranges::count_if(
        figure.series, [](const FigureSeries& one) { return is_pinned(one) && one.style == SeriesStyle::measured; });
  };
  EXPECT_EQ(pinned(find_plot("speedup")->make(source).figure), 2);
  const SweepView none;
  const PlotSource alone{.runs = measured.runs, .sweep = none, .pins = pins, .cores = 4, .now_ns = 0};
  EXPECT_EQ(pinned(find_plot("speedup")->make(alone).figure), 2);
}

/// Pixels that differ from the one before in their row: lines, letters, edges.
int changes(const PixelImage& image) {
  int found = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 1; x < image.width; ++x) found += image.at(x, y) != image.at(x - 1, y) ? 1 : 0;
  }
  return found;
}
int count(const PixelImage& image, ImU32 color) {
  int found = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) found += image.at(x, y) == color ? 1 : 0;
  }
  return found;
}

TEST(Pictures, EveryPlotInBothThemesAndLanguages) {
  const Measured measured;
  for (const bool dark : {false, true}) {
    PicturePainter painter(dark, dark ? Lang::ru : Lang::en);
    for (const PlotInfo& plot : plot_catalog()) {
      const Chart chart = make_chart(plot, measured.source());
      const PixelImage image = painter.paint(
          {.figure = chart.figure, .hints = chart.hints, .view = {}, .hidden = {}, .caption = "Trilane · a machine"});
      ASSERT_EQ(image.width, 1520);
      ASSERT_EQ(image.height, 880);
      EXPECT_EQ(image.at(2, 2), palette(dark).page) << plot.id;
      EXPECT_GT(changes(image), 6000) << plot.id << ": letters and marks";
      EXPECT_GT(count(image, palette(dark).model[index_of(plot.id == "loop-lag" ? Racer::async : Racer::threads)]), 40)
          << plot.id;
      if (const char* folder = std::getenv("TRILANE_PICTURES")) {
        const std::string png = painter.png(
            {.figure = chart.figure, .hints = chart.hints, .view = {}, .hidden = {}, .caption = "Trilane · a machine"});
        const std::string name =
            std::string(folder) + "/" + std::string(plot.id) + (dark ? "-dark-ru.png" : "-light-en.png");
        std::FILE* file = std::fopen(name.c_str(), "wb");
        ASSERT_NE(file, nullptr) << name;
        std::fwrite(png.data(), 1, png.size(), file);
        std::fclose(file);
      }
    }
  }
}

TEST(Pictures, WhatIsHiddenOrZoomedAwayIsNotThere) {
  const Measured measured;
  const Chart chart = make_chart(*find_plot("throughput"), measured.source());
  PicturePainter painter(false, Lang::en);
  const ImU32 blue = palette(false).model[index_of(Racer::threads)];
  const PictureOf whole{.figure = chart.figure, .hints = chart.hints, .view = {}, .hidden = {}, .caption = ""};
  PictureOf hidden = whole;
  hidden.hidden.insert(std::string(text(Lang::en, racer_text(Racer::threads))));
  EXPECT_LT(count(painter.paint(hidden), blue), count(painter.paint(whole), blue) / 3);
  PictureOf late = whole;
  late.view.x = FigureRange{300, 400, false};  // threads end at 210 ms
  EXPECT_LT(count(painter.paint(late), blue), count(painter.paint(whole), blue) / 3);
  EXPECT_EQ(ImGui::GetCurrentContext(), nullptr) << "the painter's context is its own";
}

// What was not measured must not look as if it had been: a filled bar is a measurement, an outline is none.
TEST(Pictures, BarsOfWhatWasNotMeasuredAreNotFilled) {
  PicturePainter painter(false, Lang::en);
  const ImU32 blue = palette(false).model[index_of(Racer::threads)];
  const auto filled = [&](SeriesStyle style) {
    Figure figure{
        .id = "memory",
        .kind = FigureKind::bars,
        .title = {"Memory", "Память"},
        .x = {.label = {}, .unit = "", .log = false, .categories = {{"a", "a"}}},
        .y = {.label = {"memory", "память"}, .unit = "B", .log = false, .categories = {}},
        .series = {{.id = "threads", .name = {"threads", "потоки"}, .style = style, .points = {{0, 8e6, {}, {}}}}},
        .bin_width = 0,
        .value_unit = {},
        .cells = {}};
    return count(painter.paint({.figure = figure, .hints = {}, .view = {}, .hidden = {}, .caption = ""}), blue);
  };
  const auto measured = filled(SeriesStyle::measured), reserved = filled(SeriesStyle::reserved),
             model = filled(SeriesStyle::model);
  EXPECT_GT(measured, 20 * reserved);
  EXPECT_GT(measured, 20 * model);
  EXPECT_GT(reserved, 0);
  EXPECT_GT(model, 0);
}

}  // namespace
}  // namespace trilane::ui
