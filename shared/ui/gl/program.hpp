// A GL program from two of the bodies in shaders/. The context is current; UI thread.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace trilane::ui::gl {

class Program {
 public:
  Program() = default;
  /// Nothing to do: the program goes with its context, which may be gone already.
  ~Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Compiles and links once; puts the #version that this context takes before both bodies. The error is the driver's
  /// own words, with `name` before them; trying again gives the same error at no cost, until forget().
  Status build(const std::string& name, std::span<const unsigned char> vertex, std::span<const unsigned char> fragment);
  bool ready() const { return id_ != 0; }
  unsigned id() const { return id_; }
  /// -1 for a uniform that the compiler has left out: GL ignores what is set there.
  int uniform(const char* name) const;
  /// The context is gone, and the program with it.
  void forget();

 private:
  unsigned id_ = 0;
  std::string error_;
};

/// Of the context: GLSL's first line, and precisions where they are asked for.
std::string glsl_header();

}  // namespace trilane::ui::gl
