// The engine's loop runs jobs and may be blocked by one for a long time (async computes on it). So stdin is read on a
// thread of its own, which only looks for what cannot wait: a cancel, and the end of the front end.
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

#include "coro/scheduler.hpp"
#include "engine/engine_service.hpp"
#include "engine/protocol.hpp"
#include "fd_io.hpp"
#include "platform/event_loop.hpp"
#include "roles.hpp"
#include "trace/wire.hpp"

namespace trilane::native {
namespace {

/// How long a cancelled job may take to notice that the front end has gone.
constexpr auto kGrace = std::chrono::seconds(1);

bool holds_cancel(wire::FrameReader& frames, std::span<const std::byte> bytes) {
  frames.feed(bytes);
  bool found = false;
  wire::Frame frame;
  // A broken stream is the service's to report.
  for (auto more = frames.next(frame); more && *more; more = frames.next(frame))
    found = found || frame.type == static_cast<std::uint16_t>(protocol::Command::cancel);
  return found;
}

}  // namespace

int engine_main(RunBeside beside) {
  start_role();
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  bool over = false;  // loop thread only
  std::string complaint;
  EngineService service(
      scheduler,
      [](Bytes bytes) {
        if (!write_all(STDOUT_FILENO, bytes)) _exit(1);  // the front end is gone
      },
      [&](std::string why) {
        complaint = std::move(why);
        over = true;
      },
      std::move(beside));

  std::thread([&] {
    static std::array<std::byte, 64 * 1024> buffer;
    wire::FrameReader frames;
    while (const std::size_t got = read_some(STDIN_FILENO, buffer)) {
      const auto bytes = std::span(buffer).first(got);
      loop->post([&service, copy = Bytes(bytes.begin(), bytes.end())] { service.on_bytes(copy); });
      // After the post: a cancel must not come before the job that it is about. Should that job not have begun yet,
      // the cancel frame itself, which is posted too, stops it.
      if (holds_cancel(frames, bytes)) service.request_cancel();
    }
    loop->post([&over] { over = true; });
    service.request_cancel();
    std::this_thread::sleep_for(kGrace);
    _exit(1);
  }).detach();

  loop->run_until([&] { return over; });
  if (!complaint.empty()) std::fprintf(stderr, "trilane engine: %s\n", complaint.c_str());
  // Not a return: the reader may be blocked in its read, and a job may be under way. Both end with the process, and
  // its children with their stdin.
  std::fflush(nullptr);
  _exit(complaint.empty() ? 0 : 1);
}

}  // namespace trilane::native
