#include "base/json_reader.hpp"

#include <gtest/gtest.h>

namespace trilane {
namespace {

using nlohmann::json;

TEST(JsonReader, ReadsWhatIsThereAndTakesTheOtherwiseForWhatIsNot) {
  const json document = {{"job", 7},           {"fraction", 0.5},       {"paused", true}, {"name", "x"},
                         {"nothing", nullptr}, {"what", {{"en", "y"}}}, {"list", {1, 2}}};
  JsonReader reader(document);
  EXPECT_EQ(reader.whole("job", 0), 7);
  EXPECT_EQ(reader.number("fraction", 0), 0.5);
  EXPECT_EQ(reader.number("job", 0), 7);
  EXPECT_TRUE(reader.flag("paused", false));
  EXPECT_EQ(reader.text("name", ""), "x");
  EXPECT_EQ(reader.text("nothing", "otherwise"), "otherwise");
  EXPECT_EQ(reader.whole("missing", -1), -1);
  EXPECT_EQ(reader.object("what"), (json{{"en", "y"}}));
  EXPECT_EQ(reader.array("list"), (json{1, 2}));
  EXPECT_EQ(reader.object("missing"), json::object());
  EXPECT_FALSE(reader.error());
}

TEST(JsonReader, AWrongTypeIsAnErrorAndTheFirstOneStays) {
  const json document = {{"job", "seven"}, {"fraction", {1}}, {"paused", 1}, {"name", 2},
                         {"what", 3},      {"list", "x"},     {"half", 0.5}, {"huge", UINT64_MAX}};
  for (const char* name : {"job", "half", "huge"}) {
    JsonReader reader(document);
    EXPECT_EQ(reader.whole(name, 5), 5);
    ASSERT_TRUE(reader.error()) << name;
    EXPECT_EQ(reader.error()->field, name);
  }
  JsonReader reader(document);
  EXPECT_EQ(reader.number("fraction", 2), 2);
  EXPECT_FALSE(reader.flag("paused", false));
  EXPECT_EQ(reader.text("name", "z"), "z");
  EXPECT_EQ(reader.object("what"), json::object());
  EXPECT_EQ(reader.array("list"), json::array());
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->field, "fraction");
}

TEST(JsonReader, ADocumentThatIsNoObjectIsAnError) {
  for (const json& document : {json(), json(3), json::array({1}), json("text")}) {
    JsonReader reader(document);
    EXPECT_EQ(reader.whole("job", 1), 1);
    EXPECT_TRUE(reader.error());
  }
}

}  // namespace
}  // namespace trilane
