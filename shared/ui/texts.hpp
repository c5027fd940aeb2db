// The text catalogue: every text that people read, in both languages (texts.def), and the number formats that go with
// a language. Pure; no ImGui; any thread. A missing or empty translation does not compile.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace trilane::ui {

enum class Lang : std::uint8_t { en, ru };

/// Ids of the catalogue, in the order of texts.def.
enum class T : std::uint16_t {
#define TEXT(id, en, ru) id,
#include "ui/texts.def"
#undef TEXT
  count,
};

/// The text; never empty.
const char* text(Lang lang, T id);
/// The id's name in texts.def: what the JS API and the DOM mirror call it.
std::string_view text_key(T id);
/// Nothing for an unknown key.
std::optional<T> find_text(std::string_view key);

/// Replaces each "{}" by the next argument; arguments that are missing become "".
std::string fill(std::string_view pattern, std::initializer_list<std::string_view> arguments);

/// Texts and numbers in one language. Units are part of the answer, tied to the number by a no-break space.
class Words {
 public:
  explicit Words(Lang lang = Lang::en) : lang_(lang) {}
  Lang lang() const { return lang_; }

  const char* operator()(T id) const { return text(lang_, id); }
  std::string operator()(T id, std::initializer_list<std::string_view> arguments) const {
    return fill(text(lang_, id), arguments);
  }

  /// "5 tasks", "1 задача": the id's forms are separated by '|'.
  std::string counted(std::uint64_t n, T forms) const;

  /// Digits grouped by thousands.
  std::string integer(std::uint64_t n) const;
  /// About `digits` significant digits, trailing zeros kept off; 12345678 -> "12.3 M" for axes is compact().
  std::string number(double value, int digits = 3) const;
  /// Short for axes: 1.5k, 20M.
  std::string compact(double value) const;
  /// A duration: ns, µs, ms or s, three digits.
  std::string duration_ms(double ms) const;
  /// A duration in the unit that suits `scale_ms`, so that all labels of an axis share it; `step_ms` gives the
  /// decimals.
  std::string axis_ms(double ms, double scale_ms, double step_ms) const;
  std::string per_second(double tasks_per_s) const;
  std::string bytes(double bytes) const;
  /// A ratio with the sign: "2.00×", "39.9×".
  std::string times(double ratio) const;
  std::string percent(double fraction, int decimals = 0) const;
  const char* ms_unit() const { return lang_ == Lang::en ? "ms" : "мс"; }
  const char* tasks_per_s_unit() const { return lang_ == Lang::en ? "tasks/s" : "задач/с"; }

 private:
  std::string with_comma(std::string text) const;
  Lang lang_;
};

}  // namespace trilane::ui
