#include "workloads/html/depth.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/hash.hpp"

namespace trilane::html {
namespace {

using namespace std::string_view_literals;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

/// A tag's name as a number, in any case.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = kFnvBasis;
  for (const char c : name) {
    const char small = lower(c);
    hash = fnv1a({&small, 1}, hash);
  }
  return hash;
}

template <std::size_t N>
std::array<std::uint64_t, N> hashes(const std::array<std::string_view, N>& names) {
  std::array<std::uint64_t, N> all;
  std::transform(names.begin(), names.end(), all.begin(), name_hash);
  return all;
}

const auto kForeign = hashes(std::array{"svg"sv, "math"sv});
/// Outside of foreign content these do not nest in themselves without an element between that is counted.
const auto kFlat = hashes(std::array{
    "area"sv,  "base"sv,   "br"sv,    "col"sv,   "embed"sv,    "hr"sv,      "img"sv,  "input"sv, "link"sv, "meta"sv,
    "param"sv, "source"sv, "track"sv, "wbr"sv,   "p"sv,        "li"sv,      "dt"sv,   "dd"sv,    "tr"sv,   "td"sv,
    "th"sv,    "thead"sv,  "tbody"sv, "tfoot"sv, "colgroup"sv, "caption"sv, "html"sv, "head"sv,  "body"sv});
const auto kRaw =
    hashes(std::array{"script"sv, "style"sv, "title"sv, "textarea"sv, "xmp"sv, "iframe"sv, "noembed"sv, "noframes"sv});

template <std::size_t N>
bool has(const std::array<std::uint64_t, N>& set, std::uint64_t hash) {
  return std::find(set.begin(), set.end(), hash) != set.end();
}

/// One pass over the tags.
class DepthScan {
 public:
  DepthScan(std::string_view html, std::size_t most_open) : html_(html), most_open_(most_open) {}

  std::size_t run() {
    for (;;) {
      at_ = html_.find('<', at_);
      if (at_ == html_.npos || at_ + 1 >= html_.size()) return html_.size();
      const std::size_t tag = at_;
      const char next = html_[at_ + 1];
      if (next == '!') {
        skip_comment();
      } else if (next == '/') {
        at_ += 2;
        close(take_name());
        skip_to_end_of_tag();
      } else if (is_letter(next)) {
        ++at_;
        open(take_name());
        if (open_.size() > most_open_) return tag;
      } else {
        ++at_;
      }
    }
  }

 private:
  std::uint64_t take_name() {
    const std::size_t end = std::min(html_.find_first_of(" \t\n\f\r/>"sv, at_), html_.size());
    const std::uint64_t hash = name_hash(html_.substr(at_, end - at_));
    at_ = end;
    return hash;
  }

  /// Past the '>'; true when "/>" it was. Quoted values may hold a '>'.
  bool skip_to_end_of_tag() {
    char quote = '\0';
    for (; at_ < html_.size(); ++at_) {
      const char c = html_[at_];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if ((c == '"' || c == '\'') && html_[at_ - 1] == '=') {
        quote = c;
      } else if (c == '>') {
        return html_[at_++ - 1] == '/';
      }
    }
    return false;
  }

  void skip_comment() {
    const bool comment = html_.substr(at_, 4) == "<!--";
    const std::size_t end = html_.find(comment ? "-->"sv : ">"sv, at_ + 2);
    at_ = end == html_.npos ? html_.size() : end + 1;
  }

  void open(std::uint64_t name) {
    const bool empty = skip_to_end_of_tag();
    const bool foreign = has(kForeign, name);
    if (foreign_ == 0 && !foreign) {
      if (has(kFlat, name)) return;
      if (has(kRaw, name)) return skip_raw(name);
    } else if (empty) {
      return;
    }
    if (foreign) ++foreign_;
    open_.push_back(name);
  }

  /// An end tag ends the innermost element of its name and all in it; without such an element it means nothing.
  void close(std::uint64_t name) {
    const auto innermost = std::find(open_.rbegin(), open_.rend(), name);
    if (innermost == open_.rend()) return;
    while (open_.back() != name) pop();
    pop();
  }

  void pop() {
    if (has(kForeign, open_.back())) --foreign_;
    open_.pop_back();
  }

  /// Past the end tag of an element that holds text only.
  void skip_raw(std::uint64_t name) {
    while ((at_ = html_.find("</"sv, at_)) != html_.npos) {
      at_ += 2;
      if (take_name() == name) break;
    }
    at_ = std::min(at_, html_.size());
  }

  std::string_view html_;
  std::size_t most_open_;
  std::size_t at_ = 0;
  std::size_t foreign_ = 0;  // open <svg> and <math>
  std::vector<std::uint64_t> open_;
};

}  // namespace

std::size_t shallow_length(std::string_view html, std::size_t most_open) { return DepthScan(html, most_open).run(); }

}  // namespace trilane::html
