#include "trace/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace trilane {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kMostCounts = 4000;  // points of a counter: more than a screen has pixels

std::string quoted(const std::string& text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The format counts in us; the three decimals keep our ns, exactly.
std::string us_of(std::int64_t ns) {
  const std::uint64_t size = ns < 0 ? -static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  return fmt::format("{}{}.{:03}", ns < 0 ? "-" : "", size / 1000, size % 1000);
}

class Writer {
 public:
  explicit Writer(const std::function<bool(std::string_view)>& sink) : sink_(sink) {
    buffer_.reserve(kBufferBytes + 1024);
  }

  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Args>(args)...);
    if (buffer_.size() >= kBufferBytes) flush();
  }
  /// An event of the list, with the comma before it where one belongs.
  template <class... Args>
  void event(fmt::format_string<Args...> format, Args&&... args) {
    buffer_ += std::exchange(first_, false) ? "\n" : ",\n";
    print(format, std::forward<Args>(args)...);
  }
  bool flush() {
    if (ok_ && !buffer_.empty()) ok_ = sink_(buffer_);
    buffer_.clear();
    return ok_;
  }
  bool ok() const { return ok_; }

 private:
  const std::function<bool(std::string_view)>& sink_;
  std::string buffer_;
  bool ok_ = true;
  bool first_ = true;
};

std::int64_t thread_of(const ChromeTrace& trace, std::size_t lane) {
  const std::int64_t known = trace.lanes[lane].thread_id;
  return known != 0 ? known : static_cast<std::int64_t>(lane) + 1;
}

void write_names(const ChromeTrace& trace, Writer& out) {
  for (std::size_t i = 0; i < trace.lanes.size(); ++i) {
    const ChromeTraceLane& lane = trace.lanes[i];
    const auto same_process = [&](const ChromeTraceLane& other) { return other.process_id == lane.process_id; };
    const auto first = std::ranges::find_if(trace.lanes, same_process);
    if (first - trace.lanes.begin() == static_cast<std::ptrdiff_t>(i)) {
      out.event(R"({{"name":"process_name","ph":"M","pid":{},"args":{{"name":{}}}}})", lane.process_id,
                quoted(lane.process_name));
      out.event(R"({{"name":"process_sort_index","ph":"M","pid":{},"args":{{"sort_index":{}}}}})", lane.process_id, i);
    }
    out.event(R"({{"name":"thread_name","ph":"M","pid":{},"tid":{},"args":{{"name":{}}}}})", lane.process_id,
              thread_of(trace, i), quoted(lane.lane_name));
    out.event(R"({{"name":"thread_sort_index","ph":"M","pid":{},"tid":{},"args":{{"sort_index":{}}}}})",
              lane.process_id, thread_of(trace, i), i);
  }
}

std::string args_of(const Span& span) {
  std::string args;
  const auto add = [&](std::string_view name, std::uint64_t value) {
    args += fmt::format(R"({}"{}":{})", args.empty() ? "" : ",", name, value);
  };
  if (span.task != kNoTask) {
    add("task", span.task);
    add("segment", span.segment);
  }
  if (span.kind == SpanKind::compute) add("units", span.arg);
  if (span.kind == SpanKind::message) add("bytes", span.arg);
  return args;
}

/// Events of one track must lie beside or within one another ("X", complete events). What does not, as the many waits
/// that an event loop has at one time, is written as pairs of asynchronous events, which viewers stack in rows.
class LaneWriter {
 public:
  LaneWriter(const ChromeTraceLane& lane, std::int64_t thread_id, std::uint64_t& next_id, Writer& out)
      : lane_(lane), thread_id_(thread_id), next_id_(next_id), out_(out) {}

  /// Spans of this lane by begin; of two with one begin, the longer first.
  void write(std::span<const Span> spans) {
    const bool stacked_waits = waits_overlap(spans);
    for (const Span& span : spans) {
      while (!open_ends_.empty() && open_ends_.back() <= span.begin_ns) open_ends_.pop_back();
      const bool nests = open_ends_.empty() || span.end_ns <= open_ends_.back();
      if (!nests || (suspends_in_async(span.kind) && stacked_waits)) {
        write_pair(span);
      } else {
        open_ends_.push_back(span.end_ns);
        out_.event(R"({{"name":"{}","cat":"span","ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"args":{{{}}}}})",
                   span_kind_name(span.kind), lane_.process_id, thread_id_, us_of(span.begin_ns),
                   us_of(span.end_ns - span.begin_ns), args_of(span));
      }
      if (!out_.ok()) return;
    }
  }

 private:
  static bool waits_overlap(std::span<const Span> spans) {
    std::int64_t end = INT64_MIN;
    for (const Span& span : spans) {
      if (!suspends_in_async(span.kind)) continue;
      if (span.begin_ns < end) return true;
      end = span.end_ns;
    }
    return false;
  }

  void write_pair(const Span& span) {
    const std::uint64_t id = next_id_++;
    const std::string_view name = span_kind_name(span.kind);
    out_.event(R"({{"name":"{}","cat":"span","ph":"b","id":{},"pid":{},"tid":{},"ts":{},"args":{{{}}}}})", name, id,
               lane_.process_id, thread_id_, us_of(span.begin_ns), args_of(span));
    out_.event(R"({{"name":"{}","cat":"span","ph":"e","id":{},"pid":{},"tid":{},"ts":{}}})", name, id, lane_.process_id,
               thread_id_, us_of(span.end_ns));
  }

  const ChromeTraceLane& lane_;
  std::int64_t thread_id_;
  std::uint64_t& next_id_;
  Writer& out_;
  std::vector<std::int64_t> open_ends_;  // of the spans around the next one, outermost first
};

/// What belongs to a run and to no lane: requests with their arrows, and counters.
class RunWriter {
 public:
  RunWriter(const ChromeTrace& trace, std::size_t run, std::uint64_t& next_id, Writer& out)
      : trace_(trace), run_(trace.runs[run]), next_id_(next_id), out_(out) {}

  /// The run's spans, in any order.
  void write(std::vector<Span>& spans) {
    std::ranges::stable_sort(spans, {}, &Span::begin_ns);
    write_requests(spans);
    write_tasks(spans);
    write_lag(spans);
  }

 private:
  static bool is_request(const Span& span) { return span.kind == SpanKind::create || span.kind == SpanKind::message; }

  /// The director's thread, where no lane is.
  std::int64_t director() const {
    std::int64_t thread = run_.thread_id;
    std::int64_t most = 0;
    bool taken = thread == 0;
    for (std::size_t i = 0; i < trace_.lanes.size(); ++i) {
      if (trace_.lanes[i].process_id != run_.process_id) continue;
      most = std::max(most, thread_of(trace_, i));
      taken |= thread_of(trace_, i) == thread;
    }
    return taken ? most + 1 : thread;
  }

  /// An instant has no flow in this format; a slice without length has.
  void write_requests(std::span<const Span> spans) {
    if (std::ranges::none_of(spans, is_request)) return;
    const std::int64_t pid = run_.process_id;
    const std::int64_t tid = director();
    if (std::ranges::none_of(trace_.lanes, [pid](const ChromeTraceLane& lane) { return lane.process_id == pid; })) {
      out_.event(R"({{"name":"process_name","ph":"M","pid":{},"args":{{"name":{}}}}})", pid, quoted(run_.process_name));
    }
    out_.event(R"({{"name":"thread_name","ph":"M","pid":{},"tid":{},"args":{{"name":"creates and sends"}}}})", pid,
               tid);
    out_.event(R"({{"name":"thread_sort_index","ph":"M","pid":{},"tid":{},"args":{{"sort_index":-1}}}})", pid, tid);
    for (const Span& span : spans) {
      if (!is_request(span) || !out_.ok()) continue;
      const ChromeTraceLane& lane = trace_.lanes[span.lane];
      const std::uint64_t id = next_id_++;
      const std::string at = us_of(span.begin_ns);
      const char* name = span.kind == SpanKind::create ? "create" : "send";
      out_.event(R"({{"name":"{}","cat":"request","ph":"X","pid":{},"tid":{},"ts":{},"dur":0,"args":{{"to":{}}}}})",
                 name, pid, tid, at, quoted(lane.lane_name));
      out_.event(R"({{"name":"{}","cat":"flow","ph":"s","id":{},"pid":{},"tid":{},"ts":{}}})", name, id, pid, tid, at);
      // bp e: to the slice that is open then, not to the next one.
      out_.event(R"({{"name":"{}","cat":"flow","ph":"f","bp":"e","id":{},"pid":{},"tid":{},"ts":{}}})", name, id,
                 lane.process_id, thread_of(trace_, span.lane), at);
    }
  }

  /// A task is in flight from its first span's begin to its last one's end.
  void write_tasks(std::span<const Span> spans) {
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> tasks;
    for (const Span& span : spans) {
      if (span.task == kNoTask || span.kind == SpanKind::loop_lag || is_request(span)) continue;
      const auto [found, first] = tasks.try_emplace(span.task, span.begin_ns, span.end_ns);
      if (!first) found->second.second = std::max(found->second.second, span.end_ns);
    }
    if (tasks.empty()) return;
    std::vector<std::pair<std::int64_t, int>> steps;  // +1: begins, -1: ends
    for (const auto& [task, life] : tasks) {
      steps.emplace_back(life.first, 1);
      steps.emplace_back(life.second, -1);
    }
    // Who ends at an instant ends before another begins: one lane's tasks follow each other.
    std::ranges::sort(steps);
    const std::size_t every = steps.size() / kMostCounts + 1;
    std::int64_t flying = 0;
    std::int64_t done = 0;
    for (std::size_t i = 0; i < steps.size() && out_.ok(); ++i) {
      flying += steps[i].second;
      done += steps[i].second < 0 ? 1 : 0;
      const bool settled = i + 1 == steps.size() || steps[i + 1].first != steps[i].first;
      if (i + 1 != steps.size() && (!settled || i % every != 0)) continue;
      out_.event(R"({{"name":"tasks","ph":"C","pid":{},"ts":{},"args":{{"in flight":{},"done":{}}}}})", run_.process_id,
                 us_of(steps[i].first), flying, done);
    }
  }

  /// From when a timer was due until it ran: how late it was in the end.
  void write_lag(std::span<const Span> spans) {
    std::int64_t last = INT64_MIN;
    for (const Span& span : spans) {
      if (span.kind != SpanKind::loop_lag || span.begin_ns < last || !out_.ok()) continue;
      last = span.end_ns;
      const auto count = [&](std::int64_t at, double ms) {
        out_.event(R"({{"name":"loop lag, ms","ph":"C","pid":{},"ts":{},"args":{{"late":{:.6g}}}}})", run_.process_id,
                   us_of(at), ms);
      };
      count(span.begin_ns, static_cast<double>(span.end_ns - span.begin_ns) / 1e6);
      count(span.end_ns, 0);
    }
  }

  const ChromeTrace& trace_;
  const ChromeTraceRun& run_;
  std::uint64_t& next_id_;
  Writer& out_;
};

/// "trilane_runs": what chrome_trace_reader.hpp needs to draw the trace as it was.
void write_runs(const ChromeTrace& trace, bool first, Writer& out) {
  if (trace.runs.empty()) return;
  nlohmann::json runs = nlohmann::json::array();
  for (std::size_t i = 0; i < trace.runs.size(); ++i) {
    const ChromeTraceRun& run = trace.runs[i];
    std::vector<std::int64_t> processes;
    for (const ChromeTraceLane& lane : trace.lanes) {
      if (lane.run == i && std::ranges::find(processes, lane.process_id) == processes.end())
        processes.push_back(lane.process_id);
    }
    runs.push_back(
        {{"racer", run.racer}, {"workload", run.workload}, {"tasks", run.tasks}, {"process_ids", processes}});
  }
  out.print(R"({}"trilane_runs":{})", first ? "" : ",",
            runs.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

std::string lane_name(std::string_view model, std::size_t lane) {
  if (model == "threads" || model == "processes") return fmt::format("worker {}", lane + 1);
  if (model != "async") return "main";
  return lane == 0 ? "event loop" : "thread pool: commits";
}

bool write_chrome_trace(const ChromeTrace& trace, const std::function<bool(std::string_view)>& sink) {
  std::vector<Span> spans;
  spans.reserve(trace.spans.size());
  std::ranges::copy_if(trace.spans, std::back_inserter(spans),
                       [&](const Span& span) { return span.lane < trace.lanes.size(); });
  std::ranges::sort(spans, [](const Span& a, const Span& b) {
    if (a.lane != b.lane) return a.lane < b.lane;
    return a.begin_ns != b.begin_ns ? a.begin_ns < b.begin_ns : a.end_ns > b.end_ns;
  });

  Writer out(sink);
  out.print(R"({{"displayTimeUnit":"ns","metadata":{{)");
  for (std::size_t i = 0; i < trace.facts.size(); ++i)
    out.print("{}{}:{}", i == 0 ? "" : ",", quoted(trace.facts[i].first), quoted(trace.facts[i].second));
  write_runs(trace, trace.facts.empty(), out);
  out.print(R"(}},"traceEvents":[)");
  write_names(trace, out);
  std::uint64_t next_id = 1;
  for (auto rest = std::span<const Span>(spans); !rest.empty() && out.ok();) {
    const std::uint16_t lane = rest.front().lane;
    const auto end = std::ranges::find_if(rest, [lane](const Span& span) { return span.lane != lane; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    LaneWriter(trace.lanes[lane], thread_of(trace, lane), next_id, out).write(rest.first(count));
    rest = rest.subspan(count);
  }
  for (std::size_t run = 0; run < trace.runs.size() && out.ok(); ++run) {
    std::vector<Span> own;
    std::ranges::copy_if(spans, std::back_inserter(own),
                         [&](const Span& span) { return trace.lanes[span.lane].run == run; });
    RunWriter(trace, run, next_id, out).write(own);
  }
  out.print("\n]}}\n");
  return out.flush();
}

}  // namespace trilane
