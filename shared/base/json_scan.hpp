// Finds the extents of JSON values without building them, so that a file of any size is read piece by piece, and a
// hostile one neither exhausts the stack nor memory. Brackets and strings are checked here; what is between them by
// whoever parses the pieces. Pure; a few ns a byte.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace trilane {

class JsonScan {
 public:
  /// Deeper values are refused: nothing that we read is.
  static constexpr std::size_t kMaxDepth = 64;

  /// The text must outlive the scan.
  explicit JsonScan(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= text_.size(); }
  void skip_space();
  /// The next character after white space; 0 at the end.
  char peek();
  /// Takes this character after white space; false when another is there.
  bool take(char wanted);
  /// Passes over one value. Errors tell where, and whether the text ends too early.
  Result<std::string_view> value();

 private:
  std::unexpected<Error> ends_early() const;
  Status pass_string();

  std::string_view text_;
  std::size_t at_ = 0;
};

/// One whole value, and nothing after it but white space. Errors as of JsonScan::value().
Status check_json_shape(std::string_view text);

}  // namespace trilane
