// Archives and checksums against known bytes; tests/browser reads a whole report's archive with another reader.
#include "base/zip.hpp"

#include <gtest/gtest.h>

#include "base/crc32.hpp"

namespace trilane {
namespace {

std::uint32_t u32(const std::string& bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i)
    out |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
  return out;
}

TEST(Zip, Crc32OfTheCheckString) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);  // ISO 3309's
  EXPECT_EQ(crc32(""), 0U);
}

TEST(Zip, HeadersDirectoryAndEndAgree) {
  const std::vector<NamedFile> files{{"report.md", "# Lab\n"}, {"figures/ускорение.png", std::string(300, '\0')}};
  const std::string zip = zip_archive(files);
  EXPECT_EQ(u32(zip, 0), 0x04034b50U);
  const std::size_t end = zip.size() - 22;
  ASSERT_EQ(u32(zip, end), 0x06054b50U);
  EXPECT_EQ(static_cast<int>(zip[end + 10]), 2);
  std::size_t at = u32(zip, end + 16);
  EXPECT_EQ(at + u32(zip, end + 12), end) << "the directory ends where the end begins";
  for (const NamedFile& file : files) {
    ASSERT_EQ(u32(zip, at), 0x02014b50U);
    EXPECT_EQ(u32(zip, at + 16), crc32(file.bytes));
    EXPECT_EQ(u32(zip, at + 20), file.bytes.size());
    EXPECT_EQ(u32(zip, at + 24), file.bytes.size());
    EXPECT_EQ(zip.substr(at + 46, file.name.size()), file.name);
    const std::size_t local = u32(zip, at + 42);
    EXPECT_EQ(u32(zip, local), 0x04034b50U);
    EXPECT_EQ(zip.substr(local + 30, file.name.size()), file.name);
    EXPECT_EQ(zip.substr(local + 30 + file.name.size(), file.bytes.size()), file.bytes);
    at += 46 + file.name.size();
  }
  EXPECT_EQ(at, end);
}

TEST(Zip, NothingIsAnArchiveToo) { EXPECT_EQ(zip_archive({}).size(), 22U); }

}  // namespace
}  // namespace trilane
