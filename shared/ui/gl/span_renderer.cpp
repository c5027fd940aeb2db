#include "ui/gl/span_renderer.hpp"

#include <algorithm>
#include <cstddef>

#include "embedded/spans_frag.hpp"
#include "embedded/spans_vert.hpp"
#include "ui/gl/gl.hpp"
#include "ui/gl/scissor.hpp"

namespace trilane::ui::gl {
namespace {

constexpr int kModels = 8;  // u_full's and u_dim's length
static_assert(kRacers <= kModels);

void put(const ImU32* from, int count, float (*to)[4]) {
  for (int i = 0; i < count; ++i) {
    const ImVec4 color = ImGui::ColorConvertU32ToFloat4(from[i]);
    to[i][0] = color.x;
    to[i][1] = color.y;
    to[i][2] = color.z;
    to[i][3] = color.w;
  }
}

const void* offset(std::size_t bytes) { return reinterpret_cast<const void*>(bytes); }

}  // namespace

Status SpanRenderer::prepare() { return program_.build("shaders/spans", embedded::spans_vert, embedded::spans_frag); }

void SpanRenderer::draw(ImDrawList& list, const Look& look, std::span<const SpanQuad> quads) {
  look_ = look;
  uploaded_bytes_ = 0;
  if (!std::ranges::equal(quads, quads_)) {
    quads_.assign(quads.begin(), quads.end());
    changed_ = true;
  }
  if (quads_.empty()) return;
  list.AddCallback(callback, this);
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void SpanRenderer::callback(const ImDrawList*, const ImDrawCmd* command) {
  static_cast<SpanRenderer*>(command->UserCallbackData)->render(*command);
}

void SpanRenderer::upload() {
  if (arrays_ == 0) {
    glGenVertexArrays(1, &arrays_);
    glGenBuffers(1, &buffer_);
    changed_ = true;
  }
  glBindVertexArray(arrays_);
  glBindBuffer(GL_ARRAY_BUFFER, buffer_);
  if (!changed_) return;
  changed_ = false;
  uploaded_bytes_ = quads_.size() * sizeof(SpanQuad);
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(uploaded_bytes_), quads_.data(), GL_STREAM_DRAW);
  constexpr GLsizei kStride = sizeof(SpanQuad);
  glVertexAttribIPointer(0, 4, GL_UNSIGNED_SHORT, kStride, offset(offsetof(SpanQuad, x0)));
  glVertexAttribIPointer(1, 4, GL_UNSIGNED_BYTE, kStride, offset(offsetof(SpanQuad, fill)));
  glVertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, kStride, offset(offsetof(SpanQuad, share)));
  for (GLuint i = 0; i < 3; ++i) {
    glEnableVertexAttribArray(i);
    glVertexAttribDivisor(i, 1);
  }
}

void SpanRenderer::render(const ImDrawCmd& command) {
  if (!program_.ready()) return;
  upload();
  clip_to(command.ClipRect);
  blend_over();
  glUseProgram(program_.id());
  const ImVec2 screen = screen_size();
  glUniform4f(program_.uniform("u_place"), look_.origin.x, look_.origin.y, 2 / screen.x, -2 / screen.y);
  glUniform1f(program_.uniform("u_scale"), screen_scale());
  glUniform1f(program_.uniform("u_faded"), look_.faded);
  float colors[kModels][4] = {};
  put(look_.colors->model, kRacers, colors);
  glUniform4fv(program_.uniform("u_full"), kModels, &colors[0][0]);
  put(look_.colors->model_dim, kRacers, colors);
  glUniform4fv(program_.uniform("u_dim"), kModels, &colors[0][0]);
  const auto color = [&](const char* name, ImU32 value) {
    put(&value, 1, colors);
    glUniform4fv(program_.uniform(name), 1, &colors[0][0]);
  };
  color("u_lock", look_.colors->lock_dim);
  color("u_alarm", look_.colors->lock);
  color("u_lane", look_.colors->lane);
  color("u_text", look_.colors->text);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(quads_.size()));
}

void SpanRenderer::forget() {
  program_.forget();
  arrays_ = buffer_ = 0;
  changed_ = true;
}

}  // namespace trilane::ui::gl
