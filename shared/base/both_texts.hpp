// A text in both languages of the lab, and how one is put together.
#pragma once

#include <fmt/format.h>

#include <string>
#include <type_traits>

namespace trilane {

struct BothTexts {
  std::string en;
  std::string ru;
  bool operator==(const BothTexts&) const = default;
};

/// What of an argument goes into the text of one language: a BothTexts gives the form of that language.
template <class T>
const T& in_en(const T& value) {
  return value;
}
template <class T>
const T& in_ru(const T& value) {
  return value;
}
inline const std::string& in_en(const BothTexts& texts) { return texts.en; }
inline const std::string& in_ru(const BothTexts& texts) { return texts.ru; }
template <class T>
using InText = std::conditional_t<std::is_same_v<T, BothTexts>, std::string, T>;

/// Both from the same arguments; the formats are checked by the compiler.
template <class... Args>
BothTexts both(fmt::format_string<const InText<Args>&...> en, fmt::format_string<const InText<Args>&...> ru,
               const Args&... args) {
  return {fmt::format(en, in_en(args)...), fmt::format(ru, in_ru(args)...)};
}

}  // namespace trilane
