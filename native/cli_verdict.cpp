#include "cli_verdict.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "experiments/entry_words.hpp"

namespace trilane::native {
namespace {

constexpr std::size_t kMargin = 2;
constexpr std::size_t kMarkColumn = 5;  // "yes  "
constexpr std::size_t kLeastWidth = 30;

/// Characters of UTF-8: their other bytes begin with the bits 10.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Broken at blanks; no-break spaces hold. Lines but the first begin with `indent` blanks, and `column` is where the
/// first one begins.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t at = column;
  bool fresh = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t size = length(word);
    if (!fresh && at + 1 + size > width) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
      fresh = true;
    }
    if (!fresh) {
      out += ' ';
      ++at;
    }
    out += word;
    at += size;
    fresh = false;
  }
  return out + "\n";
}

std::string paragraph(std::string_view text, std::size_t indent, std::size_t width) {
  return std::string(indent, ' ') + wrapped(text, indent, indent, width);
}

}  // namespace

std::size_t output_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

std::string verdict_text(const SavedEntry& entry, bool russian, std::size_t width) {
  const auto in = [russian](const BothTexts& texts) -> const std::string& { return lab::in(texts, russian); };
  width = std::max(width, kLeastWidth);
  constexpr std::size_t kColumn = kMargin + kMarkColumn;
  std::string out = fmt::format("{}: {}\n", entry.id, in(lab::verdict_words(entry.verdict)));
  out += paragraph(in(entry.claim), kMargin, width) + "\n";
  for (const Predicate& one : entry.predicates) {
    const std::string mark = in(lab::mark_of(one.holds));
    out += std::string(kMargin, ' ') + mark + std::string(kMarkColumn - std::min(length(mark), kMarkColumn - 1), ' ');
    out += wrapped(in(one.text), kColumn, kColumn, width);
    out += paragraph(fmt::format("{}: {}; {}", in(one.label), in(lab::value_of(one)), in(lab::thresholds_of(one))),
                     kColumn, width);
  }
  if (!entry.advice.en.empty())
    out += "\n" +
           paragraph(std::string(russian ? "Что изменить: " : "What to change: ") + in(entry.advice), kMargin, width);
  if (!entry.background.en.empty())
    out += "\n" + paragraph(in(lab::kBackground) + ": " + in(entry.background), kMargin, width);
  return out + "\n";
}

}  // namespace trilane::native
