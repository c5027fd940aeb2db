#include "workloads/lab_page.hpp"

#include <array>
#include <string_view>

#include "base/random.hpp"

namespace trilane {
namespace {

constexpr std::uint32_t kLinkedPages = 10'000;
/// Left for the last paragraph and the end: more than one block can overshoot.
constexpr std::size_t kReserveBytes = 160;
constexpr std::string_view kEnd = "\n</body>\n</html>\n";

// Some are not ASCII, and some are character references: text that a search for '<' would not get right.
constexpr std::array<std::string_view, 64> kWords = {
    "thread", "process", "loop",        "queue",          "worker",  "task",      "socket",     "kernel",
    "lock",   "signal",  "buffer",      "page",           "cache",   "core",      "clock",      "time",
    "wait",   "wake",    "poll",        "read",           "write",   "commit",    "row",        "table",
    "index",  "request", "answer",      "server",         "client",  "port",      "stream",     "frame",
    "stack",  "heap",    "memory",      "fence",          "atomic",  "race",      "order",      "yield",
    "resume", "spawn",   "join",        "cost",           "latency", "lag",       "trace",      "span",
    "plot",   "median",  "поток",       "процесс",        "цикл",    "очередь",   "ответ",      "R&amp;D",
    "a&lt;b", "x&gt;0",  "&eacute;tat", "d&#233;j&#xe0;", "&mdash;", "caf\u00e9", "na\u00efve", "&copy;"};

/// Appends to one string, drawing from one stream of random numbers: whole numbers only, so that every platform agrees.
class PageWriter {
 public:
  PageWriter(std::uint32_t page, std::uint64_t seed, std::size_t bytes)
      : page_(page), seed_(seed), bytes_(bytes), random_(mix64(seed) ^ mix64(page + 0x7472696c616e65ULL)) {
    out_.reserve(bytes + 256);
  }

  std::string make() {
    head();
    for (std::uint32_t section = 1; has_room(); ++section) {
      heading(section);
      paragraph();
      for (std::uint32_t block = 0; block < 4 && has_room(); ++block) {
        switch (below(6)) {
          case 0: list(); break;
          case 1: table(); break;
          case 2: code(); break;
          case 3: links(); break;
          default: paragraph();
        }
      }
    }
    fill();
    out_ += kEnd;
    return std::move(out_);
  }

 private:
  /// Every block asks often, so that none overshoots by more than a few words.
  bool has_room() const { return out_.size() + kReserveBytes + kEnd.size() < bytes_; }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>((random_.next() >> 32) * limit >> 32); }
  std::string_view word() { return kWords[random_.next() >> 58]; }
  void number(std::uint64_t value) { out_ += std::to_string(value); }

  void words(std::uint32_t count) {
    out_ += word();
    for (std::uint32_t i = 1; i < count && has_room(); ++i) {
      out_ += ' ';
      out_ += word();
    }
  }

  void link() {
    out_ += "<a href=\"/lab/pages/";
    number(below(kLinkedPages));
    out_ += "?seed=";
    number(seed_);
    out_ += "\">";
    words(2);
    out_ += "</a>";
  }

  void head() {
    out_ += "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=\"utf-8\">\n<title>Page ";
    number(page_);
    out_ += ":";
    for (int i = 0; i < 3; ++i) {
      out_ += ' ';
      out_ += word();
    }
    // What looks like markup in these two is none.
    out_ +=
        "</title>\n<style>p > a { color: #06c } td::after { content: \"</p>\" }</style>\n"
        "<script>if (1 < 2 && \"<a href='/no'>\".length > 3) { document.title += \"\"; }</script>\n"
        "</head>\n<body class=\"lab\">\n<!-- <a href=\"/no\">not a link</a> -->\n<h1>Page ";
    number(page_);
    out_ += "</h1>\n<p>";
    link();
  }

  // The end tags of <p>, <li>, <tr> and <td> may be omitted, and are: only a parser that knows the rules finds the
  // tree.
  void heading(std::uint32_t section) {
    out_ += section % 3 == 1 ? "\n<h2 id=s" : "\n<h3 id=s";
    number(section);
    out_ += '>';
    words(3);
    out_ += section % 3 == 1 ? "</h2>" : "</h3>";
  }

  void paragraph() {
    out_ += "\n<p>";
    for (std::uint32_t parts = 3 + below(6); parts != 0 && has_room(); --parts) {
      words(4 + below(8));
      switch (below(6)) {
        case 0:
          out_ += " <b>";
          words(2);
          out_ += "</b>";
          break;
        case 1:
          out_ += " <i>";
          words(1 + below(2));
          out_ += "</i>";
          break;
        case 2:
          out_ += ' ';
          link();
          break;
        default: out_ += ',';
      }
      out_ += ' ';
    }
    if (below(2) == 0) out_ += "</p>";
  }

  void list() {
    out_ += below(2) == 0 ? "\n<ul>" : "\n<ul class=\"wide\">";
    for (std::uint32_t items = 2 + below(4); items != 0 && has_room(); --items) {
      out_ += "\n<li>";
      words(2 + below(4));
      if (below(3) == 0 && has_room()) {
        out_ += "\n<ol><li>";
        words(2);
        out_ += "<li>";
        words(2);
        out_ += "</ol>";
      }
    }
    out_ += "\n</ul>";
  }

  void table() {
    out_ += "\n<table><tr><th>";
    words(1);
    out_ += "<th>";
    words(1);
    for (std::uint32_t rows = 2 + below(4); rows != 0 && has_room(); --rows) {
      out_ += "\n<tr><td>";
      words(2);
      out_ += "<td data-n='";
      number(below(1000));
      out_ += "'>";
      number(below(1'000'000));
    }
    out_ += "\n</table>";
  }

  void code() {
    out_ += "\n<pre>\nfor (int i = 0; i &lt; ";
    number(below(1000));
    out_ += "; ++i) ";
    words(1);
    out_ += "(i);\n</pre>";
  }

  void links() {
    out_ += "\n<div class=\"next\">";
    for (std::uint32_t count = 2 + below(3); count != 0 && has_room(); --count) {
      link();
      out_ += "<br>";
    }
    out_ += "</div>";
  }

  /// The last paragraph takes what is left.
  void fill() {
    constexpr std::string_view kOpen = "\n<p>";
    constexpr std::string_view kFiller = "and so on ";
    const std::size_t used = out_.size() + kOpen.size() + kEnd.size();
    if (used >= bytes_) return;
    out_ += kOpen;
    for (std::size_t i = 0; i < bytes_ - used; ++i) out_ += kFiller[i % kFiller.size()];
  }

  std::uint32_t page_;
  std::uint64_t seed_;
  std::size_t bytes_;
  Random random_;
  std::string out_;
};

}  // namespace

std::string make_lab_page(std::uint32_t page, std::uint64_t seed, std::uint32_t bytes) {
  return PageWriter(page, seed, bytes).make();
}

}  // namespace trilane
