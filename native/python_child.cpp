// A loop of its own, turned until everything on it is closed: so all handles can live on the stack.
#include "python_child.hpp"

#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "experiments/run/runner.hpp"
#include "process_end.hpp"

namespace trilane::native {
namespace {

constexpr std::uint64_t kLookMs = 100;
constexpr std::size_t kLastWordsBytes = 600;
constexpr std::size_t kLongestLine = 64U << 20;

struct Interpreter {
  uv_loop_t loop{};
  uv_process_t process{};
  uv_pipe_t in{}, out{}, err{};
  uv_timer_t look{};
  uv_write_t write{};

  const CancelToken* cancel = nullptr;
  const std::function<void(std::string_view)>* on_line = nullptr;
  const std::function<void()>* on_wait = nullptr;

  std::string line;
  std::string last_words;
  bool running = false;
  bool endless_line = false;
  std::int64_t code = 0;
  int signal = 0;
  char buffer[64 * 1024];
};

Interpreter& of(uv_handle_t* handle) { return *static_cast<Interpreter*>(handle->data); }

template <class Handle>
uv_handle_t* plain(Handle& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

template <class Handle>
void close(Handle& handle) {
  if (uv_is_closing(plain(handle)) == 0) uv_close(plain(handle), nullptr);
}

void lend(uv_handle_t* handle, std::size_t, uv_buf_t* out) {
  *out = uv_buf_init(of(handle).buffer, sizeof(Interpreter::buffer));
}

void hear(uv_stream_t* stream, ssize_t size, const uv_buf_t* bytes) {
  Interpreter& self = *static_cast<Interpreter*>(stream->data);
  if (size < 0) return close(self.out);
  std::string_view heard(bytes->base, static_cast<std::size_t>(size));
  for (std::size_t end; (end = heard.find('\n')) != std::string_view::npos; heard.remove_prefix(end + 1)) {
    self.line += heard.substr(0, end);
    (*self.on_line)(self.line);
    self.line.clear();
  }
  self.line += heard;
  if (self.line.size() > kLongestLine) {
    self.endless_line = true;
    uv_process_kill(&self.process, SIGKILL);
    close(self.out);
  }
}

void hear_words(uv_stream_t* stream, ssize_t size, const uv_buf_t* bytes) {
  Interpreter& self = *static_cast<Interpreter*>(stream->data);
  if (size < 0) return close(self.err);
  self.last_words.append(bytes->base, static_cast<std::size_t>(size));
  if (self.last_words.size() > kLastWordsBytes) self.last_words.erase(0, self.last_words.size() - kLastWordsBytes);
}

int spawn(Interpreter& self, const char* program, std::string script) {
  std::string name = program, isolated = "-I", quiet = "-Wignore", command = "-c";
  char* arguments[] = {name.data(), isolated.data(), quiet.data(), command.data(), script.data(), nullptr};
  uv_stdio_container_t stdio[3]{};
  uv_pipe_t* pipes[] = {&self.in, &self.out, &self.err};
  for (int i = 0; i < 3; ++i) {
    uv_pipe_init(&self.loop, pipes[i], 0);
    pipes[i]->data = &self;
    stdio[i].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | (i == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE));
    stdio[i].data.stream = reinterpret_cast<uv_stream_t*>(pipes[i]);
  }
  uv_process_options_t options{};
  options.file = name.c_str();
  options.args = arguments;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* process, std::int64_t code, int signal) {
    Interpreter& me = of(plain(*process));
    me.running = false;
    me.code = code;
    me.signal = signal;
    close(me.look);
    close(me.in);
    close(me.process);
  };
  const int error = uv_spawn(&self.loop, &self.process, &options);
  if (error != 0) {
    close(self.process);
    for (uv_pipe_t* pipe : pipes) close(*pipe);
  }
  self.running = error == 0;
  return error;
}

}  // namespace

Status run_python(std::string_view script, std::string_view input, const CancelToken& cancel,
                  const std::function<void(std::string_view line)>& on_line, const std::function<void()>& on_wait) {
  std::signal(SIGPIPE, SIG_IGN);  // an interpreter that ends early must be an error, not our end
  const char* program = std::getenv("TRILANE_PYTHON");
  if (program == nullptr || *program == '\0') program = "python3";
  auto self = std::make_unique<Interpreter>();
  self->cancel = &cancel;
  self->on_line = &on_line;
  self->on_wait = &on_wait;
  self->process.data = self->look.data = self.get();
  uv_loop_init(&self->loop);
  const int error = spawn(*self, program, std::string(script));
  if (error == 0) {
    uv_timer_init(&self->loop, &self->look);
    uv_timer_start(
        &self->look,
        [](uv_timer_t* timer) {
          Interpreter& me = of(plain(*timer));
          (*me.on_wait)();
          if (me.cancel->requested()) uv_process_kill(&me.process, SIGKILL);
        },
        kLookMs, kLookMs);
    uv_buf_t text = uv_buf_init(const_cast<char*>(input.data()), static_cast<unsigned>(input.size()));
    const auto written = [](uv_write_t* request, int) { close(static_cast<Interpreter*>(request->handle->data)->in); };
    if (uv_write(&self->write, reinterpret_cast<uv_stream_t*>(&self->in), &text, 1, written) != 0) close(self->in);
    uv_read_start(reinterpret_cast<uv_stream_t*>(&self->out), lend, hear);
    uv_read_start(reinterpret_cast<uv_stream_t*>(&self->err), lend, hear_words);
  }
  uv_run(&self->loop, UV_RUN_DEFAULT);
  uv_loop_close(&self->loop);
  if (error == UV_ENOENT || error == UV_EACCES) {
    return fail(std::string(program) + " was not found: install Python 3, or name one by TRILANE_PYTHON", kNoPython);
  }
  if (error != 0) return fail(std::string("cannot start ") + program + ": " + uv_strerror(error));
  if (cancel.requested()) return fail(kCancelled);
  if (self->endless_line) return fail("Python answered a line without end");
  if (self->code == 0 && self->signal == 0) return {};
  const std::int64_t pid = self->process.pid;
  return fail("Python: " + describe_exit(pid, self->code, self->signal, std::move(self->last_words)).reason);
}

bool has_interpreter() {
  if (const char* named = std::getenv("TRILANE_PYTHON"); named != nullptr && *named != '\0') return true;
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string file = std::string(rest.substr(0, end)) + "/python3";
    if (end > 0 && access(file.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace trilane::native
