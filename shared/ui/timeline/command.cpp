#include "ui/timeline/command.hpp"

#include <nlohmann/json.hpp>

#include "base/random.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json refused(const Error& error) { return {{"error", {{"message", error.message}, {"field", error.field}}}}; }

/// Lanes of made-up spans, for tests and benchmarks of the drawing: nothing of it was measured, and it says so.
Status synthesize(Ui& ui, const json& options) {
  const auto number = [&](const char* name, std::uint64_t most) -> std::uint64_t {
    const auto found = options.find(name);
    return found != options.end() && found->is_number_unsigned() && found->get<std::uint64_t>() <= most
               ? found->get<std::uint64_t>()
               : 0;
  };
  const std::uint64_t lanes = number("lanes", 1024);
  const std::uint64_t spans = number("spans", kMostSpans);
  if (lanes == 0 || spans == 0) return fail("\"synthetic\" needs \"lanes\" and \"spans\".", "synthetic");
  if (ui.session.busy()) return fail("A measurement is under way: stop it first.");
  RunView run;
  run.racer = Racer::threads;
  run.phase = RunPhase::done;
  run.synthetic = true;
  run.config.tasks = static_cast<std::uint32_t>(spans);
  run.lanes.resize(lanes);
  Random random(number("seed", UINT32_MAX));
  std::vector<std::int64_t> at(lanes, 0);
  std::vector<Span> all;
  all.reserve(65536);
  for (std::uint64_t i = 0; i < spans; ++i) {
    Span span;
    span.lane = static_cast<std::uint16_t>(i % lanes);
    span.task = static_cast<std::uint32_t>(i);
    span.begin_ns = at[span.lane] + static_cast<std::int64_t>(random.next() % 4000);
    span.end_ns = span.begin_ns + 1 + static_cast<std::int64_t>(random.next() % 16000);
    const std::uint64_t kind = random.next() % 8;
    span.kind = kind == 0 ? SpanKind::lock_wait : kind < 3 ? SpanKind::wait : SpanKind::compute;
    at[span.lane] = span.end_ns;
    all.push_back(span);
    if (all.size() == 65536 || i + 1 == spans) {
      run.add_spans(all);
      all.clear();
    }
  }
  ui.session.show_synthetic(std::move(run));
  return {};
}

json show_view(Ui& ui, const json& view) {
  ui.begin_race();
  TimelineState probe = ui.timeline;
  if (const Status ok = apply_view(view, probe); !ok) return refused(ok.error());
  ui.timeline = probe;
  // A link's view is meant for the race that its settings will run.
  if (ui.session.own_runs().empty()) ui.next_view = view;
  ui.redraw = true;
  if (ui.services.request_frame) ui.services.request_frame();
  return {{"timeline", to_json(ui.timeline)}};
}

json linked_view(Ui& ui, const json& link) {
  if (!link.is_object()) return refused({"\"link\" must be an object.", "link"});
  const auto parameter = [&link](const char* name) {
    const auto found = link.find(name);
    return found != link.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  std::vector<ViewCorrection> report;
  const json view = view_of_link(parameter("view"), parameter("task"), parameter("range"), report);
  json answer = view.empty() ? json{{"timeline", to_json(ui.timeline)}} : show_view(ui, view);
  answer["corrected"] = json::array();
  for (const ViewCorrection& one : report) {
    answer["corrected"].push_back(
        {{"field", one.field}, {"value", one.value}, {"used", one.used.empty() ? json() : json(one.used)}});
  }
  return answer;
}

json number_or_null(bool known, double value) { return known ? json(value) : json(); }

}  // namespace

[[gnu::noinline]] json view_command(Ui& ui, const json& request) {
  if (const auto link = request.find("link"); link != request.end()) return linked_view(ui, *link);
  const auto view = request.find("timeline");
  if (view == request.end()) return refused({"\"timeline\" is missing.", "timeline"});
  return show_view(ui, *view);
}

[[gnu::noinline]] json timeline_command(Ui& ui, const json& request) {
  if (const auto synthetic = request.find("synthetic"); synthetic != request.end()) {
    if (!synthetic->is_object()) return refused({"\"synthetic\" must be an object.", "synthetic"});
    if (const Status ok = synthesize(ui, *synthetic); !ok) return refused(ok.error());
  }
  ui.begin_race();
  TimelineState& view = ui.timeline;
  if (const Status ok = apply_view(request, view); !ok) return refused(ok.error());
  if (ui.services.request_frame) ui.services.request_frame();
  ui.redraw = true;
  for (RunView& run : ui.session.runs()) run.settle();
  const auto& runs = ui.session.runs();
  json out = to_json(view);
  if (view.task) {
    out["story"] = json::array();
    for (const StorySpan& one : story_of(runs, *view.task)) out["story"].push_back(to_json(one, runs[one.row.run]));
  }
  if (view.range) {
    out["statistics"] = json::array();
    for (const RangeStats& stats : stats_of(runs, *view.range))
      out["statistics"].push_back(to_json(stats, runs[stats.run]));
  }
  std::size_t spans = 0;
  std::size_t dropped = 0;
  for (const RunView& run : runs) {
    spans += run.span_count;
    dropped += run.dropped_oldest;
  }
  const TimelineCache& cache = ui.timeline_cache;
  const bool drawn = ui.span_renderer.ready();
  out["spans"] = spans;
  out["dropped_oldest"] = dropped;
  // Of the last frame; null before there is one.
  out["frame"] = {{"prepare_ms", number_or_null(drawn, cache.prepared_ms)},
                  {"quads", number_or_null(drawn, static_cast<double>(cache.quads.quads().size()))},
                  {"plot_points", number_or_null(drawn, static_cast<double>(ui.plot_lines.points()))},
                  {"uploaded_bytes", number_or_null(drawn, static_cast<double>(ui.span_renderer.uploaded_bytes() +
                                                                               ui.map_renderer.uploaded_bytes() +
                                                                               ui.plot_lines.uploaded_bytes()))},
                  {"draw_calls", number_or_null(drawn, (cache.map.empty() ? 1 : 2) + ui.plot_lines.draw_calls())}};
  return out;
}

}  // namespace trilane::ui
