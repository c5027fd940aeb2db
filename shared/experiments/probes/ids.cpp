#include "experiments/probes/ids.hpp"

#include <memory>
#include <mutex>
#include <vector>

#include "experiments/probes/child_probe.hpp"
#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

/// What the coroutines of one call share; it outlives them, because it is awaited.
struct Shared {
  Shared(LabContext& context, Ids& seen, unsigned count) : lab(context), ids(seen), left(count) {}
  LabContext& lab;
  Ids& ids;
  unsigned left;
  coro::Event ended{lab.scheduler()};
  Status status;

  void one_ended() {
    if (--left == 0) ended.set();
  }
};

coro::Detached wait_and_note(Shared& shared, std::int64_t wait_ns, UnderWay& under_way) {
  shared.ids.add(current_process_id(), current_thread_id());
  under_way.change(1);
  auto wait = wait_for(shared.lab.scheduler(), shared.lab.cancel(), wait_ns);
  co_await std::move(wait);
  under_way.change(-1);
  shared.ids.add(current_process_id(), current_thread_id());
  shared.one_ended();
}

coro::Detached ask(Shared& shared, ChildProbe& child, child::AddToGlobal question) {
  const Status started = co_await child.start();
  if (started) {
    const auto report = co_await child.add_to_global(question);
    if (report) shared.ids.add(report->process_id, report->thread_id);
    if (!report) shared.status = std::unexpected(report.error());
  } else {
    shared.status = started;
  }
  shared.one_ended();
}

}  // namespace

void Ids::add(std::int64_t process, std::int64_t thread) {
  threads.emplace(process, thread);
  processes.insert(process);
}

coro::Task<void> ids_of_coroutines(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids,
                                   UnderWay& under_way) {
  Shared shared(lab, ids, count);
  for (unsigned i = 0; i < count; ++i) wait_and_note(shared, wait_ns, under_way);
  co_await shared.ended;
}

coro::Task<Status> ids_of_threads(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids) {
  Status status;
  co_await lab.scheduler().blocking([&] {
    std::mutex mutex;
    const auto note = [&] {
      const std::lock_guard lock(mutex);
      ids.add(current_process_id(), current_thread_id());
    };
    IdleThreads threads([&] {
      note();
      block_for(lab.cancel(), wait_ns);
      note();
    });
    status = threads.add(count);
  });
  co_return status;
}

coro::Task<Status> ids_of_processes(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids) {
  Shared shared(lab, ids, count);
  child::AddToGlobal question;
  question.wait_ns = wait_ns;
  std::vector<std::unique_ptr<ChildProbe>> children;  // all there at once, or an id could come again
  for (unsigned i = 0; i < count; ++i) {
    children.push_back(std::make_unique<ChildProbe>(lab.scheduler(), lab.cancel()));
    ask(shared, *children.back(), question);
  }
  co_await shared.ended;
  co_return shared.status;
}

}  // namespace trilane::lab
