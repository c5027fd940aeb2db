#include "ui/gl/picture_renderer.hpp"

#include "embedded/picture_frag.hpp"
#include "embedded/picture_vert.hpp"
#include "ui/gl/gl.hpp"
#include "ui/gl/scissor.hpp"

namespace trilane::ui::gl {

Status PictureRenderer::prepare() {
  return program_.build("shaders/picture", embedded::picture_vert, embedded::picture_frag);
}

void PictureRenderer::upload(std::uint32_t side, std::span<const std::uint8_t> pairs) {
  GLint before = 0;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &before);
  if (texture_ == 0) glGenTextures(1, &texture_);
  glBindTexture(GL_TEXTURE_2D, texture_);
  // The shader reads single texels and blends their colours itself.
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  const auto size = static_cast<GLsizei>(side);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RG8, size, size, 0, GL_RG, GL_UNSIGNED_BYTE, pairs.data());
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(before));
  side_ = side;
}

void PictureRenderer::draw(ImDrawList& list, const Look& look) {
  look_ = look;
  if (!has_texture()) return;
  list.AddCallback(callback, this);
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void PictureRenderer::callback(const ImDrawList*, const ImDrawCmd* command) {
  static_cast<PictureRenderer*>(command->UserCallbackData)->render(*command);
}

void PictureRenderer::render(const ImDrawCmd& command) {
  if (!program_.ready() || !has_texture()) return;
  if (arrays_ == 0) glGenVertexArrays(1, &arrays_);
  glBindVertexArray(arrays_);  // no attributes: the corner is the vertex's number
  clip_to(command.ClipRect);
  blend_over();
  glUseProgram(program_.id());
  const ImVec2 screen = screen_size();
  const auto clip_x = [&](float x) { return x * 2 / screen.x - 1; };
  const auto clip_y = [&](float y) { return 1 - y * 2 / screen.y; };
  glUniform4f(program_.uniform("u_place"), clip_x(look_.min.x), clip_y(look_.min.y), clip_x(look_.max.x),
              clip_y(look_.max.y));
  const ImVec4 blank = ImGui::ColorConvertU32ToFloat4(look_.blank);
  glUniform4f(program_.uniform("u_blank"), blank.x, blank.y, blank.z, blank.w);
  glUniform1f(program_.uniform("u_tinted"), look_.tinted ? 1.0F : 0.0F);
  glUniform1f(program_.uniform("u_side"), static_cast<float>(side_));
  glUniform2f(program_.uniform("u_size"), (look_.max.x - look_.min.x) * screen_scale(),
              (look_.max.y - look_.min.y) * screen_scale());
  glUniform1i(program_.uniform("u_counts"), 0);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, texture_);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

void PictureRenderer::forget() {
  program_.forget();
  texture_ = arrays_ = 0;
}

}  // namespace trilane::ui::gl
