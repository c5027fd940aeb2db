// Numbers and words of the lab, as people write them.
#include <gtest/gtest.h>

#include "experiments/words.hpp"

namespace trilane {
namespace {

TEST(LabWords, NumbersReadAsPeopleWriteThem) {
  const std::pair<double, BothTexts> numbers[] = {{8, {"8", "8"}},
                                                  {40.0, {"40", "40"}},
                                                  {0, {"0", "0"}},
                                                  {-0.0, {"0", "0"}},
                                                  {123'457, {"123\u202f457", "123\u202f457"}},  // whole: exact
                                                  {7.913, {"7.91", "7,91"}},
                                                  {1234.56, {"1230", "1230"}},
                                                  {-98765.4, {"-98\u202f800", "-98\u202f800"}}};
  for (const auto& [value, text] : numbers) EXPECT_EQ(lab::number(value), text) << value;
  const lab::Noun wait{"wait", "waits", "ожидание", "ожидания", "ожиданий"};
  const std::pair<double, const char*> cases[] = {{0, "0 ожиданий"},     {1, "1 ожидание"},     {2, "2 ожидания"},
                                                  {5, "5 ожиданий"},     {11, "11 ожиданий"},   {21, "21 ожидание"},
                                                  {112, "112 ожиданий"}, {2.5, "2,50 ожидания"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(lab::counted(value, wait).ru, text);
  EXPECT_EQ(lab::counted(1, wait).en, "1 wait");
  EXPECT_EQ(lab::times(lab::Estimate{8, 8, 8}).ru, "в 8 [8;\u00a08] раз");
  EXPECT_EQ(lab::times(lab::Estimate{2.5, 2.4, 2.6}).ru, "в 2,50 [2,40;\u00a02,60] раза");
  EXPECT_EQ(lab::with_interval(std::nullopt).ru, "нет данных");
}

}  // namespace
}  // namespace trilane
