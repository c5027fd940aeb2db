#include "workloads/html/reader.hpp"

#include <gumbo.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "workloads/html/depth.hpp"

namespace trilane::html {
namespace {

/// As deep as browsers let a page be; beyond it, a page is read up to there.
constexpr std::size_t kMaxDepth = 512;
constexpr std::size_t kMaxTitleBytes = 512;
constexpr std::size_t kBlockBytes = 256U << 10U;
/// Most memory of one parse. A page of ordinary markup takes about ten times its own length.
constexpr std::size_t kLeastArenaBytes = 32U << 20U;
constexpr std::size_t kArenaBytesPerByte = 32;

/// gumbo's memory: taken piece by piece, given back as a whole. So no tree is taken down (gumbo does that by recursion,
/// and a hostile page's tree is deep), and a page that makes gumbo ask for too much (unclosed <b> and <i>, which every
/// paragraph after them repeats) is left by a long jump: there are only gumbo's own C functions to jump out of.
class Arena {
 public:
  explicit Arena(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  static void* allocate(void* self, std::size_t size) { return static_cast<Arena*>(self)->take(size); }
  static void keep(void*, void*) {}

  std::jmp_buf full;

 private:
  void* take(std::size_t size) {
    constexpr std::size_t kAlign = alignof(std::max_align_t);
    size = (size + kAlign - 1) / kAlign * kAlign;
    if (size > left_) {
      const std::size_t block = std::max(size, kBlockBytes);
      used_bytes_ += block;
      if (used_bytes_ > most_bytes_) std::longjmp(full, 1);
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
      next_ = blocks_.back().get();
      left_ = block;
    }
    void* piece = next_;
    next_ += size;
    left_ -= size;
    return piece;
  }

  std::size_t most_bytes_;
  std::size_t used_bytes_ = 0;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

/// Null: it would take more memory than the arena gives. No object with a destructor lives in here.
const GumboOutput* parse_into(Arena& arena, std::string_view html) {
  if (setjmp(arena.full) != 0) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = Arena::allocate;
  options.deallocator = Arena::keep;
  options.userdata = &arena;
  options.max_errors = 0;  // each would remember every open element
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\n\f\r";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

/// At most `most` bytes, and no half character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

bool is_element(const GumboNode& node) { return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE; }

const GumboVector* children_of(const GumboNode& node) {
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  return is_element(node) ? &node.v.element.children : nullptr;
}

std::string text_of(const GumboElement& element) {
  std::string text;
  for (unsigned i = 0; i < element.children.length; ++i) {
    const auto& child = *static_cast<const GumboNode*>(element.children.data[i]);
    if (child.type == GUMBO_NODE_TEXT || child.type == GUMBO_NODE_WHITESPACE) text += child.v.text.text;
  }
  return text;
}

/// What is wanted of the tree, in one walk that keeps its own stack.
class Reading {
 public:
  ParsedPage of(const GumboNode& root) {
    enter(root);
    while (!open_.empty()) {
      const GumboVector& children = *children_of(*open_.back().node);
      if (open_.back().next == children.length) {
        open_.pop_back();
      } else {
        enter(*static_cast<const GumboNode*>(children.data[open_.back().next++]));
      }
    }
    page_.text_hash = hash_;
    return std::move(page_);
  }

 private:
  struct Open {
    const GumboNode* node;
    unsigned next = 0;
  };

  void enter(const GumboNode& node) {
    if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA) {
      hash_ = fnv1a(node.v.text.text, hash_);
      return;
    }
    if (children_of(node) == nullptr) return;
    if (is_element(node)) {
      const GumboElement& element = node.v.element;
      if (element.tag == GUMBO_TAG_SCRIPT || element.tag == GUMBO_TAG_STYLE) return;
      if (element.tag == GUMBO_TAG_A && gumbo_get_attribute(&element.attributes, "href") != nullptr) ++page_.links;
      // <title> of an <svg> is a tooltip.
      if (element.tag == GUMBO_TAG_TITLE && element.tag_namespace == GUMBO_NAMESPACE_HTML && !titled_) {
        titled_ = true;
        page_.title = trimmed(cut(trimmed(text_of(element)), kMaxTitleBytes));
      }
    }
    open_.push_back({&node});
  }

  ParsedPage page_;
  std::uint64_t hash_ = kFnvBasis;
  bool titled_ = false;
  std::vector<Open> open_;
};

}  // namespace

ParsedPage read_page(std::string_view html) {
  html = html.substr(0, shallow_length(html, kMaxDepth));
  for (;;) {
    Arena arena(std::max(kLeastArenaBytes, html.size() * kArenaBytesPerByte));
    if (const GumboOutput* tree = parse_into(arena, html)) return Reading().of(*tree->document);
    // Its beginning, then: the same on every machine with pointers of this size.
    html = html.substr(0, html.size() / 2);
  }
}

}  // namespace trilane::html
