// Puts finished tiles into the picture of a run.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "models/model.hpp"

namespace trilane {

/// Any thread: tiles do not overlap. `pixels` are whole rows of the task's tile, from row `first_row` of it on;
/// anything else is ignored (it can only come from a broken child, whose checksum then tells).
inline void place_tile(RunContext& context, std::uint32_t task, std::uint16_t lane,
                       std::span<const std::uint8_t> pixels, std::uint32_t first_row = 0) {
  const Workload::Tile tile = context.workload.tile(task);
  const std::size_t side = context.workload.picture_side();
  if (tile.width == 0 || pixels.size() % tile.width != 0) return;
  const std::size_t rows = pixels.size() / tile.width;
  if (first_row > tile.height || rows > tile.height - first_row) return;
  for (std::size_t row = 0; row < rows; ++row) {
    std::ranges::copy(
        pixels.subspan(row * tile.width, tile.width),
        context.picture.begin() + static_cast<std::ptrdiff_t>((tile.y + first_row + row) * side + tile.x));
  }
  if (first_row + rows != tile.height || task >= context.tile_done.size()) return;
  // Release: who sees it may read the pixels.
  context.tile_done[task].store(static_cast<std::uint16_t>(lane + 1), std::memory_order_release);
}

/// The tile's pixels, read back from the picture.
inline std::vector<std::uint8_t> read_tile(const RunContext& context, const Workload::Tile& tile) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(std::size_t{tile.width} * tile.height);
  const std::size_t side = context.workload.picture_side();
  for (std::size_t row = 0; row < tile.height; ++row) {
    const auto begin = context.picture.begin() + static_cast<std::ptrdiff_t>((tile.y + row) * side + tile.x);
    pixels.insert(pixels.end(), begin, begin + tile.width);
  }
  return pixels;
}

}  // namespace trilane
