#include "experiments/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/report_parts.hpp"

namespace trilane {
namespace {

using nlohmann::json;

json summary(double median, double low, double high) {
  return {{"median", median}, {"low", low}, {"high", high}, {"samples", {low, low, median, median, high, high}}};
}

json run(const char* model, const char* workload, double median) {
  return {{"model", model},
          {"workload", workload},
          {"tasks", 8},
          {"size", 1'000'000},
          {"workers", 2},
          {"gil", false},
          {"wait_ms", 0},
          {"wall_ms", summary(median, median * 0.99, median * 1.01)},
          {"throughput_per_s", summary(8, 7, 9)}};
}

json document() {
  const Figure figure = {.id = "time",
                         .kind = FigureKind::lines,
                         .title = {"Time by N", "Время от N"},
                         .x = {.label = {"N", "N"}, .unit = "", .log = true, .categories = {}},
                         .y = {.label = {"time", "время"}, .unit = "ms", .log = true, .categories = {}},
                         .series = {{.id = "sync",
                                     .name = {"sync", "синхронно"},
                                     .style = SeriesStyle::measured,
                                     .points = {{10, 0.1, 0.05, 0.2}, {100, 1.25, std::nullopt, std::nullopt}}}},
                         .bin_width = 0,
                         .value_unit = {},
                         .cells = {}};
  json entry = {
      {"id", "cpu-bound"},
      {"title", {{"en", "CPU-bound"}, {"ru", "Вычисления"}}},
      {"claim", {{"en", "a | b *c* <script>"}, {"ru", "утверждение"}}},
      {"verdict", "confirmed"},
      {"why", {{"en", "because of `x` | y"}, {"ru", "потому что"}}},
      {"numbers", {{"speedup", 1.8751}, {"speedup_low", 1.7}, {"speedup_high", 1.9}, {"memory", nullptr}}},
      {"truth", "processes"},
      {"figures", json::array({to_json(figure)})},
      {"runs", json::array({run("sync", "sum", 100), run("processes", "sum", 53.333), run("async", "sum", 100.5)})}};
  return {{"schema", "trilane.lab/1"},
          {"host", {{"platform", "native"}, {"cpu", "A_CPU"}, {"os", "Linux"}, {"cores", 2}, {"version", "1"}}},
          {"experiments", json::array({entry})}};
}

ReportInput input(bool russian = false) {
  ReportPrediction asked;
  asked.question.kind = PredictionKind::choice;
  asked.question.text = {"Which is fastest?", "Что быстрее всего?"};
  asked.question.options = {{"threads", {"threads", "потоки"}}, {"processes", {"processes", "процессы"}}};
  asked.answer = "threads";
  ReportInput out;
  out.document = document();
  out.predictions["cpu-bound"] = asked;
  out.russian = russian;
  return out;
}

std::string file(const std::vector<ReportFile>& files, const std::string& name) {
  const auto found = std::ranges::find(files, name, &ReportFile::name);
  return found == files.end() ? "" : found->bytes;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Report, TellsTheFirstTaskByModelWithMedianIntervalAndSpeedUp) {
  const std::string text = file(lab_report(input()), "report.md");
  EXPECT_TRUE(has(text, "### N = 1000000"));
  EXPECT_TRUE(has(text, "| processes | 2 | 8 | 6 | 53.33 | &#91;52.80, 53.87&#93; | 1.88 |")) << text;
  EXPECT_TRUE(has(text, "| 1.00 (no difference) |")) << text;
  EXPECT_TRUE(has(text, "holds no experiment `parse-and-save`")) << "the second task was not measured";
}

TEST(Report, HoldsPredictionAnswerAndTruth) {
  const std::string text = file(lab_report(input()), "report.md");
  EXPECT_TRUE(has(text, "| `cpu-bound` | Which is fastest? | threads | processes |")) << text;
  ReportInput skipped = input();
  skipped.predictions["cpu-bound"].answer = nullptr;
  EXPECT_TRUE(has(file(lab_report(skipped), "report.md"), "| not answered | processes |"));
  skipped.predictions["cpu-bound"].skipped = true;
  EXPECT_TRUE(has(file(lab_report(skipped), "report.md"), "| skipped | processes |"));
  ReportInput near = input();
  near.predictions["cpu-bound"].score = 0.75;
  EXPECT_TRUE(has(file(lab_report(near), "report.md"), "| threads | processes | 75 % |"));
}

TEST(Report, TellsWhatIsMissingInWordsNotAsZero) {
  EXPECT_TRUE(has(file(lab_report(input()), "report.md"), "| `memory` | not available |"));
  EXPECT_TRUE(has(file(lab_report(input(true)), "report.md"), "| `memory` | нет данных |"));
}

TEST(Report, IsInTheChosenLanguageAndEndsWithAnEmptyConclusion) {
  const std::string en = file(lab_report(input()), "report.md");
  const std::string ru = file(lab_report(input(true)), "report.md");
  EXPECT_TRUE(en.ends_with("## Conclusion\n"));
  EXPECT_TRUE(ru.ends_with("## Вывод\n"));
  EXPECT_TRUE(has(ru, "| процессы | 2 | 8 | 6 | 53,33 |")) << ru;
  EXPECT_TRUE(has(ru, "| Что быстрее всего? | потоки | процессы |")) << ru;
}

TEST(Report, NoTextOfADocumentMeansAnythingToMarkdown) {
  const std::string text = file(lab_report(input()), "report.md");
  EXPECT_FALSE(has(text, "<script>"));
  EXPECT_FALSE(has(text, "a | b"));
  EXPECT_FALSE(has(text, "*c*"));
  EXPECT_EQ(report::plain("- a\nb"), "&#45; a b");
  EXPECT_EQ(report::code("a`b|c"), "`a'b c`");
}

TEST(Report, EveryFigureHasItsDataAndItsPicture) {
  const auto files = lab_report(input());
  EXPECT_EQ(file(files, "figures/cpu-bound-time.csv"),
            "series,style,N,time (ms),low,high\r\nsync,measured,10,0.1,0.05,0.2\r\nsync,measured,100,1.25,,\r\n");
  ASSERT_EQ(report_figures(document()).size(), 1U);
  EXPECT_EQ(report_figures(document())[0].name, "figures/cpu-bound-time.png");
  EXPECT_TRUE(has(file(files, "report.md"), "](figures/cpu-bound-time.png)"));
  ReportInput bare = input();
  bare.pictures = false;
  EXPECT_FALSE(has(file(lab_report(bare), "report.md"), ".png")) << "no reference to what is not there";
}

TEST(Report, RunsAsCsvHaveEveryRepeatWithAllDigits) {
  const std::string csv = file(lab_report(input()), "runs.csv");
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 3 * 6);
  EXPECT_TRUE(has(csv, "cpu-bound,,processes,sum,8,1000000,0,2,false,3,53.333,8\r\n")) << csv;
}

TEST(Report, ADocumentOfSomebodyElseMayLackAnything) {
  for (const json& odd :
       {json(nullptr), json(3), json::object(), json{{"experiments", 7}},
        json{{"experiments", {1, nullptr, {{"id", 4}, {"runs", {{{"wall_ms", "x"}}}}, {"figures", {2}}}}}}}) {
    ReportInput strange;
    strange.document = odd;
    EXPECT_TRUE(file(lab_report(strange), "report.md").ends_with("## Conclusion\n"));
  }
}

}  // namespace
}  // namespace trilane
