#include "experiments/report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/report/report_parts.hpp"

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

json predicate() {
  return {
      {"id", "sync"},
      {"kind", "at_least"},
      {"every", false},
      {"holds", "yes"},
      {"label", {{"en", "processes over sync"}, {"ru", "процессы к синхронному"}}},
      {"value", {{"median", 1.875}, {"low", 1.75}, {"high", 1.9}, {"unit", "×"}}},
      {"unit", "×"},
      {"yes", 1.25},
      {"no", 1.05},
      {"text", {{"en", "Processes were 1.88 times as fast: `x` | y."}, {"ru", "Процессы были быстрее в 1,88 раза."}}}};
}

json number(const char* id, const char* en, const char* ru, const json& value) {
  const bool known = value.is_number();
  return {{"id", id},
          {"label", {{"en", en}, {"ru", ru}}},
          {"value", value},
          {"low", known ? json(113) : json(nullptr)},
          {"high", known ? json(158) : json(nullptr)},
          {"unit", known ? "ms" : "B"},
          {"role", "supporting"},
          {"hue", ""}};
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
      {"predicates", json::array({predicate()})},
      {"finding", {{"en", "because of `x` | y"}, {"ru", "потому что"}}},
      {"numbers",
       json::array({number("processes.rss_bytes", "processes: peak memory", "процессы: пиковая память", nullptr),
                    number("sync.wall_ms", "sync: makespan", "синхронно: общее время", 113.5)})},
      {"background", {{"en", "Cores compute at once."}, {"ru", "Ядра считают одновременно."}}},
      {"fairness", json::array({{{"case", "processes"},
                                 {"label", nullptr},
                                 {"workers", 2},
                                 {"in_flight", 2},
                                 {"creation", "inside"},
                                 {"start", "warm"}}})},
      {"subject", json::array({"workers"})},
      {"plan", {{"rounds", 11}, {"error", 0.012}, {"chosen", false}}},
      {"truth", "processes"},
      {"figures", json::array({to_json(figure)})},
      {"runs", json::array({run("sync", "sum", 100), run("processes", "sum", 53.333), run("async", "sum", 100.5)})}};
  return {{"schema", "trilane.lab/2"},
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
  EXPECT_TRUE(has(text, "| processes | 2 | 8 | 6 | 53.33 | [52.80, 53.87] | 1.88 |")) << text;
  EXPECT_TRUE(has(text, "| 1.00 (not distinguished) |")) << text;
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
  EXPECT_TRUE(has(file(lab_report(input()), "report.md"), "| processes: peak memory | not available |"));
  EXPECT_TRUE(has(file(lab_report(input(true)), "report.md"), "| процессы: пиковая память | нет данных |"));
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
  EXPECT_FALSE(has(text, "`x`"));
  EXPECT_EQ(report::plain("- a\nb"), "&#45; a b");
  EXPECT_EQ(report::plain("[a](javascript:b) [c]: d ![e][f]"), "[a&#93;(javascript:b) [c&#93;: d ![e&#93;[f]");
  EXPECT_EQ(report::plain("<b> _i_ &lt; *j* # \\"), "&lt;b> &#95;i&#95; &amp;lt; &#42;j&#42; # &#92;");
  EXPECT_EQ(report::code("a`b|c"), "`a'b c`");
}

TEST(Report, ReadsAsPlainText) {
  EXPECT_EQ(report::plain("113 [113; 158] ms, -5 < 3 & a_b 2 * 3"), "113 [113; 158] ms, -5 < 3 & a_b 2 * 3");
  const std::string text = file(lab_report(input(true)), "report.md");
  EXPECT_TRUE(has(text, "| синхронно: общее время | 114 [113;\u00a0158]\u00a0мс |")) << text;
  EXPECT_FALSE(has(text, "&#91;")) << text;
  EXPECT_FALSE(has(text, "wall_ms")) << "no key names";
}

TEST(Report, TellsWhatWasTestedWithValueAndThresholdsAndBackgroundApart) {
  const std::string en = file(lab_report(input()), "report.md");
  EXPECT_TRUE(has(en,
                  "| yes | Processes were 1.88 times as fast: &#96;x&#96; &#124; y. | processes over sync | "
                  "1.88 [1.75,\u00a01.90]\u00a0× | yes from 1.25\u00a0×, no below 1.05\u00a0× |"))
      << en;
  EXPECT_TRUE(has(en, "> **Why it is so (known, not tested here).** Cores compute at once.")) << en;
  EXPECT_TRUE(has(en, "| processes | 2 | 2 | within the time | warm |")) << en;
  EXPECT_TRUE(has(en, "The claim is about: workers.")) << en;
  EXPECT_TRUE(has(en, "Judged after 11 rounds")) << en;
  EXPECT_TRUE(has(en, "98.8 %")) << en;
  const std::string ru = file(lab_report(input(true)), "report.md");
  EXPECT_TRUE(has(ru, "| да | Процессы были быстрее в 1,88 раза. |")) << ru;
  EXPECT_TRUE(has(ru, "после 11 повторов")) << ru;
}

TEST(Report, AnOlderDocumentIsToldAndSaidToBeOlder) {
  ReportInput old = input();
  json& entry = old.document["experiments"][0];
  entry.erase("predicates");
  entry["why"] = {{"en", "Because they compute at once."}};
  entry["numbers"] = {{"speedup", 1.8751}, {"speedup_low", 1.7}, {"speedup_high", 1.9}};
  const std::string text = file(lab_report(old), "report.md");
  EXPECT_TRUE(has(text, "**Verdict: confirmed.** Because they compute at once.")) << text;
  EXPECT_TRUE(has(text, "older version of Trilane")) << text;
  EXPECT_TRUE(has(text, "| speedup | 1.88 [1.70,\u00a01.90] |")) << text;
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
