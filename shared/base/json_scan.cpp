#include "base/json_scan.hpp"

#include <array>

namespace trilane {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool ends_word(char c) { return is_space(c) || c == ',' || c == ':' || c == ']' || c == '}'; }

std::unexpected<Error> at_byte(std::size_t at, const char* what) {
  return fail(std::string(what) + " at byte " + std::to_string(at) + ".");
}

}  // namespace

void JsonScan::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

char JsonScan::peek() {
  skip_space();
  return at_end() ? '\0' : text_[at_];
}

bool JsonScan::take(char wanted) {
  if (peek() != wanted || at_end()) return false;
  ++at_;
  return true;
}

std::unexpected<Error> JsonScan::ends_early() const {
  return fail("The text ends in the middle, after " + std::to_string(text_.size()) + " bytes: it was cut off.");
}

Status JsonScan::pass_string() {
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\\') {
      ++at_;
    } else if (text_[at_] == '"') {
      ++at_;
      return {};
    }
  }
  return ends_early();
}

Result<std::string_view> JsonScan::value() {
  skip_space();
  const std::size_t begin = at_;
  std::array<char, kMaxDepth> closing{};  // of the open brackets
  std::size_t depth = 0;
  do {
    skip_space();
    if (at_end()) return ends_early();
    const char c = text_[at_];
    if (c == '"') {
      if (Status string = pass_string(); !string) return std::unexpected(string.error());
    } else if (c == '{' || c == '[') {
      if (depth == kMaxDepth) return at_byte(at_, "The text is nested deeper than 64 levels");
      closing[depth++] = c == '{' ? '}' : ']';
      ++at_;
    } else if (c == '}' || c == ']') {
      if (depth == 0 || closing[depth - 1] != c) return at_byte(at_, "The text is not JSON: a bracket is misplaced");
      --depth;
      ++at_;
    } else if (c == ',' || c == ':') {
      if (depth == 0) return at_byte(at_, "The text is not JSON: a value is missing");
      ++at_;
    } else {
      while (at_ < text_.size() && !ends_word(text_[at_]) && text_[at_] != '"') ++at_;
      // A number or a word at the very end may go on.
    }
  } while (depth != 0);
  return text_.substr(begin, at_ - begin);
}

Status check_json_shape(std::string_view text) {
  JsonScan scan(text);
  if (auto value = scan.value(); !value) return std::unexpected(value.error());
  scan.skip_space();
  if (!scan.at_end()) return at_byte(scan.at(), "The text is not one JSON value: something follows it");
  return {};
}

}  // namespace trilane
