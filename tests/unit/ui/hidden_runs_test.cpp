#include "ui/hidden_runs.hpp"

#include <gtest/gtest.h>

namespace trilane::ui {
namespace {

using nlohmann::json;

bool is_spoilt(const json& run) { return run.at("valid") == false && run.at("errors")[0].at("code") == "page_hidden"; }

TEST(HiddenRuns, OnlyWhatRanWhileNobodySawIsMarked) {
  HiddenRuns hidden;
  hidden.run_goes_on(1, 0);
  hidden.run_goes_on(2, 0);
  hidden.set_hidden(true);
  hidden.set_hidden(false);
  hidden.run_goes_on(1, 0);
  hidden.set_hidden(true);
  hidden.run_goes_on(3, 0);
  hidden.set_hidden(false);
  hidden.run_goes_on(4, 0);
  for (const int job : {1, 2, 3}) {
    json document = {{"valid", true}};
    hidden.mark(job, document);
    EXPECT_TRUE(is_spoilt(document)) << job;
    EXPECT_EQ(document["errors"].size(), 1U);
    hidden.job_ended(job);
  }
  json seen = {{"valid", true}};
  hidden.mark(4, seen);
  hidden.mark(2, seen);  // has ended
  EXPECT_EQ(seen, json({{"valid", true}}));
}

TEST(HiddenRuns, OfASweepThoseThatWereHidden) {
  HiddenRuns hidden;
  hidden.run_goes_on(7, 0);
  hidden.run_goes_on(7, 1);
  hidden.set_hidden(true);
  json sweep = {{"runs", {{{"valid", true}}, {{"valid", true}}}}};
  hidden.mark(7, sweep);
  EXPECT_EQ(sweep["runs"][0], json({{"valid", true}}));
  EXPECT_TRUE(is_spoilt(sweep["runs"][1]));
}

}  // namespace
}  // namespace trilane::ui
