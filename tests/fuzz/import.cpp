// Files that readers open: results and traces, as text. What is accepted can be drawn and remembered.
#include <nlohmann/json.hpp>
#include <string>

#include "base/check.hpp"
#include "fuzz/targets.hpp"
#include "trace/chrome_trace_reader.hpp"
#include "ui/import_result.hpp"
#include "ui/lab/finding.hpp"

namespace trilane::fuzz {
namespace {

std::string_view text_of(std::span<const std::byte> input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

std::vector<Bytes> seeds_of(std::initializer_list<std::string> texts) {
  std::vector<Bytes> seeds;
  for (const std::string& text : texts) {
    const auto bytes = as_byte_span(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}

std::string run_text(const char* model) {
  RunResult result;
  result.config.model = model;
  result.config.tasks = 4;
  result.config.size = 1000;
  result.wall_ms = summarize({1, 2, 3});
  result.latency_ms = Percentiles{1, 2, 3, 4};
  result.series = {0.5, {1, 2, 1}};
  return to_json(result).dump();
}

}  // namespace

void run_import(std::span<const std::byte> input) {
  const auto pin = ui::read_import(text_of(input));
  if (!pin) {
    TRILANE_CHECK(!pin.error().message.empty());
    return;
  }
  TRILANE_CHECK(!pin->empty());
  for (const ui::PinnedEntry& one : pin->entries) {
    for (const ui::Lang lang : {ui::Lang::en, ui::Lang::ru})
      static_cast<void>(ui::finding_json(ui::Words(lang), one.entry));
    for (const Predicate& predicate : one.entry.predicates) {
      const auto scale = ui::scale_of(predicate);
      TRILANE_CHECK(!scale || (scale->low >= 0 && scale->low <= scale->median && scale->high <= 1));
    }
  }
  std::vector<const ui::RunView*> runs;
  std::vector<const RunResult*> results;
  for (const ui::RunView& run : pin->runs) {
    TRILANE_CHECK(!run.lanes.empty() && run.reached_ms(0) >= 0);
    runs.push_back(&run);
    results.push_back(run.result ? &*run.result : nullptr);
  }
  for (const ui::RunComparison& one : ui::compare_all(results, results)) static_cast<void>(ui::to_json(one));
  int next = 1;
  const auto again = ui::load_pins(ui::save_pins(std::span(&*pin, 1), [&](const ui::Pin&) { return runs; }), next);
  TRILANE_CHECK(again.size() <= 1);
}

void run_trace_file(std::span<const std::byte> input) {
  constexpr std::size_t kMost = 1000;
  const auto trace = read_chrome_trace(text_of(input), kMost);
  if (!trace) {
    TRILANE_CHECK(!trace.error().message.empty());
    return;
  }
  TRILANE_CHECK(!trace->spans.empty() && trace->spans.size() <= kMost);
  for (const Span& span : trace->spans) {
    TRILANE_CHECK(span.lane < trace->lanes.size() && span.begin_ns <= span.end_ns);
    TRILANE_CHECK(trace->ours || span.kind != SpanKind::compute || span.arg <= trace->names.size() ||
                  !trace->names.empty() || span.begin_ns >= 0);
  }
}

std::vector<Bytes> import_seeds() {
  const std::string run = run_text("threads");
  return seeds_of(
      {run, R"({"schema":"trilane.race/1","runs":[)" + run + R"(],"sweeps":[]})",
       R"({"schema":"trilane.sweep/1","over":"tasks","values":[4],"models":["async"],"runs":[)" + run_text("async") +
           "]}",
       R"({"schema":"trilane.lab/2","experiments":[{"id":"overlap-waits","verdict":"confirmed","predicates":[{"id":"overlap",
"kind":"within","every":true,"holds":"yes","label":{"en":"a","ru":"b"},"value":{"median":2,"low":1,"high":3,"unit":"ms"},"unit":"ms",
"yes":1,"no":2,"target":0,"text":{"en":"c","ru":"d"}}],"numbers":[{"id":"x","label":{"en":"x"},"value":1,"low":null,"high":null,
"unit":"B","role":"setting","hue":"async"}],"fairness":[{"case":"sync","workers":1,"creation":"none","start":"warm"}],"subject":["workers"],
"plan":{"rounds":7,"error":0.016,"chosen":false},"advice":null,"background":{"en":"e","ru":"f"}}]})",
       R"({"schema":"trilane.lab/1","host":{"cpu":"x","cores":4},"experiments":[{"id":"gil","verdict":"refuted","runs":[)" +
           run + "]}]}",
       R"([{"name":"a","ph":"X","ts":1,"dur":2,"pid":1,"tid":1}])"});
}

std::vector<Bytes> trace_file_seeds() {
  return seeds_of({
      R"({"metadata":{"trilane_runs":[{"racer":"sync","workload":"sum","tasks":2,"process_ids":[5]}]},"traceEvents":[
{"name":"compute","cat":"span","ph":"X","pid":5,"tid":1,"ts":0.5,"dur":2.001,"args":{"task":0,"segment":1,"units":9}},
{"name":"wait","cat":"span","ph":"b","id":1,"pid":5,"tid":1,"ts":1,"args":{"task":1}},
{"name":"wait","cat":"span","ph":"e","id":1,"pid":5,"tid":1,"ts":3}]})",
      R"([{"name":"n","ph":"B","ts":1,"pid":"p","tid":2},{"ph":"E","ts":4,"pid":"p","tid":2},)",
      R"({"traceEvents":[{"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"\u0416"}},
{"ph":"X","ts":1e9,"dur":1,"pid":1,"tid":1},{"ph":"X","ts":1000000000.2,"dur":0.1,"pid":1,"tid":1},
{"ph":"s","id":3,"ts":1,"pid":1,"tid":1},{"ph":"C","ts":1,"pid":1,"args":{"x":1}}]})",
  });
}

}  // namespace trilane::fuzz
