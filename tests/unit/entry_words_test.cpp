// What an entry of a lab document says in words: thresholds, terms, the plan of looks.
#include "experiments/entry_words.hpp"

#include <gtest/gtest.h>

#include "experiments/words.hpp"

namespace trilane::lab {
namespace {

Predicate of(std::string_view kind, double yes, double no, bool every = false) {
  Predicate one;
  one.kind = kind;
  one.yes = yes;
  one.no = no;
  one.every = every;
  one.target = 1;
  return one;
}

TEST(EntryWords, ThresholdsSayFromWhereOnItHolds) {
  EXPECT_EQ(thresholds_of(of("at_least", 5.2, 3.1)).en, "yes from 5.2, no below 3.1");
  EXPECT_EQ(thresholds_of(of("at_most", 1.2, 1.35)).ru, "да до 1,2, нет выше 1,35");
  EXPECT_EQ(thresholds_of(of("within", 0.1, 0.2)).en, "yes within 1 ± 0.1, no beyond ± 0.2");
  EXPECT_EQ(thresholds_of(of("within", 0, 0, true)).ru, "ровно 1 в каждом повторе");
  EXPECT_EQ(thresholds_of(of("at_least", 2, 2, true)).en, "2 or more, in every round");
  EXPECT_EQ(thresholds_of(of("at_most", 0, 0, true)).en, "0 or less, in every round");
}

TEST(EntryWords, APlanSaysWhatItsIntervalsCoverAndWhy) {
  const auto words = [](std::uint32_t rounds, double error, bool chosen) {
    return plan_words(Plan{.rounds = rounds, .error = error, .chosen = chosen});
  };
  EXPECT_NE(words(7, 0.016, false).en.find("covers 98.4 %"), std::string::npos);
  EXPECT_NE(words(7, 0.016, false).en.find("all looks together cover 95 %"), std::string::npos);
  EXPECT_EQ(words(6, 0.05, true).en.find("looks"), std::string::npos) << "there is one";
  EXPECT_NE(words(6, 0.05, true).ru.find("после 6 повторов"), std::string::npos);
  EXPECT_NE(words(1, 0.05, true).ru.find("после 1 повтора: для интервала этого мало"), std::string::npos);
}

TEST(EntryWords, TermsNameTheCase) {
  Fairness one{.of = "gil", .workers = 4, .creation = "outside", .start = "cold"};
  EXPECT_EQ(terms_row(one)[0].ru, "потоки с GIL");
  EXPECT_EQ(terms_row(one)[1].en, "4");
  EXPECT_EQ(terms_row(one)[2], kNothing);
  EXPECT_EQ(terms_row(one)[3].en, "before it");
  one.label = {"4 threads", "4 потока"};
  EXPECT_EQ(terms_row(one)[0].ru, "4 потока");
  one.creation = "of another version";
  EXPECT_EQ(terms_row(one)[3].en, "of another version");
  EXPECT_EQ(terms_row(one).size(), terms_head().size());
}

}  // namespace
}  // namespace trilane::lab
