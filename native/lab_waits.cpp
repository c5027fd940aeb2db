#include "lab_waits.hpp"

#include "base/check.hpp"
#include "platform/clock.hpp"

namespace trilane::native {

LabWaits::LabWaits(EventLoop& loop) : loop_(loop), wheel_(now_ns()) { loop_.set_handler(this); }

void LabWaits::add(Entry& entry, std::int64_t deadline_ns) {
  TRILANE_CHECK(!entry.linked());
  const bool first = deadline_ns < wheel_.next_deadline_ns();
  wheel_.insert(entry, deadline_ns);
  // Only the first one changes when the loop must wake up.
  if (first) loop_.wake();
}

std::int64_t LabWaits::on_turn(std::int64_t now_ns) {
  coro::TimerList due;
  wheel_.expire(now_ns, due);
  while (!due.empty()) static_cast<Entry&>(due.pop_front()).on_due();
  return wheel_.next_deadline_ns();
}

}  // namespace trilane::native
