#include "trace/chrome_trace_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "base/json_scan.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr double kFarUs = 4e15;    // 127 years: begin and length in ns, added up, still fit in 64 bits
constexpr double kEarlyUs = -1e6;  // clocks of two processes are matched, and may be a little off
constexpr std::size_t kMostLanes = 2048;
constexpr std::size_t kMostNames = 100'000, kLongestName = 200;

const json& member(const json& object, const char* key) {
  static const json kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string text_of(const json& value) {
  if (!value.is_string()) return {};
  std::string text = value.get<std::string>();
  if (text.size() <= kLongestName) return text;
  std::size_t end = kLongestName;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// Ids are numbers, and in some traces texts: what is compared is their text.
std::string id_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : std::string();
}

/// Whole numbers as they are; texts and fractions get a number of their own, so that they are told apart.
class Ids {
 public:
  std::int64_t of(const json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    const std::string text = id_text(value);
    if (text.empty()) return 0;
    return others_.try_emplace(text, -1 - static_cast<std::int64_t>(others_.size())).first->second;
  }

 private:
  std::map<std::string, std::int64_t, std::less<>> others_;
};

struct Thread {
  std::int64_t process_id = 0;
  std::int64_t thread_id = 0;
  auto operator<=>(const Thread&) const = default;
};

struct Event {
  Span span;
  Thread thread;
};

class Reader {
 public:
  explicit Reader(std::size_t most_spans) : most_spans_(most_spans) {}

  Status events(JsonScan& scan, bool may_be_open) {
    if (!scan.take('[')) return fail("\"traceEvents\" must be a list.", "traceEvents");
    if (scan.take(']')) return {};
    for (;;) {
      const auto piece = scan.value();
      if (!piece) return std::unexpected(at_event(piece.error().message));
      const json event = json::parse(*piece, nullptr, false);
      if (event.is_discarded()) return std::unexpected(at_event("it is not JSON."));
      if (Status taken = take(event); !taken) return std::unexpected(at_event(taken.error().message));
      ++number_;
      if (scan.take(']')) return {};
      const bool comma = scan.take(',');
      scan.skip_space();
      if (may_be_open && scan.at_end()) return {};
      if (!comma)
        return std::unexpected(at_event(scan.at_end() ? "the text ends: it was cut off." : "a comma is missing."));
    }
  }

  Status finish(const json& metadata) {
    read_metadata(metadata);
    if (events_.empty()) return fail("The trace has no spans: no event of the kinds X, B/E or b/e.", "traceEvents");
    shift();
    return make_lanes();
  }

  ReadTrace result() { return std::move(out_); }

 private:
  Error at_event(const std::string& what) const {
    return {fmt::format("Event {} of the trace: {}", number_, what), "traceEvents"};
  }

  static Result<double> time(const json& event, const char* key) {
    const json& value = member(event, key);
    if (!value.is_number()) return fail(fmt::format("\"{}\" must be a number of microseconds.", key));
    const double us = value.get<double>();
    if (!std::isfinite(us) || std::fabs(us) > kFarUs) return fail(fmt::format("\"{}\" is out of range.", key));
    if (us < kEarlyUs) return fail(fmt::format("\"{}\" is negative: times begin at 0.", key));
    return us;
  }

  static std::int64_t ns_of(double us) { return static_cast<std::int64_t>(std::llround(us * 1000)); }

  Status take(const json& event) {
    if (!event.is_object()) return fail("it must be an object.");
    const json& phase = member(event, "ph");
    if (!phase.is_string() || phase.get_ref<const std::string&>().empty()) return fail("\"ph\" must be a letter.");
    const Thread thread{ids_.of(member(event, "pid")), ids_.of(member(event, "tid"))};
    switch (phase.get_ref<const std::string&>().front()) {
      case 'M': return name(event, thread);
      case 'X': return complete(event, thread);
      case 'B': return begin(event, thread);
      case 'E': return end(event, thread);
      case 'b':
      case 'S': return pair_begin(event, thread);
      case 'e':
      case 'F': return pair_end(event);
      default: return pass_over();
    }
  }

  Status pass_over() {
    ++out_.passed_over;
    return {};
  }

  Status name(const json& event, const Thread& thread) {
    const std::string what = text_of(member(event, "name"));
    const json& args = member(event, "args");
    if (!args.is_object()) return {};
    if (what == "process_name") process_names_[thread.process_id] = text_of(member(args, "name"));
    if (what == "thread_name") thread_names_[thread] = text_of(member(args, "name"));
    return {};
  }

  Status complete(const json& event, const Thread& thread) {
    // What our own export adds for others to see, and no lane of ours recorded.
    if (member(event, "cat") == "request") return {};
    const auto begin_us = time(event, "ts");
    if (!begin_us) return std::unexpected(begin_us.error());
    double dur = 0;
    if (event.contains("dur")) {
      const json& value = event["dur"];
      if (!value.is_number() || !(value.get<double>() >= 0) || value.get<double>() > kFarUs)
        return fail("\"dur\" must be a number of microseconds, not negative.");
      dur = value.get<double>();
    }
    Span span = described(event);
    span.begin_ns = ns_of(*begin_us);
    span.end_ns = span.begin_ns + ns_of(dur);
    add(span, thread);
    return {};
  }

  Status begin(const json& event, const Thread& thread) {
    const auto us = time(event, "ts");
    if (!us) return std::unexpected(us.error());
    open_[thread].push_back(described(event));
    open_[thread].back().begin_ns = ns_of(*us);
    return {};
  }

  Status end(const json& event, const Thread& thread) {
    const auto us = time(event, "ts");
    if (!us) return std::unexpected(us.error());
    auto& stack = open_[thread];
    if (stack.empty()) return pass_over();
    Span span = stack.back();
    stack.pop_back();
    return close(span, ns_of(*us), thread);
  }

  using PairKey = std::tuple<std::int64_t, std::string, std::string>;
  PairKey key_of(const json& event) {
    const json& id2 = member(event, "id2");
    const json& local = member(id2, "local");
    std::string id = id_text(member(event, "id"));
    if (id.empty()) id = id_text(local.is_null() ? member(id2, "global") : local);
    return {ids_.of(member(event, "pid")), text_of(member(event, "cat")), id + "\n" + text_of(member(event, "name"))};
  }

  Status pair_begin(const json& event, const Thread& thread) {
    const auto us = time(event, "ts");
    if (!us) return std::unexpected(us.error());
    Span span = described(event);
    span.begin_ns = ns_of(*us);
    pairs_[key_of(event)].push_back({span, thread});
    return {};
  }

  Status pair_end(const json& event) {
    const auto us = time(event, "ts");
    if (!us) return std::unexpected(us.error());
    const auto found = pairs_.find(key_of(event));
    if (found == pairs_.end()) return pass_over();
    const Event begun = found->second.back();
    found->second.pop_back();
    if (found->second.empty()) pairs_.erase(found);
    return close(begun.span, ns_of(*us), begun.thread);
  }

  Status close(Span span, std::int64_t end_ns, const Thread& thread) {
    if (end_ns < span.begin_ns) return fail("\"ts\" is before the begin of what it ends.");
    span.end_ns = end_ns;
    add(span, thread);
    return {};
  }

  /// Kind, task and so on; the times are still to be set.
  Span described(const json& event) {
    Span span;
    const std::string what = text_of(member(event, "name"));
    const json& args = member(event, "args");
    const auto number = [&](const char* key, std::uint64_t most) -> std::optional<std::uint64_t> {
      if (!args.is_object()) return std::nullopt;
      const json& value = member(args, key);
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) return std::nullopt;
      return value.get<std::uint64_t>();
    };
    if (const auto task = number("task", kNoTask - 1)) span.task = static_cast<std::uint32_t>(*task);
    if (const auto segment = number("segment", 255)) span.segment = static_cast<std::uint8_t>(*segment);
    for (int i = 0; i < kSpanKinds; ++i) {
      const auto kind = static_cast<SpanKind>(i);
      // Others call their events "wait" and "parse", too: theirs have another category.
      if (what != span_kind_name(kind) || member(event, "cat") != "span") continue;
      span.kind = kind;
      if (kind == SpanKind::compute) span.arg = number("units", UINT64_MAX).value_or(0);
      if (kind == SpanKind::message) span.arg = number("bytes", UINT64_MAX).value_or(0);
      return span;
    }
    const auto known = name_indices_.find(what);
    if (known != name_indices_.end()) {
      span.arg = known->second;
    } else if (out_.names.size() < kMostNames) {
      out_.names.push_back(what);
      span.arg = name_indices_[what] = out_.names.size();
    }
    return span;
  }

  void add(const Span& span, const Thread& thread) {
    if (events_.size() >= most_spans_) {
      ++out_.left_out;
      return;
    }
    events_.push_back({span, thread});
  }

  void read_metadata(const json& metadata) {
    if (!metadata.is_object()) return;
    const json& runs = member(metadata, "trilane_runs");
    if (!runs.is_array()) return;
    out_.ours = true;
    out_.cpu = text_of(member(metadata, "cpu"));
    for (const json& one : runs) {
      if (!one.is_object() || out_.runs.size() == 64) continue;
      ReadTrace::Run run{text_of(member(one, "racer")), text_of(member(one, "workload")), 0, {}};
      if (const json& tasks = member(one, "tasks");
          tasks.is_number_unsigned() && tasks.get<std::uint64_t>() <= 10'000'000)
        run.tasks = tasks.get<std::uint32_t>();
      if (const json& ids = member(one, "process_ids"); ids.is_array()) {
        for (const json& id : ids) {
          if (id.is_number_integer() && run.process_ids.size() < kMostLanes)
            run.process_ids.push_back(id.get<std::int64_t>());
        }
      }
      out_.runs.push_back(std::move(run));
    }
  }

  /// Foreign clocks count from the start of the machine, or of the century.
  void shift() {
    if (out_.ours) return;
    const std::int64_t first =
        std::ranges::min(events_, {}, [](const Event& event) { return event.span.begin_ns; }).span.begin_ns;
    for (Event& event : events_) {
      event.span.begin_ns -= first;
      event.span.end_ns -= first;
    }
  }

  Status make_lanes() {
    // In the order of their first events; processes together.
    std::map<std::int64_t, std::size_t> processes;
    for (const Event& event : events_) processes.try_emplace(event.thread.process_id, processes.size());
    std::map<Thread, std::size_t> threads;
    for (const Event& event : events_) threads.try_emplace(event.thread, threads.size());
    std::ranges::stable_sort(events_, [&](const Event& a, const Event& b) {
      if (a.thread != b.thread) {
        const auto order = [&](const Event& e) {
          return std::pair(processes.at(e.thread.process_id), threads.at(e.thread));
        };
        return order(a) < order(b);
      }
      if (a.span.begin_ns != b.span.begin_ns) return a.span.begin_ns < b.span.begin_ns;
      return a.span.end_ns > b.span.end_ns;
    });
    out_.spans.reserve(events_.size());
    for (std::size_t i = 0; i < events_.size();) {
      const Thread thread = events_[i].thread;
      const std::size_t first_lane = out_.lanes.size();
      std::vector<std::int64_t> ends;  // by depth
      for (; i < events_.size() && events_[i].thread == thread; ++i) {
        Span span = events_[i].span;
        std::size_t depth = 0;
        // Our own lanes hold what overlaps, as they did when it was recorded.
        while (!out_.ours && depth < ends.size() && ends[depth] > span.begin_ns) ++depth;
        if (depth == ends.size()) {
          if (out_.lanes.size() == kMostLanes) return fail("The trace has more than 2048 lanes.", "traceEvents");
          ends.push_back(0);
          out_.lanes.push_back(
              {thread.process_id, thread.thread_id, name_of_process(thread), name_of(thread), static_cast<int>(depth)});
        }
        ends[depth] = span.end_ns;
        span.lane = static_cast<std::uint16_t>(first_lane + depth);
        out_.spans.push_back(span);
      }
    }
    return {};
  }

  std::string name_of_process(const Thread& thread) const {
    const auto found = process_names_.find(thread.process_id);
    return found != process_names_.end() && !found->second.empty() ? found->second
                                                                   : fmt::format("pid {}", thread.process_id);
  }
  std::string name_of(const Thread& thread) const {
    const auto found = thread_names_.find(thread);
    return found != thread_names_.end() && !found->second.empty() ? found->second
                                                                  : fmt::format("tid {}", thread.thread_id);
  }

  std::size_t most_spans_;
  std::size_t number_ = 0;  // of the event that is read, from 0
  ReadTrace out_;
  Ids ids_;
  std::vector<Event> events_;
  std::map<Thread, std::vector<Span>> open_;
  std::map<PairKey, std::vector<Event>> pairs_;
  std::map<std::int64_t, std::string> process_names_;
  std::map<Thread, std::string> thread_names_;
  std::map<std::string, std::uint64_t, std::less<>> name_indices_;
};

}  // namespace

bool looks_like_chrome_trace(std::string_view text) {
  JsonScan scan(text);
  const char first = scan.peek();
  // Our own documents are objects with a schema, and small: their beginning holds it, or their keys do.
  return first == '[' || (first == '{' && text.find("\"traceEvents\"") != std::string_view::npos);
}

Result<ReadTrace> read_chrome_trace(std::string_view text, std::size_t most_spans) {
  Reader reader(most_spans);
  JsonScan scan(text);
  json metadata;
  bool found = false;
  if (scan.peek() == '[') {
    if (Status read = reader.events(scan, true); !read) return std::unexpected(read.error());
    found = true;
  } else {
    if (!scan.take('{')) return fail("A trace is a list of events, or an object with \"traceEvents\".", "traceEvents");
    while (scan.peek() != '}') {
      const auto key = scan.value();
      if (!key) return std::unexpected(key.error());
      if (!scan.take(':')) return fail(fmt::format("The text is not JSON: \":\" is missing at byte {}.", scan.at()));
      if (*key == "\"traceEvents\"" && !found) {
        if (Status read = reader.events(scan, false); !read) return std::unexpected(read.error());
        found = true;
      } else {
        const auto value = scan.value();
        if (!value) return std::unexpected(value.error());
        if (*key == "\"metadata\"") metadata = json::parse(*value, nullptr, false);
      }
      if (!scan.take(',') && scan.peek() != '}')
        return fail(scan.at_end() ? std::string("The text ends in the middle: it was cut off.")
                                  : fmt::format("The text is not JSON: \",\" is missing at byte {}.", scan.at()));
    }
  }
  if (!found) return fail("The file has no \"traceEvents\".", "traceEvents");
  if (Status done = reader.finish(metadata); !done) return std::unexpected(done.error());
  return reader.result();
}

}  // namespace trilane
