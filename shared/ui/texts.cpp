#include "ui/texts.hpp"

#include <cmath>
#include <cstdio>

#include "base/digits.hpp"

namespace trilane::ui {
namespace {

constexpr const char* kNoBreakSpace = "\u00a0";

consteval int count_of(std::string_view text, std::string_view what) {
  int n = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

struct Row {
  const char* key;
  const char* texts[2];
  consteval Row(const char* row_key, const char* en, const char* ru) : key(row_key), texts{en, ru} {
    // A throw in a constant expression is a compile error that shows this line.
    if (std::string_view(en).empty() || std::string_view(ru).empty()) throw "a translation is missing";
    if (count_of(en, "{}") != count_of(ru, "{}")) throw "the languages have different placeholders";
    const int forms_en = count_of(en, "|");
    const int forms_ru = count_of(ru, "|");
    if (forms_en != 0 && (forms_en != 1 || forms_ru != 2)) throw "plural forms: two in English, three in Russian";
    if (forms_en == 0 && forms_ru != 0) throw "plural forms in one language only";
  }
};

constexpr Row kRows[] = {
#define TEXT(id, en, ru) Row(#id, en, ru),
#include "ui/texts.def"
#undef TEXT
};
static_assert(sizeof(kRows) / sizeof(kRows[0]) == static_cast<std::size_t>(T::count));

/// Which of the '|'-separated forms goes with n (Unicode CLDR plural rules for integers).
int plural_form(Lang lang, std::uint64_t n) {
  if (lang == Lang::en) return n == 1 ? 0 : 1;
  const std::uint64_t ten = n % 10;
  const std::uint64_t hundred = n % 100;
  if (ten == 1 && hundred != 11) return 0;
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 1 : 2;
}

std::string print(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

void drop_trailing_zeros(std::string& text) {
  if (text.find('.') == std::string::npos) return;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
}

/// Decimals that show `digits` significant digits of `value`.
int decimals_for(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value)) + 1e-9));
  const int decimals = digits - 1 - magnitude;
  return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

struct Unit {
  double ms;
  const char* names[2];
};
constexpr Unit kDurations[] = {
    {1e-6, {"ns", "нс"}}, {1e-3, {"µs", "мкс"}}, {1, {"ms", "мс"}}, {1e3, {"s", "с"}}, {6e4, {"min", "мин"}}};

const Unit& unit_for(double ms) {
  const double size = std::fabs(ms);
  if (size == 0) return kDurations[2];
  if (size < 0.9995e-3) return kDurations[0];
  if (size < 0.9995) return kDurations[1];
  if (size < 9999.5) return kDurations[2];
  return size < 6e5 ? kDurations[3] : kDurations[4];
}

}  // namespace

const char* text(Lang lang, T id) { return kRows[static_cast<std::size_t>(id)].texts[static_cast<int>(lang)]; }
std::string_view text_key(T id) { return kRows[static_cast<std::size_t>(id)].key; }

std::optional<T> find_text(std::string_view key) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(T::count); ++i) {
    if (key == kRows[i].key) return static_cast<T>(i);
  }
  return std::nullopt;
}

std::string fill(std::string_view pattern, std::initializer_list<std::string_view> arguments) {
  std::string out;
  const auto* next = arguments.begin();
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t hole = pattern.find("{}", at);
    out += pattern.substr(at, hole - at);
    if (hole == std::string_view::npos) break;
    if (next != arguments.end()) out += *next++;
    at = hole + 2;
  }
  return out;
}

std::string Words::with_comma(std::string text) const { return decimal(std::move(text), lang_ == Lang::ru); }

std::string Words::counted(std::uint64_t n, T forms) const {
  std::string_view rest = text(lang_, forms);
  for (int form = plural_form(lang_, n); form > 0; --form) rest.remove_prefix(rest.find('|') + 1);
  return integer(n) + kNoBreakSpace + std::string(rest.substr(0, rest.find('|')));
}

std::string Words::integer(std::uint64_t n) const { return grouped(std::to_string(n)); }

std::string Words::number(double value, int digits) const {
  if (!std::isfinite(value)) return (*this)(T::not_available);
  if (std::fabs(value) >= 1e15) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    return with_comma(buffer);
  }
  const int decimals = decimals_for(value, digits);
  if (decimals == 0) {
    const std::string grouped = integer(static_cast<std::uint64_t>(std::llround(std::fabs(value))));
    return value < -0.5 ? "−" + grouped : grouped;
  }
  std::string out = print(value, decimals);
  drop_trailing_zeros(out);
  return with_comma(out);
}

std::string Words::compact(double value) const {
  static constexpr struct {
    double size;
    const char* suffix;
  } kSizes[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
  for (const auto& [size, suffix] : kSizes) {
    if (std::fabs(value) >= size * 10 || (size > 1e3 && std::fabs(value) >= size))
      return number(value / size, 3) + suffix;
  }
  return number(value, 4);
}

std::string Words::duration_ms(double ms) const {
  if (!std::isfinite(ms)) return (*this)(T::not_available);
  const Unit& unit = unit_for(ms);
  const double value = ms / unit.ms;
  std::string out = print(value, decimals_for(value, 3));
  drop_trailing_zeros(out);
  return with_comma(out) + kNoBreakSpace + unit.names[static_cast<int>(lang_)];
}

std::string Words::axis_ms(double ms, double scale_ms, double step_ms) const {
  const Unit& unit = unit_for(scale_ms);
  const double step = step_ms / unit.ms;
  int decimals = 0;
  for (double scaled = step; decimals < 6 && std::fabs(scaled - std::round(scaled)) > 1e-6 * scaled; scaled *= 10)
    ++decimals;
  return with_comma(print(ms / unit.ms + 0.0, decimals)) + kNoBreakSpace + unit.names[static_cast<int>(lang_)];
}

std::string Words::per_second(double tasks_per_s) const {
  return number(tasks_per_s, 3) + kNoBreakSpace + tasks_per_s_unit();
}

std::string Words::bytes(double bytes) const {
  static constexpr Unit kSizes[] = {{1024.0 * 1024 * 1024, {"GiB", "ГиБ"}},
                                    {1024.0 * 1024, {"MiB", "МиБ"}},
                                    {1024.0, {"KiB", "КиБ"}},
                                    {1, {"B", "Б"}}};
  for (const Unit& unit : kSizes) {
    if (bytes >= unit.ms || unit.ms == 1) {
      return number(bytes / unit.ms, 3) + kNoBreakSpace + unit.names[static_cast<int>(lang_)];
    }
  }
  return {};
}

std::string Words::times(double ratio) const {
  if (!std::isfinite(ratio)) return (*this)(T::not_available);
  return with_comma(print(ratio, ratio < 10 ? 2 : ratio < 100 ? 1 : 0)) + "×";
}

std::string Words::percent(double fraction, int decimals) const {
  return with_comma(print(fraction * 100, decimals)) + kNoBreakSpace + "%";
}

}  // namespace trilane::ui
