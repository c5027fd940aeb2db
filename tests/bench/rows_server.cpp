// The latency server under load: the server role in a process of its own, and here a client that can do nothing but
// send one request again and again over connections that are kept alive, on a bare libuv loop.
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "bench/table.hpp"
#include "event_loop_uv.hpp"
#include "platform/child_process.hpp"
#include "platform/clock.hpp"

namespace trilane::bench {
namespace {

constexpr int kClients = 1000;
constexpr int kWaitMs = 50;
constexpr int kRequestsEach = 60;  // 3 s
constexpr int kWaiting = 10'000;

/// `trilane --lab-server`, played by this program.
class Server final : ChildListener {
 public:
  explicit Server(native::UvEventLoop& loop) {
    auto child = ChildProcess::spawn(loop, ChildRole::server, *this);
    TRILANE_CHECK(child.has_value());
    child_ = std::move(*child);
    loop.run_until([this] { return line_.ends_with('\n'); });
  }
  int port() const { return std::atoi(line_.c_str()); }
  double rss_mb() const {
    std::ifstream file("/proc/" + std::to_string(child_->pid()) + "/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
  }

 private:
  void on_bytes(std::span<const std::byte> bytes) override {
    line_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void on_exit(const ChildExit& exit) override {
    std::fprintf(stderr, "bench: the server ended: %s\n", exit.reason.c_str());
    std::exit(1);
  }

  std::unique_ptr<ChildProcess> child_;
  std::string line_;
};

class Load;

struct Connection {
  Load* load = nullptr;
  uv_tcp_t tcp{};
  uv_connect_t connect{};
  std::int64_t sent_ns = 0;
  std::size_t received = 0;
  int left = 0;
  bool counted = true;  // the request under way
};

/// `clients` connections that send `each` requests of `wait_ms` one after another.
class Load {
 public:
  Load(native::UvEventLoop& loop, int port, int clients, int each, int wait_ms)
      : loop_(loop),
        request_(request_text(std::to_string(wait_ms))),
        connections_(static_cast<std::size_t>(clients)),
        wait_ns_(wait_ms * std::int64_t{1'000'000}) {
    sockaddr_in address{};
    uv_ip4_addr("127.0.0.1", port, &address);
    for (Connection& one : connections_) {
      one.load = this;
      one.left = each;
      one.tcp.data = &one;
      uv_tcp_init(loop_.uv(), &one.tcp);
      uv_tcp_connect(&one.connect, &one.tcp, reinterpret_cast<const sockaddr*>(&address),
                     [](uv_connect_t* connect, int status) {
                       TRILANE_CHECK(status == 0);
                       ++static_cast<Connection*>(connect->handle->data)->load->connected_;
                     });
    }
    // Connecting is not what is measured.
    loop_.run_until([this] { return connected_ == connections_.size(); });
  }
  ~Load() {
    for (Connection& one : connections_) {
      ++closing_;
      uv_close(reinterpret_cast<uv_handle_t*>(&one.tcp),
               [](uv_handle_t* handle) { --static_cast<Connection*>(handle->data)->load->closing_; });
    }
    loop_.run_until([this] { return closing_ == 0; });
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// `spread`: the requests come evenly over time, as those of many clients do, and not all in one instant: each
  /// connection begins with a request that is not counted and waits for its part of the first round.
  void start(bool spread = false) {
    for (Connection& one : connections_) {
      uv_tcp_nodelay(&one.tcp, 1);
      uv_read_start(
          reinterpret_cast<uv_stream_t*>(&one.tcp),
          [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
            const auto memory = static_cast<Connection*>(handle->data)->load->loop_.read_buffer();
            *buffer = uv_buf_init(memory.data(), static_cast<unsigned>(memory.size()));
          },
          [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
            TRILANE_CHECK(size >= 0);
            auto& connection = *static_cast<Connection*>(stream->data);
            connection.load->on_bytes(connection, {buffer->base, static_cast<std::size_t>(size)});
          });
      if (spread) {
        const auto part = static_cast<double>(&one - connections_.data()) / static_cast<double>(connections_.size());
        one.counted = false;
        send(one, request_text(std::to_string(static_cast<int>(part * static_cast<double>(wait_ns_) / 1e6))));
      } else {
        send(one, request_);
      }
    }
  }
  void wait() {
    loop_.run_until([this] { return done_ == connections_.size(); });
  }
  std::size_t done() const { return done_; }
  double p99_lateness_ms() {
    std::ranges::sort(late_ns_);
    return static_cast<double>(late_ns_[late_ns_.size() * 99 / 100]) / 1e6;
  }

 private:
  static std::string request_text(const std::string& ms) {
    return "GET /lab/latency?ms=" + ms + "&bytes=100 HTTP/1.1\r\nHost: bench\r\n\r\n";
  }
  void send(Connection& to, const std::string& request) {
    uv_buf_t buffer = uv_buf_init(const_cast<char*>(request.data()), static_cast<unsigned>(request.size()));
    to.received = 0;
    to.sent_ns = now_ns();
    TRILANE_CHECK(uv_try_write(reinterpret_cast<uv_stream_t*>(&to.tcp), &buffer, 1) ==
                  static_cast<int>(request.size()));
  }
  void on_bytes(Connection& from, std::string_view bytes) {
    // Every answer is as long as the first one, whose body is 100 bytes.
    if (answer_bytes_ == 0) {
      const std::size_t end = bytes.find("\r\n\r\n");
      TRILANE_CHECK(bytes.starts_with("HTTP/1.1 200 OK\r\n") && end != bytes.npos);
      answer_bytes_ = end + 4 + 100;
    }
    from.received += bytes.size();
    TRILANE_CHECK(from.received <= answer_bytes_);
    if (from.received < answer_bytes_) return;
    if (std::exchange(from.counted, true)) {
      late_ns_.push_back(now_ns() - from.sent_ns - wait_ns_);
      --from.left;
    }
    if (from.left > 0)
      send(from, request_);
    else
      ++done_;
  }

  native::UvEventLoop& loop_;
  std::string request_;
  std::vector<Connection> connections_;
  std::int64_t wait_ns_;
  std::vector<std::int64_t> late_ns_;
  std::size_t answer_bytes_ = 0;
  std::size_t connected_ = 0;
  std::size_t done_ = 0;
  std::size_t closing_ = 0;
};

double p99_lateness_ms() {
  native::UvEventLoop loop;
  double p99 = 0;
  {
    Server server(loop);
    Load load(loop, server.port(), kClients, kRequestsEach, kWaitMs);
    load.start(true);
    load.wait();
    p99 = load.p99_lateness_ms();
  }
  return p99;
}

double requests_per_s() {
  native::UvEventLoop loop;
  double rate = 0;
  {
    Server server(loop);
    Load load(loop, server.port(), kClients, kRequestsEach, kWaitMs);
    rate = kClients * kRequestsEach / seconds([&] {
             load.start();
             load.wait();
           });
  }
  return rate;
}

double waiting_rss_mb() {
  native::UvEventLoop loop;
  double most = 0;
  {
    Server server(loop);
    // Long enough for all of them to have been read, and the whole time counts, their answers too.
    Load load(loop, server.port(), kWaiting, 1, 3000);
    load.start();
    loop.run_until([&] {
      most = std::max(most, server.rss_mb());
      return load.done() == kWaiting;
    });
  }
  return most;
}

}  // namespace

void server_rows() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  run({.what = "server: requests answered, 1,000 at once of 50 ms",
       .limit_name = "1,000 / 50 ms",
       .unit = "/s",
       .limit = [] { return kClients * 1000.0 / kWaitMs; },
       .ours = requests_per_s,
       .least_ratio = 0.9,
       .rounds = 3});
  run({.what = "server: p99 lateness, 1,000 at once of 50 ms",
       .limit_name = "",
       .unit = "ms",
       .limit = {},
       .ours = p99_lateness_ms,
       .most = 10,
       .rounds = 3});
  if (files.rlim_max >= 14'000) {
    run({.what = "server: memory with 10,000 requests waiting",
         .limit_name = "",
         .unit = "MB",
         .limit = {},
         .ours = waiting_rss_mb,
         .most = 100,
         .rounds = 3});
  } else {
    std::puts("server: memory with 10,000 requests waiting: needs a limit of 14,000 open files (ulimit -Hn)");
  }
}

}  // namespace trilane::bench
