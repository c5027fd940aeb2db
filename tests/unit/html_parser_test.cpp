// What is read of a page: by the standard's rules, whatever the bytes are.
#include "platform/html_parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/hash.hpp"

namespace trilane {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HtmlParser, TitleLinksAndText) {
  const auto page = parse_page(
      "<!doctype html><title> A &amp; B &eacute;</title><style>p{}</style><p>one<p>two<script>'<a href=x>'</script>"
      "<a href=/x>three</a><A HREF>four</A><a name=x>five</a>");
  EXPECT_EQ(page.title, "A & B \xC3\xA9");
  EXPECT_EQ(page.links, 2U);
  EXPECT_EQ(page.text_hash, fnv1a(" A & B \xC3\xA9onetwothreefourfive"));
}

TEST(HtmlParser, OmittedTagsMeanTheSame) {
  EXPECT_EQ(parse_page("<ul><li>1<li>2</ul><table><tr><td>3").text_hash,
            parse_page("<html><body><ul><li>1</li><li>2</li></ul><table><tbody><tr><td>3</td></tr></tbody></table>")
                .text_hash);
  EXPECT_EQ(parse_page("").text_hash, kFnvBasis);
}

TEST(HtmlParser, TitleIsTheFirstAndCutAtACharacter) {
  EXPECT_EQ(parse_page("<svg><title>no</title></svg><title>yes</title><title>late</title>").title, "yes");
  const std::string title = parse_page(repeated("<title>x", 1) + repeated("\xC3\xA9", 400) + "</title>").title;
  EXPECT_EQ(title, std::string("x").append(repeated("\xC3\xA9", 255)));
}

TEST(HtmlParser, LongFlatPagesAreReadToTheirEnd) {
  EXPECT_EQ(parse_page(repeated("<p>text<li><a href=x>l</a><br><img src=a>", 10'000)).links, 10'000U);
  EXPECT_EQ(parse_page("<table>" + repeated("<tr><td>1<td><a href=x>2</a>", 10'000)).links, 10'000U);
  EXPECT_EQ(parse_page("<script>" + repeated("'<div>'", 10'000) + "</script><a href=x>").links, 1U);
  EXPECT_EQ(parse_page(repeated("<!-- <div> -->", 10'000) + "<a href=x>").links, 1U);
}

TEST(HtmlParser, HostilePagesEnd) {
  for (const char* tag :
       {"<div>", "<b>", "<svg>", "<svg><li>", "<table><td>", "<a href=x>", "<font size=1>", "<select>", "<option>",
        "<x></y>", "<template>", "<ruby><rt>", "<", "</", "<!", "<!--", "<a ", "&"})
    parse_page("<title>t</title>" + repeated(tag, 100'000));
  std::string formatting;
  for (int i = 0; i < 400; ++i) formatting += "<b id=" + std::to_string(i) + ">";
  parse_page(formatting + repeated("<p>x", 100'000));  // every paragraph repeats all of them
  EXPECT_EQ(parse_page("<title>t</title>" + repeated("<div>", 100'000)).title, "t");
  EXPECT_EQ(parse_page(std::string_view("<title>a\0b</title>\xFF\xFE\0", 21)).title.substr(0, 1), "a");
}

}  // namespace
}  // namespace trilane
