#include "ui/texts.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

namespace trilane::ui {
namespace {

constexpr int kTexts = static_cast<int>(T::count);

// What a user reads with the no-break spaces made plain, to keep the expectations readable.
std::string plain(std::string text) {
  for (const char* space : {"\u00a0", "\u202f"}) {
    for (std::size_t at = text.find(space); at != std::string::npos; at = text.find(space)) {
      text.replace(at, std::string_view(space).size(), " ");
    }
  }
  return text;
}

TEST(Texts, EveryKeyIsUniqueAndFound) {
  std::set<std::string_view> keys;
  for (int i = 0; i < kTexts; ++i) {
    const T id = static_cast<T>(i);
    EXPECT_TRUE(keys.insert(text_key(id)).second) << text_key(id);
    EXPECT_EQ(find_text(text_key(id)), id);
    EXPECT_STRNE(text(Lang::en, id), "");
    EXPECT_STRNE(text(Lang::ru, id), "");
  }
  EXPECT_FALSE(find_text("no such text"));
}

TEST(Texts, RussianIsRussian) {
  int cyrillic = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string_view russian = text(Lang::ru, static_cast<T>(i));
    // Two-byte sequences of the Cyrillic block begin with D0 or D1.
    cyrillic += russian.find('\xd0') != std::string_view::npos || russian.find('\xd1') != std::string_view::npos;
  }
  EXPECT_GT(cyrillic, kTexts * 8 / 10) << "most texts must be translated, not copied";
}

TEST(Texts, AreValidUtf8) {
  for (int i = 0; i < kTexts; ++i) {
    for (const Lang lang : {Lang::en, Lang::ru}) {
      int following = 0;
      for (const char c : std::string_view(text(lang, static_cast<T>(i)))) {
        const auto byte = static_cast<unsigned char>(c);
        if (following > 0) {
          ASSERT_EQ(byte & 0xc0, 0x80) << text_key(static_cast<T>(i));
          --following;
        } else {
          following = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
          ASSERT_FALSE(byte >= 0x80 && byte < 0xc0) << text_key(static_cast<T>(i));
        }
      }
      ASSERT_EQ(following, 0);
    }
  }
}

TEST(Fill, ReplacesHolesInOrderAndSurvivesTooFewOrTooMany) {
  EXPECT_EQ(fill("{} of {}", {"3", "5"}), "3 of 5");
  EXPECT_EQ(fill("{} of {}", {"3"}), "3 of ");
  EXPECT_EQ(fill("none", {"3"}), "none");
  EXPECT_EQ(fill("{}", {"{}"}), "{}") << "an argument is not a pattern";
  EXPECT_EQ(fill("", {}), "");
}

TEST(Words, NumbersAreGroupedAndRounded) {
  const Words en(Lang::en);
  const Words ru(Lang::ru);
  EXPECT_EQ(plain(en.integer(1234567)), "1 234 567");
  EXPECT_EQ(plain(en.integer(1234)), "1234");
  EXPECT_EQ(en.number(0.012345), "0.0123");
  EXPECT_EQ(ru.number(0.012345), "0,0123") << "the decimal comma";
  EXPECT_EQ(en.number(2.5), "2.5");
  EXPECT_EQ(en.number(0), "0");
}

TEST(Words, DurationsHaveTheUnitThatFits) {
  const Words en(Lang::en);
  EXPECT_EQ(plain(en.duration_ms(0.0000123)), "12.3 ns");
  EXPECT_EQ(plain(en.duration_ms(0.0123)), "12.3 µs");
  EXPECT_EQ(plain(en.duration_ms(12.3)), "12.3 ms");
  EXPECT_EQ(plain(en.duration_ms(12'300)), "12.3 s");
  EXPECT_EQ(plain(Words(Lang::ru).duration_ms(12.3)), "12,3 мс");
  EXPECT_NO_FATAL_FAILURE(en.duration_ms(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_NO_FATAL_FAILURE(en.duration_ms(std::numeric_limits<double>::infinity()));
}

TEST(Words, BytesAndPercent) {
  const Words en(Lang::en);
  EXPECT_EQ(plain(en.bytes(512)), "512 B");
  EXPECT_EQ(plain(en.bytes(1536)), "1.5 KiB");
  EXPECT_EQ(plain(en.bytes(3.0 * 1024 * 1024)), "3 MiB");
  EXPECT_EQ(plain(en.percent(0.25)), "25 %");
}

}  // namespace
}  // namespace trilane::ui
