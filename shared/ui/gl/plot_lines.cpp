#include "ui/gl/plot_lines.hpp"

#include <algorithm>
#include <cstddef>

#include "embedded/plot_lines_frag.hpp"
#include "embedded/plot_lines_vert.hpp"
#include "ui/gl/gl.hpp"
#include "ui/gl/scissor.hpp"

namespace trilane::ui::gl {
namespace {

const void* offset(std::size_t bytes) { return reinterpret_cast<const void*>(bytes); }

}  // namespace

bool PlotLines::draw(ImDrawList& list, std::span<const PlotPoint> points) {
  if (!program_.build("shaders/plot_lines", embedded::plot_lines_vert, embedded::plot_lines_frag)) return false;
  if (frame_ != ImGui::GetFrameCount()) {
    frame_ = ImGui::GetFrameCount();
    used_ = points_ = uploaded_bytes_ = 0;
  }
  if (points.size() < 2) return true;
  if (used_ == batches_.size()) batches_.push_back(std::make_unique<Batch>(Batch{this, 0, 0, {}, true}));
  Batch& batch = *batches_[used_++];
  points_ += points.size();
  if (!std::ranges::equal(points, batch.points)) {
    batch.points.assign(points.begin(), points.end());
    batch.changed = true;
  }
  list.AddCallback(callback, &batch);
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
  return true;
}

void PlotLines::callback(const ImDrawList*, const ImDrawCmd* command) {
  Batch& batch = *static_cast<Batch*>(command->UserCallbackData);
  batch.lines->render(batch, *command);
}

void PlotLines::upload(Batch& batch) {
  if (batch.arrays == 0) {
    glGenVertexArrays(1, &batch.arrays);
    glGenBuffers(1, &batch.buffer);
    batch.changed = true;
  }
  glBindVertexArray(batch.arrays);
  glBindBuffer(GL_ARRAY_BUFFER, batch.buffer);
  if (!batch.changed) return;
  batch.changed = false;
  const std::size_t bytes = batch.points.size() * sizeof(PlotPoint);
  uploaded_bytes_ += bytes;
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(bytes), batch.points.data(), GL_STREAM_DRAW);
  constexpr GLsizei kStride = sizeof(PlotPoint);
  glVertexAttribPointer(0, 3, GL_FLOAT, GL_FALSE, kStride, offset(offsetof(PlotPoint, x)));
  glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, kStride, offset(offsetof(PlotPoint, color)));
  glVertexAttribIPointer(2, 4, GL_UNSIGNED_BYTE, kStride, offset(offsetof(PlotPoint, width_16ths)));
  // The segment's other end is the next point.
  glVertexAttribPointer(3, 3, GL_FLOAT, GL_FALSE, kStride, offset(kStride + offsetof(PlotPoint, x)));
  for (GLuint i = 0; i < 4; ++i) {
    glEnableVertexAttribArray(i);
    glVertexAttribDivisor(i, 1);
  }
}

void PlotLines::render(Batch& batch, const ImDrawCmd& command) {
  if (!program_.ready()) return;
  upload(batch);
  clip_to(command.ClipRect);
  blend_over();
  glUseProgram(program_.id());
  const ImVec2 screen = screen_size();
  glUniform2f(program_.uniform("u_screen"), 2 / screen.x, -2 / screen.y);
  glUniform1f(program_.uniform("u_scale"), screen_scale());
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(batch.points.size() - 1));
}

void PlotLines::forget() {
  program_.forget();
  for (const auto& batch : batches_) batch->arrays = batch->buffer = 0;
}

}  // namespace trilane::ui::gl
