// AsyncHttpClient: libcurl's multi interface, driven by a libuv loop.
//
// libcurl looks through all connections to a host for a free one, and each multi handle has connections of its own. So
// many requests are spread over several multi handles, each of which has few to look through.
#include <uv.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "curl_sockets.hpp"
#include "event_loop_uv.hpp"
#include "http_transfer.hpp"

namespace trilane::native {
namespace {

/// A timer that libuv may need longer than its owner does.
class Timer {
 public:
  Timer(uv_loop_t* loop, std::function<void()> fire) : state_(new State{{}, std::move(fire)}) {
    uv_timer_init(loop, &state_->handle);
    state_->handle.data = state_;
  }
  ~Timer() {
    uv_close(reinterpret_cast<uv_handle_t*>(&state_->handle),
             [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start(long after_ms) {
    uv_timer_start(
        &state_->handle, [](uv_timer_t* handle) { static_cast<State*>(handle->data)->fire(); },
        static_cast<std::uint64_t>(after_ms), 0);
  }
  void stop() { uv_timer_stop(&state_->handle); }

 private:
  struct State {
    uv_timer_t handle;
    std::function<void()> fire;
  };
  State* state_;
};

class CurlAsyncClient final : public AsyncHttpClient {
 public:
  CurlAsyncClient(UvEventLoop& loop, std::size_t max_per_host)
      : event_loop_(loop),
        loop_(loop.uv()),
        max_per_host_(static_cast<long>(std::min<std::size_t>(max_per_host, kMostConnections))),
        sockets_(
            loop_,
            [](void* self, CURLM* multi, curl_socket_t fd, int flags) {
              static_cast<CurlAsyncClient*>(self)->act(multi, fd, flags);
            },
            this),
        deliver_soon_(loop_, [this] { deliver(); }) {}

  ~CurlAsyncClient() override {
    for (Request* request : active_) curl_multi_remove_handle(request->lane->multi, request->transfer->easy());
    for (auto& lane : lanes_) curl_multi_cleanup(lane->multi);  // closes the connections
  }
  CurlAsyncClient(const CurlAsyncClient&) = delete;
  CurlAsyncClient& operator=(const CurlAsyncClient&) = delete;

  void get(HttpGet request, std::function<void(Result<HttpAnswer>)> done) override {
    Result<Request*> taken = take();
    if (!taken) return end_soon(std::move(done), std::unexpected(taken.error()));
    Request& taken_request = **taken;
    taken_request.done = std::move(done);
    if (Status begun = taken_request.transfer->begin(std::move(request)); !begun)
      return give_back(taken_request, std::unexpected(begun.error()));
    Lane* lane = choose_lane();
    if (lane == nullptr || curl_multi_add_handle(lane->multi, taken_request.transfer->easy()) != CURLM_OK)
      return give_back(taken_request, taken_request.transfer->end(CURLE_OUT_OF_MEMORY));
    ++lane->running;
    taken_request.lane = lane;
    taken_request.place = active_.size();
    active_.push_back(&taken_request);
  }

  void cancel_all() override {
    while (!active_.empty()) finish(*active_.back(), HttpTransfer::stopped());
    if (!ended_.empty()) deliver_soon_.start(0);
  }

 private:
  /// One multi handle.
  struct Lane {
    Lane(CURLM* handle, uv_loop_t* loop, CurlAsyncClient& client)
        : multi(handle), timer(loop, [this, &client] { client.act(multi, CURL_SOCKET_TIMEOUT, 0); }) {}
    CURLM* multi;
    Timer timer;
    std::size_t running = 0;
    std::size_t kept = 0;  // CURLMOPT_MAXCONNECTS
  };
  struct Request {
    std::unique_ptr<HttpTransfer> transfer;
    std::function<void(Result<HttpAnswer>)> done;
    Lane* lane = nullptr;
    std::size_t place = 0;  // in active_
  };
  struct Ended {
    std::function<void(Result<HttpAnswer>)> done;
    Result<HttpAnswer> result;
  };

  static constexpr std::size_t kMostConnections = 100'000;
  static constexpr std::size_t kLaneRequests = 128;
  static constexpr std::size_t kMostLanes = 16;
  static constexpr std::size_t kLeastKept = 64;

  /// A request that is not in use. Error: no memory.
  Result<Request*> take() {
    if (free_.empty()) {
      auto transfer = HttpTransfer::create();
      if (!transfer) return std::unexpected(transfer.error());
      sockets_.attach_easy((*transfer)->easy());
      requests_.push_back(std::make_unique<Request>(Request{std::move(*transfer), {}}));
      curl_easy_setopt(requests_.back()->transfer->easy(), CURLOPT_PRIVATE, requests_.back().get());
      free_.push_back(requests_.back().get());
    }
    Request* request = free_.back();
    free_.pop_back();
    return request;
  }

  /// The first lane with room, so that few requests reuse the same connections; null: no memory.
  Lane* choose_lane() {
    // libcurl counts connections to a host for each multi handle: a limit needs all of them on one.
    const std::size_t most_lanes = max_per_host_ > 0 ? 1 : kMostLanes;
    Lane* chosen = nullptr;
    for (auto& lane : lanes_) {
      if (chosen == nullptr || lane->running < chosen->running) chosen = lane.get();
      if (lane->running < kLaneRequests) {
        chosen = lane.get();
        break;
      }
    }
    if (chosen == nullptr || (chosen->running >= kLaneRequests && lanes_.size() < most_lanes)) chosen = add_lane();
    // As many connections stay alive as were ever used at a time.
    if (chosen != nullptr && chosen->running >= chosen->kept) {
      chosen->kept = std::max(kLeastKept, chosen->kept * 2);
      curl_multi_setopt(chosen->multi, CURLMOPT_MAXCONNECTS, static_cast<long>(chosen->kept));
    }
    return chosen;
  }

  Lane* add_lane() {
    CURLM* multi = curl_multi_init();
    if (multi == nullptr) return nullptr;
    lanes_.push_back(std::make_unique<Lane>(multi, loop_, *this));
    sockets_.attach_multi(multi);
    if (max_per_host_ > 0) curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max_per_host_);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, &lanes_.back()->timer);
    curl_multi_setopt(
        multi, CURLMOPT_TIMERFUNCTION, +[](CURLM*, long after_ms, void* of) {
          Timer& timer = *static_cast<Timer*>(of);
          if (after_ms < 0) {
            timer.stop();
          } else {
            timer.start(after_ms);
          }
          return 0;
        });
    return lanes_.back().get();
  }

  /// Lets libcurl work. Calls callbacks: may destroy this.
  void act(CURLM* multi, curl_socket_t fd, int flags) {
    int running = 0;
    curl_multi_socket_action(multi, fd, flags, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      const CURLcode code = message->data.result;
      char* of = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
      Request& request = *reinterpret_cast<Request*>(of);
      finish(request, request.transfer->end(code));
    }
    deliver();
  }

  /// Takes a request under way out of its lane; deliver() has to follow.
  void finish(Request& request, Result<HttpAnswer> result) {
    curl_multi_remove_handle(request.lane->multi, request.transfer->easy());
    --request.lane->running;
    active_[request.place] = active_.back();
    active_[request.place]->place = request.place;
    active_.pop_back();
    ended_.push_back({std::exchange(request.done, {}), std::move(result)});
    free_.push_back(&request);
  }

  /// A request that could not begin.
  void give_back(Request& request, Result<HttpAnswer> result) {
    free_.push_back(&request);
    end_soon(std::exchange(request.done, {}), std::move(result));
  }

  void end_soon(std::function<void(Result<HttpAnswer>)> done, Result<HttpAnswer> result) {
    ended_.push_back({std::move(done), std::move(result)});
    deliver_soon_.start(0);
  }

  /// Outside of every call of libcurl and of get(): what is called may start requests, end all, or destroy the client.
  void deliver() {
    std::vector<Ended> batch = std::exchange(ended_, {});
    if (batch.empty()) return;
    // libuv runs timers before it polls: without this the poll would block, and run_until() not ask whether it is done.
    event_loop_.wake();
    const std::weak_ptr<int> alive = alive_;
    for (Ended& ended : batch) {
      if (alive.expired()) return;
      ended.done(std::move(ended.result));
    }
  }

  UvEventLoop& event_loop_;
  uv_loop_t* loop_;
  long max_per_host_;
  CurlSockets sockets_;
  Timer deliver_soon_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::unique_ptr<Request>> requests_;
  std::vector<Request*> free_;
  std::vector<Request*> active_;
  std::vector<Ended> ended_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace
}  // namespace trilane::native

namespace trilane {

Result<std::unique_ptr<AsyncHttpClient>> AsyncHttpClient::create(EventLoop& loop, std::size_t max_per_host) {
  if (auto transfer = native::HttpTransfer::create(); !transfer) return std::unexpected(transfer.error());
  return std::make_unique<native::CurlAsyncClient>(native::UvEventLoop::of(loop), max_per_host);
}

}  // namespace trilane
