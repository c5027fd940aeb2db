// The event loop's HTTP client against the lab's own server in another process: what share of the ideal number of
// requests a second it reaches when every answer takes 50 ms, and what each request costs it.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "bench/table.hpp"
#include "platform/child_process.hpp"
#include "platform/event_loop.hpp"
#include "platform/http_client.hpp"

namespace trilane::bench {
namespace {

constexpr int kConcurrent = 1000;
constexpr int kWaitMs = 50;
constexpr int kRequests = 60'000;
constexpr double kIdealPerS = kConcurrent * 1000.0 / kWaitMs;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

double cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

/// The server's first line is its port.
class Server final : public ChildListener {
 public:
  explicit Server(EventLoop& loop) {
    auto child = ChildProcess::spawn(loop, ChildRole::server, *this);
    if (!child) give_up(child.error().message);
    child_ = std::move(*child);
    loop.run_until([this] { return said_.ends_with('\n'); });
  }
  void on_bytes(std::span<const std::byte> bytes) override {
    said_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void on_exit(const ChildExit& exit) override { give_up(exit.reason); }
  std::string url() const {
    return "http://127.0.0.1:" + said_.substr(0, said_.size() - 1) +
           "/lab/latency?bytes=100&ms=" + std::to_string(kWaitMs);
  }

 private:
  std::string said_;
  std::unique_ptr<ChildProcess> child_;
};

/// Keeps kConcurrent requests under way until `count` are done.
class Load {
 public:
  Load(EventLoop& loop, std::string url) : loop_(loop), url_(std::move(url)) {
    auto client = AsyncHttpClient::create(loop, 0);
    if (!client) give_up(client.error().message);
    client_ = std::move(*client);
  }

  void run(int count) {
    left_ = count;
    under_way_ = 0;
    while (under_way_ < kConcurrent) next();
    loop_.run_until([this] { return under_way_ == 0; });
  }

 private:
  void next() {
    if (left_ == 0) return;
    --left_;
    ++under_way_;
    client_->get({.url = url_}, [this](const Result<HttpAnswer>& answer) {
      if (!answer) give_up(answer.error().message);
      if (answer->status != 200 || answer->body.size() != 100) give_up("a wrong answer");
      --under_way_;
      next();
    });
  }

  EventLoop& loop_;
  std::string url_;
  std::unique_ptr<AsyncHttpClient> client_;
  int left_ = 0;
  int under_way_ = 0;
};

}  // namespace

void client_rows() {
  const auto loop = EventLoop::create();
  Server server(*loop);
  Load load(*loop, server.url());
  load.run(kConcurrent);  // connects
  double cpu_each_us = 0;
  double requests_per_s = 0;
  const auto measure = [&] {
    const double cpu_before = cpu_us();
    requests_per_s = kRequests / seconds([&] { load.run(kRequests); });
    cpu_each_us = (cpu_us() - cpu_before) / kRequests;
    return requests_per_s;
  };
  run({.what = "client: 1,000 concurrent requests of 50 ms",
       .limit_name = "1,000 / 50 ms",
       .unit = "/s",
       .limit = [] { return kIdealPerS; },
       .ours = measure,
       .least_ratio = 0.9,
       .rounds = 3});
  // The ideal rate leaves this much of one core for each request.
  run({.what = "client: CPU of each request",
       .limit_name = "one core at the ideal rate",
       .unit = "us",
       .limit = [] { return 1e6 / kIdealPerS; },
       .ours = [&] { return measure(), cpu_each_us; },
       .most_ratio = 1,
       .rounds = 3});
}

}  // namespace trilane::bench
