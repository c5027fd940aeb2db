#include "trace/wire.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace trilane::wire {
namespace {

struct Message {
  std::uint16_t type;
  Bytes payload;
};

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<Message> random_messages(Random& random, std::size_t count) {
  std::vector<Message> messages;
  for (std::size_t i = 0; i < count; ++i) {
    Message message{static_cast<std::uint16_t>(random.next()), Bytes(random.next() % 300)};
    for (auto& byte : message.payload) byte = static_cast<std::byte>(random.next());
    messages.push_back(std::move(message));
  }
  return messages;
}

std::string error_after(std::span<const std::byte> stream) {
  FrameReader reader;
  reader.feed(stream);
  Frame frame;
  for (;;) {
    const auto more = reader.next(frame);
    if (!more) return more.error().message;
    if (!*more) return {};
  }
}

TEST(Wire, FramesSurviveAnyCutOfTheStream) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    const auto sent = random_messages(random, 20);
    FrameWriter writer;
    Bytes stream;
    for (const auto& message : sent) writer.append(message.type, message.payload, stream);

    FrameReader reader;
    std::vector<Message> received;
    for (std::size_t at = 0; at < stream.size();) {
      // Mostly crumbs, sometimes several frames at once.
      const std::size_t size =
          std::min<std::size_t>(random.next() % (random.next() % 4 == 0 ? 2000 : 24), stream.size() - at);
      reader.feed(std::span(stream).subspan(at, size));
      at += size;
      Frame frame;
      for (;;) {
        const auto more = reader.next(frame);
        ASSERT_TRUE(more) << more.error().message;
        if (!*more) break;
        received.push_back({frame.type, Bytes(frame.payload.begin(), frame.payload.end())});
      }
    }
    ASSERT_EQ(received.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
      EXPECT_EQ(received[i].type, sent[i].type);
      EXPECT_EQ(received[i].payload, sent[i].payload);
    }
  }
}

TEST(Wire, ByteByByteGivesAFrameExactlyAtItsLastByte) {
  FrameWriter writer;
  const Bytes stream = writer.frame(42, bytes_of({1, 2, 3}));
  FrameReader reader;
  Frame frame;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    EXPECT_FALSE(reader.next(frame).value()) << "complete " << stream.size() - i << " bytes too early";
    reader.feed(std::span(stream).subspan(i, 1));
  }
  ASSERT_TRUE(reader.next(frame).value());
  EXPECT_EQ(frame.type, 42);
  EXPECT_EQ(frame.payload.size(), 3U);
  EXPECT_FALSE(reader.next(frame).value());
}

TEST(Wire, TheLargestPayloadFitsAndOneByteMoreIsRefusedFromItsHeaderAlone) {
  FrameWriter writer;
  const Bytes largest = writer.frame(1, Bytes(kMaxPayload));
  EXPECT_EQ(error_after(largest), "");

  Bytes header(largest.begin(), largest.begin() + kHeaderSize);
  const std::uint32_t too_large = kMaxPayload + 1;
  std::memcpy(header.data() + 12, &too_large, sizeof(too_large));
  EXPECT_NE(error_after(header).find(std::to_string(too_large)), std::string::npos)
      << "refused without waiting for the payload, and naming the size";
}

TEST(Wire, AnotherVersionIsNamed) {
  Bytes frame = FrameWriter().frame(1, {});
  frame[3] = std::byte{9};
  const std::string message = error_after(frame);
  EXPECT_NE(message.find("version 9"), std::string::npos) << message;
}

TEST(Wire, ForeignBytesAreNotFrames) {
  EXPECT_NE(error_after(as_byte_span("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "");
  EXPECT_NE(error_after(Bytes(64)), "");
}

TEST(Wire, UnknownFlagsAreRefused) {
  Bytes frame = FrameWriter().frame(1, {});
  frame[6] = std::byte{1};
  EXPECT_NE(error_after(frame), "");
}

TEST(Wire, LostRepeatedAndReorderedFramesAreSeen) {
  FrameWriter writer;
  const Bytes first = writer.frame(1, bytes_of({1}));
  const Bytes second = writer.frame(2, bytes_of({2}));
  const Bytes third = writer.frame(3, bytes_of({3}));
  const auto joined = [](std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  EXPECT_EQ(error_after(joined({first, second, third})), "");
  EXPECT_NE(error_after(joined({first, third})), "") << "lost";
  EXPECT_NE(error_after(joined({first, first})), "") << "repeated";
  EXPECT_NE(error_after(joined({first, third, second})), "") << "reordered";
  EXPECT_NE(error_after(joined({second})), "") << "late: the first was never seen";
}

TEST(Wire, StaysBrokenForEver) {
  FrameReader reader;
  reader.feed(Bytes(kHeaderSize));
  Frame frame;
  const auto broken = reader.next(frame);
  ASSERT_FALSE(broken);
  reader.feed(FrameWriter().frame(1, {}));  // a good frame does not heal it
  const auto still = reader.next(frame);
  ASSERT_FALSE(still);
  EXPECT_EQ(still.error().message, broken.error().message);
}

TEST(Wire, GoodFramesBeforeABreakAreStillDelivered) {
  FrameWriter writer;
  Bytes stream = writer.frame(5, bytes_of({9}));
  stream.resize(stream.size() + kHeaderSize);  // zeros: no magic
  FrameReader reader;
  reader.feed(stream);
  Frame frame;
  ASSERT_TRUE(reader.next(frame).value());
  EXPECT_EQ(frame.type, 5);
  EXPECT_FALSE(reader.next(frame));
}

// One flipped byte anywhere: an error, a wait for more, or a frame that stays inside its bounds; never a crash.
TEST(Wire, AnyFlippedByteIsSurvived) {
  Random random(3);
  FrameWriter writer;
  Bytes stream;
  for (const auto& message : random_messages(random, 3)) writer.append(message.type, message.payload, stream);
  for (std::size_t at = 0; at < stream.size(); ++at) {
    Bytes flipped = stream;
    flipped[at] ^= static_cast<std::byte>(1U << (random.next() % 8));
    FrameReader reader;
    reader.feed(flipped);
    Frame frame;
    std::size_t total = 0;
    for (;;) {
      const auto more = reader.next(frame);
      if (!more || !*more) break;
      total += kHeaderSize + frame.payload.size();
    }
    EXPECT_LE(total, stream.size());
  }
}

}  // namespace
}  // namespace trilane::wire
