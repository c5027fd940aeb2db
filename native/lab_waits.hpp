// Requests that wait, in order of their deadlines: a binary heap under the loop's one wake-up, so that 10,000 of them
// need no timer of libuv's each. Never early; late by less than 1 ms and what the loop is busy with. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/event_loop.hpp"

namespace trilane::native {

class LabWaits final : public LoopHandler {
 public:
  /// What waits. It leaves the queue when it is destroyed, or when it becomes due.
  class Entry {
   public:
    explicit Entry(LabWaits& waits) : waits_(waits) {}
    virtual ~Entry() { waits_.remove(*this); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    /// Called once, outside the queue: it may destroy itself.
    virtual void on_due() = 0;

   private:
    friend class LabWaits;
    static constexpr std::size_t kNowhere = ~std::size_t{0};
    LabWaits& waits_;
    std::size_t place_ = kNowhere;
  };

  /// Becomes the loop's handler. Outlives its entries and the loop's last turn.
  explicit LabWaits(EventLoop& loop);

  /// On the clock of clock.hpp. An entry waits once at a time.
  void add(Entry& entry, std::int64_t deadline_ns);
  std::size_t size() const { return heap_.size(); }

  std::int64_t on_turn(std::int64_t now_ns) override;

 private:
  struct Slot {
    std::int64_t deadline_ns;
    std::uint64_t number;  // of equal deadlines, first come first served
    Entry* entry;
    bool operator<(const Slot& other) const {
      return deadline_ns != other.deadline_ns ? deadline_ns < other.deadline_ns : number < other.number;
    }
  };

  void remove(Entry& entry);
  void put(std::size_t place, const Slot& slot);
  void rise(std::size_t place, const Slot& slot);
  void sink(std::size_t place, const Slot& slot);

  EventLoop& loop_;
  std::vector<Slot> heap_;
  std::uint64_t added_ = 0;
};

}  // namespace trilane::native
