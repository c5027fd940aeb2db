// What is known of one run while it goes on and afterwards: spans by lane, progress, picture, result. Filled by the
// session from the engine's events, read by panels. No ImGui; UI thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/protocol.hpp"
#include "experiments/run/run_result.hpp"
#include "ui/settings.hpp"
#include "ui/timeline/track.hpp"

namespace trilane::ui {

enum class RunPhase : std::uint8_t { queued, running, done, failed, stopped };

/// Most thin rows for overlapping waits on one lane.
inline constexpr std::size_t kMaxWaitRows = 16;

/// Most spans that a run keeps, 32 bytes each and up to as much again for the levels of detail; beyond, the oldest go.
inline constexpr std::size_t kMostSpans = sizeof(void*) == 4 ? 3'000'000 : 12'000'000;

struct LaneView {
  Track main;  ///< What the lane's worker did.
  Track lag;   ///< loop_lag spans: they lie over the others.
};

struct RunView {
  Racer racer = Racer::sync;
  RunConfig config;
  int job = 0;
  RunPhase phase = RunPhase::queued;
  bool resting = false;  ///< It is under way, and another's repeat is what runs now.
  std::string error;
  int pin = 0;  ///< Which pin it belongs to; 0: it is one of the current runs.
  /// A trace that was read from a file: what stands for the model's name, the lanes' names, and the names of spans
  /// whose arg is an index from 1 on. Empty otherwise.
  std::string title;
  std::vector<std::string> lane_names;
  std::vector<std::string> span_names;
  std::string beside;      ///< Of another program: its name ("CPython 3.11.2 threading"); empty: ours.
  bool synthetic = false;  ///< Made up, for tests of the drawing: nobody measured it.

  int repeat = -1;  ///< The repeat that is drawn; -1: warm-up.
  int repeats = 1;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double elapsed_ms = 0;      ///< At the last progress event.
  std::int64_t heard_ns = 0;  ///< When that was, on our clock.

  std::vector<LaneView> lanes;
  std::vector<Track> wait_rows;           ///< async: waits that overlap, one row a track.
  std::size_t hidden_waits = 0;           ///< Waits for which there was no row: more in flight than rows.
  std::vector<Span> unplaced;             ///< They themselves: not drawn, but told and counted.
  std::size_t span_count = 0;             ///< Of the drawn repeat, with the dropped ones.
  std::size_t dropped_oldest = 0;         ///< Spans that were forgotten for later ones: more than kMostSpans.
  std::vector<std::int64_t> task_end_ns;  ///< By task: where its last span ends; -1: none yet.
  /// By task: where the first span of its script begins (being sent or created is not its script); -1: none yet.
  std::vector<std::int64_t> task_begin_ns;

  struct Progress {
    double ms;
    std::uint64_t done;
  };
  std::vector<Progress> progress;  ///< Of the repeat that is drawn.

  std::uint32_t picture_side = 0;
  std::vector<std::uint8_t> picture;       ///< Shades, row by row.
  std::vector<std::uint8_t> picture_lane;  ///< Lane + 1 that drew each pixel; 0: nobody yet.
  std::uint64_t picture_version = 0;       ///< Grows with every tile.

  nlohmann::json document;          ///< trilane.run/1
  std::optional<RunResult> result;  ///< The same, parsed.

  /// A new repeat begins: what it draws takes the place of the old one's when its first event comes.
  void begin_repeat(const protocol::RepeatEvent& event);
  void add_spans(std::span<const Span> spans);
  void add_progress(const protocol::ProgressEvent& event, std::int64_t now_ns);
  void add_tile(const protocol::TileEvent& event);
  void set_result(const nlohmann::json& run_document);
  /// The trace goes, what was measured stays.
  void forget_spans();
  /// Sorts what came since the last call; before drawing.
  void settle();

  /// Time on the axis that the drawn repeat has reached, ms. `now_ns`: our clock, to run on between progress events.
  double reached_ms(std::int64_t now_ns) const;
  /// Of the drawn repeat, when it is over.
  std::optional<double> finished_ms() const;
  /// Tasks per second: the median of the result, or so far.
  std::optional<double> rate() const;
  /// Did every task leave a span? Then the trace can be counted.
  bool traces_all_tasks() const;
  bool active() const { return phase == RunPhase::queued || phase == RunPhase::running; }

 private:
  void renew();
  void drop_oldest();
  bool fresh_ = false;
  std::size_t kept_ = 0;           // spans in tracks and unplaced
  std::vector<Span> loose_waits_;  // waits not yet packed into rows
  RowPacker packer_{kMaxWaitRows};
};

/// A name of RunView::beside in two lines: "CPython 3.11.2 threading (GIL)" is "threading" of "CPython 3.11.2 (GIL)".
struct BesideName {
  std::string kind, program;
};
BesideName beside_name(std::string_view beside);

/// A sweep: results by racer and value.
struct SweepView {
  std::string over;
  std::string workload;
  std::vector<double> values;
  struct Point {
    double value;
    RunResult result;
  };
  std::vector<Point> points[kRacers];
  std::vector<nlohmann::json> documents;
  std::string error;
  int done = 0;
  int total = 0;
  bool running = false;
  bool empty() const;
  /// `value` of the swept variable in a result.
  static double value_of(const RunConfig& config, std::string_view over);
};

}  // namespace trilane::ui
