// Files made elsewhere: what is taken, and how what is wrong is named.
#include "ui/import_result.hpp"

#include <gtest/gtest.h>

#include "trace/chrome_trace.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json run_document() {
  RunResult result;
  result.config.model = "processes";
  result.config.workload = "primes";
  result.config.tasks = 16;
  result.config.size = 1000;
  result.wall_ms = summarize({10, 11, 12, 13, 14, 15});
  result.throughput_per_s = summarize({1600, 1500});
  result.latency_ms = Percentiles{1, 2, 3, 4};
  json document = to_json(result);
  document["host"] = {{"platform", "native"}, {"os", "Linux"},    {"cpu", "A fast one"},
                      {"cores", 8},           {"version", "0.0"}, {"clock_resolution_ns", 1}};
  return document;
}

TEST(Import, TakesARunWithItsHost) {
  const auto pin = read_import(run_document().dump());
  ASSERT_TRUE(pin) << pin.error().message;
  EXPECT_TRUE(pin->imported);
  ASSERT_EQ(pin->runs.size(), 1U);
  EXPECT_EQ(pin->runs[0].racer, Racer::processes);
  EXPECT_EQ(pin->runs[0].result->wall_ms.samples.size(), 6U);
  EXPECT_EQ(pin->host["cpu"], "A fast one");
  EXPECT_EQ(pin->host["cores"], 8);
}

// What --with-python measured beside a run comes back with it.
TEST(Import, TakesPythonsRunsBesideOurs) {
  json document = run_document();
  json python = run_document();
  python.update(
      {{"schema", "trilane.python/1"}, {"label", "CPython 3.11.2 threading (GIL)"}, {"flavour", "threading"}});
  document["python"] = json::array({python});  // braces alone are a list to one compiler and a copy to another
  const auto pin = read_import(document.dump());
  ASSERT_TRUE(pin) << pin.error().message;
  ASSERT_EQ(pin->runs.size(), 2U);
  EXPECT_EQ(pin->runs[1].beside, "CPython 3.11.2 threading (GIL)");
  document["python"] = json::array({json{{"wall_ms", "fast"}}});
  EXPECT_FALSE(read_import(document.dump()));
}

TEST(Import, TakesRacesAndSweeps) {
  const json sweep = {{"schema", "trilane.sweep/1"},
                      {"over", "workers"},
                      {"values", {1, 2}},
                      {"models", {"processes"}},
                      {"runs", json::array({run_document(), run_document()})}};
  const json race = {
      {"schema", "trilane.race/1"}, {"runs", json::array({run_document()})}, {"sweeps", json::array({sweep})}};
  const auto raced = read_import("\xEF\xBB\xBF  " + race.dump(2));
  ASSERT_TRUE(raced) << raced.error().message;
  EXPECT_EQ(raced->runs.size(), 1U);
  EXPECT_EQ(raced->sweep.over, "workers");
  EXPECT_EQ(raced->sweep.points[index_of(Racer::processes)].size(), 2U);
}

json lab_document_of(const char* schema, const json& entry) {
  return {{"schema", schema}, {"host", {{"cpu", "c"}}}, {"experiments", json::array({entry})}};
}

TEST(Import, TakesLabsWithWhatTheyFound) {
  const json lab = lab_document_of(
      "trilane.lab/2",
      {{"id", "overlap-waits"},
       {"verdict", "confirmed"},
       {"predicates", json::array({{{"id", "overlap"},
                                    {"kind", "at_least"},
                                    {"holds", "yes"},
                                    {"label", {{"en", "sync over async"}, {"ru", "к асинхронному"}}},
                                    {"value", {{"median", 7.9}, {"low", 7.8}, {"high", 8}, {"unit", "×"}}},
                                    {"unit", "×"},
                                    {"yes", 5.2},
                                    {"no", 3.1},
                                    {"text", {{"en", "They overlap."}, {"ru", "Они перекрываются."}}}}})},
       {"runs", json::array({run_document()})}});
  const auto tested = read_import(lab.dump());
  ASSERT_TRUE(tested) << tested.error().message;
  EXPECT_EQ(tested->host["cpu"], "c");
  EXPECT_EQ(tested->runs.size(), 1U);
  ASSERT_EQ(tested->entries.size(), 1U);
  const SavedEntry& entry = tested->entries[0].entry;
  EXPECT_EQ(entry.verdict, trilane::Verdict::confirmed);
  EXPECT_FALSE(entry.older);
  ASSERT_EQ(entry.predicates.size(), 1U);
  EXPECT_EQ(entry.predicates[0].text.ru, "Они перекрываются.");
  // An experiment that runs no workload has a result all the same.
  const auto bare = read_import(
      lab_document_of("trilane.lab/2", {{"id", "await-order"}, {"verdict", "refuted"}, {"predicates", json::array()}})
          .dump());
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_EQ(bare->entries[0].entry.verdict, trilane::Verdict::refuted);
}

TEST(Import, LabsOfBeforeOpenAndAreOlder) {
  const json lab = lab_document_of(
      "trilane.lab/1",
      {{"id", "gil"},
       {"verdict", "confirmed"},
       {"why", {{"en", "Because."}, {"ru", "Потому что."}}},
       {"numbers", {{"gil_speedup", 1.02}, {"gil_speedup_low", 1.0}, {"gil_speedup_high", 1.1}, {"lost", nullptr}}},
       {"runs", json::array({run_document()})}});
  const auto old = read_import(lab.dump());
  ASSERT_TRUE(old) << old.error().message;
  ASSERT_EQ(old->entries.size(), 1U);
  const SavedEntry& entry = old->entries[0].entry;
  EXPECT_TRUE(entry.older);
  EXPECT_EQ(entry.finding.en, "Because.");
  EXPECT_TRUE(entry.predicates.empty());
  ASSERT_EQ(entry.numbers.size(), 2U);
  EXPECT_EQ(entry.numbers[0].label.ru, "gil_speedup");
  EXPECT_EQ(entry.numbers[0].high, 1.1);
  EXPECT_FALSE(entry.numbers[1].value);
}

TEST(Import, AnEntryWithoutAVerdictIsNamed) {
  const auto wrong = read_import(lab_document_of("trilane.lab/2", {{"id", "gil"}, {"verdict", "perhaps"}}).dump());
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("experiments[0] must have"), std::string::npos) << wrong.error().message;
}

TEST(Import, SaysThatSweepsOfOneFileShareTheirAxis) {
  const auto sweep = [](const char* over) {
    return json{{"schema", "trilane.sweep/1"}, {"over", over}, {"runs", json::array({run_document(), run_document()})}};
  };
  const json race = {{"schema", "trilane.race/1"}, {"sweeps", json::array({sweep("workers"), sweep("size")})}};
  const auto pin = read_import(race.dump());
  ASSERT_FALSE(pin);
  EXPECT_EQ(pin.error().field, "sweeps[1].over");
  EXPECT_NE(pin.error().message.find("must be workers"), std::string::npos) << pin.error().message;
}

TEST(Import, NamesTheFieldThatIsWrong) {
  const std::tuple<const char*, json, const char*> wrong[] = {
      {"/wall_ms", 5, "wall_ms"},
      {"/wall_ms/median", "12", "wall_ms.median"},
      {"/wall_ms/median", -1, "wall_ms.median"},
      {"/wall_ms/low", 1e300, "wall_ms.low"},
      {"/wall_ms/low", 14, "wall_ms"},
      {"/wall_ms/samples", json::array({1, nullptr}), "wall_ms.samples"},
      {"/wall_ms/samples/2", -3, "wall_ms.samples"},
      {"/latency_ms/p99", json::array(), "latency_ms.p99"},
      {"/series/done", json::array({1.5}), "series.done"},
      {"/series/done", json::array({5'000'000'000}), "series.done"},
      {"/failed_tasks", -1, "failed_tasks"},
      {"/counter", {{"expected", -5}}, "counter.expected"},
      {"/valid", "yes", "valid"},
      {"/notes", json::array({1}), "notes"},
      {"/notes", json::array({{{"code", "suspended"}, {"text", {{"en", 1}}}}}), "notes.text.en"},
      {"/checksum", 12, "checksum"},
      {"/model", "fibers", "model"},
      {"/tasks", 0, "tasks"},
      {"/workload", "mining", "workload"},
      {"/time_split_ms", {{"wait", -1}}, "time_split_ms.wait"},
      {"/schema", "trilane.run/2", "schema"},
  };
  for (const auto& [path, value, field] : wrong) {
    json document = run_document();
    document[json::json_pointer(path)] = value;
    const auto pin = read_import(document.dump());
    ASSERT_FALSE(pin) << path;
    EXPECT_EQ(pin.error().field, field) << pin.error().message;
  }
  // Within a file of several, the place is told too.
  json second = run_document();
  second["startup_ms"] = -2;
  const auto raced = read_import(json{{"schema", "trilane.race/1"}, {"runs", {run_document(), second}}}.dump());
  ASSERT_FALSE(raced);
  EXPECT_EQ(raced.error().field, "runs[1].startup_ms");
}

TEST(Import, TruncatedDeepHugeAndForeignTextsAreSaidToBeSo) {
  const std::string whole = run_document().dump();
  for (const std::size_t length : {std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const auto pin = read_import(whole.substr(0, length));
    ASSERT_FALSE(pin);
    EXPECT_NE(pin.error().message.find("cut off"), std::string::npos) << pin.error().message;
  }
  EXPECT_FALSE(read_import(""));
  EXPECT_FALSE(read_import("  \n"));
  EXPECT_FALSE(read_import("PK\x03\x04"));
  EXPECT_FALSE(read_import("{}"));
  EXPECT_FALSE(read_import(R"({"schema":"trilane.race/1","runs":[]})"));
  EXPECT_FALSE(read_import(R"({"schema":"trilane.run/1","wall_ms":NaN})"));
  const auto deep = read_import("{\"schema\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("nested deeper"), std::string::npos);
  const auto huge = read_import("{" + std::string(kMostResultBytes, ' ') + "}");
  ASSERT_FALSE(huge);
  EXPECT_NE(huge.error().message.find("MiB"), std::string::npos);
}

TEST(Import, OurOwnTraceComesBackAsTheRunThatItWas) {
  std::vector<ChromeTraceLane> lanes{{.process_id = 50, .process_name = "p", .lane_name = "loop", .thread_id = 9},
                                     {.process_id = 60, .process_name = "q", .lane_name = "worker 1", .run = 1}};
  std::vector<Span> spans;
  const auto add = [&](std::uint16_t lane, SpanKind kind, std::int64_t begin, std::int64_t end, std::uint32_t task) {
    Span span;
    span.lane = lane;
    span.kind = kind;
    span.begin_ns = begin;
    span.end_ns = end;
    span.task = task;
    span.segment = 1;
    span.arg = kind == SpanKind::compute ? 77 : 0;
    spans.push_back(span);
  };
  add(0, SpanKind::wait, 0, 1'000'000, 0);
  add(0, SpanKind::wait, 100, 1'500'001, 1);
  add(0, SpanKind::compute, 1'000'000, 1'200'000, 0);
  add(0, SpanKind::loop_lag, 900'000, 1'200'000, kNoTask);
  add(1, SpanKind::create, 0, 500, kNoTask);
  add(1, SpanKind::compute, 500, 900, 0);
  add(1, SpanKind::compute, 900, 1'900, 1);
  const ChromeTraceRun runs[] = {
      {.racer = "async", .workload = "mixed", .tasks = 2, .process_id = 50, .process_name = "p"},
      {.racer = "threads_gil", .workload = "mixed", .tasks = 2, .process_id = 61, .process_name = "q"}};
  std::string text;
  ASSERT_TRUE(write_chrome_trace({lanes, spans, {}, runs}, [&](std::string_view part) {
    text += part;
    return true;
  }));
  const auto pin = read_import(text);
  ASSERT_TRUE(pin) << pin.error().message << "\n" << text;
  ASSERT_EQ(pin->runs.size(), 2U);
  const RunView& async = pin->runs[0];
  EXPECT_EQ(async.racer, Racer::async);
  EXPECT_EQ(async.config.workload, "mixed");
  EXPECT_EQ(async.wait_rows.size(), 2U);
  ASSERT_EQ(async.lanes.size(), 1U);
  ASSERT_EQ(async.lanes[0].main.spans().size(), 1U);
  EXPECT_EQ(async.lanes[0].main.spans()[0].begin_ns, 1'000'000);
  EXPECT_EQ(async.lanes[0].main.spans()[0].arg, 77U);
  EXPECT_EQ(async.lanes[0].main.spans()[0].segment, 1);
  EXPECT_EQ(async.lanes[0].lag.spans().size(), 1U);
  EXPECT_TRUE(async.traces_all_tasks());
  const RunView& gil = pin->runs[1];
  EXPECT_EQ(gil.racer, Racer::threads_gil);
  ASSERT_EQ(gil.lanes.size(), 1U);
  EXPECT_EQ(gil.lanes[0].main.spans().size(), 3U) << "what the export adds for other viewers is not read back";
  EXPECT_EQ(gil.lanes[0].main.spans()[0].kind, SpanKind::create);
}

TEST(Import, ForeignTracesKeepTheirNamesDepthsAndProcesses) {
  const auto pin = read_import(R"([
    {"name":"process_name","ph":"M","pid":1,"args":{"name":"Browser"}},
    {"name":"thread_name","ph":"M","pid":1,"tid":2,"args":{"name":"Main"}},
    {"name":"outer","ph":"X","pid":1,"tid":2,"ts":1000000000,"dur":100},
    {"name":"inner","ph":"X","pid":1,"tid":2,"ts":1000000010,"dur":20},
    {"name":"wait","ph":"B","pid":1,"tid":2,"ts":1000000200},
    {"ph":"E","pid":1,"tid":2,"ts":1000000260},
    {"name":"io","cat":"net","ph":"b","id":"0x1","pid":7,"tid":1,"ts":1000000000},
    {"name":"io","cat":"net","ph":"e","id":"0x1","pid":7,"tid":1,"ts":1000000005.5},
    {"name":"n","ph":"C","pid":1,"ts":1,"args":{"v":1}},
  )");
  ASSERT_TRUE(pin) << pin.error().message;
  ASSERT_EQ(pin->runs.size(), 2U);
  const RunView& browser = pin->runs[0];
  EXPECT_EQ(browser.title, "Browser");
  ASSERT_EQ(browser.lanes.size(), 2U) << "what lies within another is a lane below";
  EXPECT_EQ(browser.lane_names[0], "Main");
  const auto spans = browser.lanes[0].main.spans();
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].begin_ns, 0) << "since the first event";
  EXPECT_EQ(spans[1].end_ns, 260'000);
  EXPECT_EQ(browser.span_names.at(spans[0].arg - 1), "outer");
  EXPECT_EQ(browser.span_names.at(spans[1].arg - 1), "wait") << "theirs, not ours";
  EXPECT_EQ(pin->runs[1].lanes[0].main.end_ns(), 5500);
}

TEST(Import, WrongEventsAreNamedByTheirNumber) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"([{"ph":"X","ts":0,"dur":1},{"ph":"X","ts":5,"dur":-1}])", "Event 1"},
      {R"([{"ph":"X","ts":"0","dur":1}])", "Event 0"},
      {R"([{"ph":"X","ts":-5e9,"dur":1}])", "negative"},
      {R"([{"ph":"X","ts":1e300,"dur":1}])", "out of range"},
      {R"([{"ph":"X","dur":1}])", "\"ts\""},
      {R"([{"ph":7}])", "\"ph\""},
      {R"([7])", "object"},
      {R"([{"ph":"B","ts":9},{"ph":"E","ts":3}])", "before"},
      {R"({"traceEvents":{}})", "list"},
      {R"({"traceEvents":[{"ph":"X","ts":0,"dur":1})", "cut off"},
      {R"({"traceEvents":[{"ph":"X","ts":0)", "cut off"},
      {R"({"traceEvents":[]})", "no spans"},
      {R"([{"ph":"X","ts":0,"dur":NaN}])", "not JSON"},
      {R"([{"ph":"X","ts":0,"dur":1} {"ph":"X"}])", "comma"},
  };
  for (const auto& [text, what] : wrong) {
    const auto pin = read_import(text);
    ASSERT_FALSE(pin) << text;
    EXPECT_NE(pin.error().message.find(what), std::string::npos) << text << "\n" << pin.error().message;
  }
}

}  // namespace
}  // namespace trilane::ui
