// The hop between a front end and its engine: frame types (trace/wire.hpp) and payloads. JSON where people's words and
// options travel, packed structs where spans do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "trace/span.hpp"
#include "workloads/workload.hpp"

namespace trilane::protocol {

/// Front end to engine. One command with jobs at a time: a second one before all jobs of the first have ended is
/// answered with `failed`.
enum class Command : std::uint16_t {
  hello = 1,       ///< Empty. Answered with `ready`.
  run = 2,         ///< {"jobs": [{"job": N, "config": {RunConfig fields}}…]}: jobs of one run each, whose repeats
                   ///< alternate. Each ends with its own `done` or `failed`.
  sweep = 3,       ///< {"job": N, "config": {base fields, "over", "values", "models"}}
  cancel = 4,      ///< Empty. The jobs under way end with `failed` and "stopped". Nothing happens when there is none.
  quit = 5,        ///< Empty. The engine exits with code 0.
  lab = 6,         ///< {"job": N, "id": "gil", "options": {…}}: an experiment; its runs are told like any run's. With
                   ///< "pause_ms" it pauses so long before a run about once a second, for a front end that takes the
                   ///< processor to draw (lab_step's "paused").
  beside = 8,      ///< {"job": N, "config": {…}, "flavour": "threading"}: the same work in another program, CPython,
                   ///< told like a run's; its document is trilane.python/1. Where "python" is among the capabilities.
  lab_answer = 7,  ///< {"job": N, "answer": …}: to a lab_ask. Without one nothing happens.
};

/// Engine to front end.
enum class Event : std::uint16_t {
  ready = 101,     ///< {"host": {...}, "capabilities": {"threads": bool, ...}, "experiments": [experiment_to_json…]}
  repeat = 102,    ///< RepeatEvent: a repeat begins; earlier spans and tiles belong to the one before.
  progress = 103,  ///< ProgressEvent, about 20 times a second.
  spans = 104,     ///< SpansEvent
  tile = 105,      ///< TileEvent
  result = 106,    ///< {"job": N, "index": i, "of": n, "result": trilane.run/1}: one run of the job is done.
  done = 107,      ///< {"job": N, "document": trilane.run/1, .sweep/1 or .lab/2}: the job is done.
  failed = 108,    ///< {"job": N, "error": {"message", "field"}}: the job ended without a result.
  started = 109,   ///< {"job": N, "index": i, "of": n, "config": {...}, "lanes": k, "picture_side": s}: a run begins.
                   ///< "of" is 0 where it is not known beforehand (an experiment).
  lab_step = 110,  ///< {"job": N, "fraction": 0..1, "what": {en, ru}, "paused": bool}: how far an experiment is, what
                   ///< it does, and whether it pauses now.
  turn = 112,      ///< {"job": N, "index": i}: what follows is of this run, which began earlier.
  lab_ask = 111,   ///< {"job": N, "state": {…}}: an experiment waits for a lab_answer.
};

struct RepeatEvent {
  std::int32_t repeat = 0;  ///< From 0; -1: warm-up.
  std::int32_t of = 1;
};
struct ProgressEvent {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double elapsed_ms = 0;
};
struct TileEvent {
  Workload::Tile tile;
  std::uint16_t lane = 0;
  std::vector<std::uint8_t> pixels;
};

/// Spans are sent in chunks that fit a frame.
inline constexpr std::size_t kSpansPerFrame = 65536;

Bytes encode(const RepeatEvent& event);
Bytes encode(const ProgressEvent& event);
Bytes encode(const TileEvent& event);
Bytes encode_spans(std::span<const Span> spans);
Result<RepeatEvent> decode_repeat(std::span<const std::byte> payload);
Result<ProgressEvent> decode_progress(std::span<const std::byte> payload);
/// Checks that the pixels are as many as the tile says.
Result<TileEvent> decode_tile(std::span<const std::byte> payload);
/// Checks kinds and times: an end before its begin, or a kind that does not exist, is refused.
Result<std::vector<Span>> decode_spans(std::span<const std::byte> payload);

}  // namespace trilane::protocol
