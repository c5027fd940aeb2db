#include "cli_signals.hpp"

#include <csignal>

#include "base/check.hpp"

namespace trilane::native {
namespace {

// Read in a signal handler: an atomic that is not lock-free could deadlock there.
static_assert(std::atomic<CancelToken*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<int>::is_always_lock_free);
std::atomic<CancelToken*> the_token{nullptr};
std::atomic<int> the_signal{0};

extern "C" void on_stop_signal(int signal) {
  int none = 0;
  if (the_signal.compare_exchange_strong(none, signal)) {
    if (CancelToken* token = the_token.load()) token->request();
    return;
  }
  // Children and engine see the end of their stdin.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void install(void (*handler)(int)) {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action{};
    action.sa_handler = handler;
    // Not in the way of each other's system calls.
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

StopSignals::StopSignals(CancelToken& cancel) {
  TRILANE_CHECK(the_token.exchange(&cancel) == nullptr);
  the_signal = 0;
  install(on_stop_signal);
}

StopSignals::~StopSignals() {
  install(SIG_DFL);
  the_token = nullptr;
}

int StopSignals::caught() const { return the_signal; }

}  // namespace trilane::native
