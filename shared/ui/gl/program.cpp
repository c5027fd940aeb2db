#include "ui/gl/program.hpp"

#include <string_view>

#include "ui/gl/gl.hpp"

namespace trilane::ui::gl {
namespace {

std::string log_of(unsigned id, bool shader) {
  char text[1024] = "";
  GLsizei size = 0;
  if (shader) {
    glGetShaderInfoLog(id, sizeof text, &size, text);
  } else {
    glGetProgramInfoLog(id, sizeof text, &size, text);
  }
  return {text, static_cast<std::size_t>(size)};
}

/// 0 and `error` when the driver does not take it.
unsigned compile(unsigned kind, std::span<const unsigned char> body, std::string& error) {
  const unsigned id = glCreateShader(kind);
  const std::string header = glsl_header();
  const char* parts[] = {header.c_str(), reinterpret_cast<const char*>(body.data())};
  const GLint sizes[] = {static_cast<GLint>(header.size()), static_cast<GLint>(body.size())};
  glShaderSource(id, 2, parts, sizes);
  glCompileShader(id);
  GLint ok = 0;
  glGetShaderiv(id, GL_COMPILE_STATUS, &ok);
  if (ok != 0) return id;
  error = log_of(id, true);
  glDeleteShader(id);
  return 0;
}

}  // namespace

std::string glsl_header() {
  const auto* version = reinterpret_cast<const char*>(glGetString(GL_SHADING_LANGUAGE_VERSION));
  const bool es = version != nullptr && std::string_view(version).find("ES") != std::string_view::npos;
  return es ? "#version 300 es\nprecision highp float;\nprecision highp int;\n#line 1\n"
            : "#version 330 core\n#line 1\n";
}

Status Program::build(const std::string& name, std::span<const unsigned char> vertex,
                      std::span<const unsigned char> fragment) {
  if (ready()) return {};
  if (!error_.empty()) return fail(error_);
  std::string why;
  const unsigned first = compile(GL_VERTEX_SHADER, vertex, why);
  const unsigned second = first == 0 ? 0 : compile(GL_FRAGMENT_SHADER, fragment, why);
  if (second != 0) {
    const unsigned id = glCreateProgram();
    glAttachShader(id, first);
    glAttachShader(id, second);
    glLinkProgram(id);
    GLint ok = 0;
    glGetProgramiv(id, GL_LINK_STATUS, &ok);
    if (ok != 0) {
      id_ = id;
    } else {
      why = log_of(id, false);
      glDeleteProgram(id);
    }
  }
  // A program keeps its shaders alive.
  if (first != 0) glDeleteShader(first);
  if (second != 0) glDeleteShader(second);
  if (ready()) return {};
  error_ = name + ": " + (why.empty() ? std::string("the driver gives no reason") : why);
  return fail(error_);
}

int Program::uniform(const char* name) const { return glGetUniformLocation(id_, name); }

void Program::forget() {
  id_ = 0;
  error_.clear();
}

}  // namespace trilane::ui::gl
