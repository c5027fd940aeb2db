#include "lab_waits.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace trilane::native {

LabWaits::LabWaits(EventLoop& loop) : loop_(loop) { loop_.set_handler(this); }

void LabWaits::add(Entry& entry, std::int64_t deadline_ns) {
  TRILANE_CHECK(entry.place_ == Entry::kNowhere);
  const Slot slot{deadline_ns, added_++, &entry};
  heap_.push_back(slot);
  rise(heap_.size() - 1, slot);
  // Only the first one changes when the loop must wake up.
  if (entry.place_ == 0) loop_.wake();
}

std::int64_t LabWaits::on_turn(std::int64_t now_ns) {
  while (!heap_.empty() && heap_.front().deadline_ns <= now_ns) {
    Entry& due = *heap_.front().entry;
    remove(due);
    due.on_due();
  }
  return heap_.empty() ? kNever : heap_.front().deadline_ns;
}

void LabWaits::remove(Entry& entry) {
  const std::size_t place = std::exchange(entry.place_, Entry::kNowhere);
  if (place == Entry::kNowhere) return;
  const Slot last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;  // it was the last
  const Slot gone = heap_[place];
  if (last < gone)
    rise(place, last);
  else
    sink(place, last);
}

void LabWaits::put(std::size_t place, const Slot& slot) {
  heap_[place] = slot;
  slot.entry->place_ = place;
}

void LabWaits::rise(std::size_t place, const Slot& slot) {
  while (place > 0) {
    const std::size_t above = (place - 1) / 2;
    if (!(slot < heap_[above])) break;
    put(place, heap_[above]);
    place = above;
  }
  put(place, slot);
}

void LabWaits::sink(std::size_t place, const Slot& slot) {
  while (true) {
    std::size_t below = 2 * place + 1;
    if (below >= heap_.size()) break;
    if (below + 1 < heap_.size() && heap_[below + 1] < heap_[below]) ++below;
    if (!(heap_[below] < slot)) break;
    put(place, heap_[below]);
    place = below;
  }
  put(place, slot);
}

}  // namespace trilane::native
