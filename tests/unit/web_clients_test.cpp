// Both HTTP clients against a server that shares nothing with ours.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/event_loop.hpp"
#include "platform/http_client.hpp"
#include "unit/raw_http_server.hpp"

namespace trilane {
namespace {

using test::RawHttpServer;

/// One GET by either client.
using Get = Result<HttpAnswer> (*)(const HttpGet&);

Result<HttpAnswer> get_blocking(const HttpGet& request) {
  return BlockingHttpClient::create().value()->get(request, {});
}

Result<HttpAnswer> get_on_loop(const HttpGet& request) {
  const auto loop = EventLoop::create();
  const auto client = AsyncHttpClient::create(*loop, 0).value();
  std::optional<Result<HttpAnswer>> answer;
  client->get(request, [&](Result<HttpAnswer> got) { answer = std::move(got); });
  EXPECT_FALSE(answer) << "called back inside get()";
  loop->run_until([&] { return answer.has_value(); });
  return *answer;
}

class Clients : public testing::TestWithParam<Get> {
 protected:
  Result<HttpAnswer> get(const std::string& path, int timeout_ms = 10'000, std::size_t most = 1 << 20) {
    return GetParam()({.url = server_.url(path), .timeout_ms = timeout_ms, .max_body_bytes = most});
  }
  void expect_error(const Result<HttpAnswer>& answer, const std::string& words) {
    ASSERT_FALSE(answer) << "status " << answer->status << " for: " << words;
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
  }
  RawHttpServer server_;
};
INSTANTIATE_TEST_SUITE_P(Both, Clients, testing::Values(get_blocking, get_on_loop));

TEST_P(Clients, AnyStatusIsAnAnswer) {
  const auto ok = get("/ok");
  ASSERT_TRUE(ok) << ok.error().message;
  EXPECT_EQ(ok->status, 200);
  EXPECT_EQ(ok->body, "hello");
  EXPECT_EQ(get("/missing").value().status, 404);
  EXPECT_EQ(get("/missing").value().body, "none");
}

TEST_P(Clients, FollowsRedirectsWithinLimits) {
  EXPECT_EQ(get("/moved").value().body, "hello");
  expect_error(get("/round"), "redirected more than 5 times");
  EXPECT_FALSE(get("/file"));
}

TEST_P(Clients, NamesTheCause) {
  expect_error(get("/cut"), "closed the connection before the answer's end");
  expect_error(get("/closed"), "closed the connection without an answer");
  expect_error(get("/reset"), "reset the connection");
  expect_error(get("/slow", 50), "timed out after 50 ms");
  expect_error(get("/long", 10'000, 99'999), "longer than 99999 bytes");
  EXPECT_EQ(get("/long", 10'000, 100'000).value().body.size(), 100'000U);
  EXPECT_FALSE(get("/garbage"));
}

TEST_P(Clients, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "nonsense", "/lab/pages/1", "file:///etc/passwd", "ftp://127.0.0.1/", "http://"})
    expect_error(GetParam()({.url = url}), "not a URL");
}

TEST_P(Clients, RefusedConnection) {
  // Bound, but nobody listens: nobody else gets the port meanwhile either.
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  expect_error(GetParam()({.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/"}),
               "refused the connection");
  close(fd);
}

TEST(BlockingClient, KeepsItsConnection) {
  RawHttpServer server;
  const auto client = BlockingHttpClient::create().value();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client->get({.url = server.url("/ok")}, {}).value().body, "hello");
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests(), 20);
}

TEST(BlockingClient, StopsWhenAsked) {
  RawHttpServer server;
  const auto client = BlockingHttpClient::create().value();
  const auto answer = client->get({.url = server.url("/slow")}, [&] { return server.requests() == 0; });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "stopped");
  EXPECT_EQ(client->get({.url = server.url("/ok")}, {}).value().body, "hello");
}

class AsyncClient : public testing::Test {
 protected:
  RawHttpServer server_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::create();
  std::unique_ptr<AsyncHttpClient> client_ = AsyncHttpClient::create(*loop_, 0).value();
};

TEST_F(AsyncClient, ManyAtATimeAndAgainOverTheSameConnections) {
  constexpr int kMany = 200;
  int done = 0;
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < kMany; ++i) {
      client_->get({.url = server_.url("/ok")}, [&](Result<HttpAnswer> answer) {
        EXPECT_EQ(answer.value().body, "hello");
        ++done;
      });
    }
    loop_->run_until([&] { return done == round * kMany; });
  }
  EXPECT_EQ(server_.requests(), 2 * kMany);
  EXPECT_LE(server_.connections(), kMany);
}

TEST_F(AsyncClient, LimitsConnectionsToAHost) {
  const auto limited = AsyncHttpClient::create(*loop_, 3).value();
  int done = 0;
  for (int i = 0; i < 50; ++i)
    limited->get({.url = server_.url("/ok")}, [&](Result<HttpAnswer> answer) { done += answer.has_value() ? 1 : 100; });
  loop_->run_until([&] { return done >= 50; });
  EXPECT_EQ(done, 50);
  EXPECT_LE(server_.connections(), 3);
}

TEST_F(AsyncClient, ACallbackMayStartTheNextOne) {
  int left = 30;
  std::function<void(Result<HttpAnswer>)> next = [&](Result<HttpAnswer> answer) {
    EXPECT_TRUE(answer);
    if (--left > 0) client_->get({.url = server_.url("/ok")}, next);
  };
  client_->get({.url = server_.url("/ok")}, next);
  loop_->run_until([&] { return left == 0; });
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(AsyncClient, CancelAllEndsEveryRequest) {
  std::vector<std::string> ends;
  for (int i = 0; i < 300; ++i)
    client_->get({.url = server_.url("/slow")},
                 [&](Result<HttpAnswer> answer) { ends.push_back(answer.error().message); });
  loop_->post([&] { client_->cancel_all(); });
  loop_->run_until([&] { return ends.size() == 300; });
  EXPECT_EQ(ends, std::vector<std::string>(300, "stopped"));
}

TEST_F(AsyncClient, MayBeDestroyedWithRequestsUnderWay) {
  bool one_done = false;
  for (int i = 0; i < 20; ++i)
    client_->get({.url = server_.url("/slow")}, [](const Result<HttpAnswer>&) { ADD_FAILURE() << "called back"; });
  client_->get({.url = server_.url("/ok")}, [&](const Result<HttpAnswer>&) {
    client_.reset();  // inside of its own callback
    one_done = true;
  });
  loop_->run_until([&] { return one_done; });
}

}  // namespace
}  // namespace trilane
