#include "process_end.hpp"

#include <csignal>
#include <utility>

namespace trilane::native {
namespace {

struct Name {
  int signal;
  const char* name;
};
constexpr Name kNames[] = {{SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
                           {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
                           {SIGKILL, "SIGKILL"}, {SIGUSR1, "SIGUSR1"}, {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},
                           {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"}, {SIGXCPU, "SIGXCPU"},
                           {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"}};

constexpr std::size_t kMaxWords = 240;

/// The end of it, without line ends: a reason is a part of a sentence.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::string line;
  for (const char c : text) line += c == '\n' ? std::string(" | ") : std::string(c != '\r', c);
  if (line.size() > kMaxWords) line = "… " + line.substr(line.size() - kMaxWords);
  return line;
}

}  // namespace

const char* signal_name(int signal) {
  for (const Name& entry : kNames)
    if (entry.signal == signal) return entry.name;
  return "unknown signal";
}

ChildExit describe_exit(std::int64_t pid, std::int64_t code, int signal, std::string last_words) {
  ChildExit exit;
  exit.pid = pid;
  exit.code = static_cast<int>(code);
  exit.signal = signal;
  exit.clean = code == 0 && signal == 0;
  exit.reason = "process " + std::to_string(pid);
  if (signal != 0)
    exit.reason += " was killed by signal " + std::to_string(signal) + " (" + signal_name(signal) + ")";
  else
    exit.reason += " exited with code " + std::to_string(code);
  if (const std::string said = one_line(std::move(last_words)); !said.empty() && !exit.clean)
    exit.reason += " (its last words: " + said + ")";
  return exit;
}

}  // namespace trilane::native
