#include "models/child_protocol.hpp"

#include <algorithm>

namespace trilane::child {

Bytes encode(const Setup& setup) {
  ByteWriter writer;
  writer.put_text(setup.workload);
  writer.put(setup.params.tasks);
  writer.put(setup.params.size);
  writer.put(setup.params.wait_ms);
  writer.put(setup.params.cpu_share);
  writer.put(setup.params.seed);
  writer.put(setup.params.counter_mode);
  writer.put(static_cast<std::uint8_t>(setup.trace));
  writer.put(setup.params.jitter_ms);
  writer.put(setup.params.parse_factor);
  writer.put_text(setup.web.base_url);
  writer.put(static_cast<std::uint32_t>(setup.web.urls.size()));
  for (const std::string& url : setup.web.urls) writer.put_text(url);
  writer.put(setup.web.timeout_ms);
  writer.put_text(setup.web.table);
  writer.put(setup.web.commit_batch);
  return writer.take();
}

Result<Setup> decode_setup(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Setup setup;
  setup.workload = reader.get_text();
  setup.params.tasks = reader.get<std::uint32_t>();
  setup.params.size = reader.get<std::uint64_t>();
  setup.params.wait_ms = reader.get<double>();
  setup.params.cpu_share = reader.get<double>();
  setup.params.seed = reader.get<std::uint64_t>();
  setup.params.counter_mode = reader.get<CounterMode>();
  setup.trace = reader.get<std::uint8_t>() != 0;
  setup.params.jitter_ms = reader.get<double>();
  setup.params.parse_factor = reader.get<std::uint32_t>();
  setup.web.base_url = reader.get_text();
  // A length that lies ends the reader, and with it the loop.
  for (auto left = reader.get<std::uint32_t>(); left != 0 && reader.ok(); --left) {
    setup.web.urls.push_back(reader.get_text());
  }
  setup.web.timeout_ms = reader.get<std::uint32_t>();
  setup.web.table = reader.get_text();
  setup.web.commit_batch = reader.get<std::uint32_t>();
  if (!reader.done() || setup.params.tasks == 0 || setup.params.counter_mode > CounterMode::call) {
    return fail("a broken set-up message arrived");
  }
  return setup;
}

Bytes encode(const JobResult& result) {
  ByteWriter writer;
  writer.put(result.job);
  writer.put_array(std::span(result.records));
  writer.put_array(std::span(result.spans));
  writer.put(result.counted);
  writer.put(result.lock_wait_ns);
  writer.put(result.dropped_spans);
  writer.put(result.errors.count);
  writer.put_text(result.errors.first);
  return writer.take();
}

Result<JobResult> decode_result(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  JobResult result;
  result.job = reader.get<Job>();
  result.records = reader.get_array<TaskRecord>();
  result.spans = reader.get_array<Span>();
  result.counted = reader.get<std::uint64_t>();
  result.lock_wait_ns = reader.get<std::int64_t>();
  result.dropped_spans = reader.get<std::uint64_t>();
  result.errors.count = reader.get<std::uint64_t>();
  result.errors.first = reader.get_text();
  const bool spans_fine = std::ranges::all_of(result.spans, [](const Span& span) {
    return span.begin_ns <= span.end_ns && static_cast<int>(span.kind) < kSpanKinds;
  });
  if (!reader.done() || result.records.size() != result.job.count || !spans_fine) {
    return fail("a broken result message arrived");
  }
  return result;
}

}  // namespace trilane::child
