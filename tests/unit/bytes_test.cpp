#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"

namespace trilane {
namespace {

struct Sample {
  std::uint32_t a;
  double b;
  bool operator==(const Sample&) const = default;
};

Bytes sample_message() {
  ByteWriter writer;
  writer.put(std::uint8_t{7});
  writer.put(std::int64_t{-5});
  writer.put_text("дорожка");
  writer.put_array(std::span<const std::uint16_t>(std::vector<std::uint16_t>{1, 2, 3}));
  return writer.take();
}

void read_sample(ByteReader& reader) {
  reader.get<std::uint8_t>();
  reader.get<std::int64_t>();
  reader.get_text();
  reader.get_array<std::uint16_t>();
}

TEST(Bytes, ComeBackAsWritten) {
  const Bytes bytes = sample_message();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.get<std::uint8_t>(), 7);
  EXPECT_EQ(reader.get<std::int64_t>(), -5);
  EXPECT_EQ(reader.get_text(), "дорожка");
  EXPECT_EQ(reader.get_array<std::uint16_t>(), (std::vector<std::uint16_t>{1, 2, 3}));
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.remaining(), 0U);
}

TEST(Bytes, TruncatedAtEveryLengthAreRefusedAndReadAsZero) {
  const Bytes whole = sample_message();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // A copy of exactly this size, so that a sanitizer sees a read past its end.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    ByteReader reader(cut);
    read_sample(reader);
    EXPECT_FALSE(reader.ok()) << length;
    EXPECT_FALSE(reader.done()) << length;
    EXPECT_EQ(reader.get<std::uint64_t>(), 0U) << "after the first short read every read gives zero";
  }
}

TEST(Bytes, LeftOverAreNoticed) {
  Bytes longer = sample_message();
  longer.push_back(std::byte{0});
  ByteReader reader(longer);
  read_sample(reader);
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.done());
}

TEST(Bytes, HostileCountsAllocateNothing) {
  for (const std::uint32_t count : {5U, 0x10000000U, 0x20000000U, 0x7fffffffU, 0x80000001U, 0xffffffffU}) {
    ByteWriter writer;
    writer.put(count);
    writer.put(std::uint32_t{1});
    const Bytes bytes = writer.take();
    ByteReader array(bytes);
    EXPECT_TRUE(array.get_array<Sample>().empty());
    EXPECT_FALSE(array.ok()) << count;
    ByteReader text(bytes);
    EXPECT_TRUE(text.get_text().empty());
    EXPECT_FALSE(text.ok()) << count;
  }
}

TEST(Bytes, EmptyTextAndArrayAreFine) {
  ByteWriter writer;
  writer.put_text("");
  writer.put_array(std::span<const Sample>());
  const Bytes bytes = writer.take();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.get_text(), "");
  EXPECT_TRUE(reader.get_array<Sample>().empty());
  EXPECT_TRUE(reader.done());
}

// Random sequences of fields, written and read back.
TEST(Bytes, RoundTripWhateverIsWritten) {
  Random random(11);
  for (int trial = 0; trial < 500; ++trial) {
    const std::uint64_t plan = random.next();
    ByteWriter writer;
    std::vector<std::string> texts;
    std::vector<std::vector<Sample>> arrays;
    for (int field = 0; field < 16; ++field) {
      if ((plan >> field) & 1) {
        texts.emplace_back(random.next() % 40, static_cast<char>(random.next()));
        writer.put_text(texts.back());
      } else {
        arrays.emplace_back(random.next() % 9, Sample{static_cast<std::uint32_t>(random.next()), random.unit()});
        // Padding inside Sample is part of what is copied; only its members are compared.
        writer.put_array(std::span<const Sample>(arrays.back()));
      }
    }
    const Bytes bytes = writer.take();
    ByteReader reader(bytes);
    auto text = texts.begin();
    auto array = arrays.begin();
    for (int field = 0; field < 16; ++field) {
      if ((plan >> field) & 1) {
        ASSERT_EQ(reader.get_text(), *text++);
      } else {
        ASSERT_EQ(reader.get_array<Sample>(), *array++);
      }
    }
    ASSERT_TRUE(reader.done());
  }
}

}  // namespace
}  // namespace trilane
