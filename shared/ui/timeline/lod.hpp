// Level of detail: spans too small for a pixel merge into cells that keep how much of the time went for what, exactly.
// Pure integer arithmetic, apart from drawing: the sum over the merged cells is the sum over the raw spans, whatever
// the zoom (tests/unit/ui/timeline_lod_test.cpp). Any thread, one track at a time.
//
// A level merges in cells of a fixed length, a power of two of nanoseconds, counted from time 0: so a merged picture
// does not flicker when it is panned. Each level is made of the finished cells of the level below, so that all levels
// together cost O(1) a span, also while spans still come.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/span.hpp"

namespace trilane::ui {

/// What time can have gone for, as far as a merged cell tells it.
enum class Share : std::uint8_t {
  work,   ///< compute, parse
  wait,   ///< wait, fetch
  lock,   ///< lock_wait, gil_wait, loop_lag
  other,  ///< create, message, save
};
inline constexpr int kShares = 4;
Share share_of(SpanKind kind);

/// Nanoseconds by share.
struct Occupancy {
  std::array<std::int64_t, kShares> ns{};
  std::int64_t total() const { return ns[0] + ns[1] + ns[2] + ns[3]; }
  void add(Share share, std::int64_t duration_ns) { ns[static_cast<std::size_t>(share)] += duration_ns; }
  bool operator==(const Occupancy&) const = default;
};

/// One span that is at least as long as a cell, or what is merged in a cell.
struct LodItem {
  static constexpr std::uint32_t kMerged = 0xffffffff;
  std::int64_t begin_ns = 0;  ///< Of a cell: where the first of its spans begins, inside of the cell.
  std::int64_t end_ns = 0;
  std::array<std::uint32_t, kShares> ns{};  ///< Of a cell; a cell is at most 2^31 ns long.
  std::uint32_t span = kMerged;             ///< The index of the one span, or kMerged.
  SpanKind kind = SpanKind::compute;        ///< Of the one span.
  bool merged() const { return span == kMerged; }
};

/// Merges ascending pieces into cells of one length; `out` gets what is finished.
class CellMerger {
 public:
  explicit CellMerger(int cell_log2) : log2_(cell_log2) {}
  int cell_log2() const { return log2_; }
  std::int64_t cell_ns() const { return std::int64_t{1} << log2_; }
  /// A span, from `from_ns` on (what lies before is already merged).
  void add(const Span& span, std::uint32_t index, std::int64_t from_ns, std::vector<LodItem>& out);
  /// A finished item of a finer level.
  void add(const LodItem& item, std::vector<LodItem>& out);
  /// Finishes the open cell.
  void flush(std::vector<LodItem>& out);

 private:
  void piece(std::int64_t begin_ns, std::int64_t end_ns, const std::array<std::uint32_t, kShares>& ns,
             std::vector<LodItem>& out);
  void single(std::int64_t begin_ns, std::int64_t end_ns, std::uint32_t index, SpanKind kind,
              std::vector<LodItem>& out);
  int log2_;
  bool open_ = false;
  std::int64_t open_cell_ = 0;
  LodItem cell_;
};

/// The levels of one track.
class Pyramid {
 public:
  struct Level {
    CellMerger merger;
    std::vector<LodItem> items;
    std::int64_t covered_ns = 0;  ///< The items stand for everything before this instant; for nothing after it.
    std::size_t taken = 0;        ///< Items of it that the next level has got.
  };

  /// `spans` is all spans of the track, ascending by begin; what was there at the call before is its prefix.
  void extend(std::span<const Span> spans);
  void clear();
  /// The level with the longest cells that are not longer than `cell_ns`; nullptr: none, take the raw spans.
  const Level* level_for(std::int64_t cell_ns) const;
  std::span<const Level> levels() const { return levels_; }

 private:
  void start(std::span<const Span> spans);
  std::vector<Level> levels_;
  std::size_t seen_ = 0;
  std::size_t reviewed_ = 0;  // spans when the finest level's cell was last thought about
};

class Track;

/// Appends what of the track lies in [begin_ns, end_ns], merged into cells of about `cell_ns` (up to twice that):
/// ascending, none overlapping the next. Items at the edges may reach beyond. O(items) and a little more.
void items_in(const Track& track, std::int64_t begin_ns, std::int64_t end_ns, std::int64_t cell_ns,
              std::vector<LodItem>& out);

/// What went on in exactly [begin_ns, end_ns].
Occupancy occupancy_in(const Track& track, std::int64_t begin_ns, std::int64_t end_ns);

}  // namespace trilane::ui
