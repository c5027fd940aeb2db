#include "ui/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace trilane::ui {
namespace {

using nlohmann::json;

bool was_clamped(const ApplyReport& report, std::string_view field) {
  return std::ranges::any_of(report.clamped, [&](const Clamped& one) { return one.field == field; });
}

TEST(Settings, EveryNumberIsClampedAndSaidSo) {
  for (const std::string_view field : kNumericFields) {
    Settings settings = default_settings("mixed", 4);
    const Bounds bounds = field_bounds(settings, field);
    for (const double value : {bounds.min - 1, bounds.max * 2 + 1, -1e300, 1e300,
                               std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
      ApplyReport report;
      set_field(settings, field, value, &report);
      const double used = field_value(settings, field);
      EXPECT_GE(used, bounds.min) << field << " " << value;
      EXPECT_LE(used, bounds.max) << field << " " << value;
      EXPECT_TRUE(was_clamped(report, field)) << field << " " << value;
    }
    ApplyReport fine;
    set_field(settings, field, bounds.min, &fine);
    EXPECT_EQ(field_value(settings, field), bounds.min);
    EXPECT_TRUE(fine.clamped.empty()) << field;
  }
}

// URL parameters are text from strangers.
TEST(Settings, HostilePatchesNeverBreakThem) {
  const json hostile[] = {
      {{"tasks", "NaN"}},
      {{"tasks", -5}},
      {{"tasks", 1e308}},
      {{"workers", "<script>alert(1)</script>"}},
      {{"workers", json::array()}},
      {{"workload", "../../etc/passwd"}},
      {{"workload", 7}},
      {{"model", "x"}},
      {{"size", nullptr}},
      {{"seed", "18446744073709551616"}},
      {{"lang", "klingon"}},
      {{"theme", json::object()}},
      {{"racers", "all"}},
      {{"counter_mode", "-"}},
      {{"cpu_share", "1e999"}},
      {{"constructor", 1}},
      json(nullptr),
      json::array({1}),
      json("text"),
      json(3),
  };
  for (const json& patch : hostile) {
    Settings settings = default_settings("primes", 4);
    ViewSettings view;
    apply(settings, view, patch);
    EXPECT_NE(find_workload(settings.workload), nullptr) << patch.dump();
    for (const std::string_view field : kNumericFields) {
      const Bounds bounds = field_bounds(settings, field);
      const double value = field_value(settings, field);
      EXPECT_TRUE(value >= bounds.min && value <= bounds.max) << field << " is " << value << " after " << patch.dump();
    }
    for (int i = 0; i < kRacers; ++i) {
      EXPECT_TRUE(parse_config(trilane::to_json(run_config_of(settings, static_cast<Racer>(i)))))
          << "the engine would refuse it: " << patch.dump();
    }
  }
}

TEST(Settings, NumbersMayComeAsText) {
  Settings settings = default_settings("primes", 4);
  ViewSettings view;
  const auto report = apply(settings, view, {{"tasks", "17"}, {"workers", "3"}});
  EXPECT_EQ(settings.tasks, 17U);
  EXPECT_EQ(settings.workers, 3U);
  EXPECT_TRUE(report.clamped.empty());
}

TEST(Settings, UnknownKeysAreReported) {
  Settings settings = default_settings("primes", 4);
  ViewSettings view;
  const auto report = apply(settings, view, {{"wokers", 3}});
  EXPECT_EQ(report.unknown, std::vector<std::string>{"wokers"});
}

TEST(Settings, ComeBackFromTheirJson) {
  Settings settings = default_settings("mixed", 4);
  settings.tasks = 11;
  settings.racers = {true, false, true, false, true};
  settings.sweep_over = "tasks";
  settings.jitter_ms = 2.5;
  settings.commit_batch = 7;
  settings.durable = true;
  settings.save_on_loop = true;
  Settings again = default_settings("primes", 2);
  ViewSettings view;
  const auto report = apply(again, view, to_json(settings));
  EXPECT_EQ(again, settings);
  EXPECT_TRUE(report.clamped.empty());
  EXPECT_TRUE(report.unknown.empty());
}

TEST(Settings, AWorkloadBringsItsDefaults) {
  for (const WorkloadInfo* info : workload_catalog()) {
    const Settings settings = default_settings(info->name, 4);
    EXPECT_EQ(settings.workload, info->name);
    for (int i = 0; i < kRacers; ++i) {
      const auto parsed = parse_config(trilane::to_json(run_config_of(settings, static_cast<Racer>(i))));
      EXPECT_TRUE(parsed) << info->name << ": " << (parsed ? "" : parsed.error().message);
    }
  }
}

TEST(Settings, SweepValuesAreRunnableAndAscending) {
  for (const char* over : {"workers", "size", "tasks", "wait_ms", "concurrency"}) {
    Settings settings = default_settings(
        std::string_view(over) == "wait_ms" || std::string_view(over) == "concurrency" ? "fetch" : "primes", 4);
    settings.sweep_over = over;
    const auto values = sweep_values(settings, 4, 64);
    ASSERT_GE(values.size(), 2U) << over;
    EXPECT_TRUE(std::ranges::is_sorted(values)) << over;
    const Bounds bounds = field_bounds(settings, over);
    for (const double value : values) EXPECT_TRUE(value >= bounds.min && value <= bounds.max) << over << " " << value;
  }
}

TEST(Undo, MergesDragsAndGoesBackInOrder) {
  UndoStack undo;
  EXPECT_TRUE(undo.empty());
  Settings settings = default_settings("primes", 4);
  for (std::uint32_t tasks = 10; tasks < 20; ++tasks) {
    undo.record(settings, "tasks", 1 + tasks * 0.01);
    settings.tasks = tasks;
  }
  undo.record(settings, "workers", 5);
  settings.workers = 9;
  EXPECT_EQ(undo.pop().workers, 4U);
  EXPECT_EQ(undo.pop().tasks, default_settings("primes", 4).tasks) << "one drag, one step";
  EXPECT_TRUE(undo.empty());
}

}  // namespace
}  // namespace trilane::ui
