// What the web server reads from a stranger: requests, as they come over a connection. Bytes that come all at once and
// bytes that come in pieces must be read as the same requests.
#include <algorithm>
#include <string>

#include "base/check.hpp"
#include "fuzz/targets.hpp"
#include "http_request_reader.hpp"

namespace trilane::fuzz {
namespace {

using native::HttpRequestReader;

bool leads_upwards(const std::string& path) {
  const std::string slashed = path + "/";
  return slashed.find("/../") != slashed.npos || slashed.find("/./") != slashed.npos;
}

/// What a request that is whole was read as; checks what every handler relies on.
std::string read_whole(HttpRequestReader& reader) {
  std::string what = reader.closes() ? "last " : "";
  if (reader.has_wrong_method()) return what + "405\n";
  const auto request = reader.take();
  if (!request) {
    TRILANE_CHECK(!request.error().message.empty());
    return what + "400\n";
  }
  TRILANE_CHECK(request->path.starts_with('/') && !leads_upwards(request->path));
  TRILANE_CHECK(
      std::ranges::none_of(request->path, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; }));
  TRILANE_CHECK(request->path.size() + request->query.size() <= HttpRequestReader::kMaxTargetBytes);
  TRILANE_CHECK(request->headers.size() <= HttpRequestReader::kMaxHeaders);
  std::size_t bytes = 0;
  what += (request->head ? "HEAD " : "GET ") + request->path + "?" + request->query + "\n";
  for (const auto& [name, value] : request->headers) {
    bytes += name.size() + value.size();
    what += name + ":" + value + "\n";
  }
  TRILANE_CHECK(bytes <= HttpRequestReader::kMaxHeaderBytes);
  return what;
}

/// Everything that a connection reads out of `text` when it comes in pieces of `piece` bytes.
std::string read_in_pieces(std::string_view text, std::size_t piece) {
  HttpRequestReader reader;
  reader.begin();
  std::string what;
  while (!text.empty()) {
    const std::string_view next = text.substr(0, piece);
    const std::size_t used = reader.feed(next);
    TRILANE_CHECK(used <= next.size());
    text.remove_prefix(used);
    if (reader.state() == HttpRequestReader::State::refused) {
      TRILANE_CHECK(reader.closes() && reader.refusal().status >= 400);
      // Which of several limits it met first depends on where the pieces end; that it is refused does not.
      return what + "refused\n";
    }
    if (reader.state() == HttpRequestReader::State::reading) {
      TRILANE_CHECK(used == next.size());  // else it would be fed the same bytes for ever
      continue;
    }
    what += read_whole(reader);
    if (reader.closes()) return what;
    reader.begin();
  }
  return what;
}

}  // namespace

void run_http_request(std::span<const std::byte> input) {
  if (input.empty()) return;
  const std::size_t piece = std::to_integer<std::size_t>(input[0]) + 1;
  std::string text;
  for (const std::byte byte : input.subspan(1)) text += std::to_integer<char>(byte);
  TRILANE_CHECK(read_in_pieces(text, text.size()) == read_in_pieces(text, piece));
}

std::vector<Bytes> http_request_seeds() {
  std::string many = "\x10GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 110; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  std::vector<Bytes> seeds;
  for (const std::string& text : {
           std::string(
               "\x02GET /lab/pages/7?ms=5 HTTP/1.1\r\nHost: localhost:8080\r\nAccept-Encoding: br;q=1, gzip\r\n\r\n"),
           std::string("\x01GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
           std::string("\x7fGET http://a/%2e%2e/etc HTTP/1.0\r\n\r\n"),
           std::string("\x03POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
           std::string("\x04GET /a%00b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
           std::string("\x05GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
           "\x40GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
           many + "\r\n",
           std::string("\x09GET * HTTP/3.0\r\nX: a\r\n b\r\n\r\n"),
       }) {
    const auto bytes = as_byte_span(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}

}  // namespace trilane::fuzz
