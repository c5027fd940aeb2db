#include "ui/run_view.hpp"

#include <algorithm>
#include <utility>

#include "ui/result_reader.hpp"

namespace trilane::ui {
namespace {

constexpr std::int64_t kSilenceNs = 300'000'000;  // longer than this the axis does not run on by itself

}  // namespace

void RunView::begin_repeat(const protocol::RepeatEvent& event) {
  repeat = event.repeat;
  repeats = std::max(event.of, 1);
  fresh_ = true;
}

void RunView::renew() {
  if (!std::exchange(fresh_, false)) return;
  forget_spans();
  progress.clear();
  done = 0;
  elapsed_ms = 0;
  heard_ns = 0;
  std::ranges::fill(picture, std::uint8_t{0});
  std::ranges::fill(picture_lane, std::uint8_t{0});
  ++picture_version;
}

void RunView::forget_spans() {
  for (LaneView& lane : lanes) {
    lane.main.clear();
    lane.lag.clear();
  }
  wait_rows.clear();
  loose_waits_.clear();
  packer_.clear();
  span_count = kept_ = dropped_oldest = 0;
  task_end_ns.clear();
  task_begin_ns.clear();
  hidden_waits = 0;
  unplaced.clear();
}

void RunView::add_spans(std::span<const Span> spans) {
  renew();
  task_end_ns.resize(config.tasks, -1);
  task_begin_ns.resize(config.tasks, -1);
  for (const Span& span : spans) {
    if (span.task < task_end_ns.size()) {
      task_end_ns[span.task] = std::max(task_end_ns[span.task], span.end_ns);
      std::int64_t& begin = task_begin_ns[span.task];
      const bool of_script = span.kind != SpanKind::create && span.kind != SpanKind::message;
      if (of_script && (begin < 0 || span.begin_ns < begin)) begin = span.begin_ns;
    }
    if (span.lane >= lanes.size()) lanes.resize(span.lane + std::size_t{1});
    ++span_count;
    if (span.kind == SpanKind::loop_lag) {
      lanes[span.lane].lag.add(span);
    } else if (suspends_in_async(span.kind) && racer == Racer::async) {
      loose_waits_.push_back(span);
    } else {
      lanes[span.lane].main.add(span);
    }
  }
  kept_ += spans.size();
  if (kept_ > kMostSpans) drop_oldest();
}

/// A quarter of every track at once, so that it is seldom.
void RunView::drop_oldest() {
  const auto quarter = [this](Track& track) {
    track.settle();
    const std::size_t count = track.spans().size() / 4;
    track.drop_oldest(count);
    dropped_oldest += count;
    kept_ -= count;
  };
  settle();
  const std::size_t oldest = unplaced.size() / 4;
  unplaced.erase(unplaced.begin(), unplaced.begin() + static_cast<std::ptrdiff_t>(oldest));
  dropped_oldest += oldest;
  kept_ -= oldest;
  for (LaneView& lane : lanes) {
    quarter(lane.main);
    quarter(lane.lag);
  }
  for (Track& row : wait_rows) quarter(row);
}

bool RunView::traces_all_tasks() const {
  return !task_end_ns.empty() && std::ranges::none_of(task_end_ns, [](std::int64_t end) { return end < 0; });
}

void RunView::add_progress(const protocol::ProgressEvent& event, std::int64_t now_ns) {
  renew();
  done = event.done;
  total = event.total;
  elapsed_ms = event.elapsed_ms;
  heard_ns = now_ns;
  progress.push_back({event.elapsed_ms, event.done});
}

void RunView::add_tile(const protocol::TileEvent& event) {
  renew();
  const auto& tile = event.tile;
  const std::uint64_t side = picture_side;
  if (std::uint64_t{tile.x} + tile.width > side || std::uint64_t{tile.y} + tile.height > side) return;
  for (std::uint32_t y = 0; y < tile.height; ++y) {
    const std::size_t at = (std::size_t{tile.y} + y) * side + tile.x;
    std::copy_n(event.pixels.begin() + static_cast<std::ptrdiff_t>(y * tile.width), tile.width,
                picture.begin() + static_cast<std::ptrdiff_t>(at));
    std::fill_n(picture_lane.begin() + static_cast<std::ptrdiff_t>(at), tile.width,
                static_cast<std::uint8_t>(event.lane % 255 + 1));
  }
  ++picture_version;
}

void RunView::set_result(const nlohmann::json& run_document) {
  document = run_document;
  if (auto parsed = read_run_result(run_document)) {
    result = std::move(*parsed);
    config = result->config;
    if (const auto label = run_document.find("label"); !beside.empty() && label != run_document.end()) {
      if (label->is_string()) beside = label->get<std::string>();
    }
  } else {
    error = parsed.error().message;
  }
}

void RunView::settle() {
  for (LaneView& lane : lanes) {
    lane.main.settle();
    lane.lag.settle();
  }
  if (!loose_waits_.empty()) {
    // Begin order gives the tightest packing within the batch.
    std::ranges::sort(loose_waits_, {}, &Span::begin_ns);
    for (const Span& span : loose_waits_) {
      const std::size_t row = packer_.place(span);
      if (row == RowPacker::kNoRow) {
        ++hidden_waits;
        unplaced.push_back(span);
        continue;
      }
      if (row >= wait_rows.size()) wait_rows.resize(row + 1);
      wait_rows[row].add(span);
    }
    loose_waits_.clear();
  }
  for (Track& row : wait_rows) row.settle();
}

double RunView::reached_ms(std::int64_t now_ns) const {
  if (const auto finished = finished_ms()) return *finished;
  std::int64_t last = 0;
  for (const LaneView& lane : lanes) last = std::max(last, lane.main.end_ns());
  for (const Track& row : wait_rows) last = std::max(last, row.end_ns());
  double reached = std::max(static_cast<double>(last) / 1e6, elapsed_ms);
  if (phase == RunPhase::running && !resting && heard_ns != 0) {
    const std::int64_t silence = std::clamp<std::int64_t>(now_ns - heard_ns, 0, kSilenceNs);
    reached = std::max(reached, elapsed_ms + static_cast<double>(silence) / 1e6);
  }
  return reached;
}

std::optional<double> RunView::finished_ms() const {
  if (phase != RunPhase::done || !result || result->wall_ms.samples.empty()) return std::nullopt;
  return result->wall_ms.samples.back();
}

std::optional<double> RunView::rate() const {
  if (result && result->throughput_per_s.median) return result->throughput_per_s.median;
  if (done == 0 || elapsed_ms <= 0) return std::nullopt;
  return static_cast<double>(done) / elapsed_ms * 1000;
}

BesideName beside_name(std::string_view beside) {
  const std::size_t bracket = std::min(beside.find(" ("), beside.size());
  const std::string_view aside = beside.substr(bracket);
  beside = beside.substr(0, bracket);
  const std::size_t space = beside.rfind(' ');
  if (space == std::string_view::npos) return {std::string(beside), std::string(aside)};
  return {std::string(beside.substr(space + 1)), std::string(beside.substr(0, space)) + std::string(aside)};
}

bool SweepView::empty() const {
  return std::ranges::all_of(points, [](const auto& list) { return list.empty(); });
}

double SweepView::value_of(const RunConfig& config, std::string_view over) {
  return config_number(config, over).value_or(config.workers);
}

}  // namespace trilane::ui
