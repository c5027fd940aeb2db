// An experiment's cases: each run bears what tells it from the others, and no more.
#include "ui/case_name.hpp"

#include <gtest/gtest.h>

namespace trilane::ui {
namespace {

RunView run_of(Racer racer, const std::string& workload, std::uint32_t workers, std::uint32_t tasks = 8) {
  RunView run;
  run.racer = racer;
  run.config.workload = workload;
  run.config.workers = workers;
  run.config.tasks = tasks;
  return run;
}

std::vector<std::string> names(const std::vector<RunView>& runs, Lang lang = Lang::en) {
  std::vector<std::string> out;
  for (const RunView& run : runs) out.push_back(case_name(Words(lang), run, runs));
  return out;
}

TEST(CaseName, IsNothingWhereTheRacerSaysItAll) {
  EXPECT_EQ(names({run_of(Racer::sync, "sum", 1), run_of(Racer::threads, "sum", 2), run_of(Racer::async, "sleep", 1)}),
            (std::vector<std::string>{"", "", ""}));
  EXPECT_EQ(names({run_of(Racer::sync, "sum", 1), run_of(Racer::sync, "sum", 1)}), (std::vector<std::string>{"", ""}));
}

TEST(CaseName, SaysWhatDiffersAndNoMoreThanIsNeeded) {
  EXPECT_EQ(names({run_of(Racer::threads, "sum", 1, 16), run_of(Racer::threads, "sum", 4, 64)}),
            (std::vector<std::string>{"1\u00a0worker", "4\u00a0workers"}));
  EXPECT_EQ(
      names({run_of(Racer::threads_gil, "primes", 2), run_of(Racer::threads_gil, "sleep", 1),
             run_of(Racer::threads_gil, "sleep", 2)},
            Lang::ru),
      (std::vector<std::string>{"простые числа", "ожидание, 1\u00a0исполнитель", "ожидание, 2\u00a0исполнителя"}));
}

TEST(CaseName, OfAPinOrAnotherProgramIsNothing) {
  std::vector<RunView> runs = {run_of(Racer::threads, "sum", 1), run_of(Racer::threads, "sum", 2),
                               run_of(Racer::threads, "sum", 4)};
  runs[1].pin = 1;
  runs[2].beside = "CPython 3.11.2 threading";
  EXPECT_EQ(names(runs), (std::vector<std::string>{"", "", ""}));
}

}  // namespace
}  // namespace trilane::ui
