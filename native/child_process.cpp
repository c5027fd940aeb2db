// A child started with uv_spawn: this same program in another role, or a worker of its own, with three pipes to it.
//
// Lifetime: everything libuv points at lives in Child. It is owned by the ChildProcess that people hold and by libuv's
// open handles together, and frees itself when the last of them lets go: a handle's memory must stay until its close
// callback ran, and the process handle may be closed only after the exit callback, or the child stays a zombie.
#include "platform/child_process.hpp"

#include <unistd.h>
#include <uv.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "event_loop_uv.hpp"
#include "pipe_pair.hpp"
#include "process_end.hpp"

namespace trilane {
namespace {

using native::PipePair;
using native::UvEventLoop;

const char* option_of(ChildRole role) {
  switch (role) {
    case ChildRole::engine: return "--engine";
    case ChildRole::server: return "--lab-server";
    case ChildRole::worker:
    case ChildRole::web_worker: break;
  }
  return "--child";
}

/// What to start: the smallest program beside this one that can play the role, or this one, which can play all: moved
/// or renamed without the others, it still works.
std::string program_of(ChildRole role) {
  const char* instead = std::getenv("TRILANE_EXECUTABLE");  // for tests
  if (instead != nullptr && *instead != '\0') return instead;
  if (role != ChildRole::engine) {
    std::error_code unknown;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", unknown);
    const auto name = role == ChildRole::web_worker ? "trilane-web-child" : "trilane-child";
    const std::string small = (own.parent_path() / name).string();
    if (!unknown && access(small.c_str(), X_OK) == 0) return small;
  }
  // The link leads to the running program even when its file was moved, replaced or deleted meanwhile.
  return "/proc/self/exe";
}

/// A child may leave processes behind that hold its end of the pipes open; its end is reported after this all the same.
constexpr std::uint64_t kDrainMs = 1000;
/// One whose input is closed has nearly always ended, which is about to be heard of.
constexpr std::uint64_t kUnreadMs = 1000;
constexpr std::size_t kLastWordsBytes = 600;

struct PendingWrite {
  uv_write_t request{};
  Bytes bytes;
};

struct Child {
  explicit Child(UvEventLoop& event_loop, ChildListener& to) : loop(event_loop), listener(&to) {
    process.data = in.data = out.data = err.data = drain.data = this;
  }

  Status start(ChildRole role);
  Status send(std::span<const std::byte> bytes);
  void close_input();
  void kill();
  /// The holder is gone: nobody listens any more.
  void abandon();

  UvEventLoop& loop;
  ChildListener* listener;  // nullptr once on_exit was called or the holder is gone
  uv_process_t process{};
  uv_pipe_t in{}, out{}, err{};
  uv_timer_t drain{};
  uv_shutdown_t shutdown{};
  int handles = 0;
  bool held = true;
  bool running = false;
  bool input_open = false;
  bool unread = false;  // lose_input()
  bool out_open = false;
  bool err_open = false;
  bool reported = false;
  std::size_t queued_bytes = 0;
  std::string last_words;
  std::int64_t exit_code = 0;
  int exit_signal = 0;

 private:
  template <class Handle>
  void close(Handle& handle);
  /// Takes `fd` over.
  void open(uv_pipe_t& pipe, int& fd);
  void release();
  void on_output(ssize_t size, const char* bytes);
  void on_words(ssize_t size, const char* bytes);
  void on_exit(std::int64_t code, int signal);
  void lose_input();
  void on_written(PendingWrite* pending);
  void stop_reading();
  void report_if_over();
  void report();
  Status refuse(const std::string& why) const { return fail("process " + std::to_string(process.pid) + " " + why); }
};

Child& child_of(void* handle) { return *static_cast<Child*>(static_cast<uv_handle_t*>(handle)->data); }

void lend_buffer(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
  const auto memory = child_of(handle).loop.read_buffer();
  *buffer = uv_buf_init(memory.data(), static_cast<unsigned>(memory.size()));
}

std::string advice(int error) {
  switch (error) {
    case UV_EMFILE: return ": this program has too many files open; use fewer workers, or raise the limit (ulimit -n)";
    case UV_ENFILE: return ": the whole system has too many files open";
    case UV_EAGAIN: return ": the limit of processes is reached; use fewer workers, or raise it (ulimit -u)";
    case UV_ENOMEM: return ": not enough memory; use fewer workers";
    default: return std::string(": ") + uv_strerror(error);
  }
}

template <class Handle>
void Child::close(Handle& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* closed) {
    Child& child = child_of(closed);
    --child.handles;
    child.release();
  });
}

void Child::release() {
  if (!held && handles == 0) delete this;
}

Status Child::start(ChildRole role) {
  const std::string program = program_of(role);
  std::string name = "trilane";
  std::string option = option_of(role);
  char* arguments[] = {name.data(), option.data(), nullptr};

  PipePair input, output, words;
  int error = input.open();
  if (error == 0) error = output.open();
  if (error == 0) error = words.open();
  if (error == 0) {
    uv_stdio_container_t stdio[3]{};
    const int child_ends[] = {input.read_end, output.write_end, words.write_end};
    for (int i = 0; i < 3; ++i) {
      stdio[i].flags = UV_INHERIT_FD;
      stdio[i].data.fd = child_ends[i];
    }
    uv_process_options_t options{};
    options.file = program.c_str();
    options.args = arguments;
    options.stdio = stdio;
    options.stdio_count = 3;
    options.exit_cb = [](uv_process_t* handle, std::int64_t code, int signal) {
      child_of(handle).on_exit(code, signal);
    };
    error = uv_spawn(loop.uv(), &process, &options);
    ++handles;
    // libuv links the handle into the loop before it can fail.
    if (error != 0) close(process);
  }
  if (error != 0) {
    reported = true;
    return fail(std::string("cannot start ") + program + " " + option + advice(error));
  }

  uv_timer_init(loop.uv(), &drain);
  ++handles;
  open(in, input.write_end);
  open(out, output.read_end);
  open(err, words.read_end);
  running = input_open = out_open = err_open = true;
  uv_read_start(reinterpret_cast<uv_stream_t*>(&out), lend_buffer,
                [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
                  child_of(stream).on_output(size, buffer->base);
                });
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&err), lend_buffer,
      [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) { child_of(stream).on_words(size, buffer->base); });
  return {};
}

void Child::open(uv_pipe_t& pipe, int& fd) {
  uv_pipe_init(loop.uv(), &pipe, 0);
  ++handles;
  TRILANE_CHECK(uv_pipe_open(&pipe, std::exchange(fd, -1)) == 0);
}

void Child::on_output(ssize_t size, const char* bytes) {
  if (size > 0) {
    if (listener != nullptr) listener->on_bytes(std::as_bytes(std::span(bytes, static_cast<std::size_t>(size))));
  } else if (size < 0 && out_open) {
    out_open = false;
    close(out);
    report_if_over();
  }
}

void Child::on_words(ssize_t size, const char* bytes) {
  if (size > 0) {
    const auto length = static_cast<std::size_t>(size);
    // Shown as it comes, so that a sanitizer's report or a long complaint is whole; the end is kept for the reason.
    const ssize_t shown = write(STDERR_FILENO, bytes, length);
    static_cast<void>(shown);  // a stderr that is closed or full must not stop the run
    last_words.append(bytes, length);
    if (last_words.size() > kLastWordsBytes) last_words.erase(0, last_words.size() - kLastWordsBytes);
  } else if (size < 0 && err_open) {
    err_open = false;
    close(err);
    report_if_over();
  }
}

void Child::on_exit(std::int64_t code, int signal) {
  running = false;
  exit_code = code;
  exit_signal = signal;
  close_input();
  uv_timer_start(
      &drain,
      [](uv_timer_t* timer) {
        child_of(timer).stop_reading();
        child_of(timer).report();
      },
      kDrainMs, 0);
  report_if_over();
}

void Child::stop_reading() {
  if (std::exchange(out_open, false)) close(out);
  if (std::exchange(err_open, false)) close(err);
}

void Child::report_if_over() {
  if (!running && !out_open && !err_open) report();
}

void Child::report() {
  if (std::exchange(reported, true)) return;
  const std::int64_t pid = process.pid;
  close(process);
  close(drain);
  // Still open when a shutdown waits behind bytes that nobody will read any more.
  if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&in)) == 0) close(in);
  // Last: the listener may well destroy the holder in this call.
  if (ChildListener* to = std::exchange(listener, nullptr); to != nullptr)
    to->on_exit(native::describe_exit(pid, exit_code, exit_signal, std::move(last_words)));
}

Status Child::send(std::span<const std::byte> bytes) {
  if (!input_open) return running && !unread ? refuse("takes no more input") : Status{};
  if (bytes.size() > ChildProcess::kMaxQueuedBytes - queued_bytes)
    return refuse("does not read: " + std::to_string(queued_bytes) + " bytes wait for it already");
  auto* stream = reinterpret_cast<uv_stream_t*>(&in);
  std::size_t written = 0;
  if (queued_bytes == 0) {
    // Straight into the pipe, without a copy and without a turn of the loop: what a round trip's time hangs on.
    uv_buf_t buffer = uv_buf_init(const_cast<char*>(reinterpret_cast<const char*>(bytes.data())),
                                  static_cast<unsigned>(bytes.size()));
    const int result = uv_try_write(stream, &buffer, 1);
    if (result >= 0)
      written = static_cast<std::size_t>(result);
    else if (result != UV_EAGAIN) {
      lose_input();
      return {};
    }
  }
  if (written == bytes.size()) return {};
  const auto rest = bytes.subspan(written);
  auto* pending = new PendingWrite{{}, Bytes(rest.begin(), rest.end())};
  pending->request.data = this;
  uv_buf_t buffer = uv_buf_init(reinterpret_cast<char*>(pending->bytes.data()), static_cast<unsigned>(rest.size()));
  const int result = uv_write(&pending->request, stream, &buffer, 1, [](uv_write_t* request, int) {
    // A failed write needs no report of its own: the child's end, which it tells of, is reported.
    static_cast<Child*>(request->data)->on_written(reinterpret_cast<PendingWrite*>(request));
  });
  if (result != 0) {
    delete pending;
    lose_input();
    return {};
  }
  queued_bytes += rest.size();
  return {};
}

// Nobody reads its input any more. Nearly always it has ended, and on_exit is about to tell why: a broken pipe is not
// the cause. One that lives on without its input is of no use.
void Child::lose_input() {
  unread = true;
  input_open = false;
  close(in);
  uv_timer_start(
      &drain,
      [](uv_timer_t* timer) {
        child_of(timer).last_words += "its input was closed, and it did not end";
        child_of(timer).kill();
      },
      kUnreadMs, 0);
}

void Child::on_written(PendingWrite* pending) {
  queued_bytes -= pending->bytes.size();
  delete pending;
}

void Child::close_input() {
  if (!std::exchange(input_open, false)) return;
  if (queued_bytes == 0 || !running) {
    close(in);
    return;
  }
  // What was sent before must arrive first.
  uv_shutdown(&shutdown, reinterpret_cast<uv_stream_t*>(&in), [](uv_shutdown_t* request, int) {
    Child& child = child_of(request->handle);
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(request->handle)) == 0) child.close(child.in);
  });
}

void Child::kill() {
  if (running) uv_process_kill(&process, SIGKILL);
}

void Child::abandon() {
  held = false;
  listener = nullptr;
  kill();
  if (!reported) {
    input_open = false;
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&in)) == 0) close(in);
    stop_reading();
    report_if_over();
  }
  release();
}

class UvChildProcess final : public ChildProcess {
 public:
  explicit UvChildProcess(Child* child) : child_(child) {}
  ~UvChildProcess() override { child_->abandon(); }
  UvChildProcess(const UvChildProcess&) = delete;
  UvChildProcess& operator=(const UvChildProcess&) = delete;

  std::int64_t pid() const override { return child_->process.pid; }
  Status send(std::span<const std::byte> bytes) override { return child_->send(bytes); }
  void close_input() override { child_->close_input(); }
  void kill() override { child_->kill(); }

 private:
  Child* child_;
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(EventLoop& loop, ChildRole role, ChildListener& listener) {
  // A write to a child that has died must be an error, not our end. Process-wide; the program wants it anyway.
  static const auto ignored = std::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(ignored);
  auto* child = new Child(UvEventLoop::of(loop), listener);
  auto holder = std::make_unique<UvChildProcess>(child);
  if (Status started = child->start(role); !started) return std::unexpected(started.error());
  return holder;
}

}  // namespace trilane
