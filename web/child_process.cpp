// Children on the page are Workers: role worker is a Worker with its own instance of child.wasm and a memory of its
// own, role engine is the Worker that runs the engine. The Workers themselves are worker_links.js, which the page and
// the engine's entry hand in as Module.workers; here is only the way between it and the seam.
#include "platform/child_process.hpp"

#include <emscripten.h>

#include <cstdlib>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "engine/protocol.hpp"
#include "platform/event_loop.hpp"
#include "platform/system_info.hpp"
#include "trace/wire.hpp"

extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_worker_bytes(int pid, const std::byte* bytes, std::size_t size);
EMSCRIPTEN_KEEPALIVE void trilane_worker_exit(int pid, int clean, int code, const char* reason);
// child_process.lib.js. The text that spawn returns is the caller's to free.
char* trilane_js_worker_spawn(const char* role, int pid);
int trilane_js_worker_send(int pid, const void* bytes, int size);
double trilane_js_worker_queued(int pid);
void trilane_js_worker_close_input(int pid);
void trilane_js_worker_interrupt(int pid);
void trilane_js_worker_kill(int pid);
void trilane_js_worker_forget(int pid);
}

namespace trilane {
namespace {

class WorkerProcess;

// EngineClient sends one frame at a time.
bool is_cancel(std::span<const std::byte> frame) {
  constexpr std::size_t kTypeAt = 4;  // trace/wire.hpp
  std::uint16_t type = 0;
  if (frame.size() < wire::kHeaderSize) return false;
  std::memcpy(&type, frame.data() + kTypeAt, sizeof(type));
  return type == static_cast<std::uint16_t>(protocol::Command::cancel);
}

// Loop's thread only, like everything here.
std::unordered_map<int, WorkerProcess*>& workers() {
  static std::unordered_map<int, WorkerProcess*> all;
  return all;
}

class WorkerProcess final : public ChildProcess {
 public:
  WorkerProcess(int pid, ChildRole role, ChildListener& listener) : pid_(pid), role_(role), listener_(listener) {
    workers().emplace(pid, this);
  }
  ~WorkerProcess() override {
    workers().erase(pid_);
    trilane_js_worker_forget(pid_);
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  std::int64_t pid() const override { return pid_; }

  Status send(std::span<const std::byte> bytes) override {
    if (ended_) return {};
    if (trilane_js_worker_queued(pid_) + static_cast<double>(bytes.size()) > static_cast<double>(kMaxQueuedBytes)) {
      return fail("worker " + std::to_string(pid_) + " does not read: " + std::to_string(kMaxQueuedBytes >> 20) +
                  " MiB are waiting for it");
    }
    if (role_ == ChildRole::engine && is_cancel(bytes)) trilane_js_worker_interrupt(pid_);
    // It may have ended meanwhile: on_exit tells.
    trilane_js_worker_send(pid_, bytes.data(), static_cast<int>(bytes.size()));
    return {};
  }

  void close_input() override {
    if (!ended_) trilane_js_worker_close_input(pid_);
  }

  void kill() override {
    if (!ended_) trilane_js_worker_kill(pid_);
  }

  void bytes_came(std::span<const std::byte> bytes) { listener_.on_bytes(bytes); }

  void worker_ended(bool clean, int code, const char* reason) {
    ended_ = true;
    listener_.on_exit({.pid = pid_, .clean = clean, .code = code, .signal = 0, .reason = reason});
  }

 private:
  int pid_;
  ChildRole role_;
  ChildListener& listener_;
  bool ended_ = false;
};

// Unique in the page's session: the page is process 0, its engines are 1, 2…, the children of engine 2 are 2001, 2002…
int next_pid() {
  static int last = static_cast<int>(current_process_id()) * 1000;
  return ++last;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(EventLoop&, ChildRole role, ChildListener& listener) {
  const int pid = next_pid();
  // Known before it starts: nothing that the Worker says can come too early.
  auto process = std::make_unique<WorkerProcess>(pid, role, listener);
  if (char* problem = trilane_js_worker_spawn(role == ChildRole::engine ? "engine" : "worker", pid)) {
    std::string message(problem);
    std::free(problem);
    return fail(std::move(message));
  }
  return process;
}

}  // namespace trilane

void trilane_worker_bytes(int pid, const std::byte* bytes, std::size_t size) {
  // Not there: destroyed while the message was on its way.
  if (const auto found = trilane::workers().find(pid); found != trilane::workers().end()) {
    found->second->bytes_came({bytes, size});
  }
}

void trilane_worker_exit(int pid, int clean, int code, const char* reason) {
  if (const auto found = trilane::workers().find(pid); found != trilane::workers().end()) {
    found->second->worker_ended(clean != 0, code, reason);
  }
}
