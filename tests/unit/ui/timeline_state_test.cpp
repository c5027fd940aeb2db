// The timeline's view as links and the command door carry it.
#include "ui/timeline/state.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trilane::ui {
namespace {

using nlohmann::json;

TEST(TimelineState, GoesThroughJsonAndBack) {
  TimelineState state;
  state.show(12.5, 80);
  state.select_range(40, 20);
  TimelineState other;
  ASSERT_TRUE(apply_view(to_json(state), other));
  EXPECT_EQ(other.begin_ms, 12.5);
  EXPECT_EQ(other.end_ms, 80);
  EXPECT_FALSE(other.follow);
  EXPECT_FALSE(other.task);
  EXPECT_EQ(other.range, (RangeMs{20, 40})) << "in order, however it was dragged";
}

TEST(TimelineState, PatchesChangeOnlyWhatTheyName) {
  TimelineState state;
  state.show(1, 2);
  ASSERT_TRUE(apply_view({{"task", 7}}, state));
  EXPECT_EQ(state.task, 7U);
  EXPECT_EQ(state.begin_ms, 1);
  ASSERT_TRUE(apply_view({{"follow", true}}, state));
  EXPECT_TRUE(state.follow);
  ASSERT_TRUE(apply_view({{"task", nullptr}}, state));
  EXPECT_FALSE(state.task);
}

TEST(TimelineState, RefusesWhatCannotBeAndKeepsWhatWas) {
  const json bad[] = {json::array(),
                      {{"begin_ms", 5}, {"end_ms", 5}},
                      {{"begin_ms", 5}},
                      {{"begin_ms", "0"}, {"end_ms", 1}},
                      {{"begin_ms", 0}, {"end_ms", 1e300}},
                      {{"task", -1}},
                      {{"task", 4294967295U}},
                      {{"task", "seven"}},
                      {{"range", json::array({1})}},
                      {{"range", json::array({2, 1})}},
                      {{"follow", 1}}};
  for (const json& patch : bad) {
    TimelineState state;
    state.show(3, 4);
    state.select_task(1);
    const Status status = apply_view(patch, state);
    ASSERT_FALSE(status) << patch;
    EXPECT_FALSE(status.error().field.empty()) << patch;
    EXPECT_EQ(state.begin_ms, 3);
    EXPECT_EQ(state.task, 1U);
  }
}

TEST(TimelineState, EscapeTakesBackOneThingAtATime) {
  TimelineState state;
  state.select_task(3);
  state.search_open = true;
  EXPECT_TRUE(state.dismiss());
  EXPECT_TRUE(state.task) << "the search field first";
  EXPECT_TRUE(state.dismiss());
  EXPECT_FALSE(state.task);
  EXPECT_FALSE(state.dismiss()) << "now Escape stops the run";
}

TEST(TimelineState, GoesThroughALinkAndBack) {
  TimelineState state;
  state.show(12.3456789, 80);
  state.select_range(20, 40.5);
  EXPECT_EQ(view_query(state), "view=12.346,80&range=20,40.5");
  std::vector<ViewCorrection> report;
  TimelineState other;
  ASSERT_TRUE(apply_view(view_of_link("12.346,80", "", "20,40.5", report), other));
  EXPECT_TRUE(report.empty());
  EXPECT_EQ(view_query(other), view_query(state));
  state = {};
  state.select_task(7);
  EXPECT_EQ(view_query(state), "task=7");
  EXPECT_EQ(view_query(TimelineState()), "") << "nothing special: nothing in the address";
  // Closer than a microsecond.
  state.show(5, 5.0003);
  const std::string close = view_query(state);
  ASSERT_TRUE(apply_view(view_of_link(close.substr(5, close.find('&') - 5), "", "", report), other));
  EXPECT_EQ(other.end_ms, 5.0003);
}

TEST(TimelineState, WhatALinkHasOutOfRangeIsClampedOrLeftOutAndTold) {
  std::vector<ViewCorrection> report;
  auto view = view_of_link("0,1e300", "99999999999", "3,9", report);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0].field, "view");
  EXPECT_FALSE(report[0].used.empty());
  EXPECT_EQ(report[1].field, "task");
  TimelineState state;
  EXPECT_TRUE(apply_view(view, state));
  EXPECT_FALSE(state.follow);
  EXPECT_TRUE(state.task && state.range);
  for (const char* bad : {"9,3", "1", "1,", ",", "a,b", "nan,1", "1,2,3", "<script>"}) {
    report.clear();
    EXPECT_TRUE(view_of_link(bad, "", "", report).empty()) << bad;
    ASSERT_EQ(report.size(), 1U) << bad;
    EXPECT_TRUE(report[0].used.empty()) << bad;
  }
  for (const char* bad : {"-1", "seven", "1.5", " 1"}) {
    report.clear();
    EXPECT_TRUE(view_of_link("", bad, "", report).empty()) << bad;
    EXPECT_EQ(report.size(), 1U) << bad;
  }
}

}  // namespace
}  // namespace trilane::ui
