#include "trace/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace trilane {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

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
    out.event(R"({{"name":"thread_name","ph":"M","pid":{},"tid":{},"args":{{"name":{}}}}})", lane.process_id, i + 1,
              quoted(lane.lane_name));
    out.event(R"({{"name":"thread_sort_index","ph":"M","pid":{},"tid":{},"args":{{"sort_index":{}}}}})",
              lane.process_id, i + 1, i);
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
  LaneWriter(const ChromeTraceLane& lane, std::size_t index, std::uint64_t& next_id, Writer& out)
      : lane_(lane), index_(index), next_id_(next_id), out_(out) {}

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
                   span_kind_name(span.kind), lane_.process_id, index_ + 1, us_of(span.begin_ns),
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
               lane_.process_id, index_ + 1, us_of(span.begin_ns), args_of(span));
    out_.event(R"({{"name":"{}","cat":"span","ph":"e","id":{},"pid":{},"tid":{},"ts":{}}})", name, id, lane_.process_id,
               index_ + 1, us_of(span.end_ns));
  }

  const ChromeTraceLane& lane_;
  std::size_t index_;
  std::uint64_t& next_id_;
  Writer& out_;
  std::vector<std::int64_t> open_ends_;  // of the spans around the next one, outermost first
};

}  // namespace

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
  out.print(R"(}},"traceEvents":[)");
  write_names(trace, out);
  std::uint64_t next_id = 1;
  for (auto rest = std::span<const Span>(spans); !rest.empty() && out.ok();) {
    const std::uint16_t lane = rest.front().lane;
    const auto end = std::ranges::find_if(rest, [lane](const Span& span) { return span.lane != lane; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    LaneWriter(trace.lanes[lane], lane, next_id, out).write(rest.first(count));
    rest = rest.subspan(count);
  }
  out.print("\n]}}\n");
  return out.flush();
}

}  // namespace trilane
