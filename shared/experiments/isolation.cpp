// isolation: what a thread writes to a global variable the program sees; what a child process writes to "the same"
// variable it does not.
//
// details: {"start":100, "add":7, "places":[{"id":"parent"|"thread"|"child","process":pid or null,"thread":id or null,
//   "address":"0x55d0…","before":100,"after":107,"parent_sees":107}…]}  (of the first round; before and after as that
//   place saw them; process and thread null where a page has no such ids; the parent's before and after: of all)
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/child_probe.hpp"
#include "models/thread_group.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::int64_t kStart = 100;
constexpr std::int64_t kAdd = 7;
constexpr std::int64_t kThreadNs = 5'000'000'000;

Status needs_both(const Capabilities& host) {
  if (Status threads = needs_threads(host); !threads) return threads;
  return needs_processes(host);
}

json place_json(std::string_view id, const GlobalReport& report, std::int64_t pid, std::int64_t parent_sees) {
  return {{"id", id},
          {"process", pid == 0 ? json(nullptr) : json(pid)},
          {"thread", report.thread_id == 0 ? json(nullptr) : json(report.thread_id)},
          {"address", fmt::format("{:#x}", report.address)},
          {"before", report.before},
          {"after", report.after},
          {"parent_sees", parent_sees}};
}

Status add_on_thread(GlobalReport& report) {
  ThreadGroup group;
  if (Status status = group.start([&] { report = add_to_global(kAdd); }); !status) return status;
  while (!group.wait(kThreadNs)) {
  }
  return {};
}

coro::Task<Status> run_round(LabContext& lab, Measured& out) {
  set_global(kStart);
  GlobalReport parent = add_to_global(0);
  GlobalReport thread;
  Status status;
  co_await lab.scheduler().blocking([&] { status = add_on_thread(thread); });
  if (!status) co_return status;
  const std::int64_t after_thread = read_global();
  ChildProbe child(lab.scheduler(), lab.cancel());
  status = co_await child.start();
  if (!status) co_return status;
  child::Probe question;
  question.add = kAdd;
  auto report = co_await child.probe(question);
  if (!report) co_return std::unexpected(report.error());
  const std::int64_t after_child = read_global();
  out.samples["thread.seen"].push_back(static_cast<double>(after_thread - kStart));
  out.samples["child.seen"].push_back(static_cast<double>(after_child - after_thread));
  out.samples["child.own"].push_back(static_cast<double>(report->after - report->before));
  if (out.details.contains("places")) co_return Status{};
  parent.after = after_child;
  json places = json::array();
  places.push_back(place_json("parent", parent, parent.process_id, after_child));
  places.push_back(place_json("thread", thread, thread.process_id, after_thread));
  places.push_back(place_json("child", *report, child.pid(), after_child));
  out.details["places"] = std::move(places);
  out.facts["thread.same_address"] = thread.address == parent.address ? 1 : 0;
  out.facts["child.same_address"] = report->address == parent.address ? 1 : 0;
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  out.details["start"] = kStart;
  out.details["add"] = kAdd;
  const std::uint32_t rounds = rounds_of(lab);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(static_cast<double>(round) / rounds, {"a thread and a child write", "пишут поток и дочерний процесс"});
    const Status status = co_await run_round(lab, out);
    if (!status) co_return std::unexpected(status.error());
  }
  out.facts["workers_for_processes"] = capabilities().processes_are_workers ? 1 : 0;
  co_return out;
}

/// How many writes each made, and how many of them the program saw.
Figure writes_figure(double thread_made, double thread_seen, double child_made, double child_seen) {
  Figure figure;
  figure.id = "writes";
  figure.kind = FigureKind::bars;
  figure.title = {"Writes to the global variable", "Записи в глобальную переменную"};
  figure.x.categories = {{"the thread's", "потока"}, {"the child process's", "дочернего процесса"}};
  figure.y = {.label = {"writes", "записи"}, .unit = "", .log = false, .categories = {}};
  const auto add = [&](std::string id, BothTexts name, double by_thread, double by_child) {
    figure.series.push_back(
        {.id = std::move(id),
         .name = std::move(name),
         .style = SeriesStyle::measured,
         .points = {{.x = 0, .y = by_thread, .low = {}, .high = {}}, {.x = 1, .y = by_child, .low = {}, .high = {}}}});
  };
  add("made", {"made", "сделано"}, thread_made, child_made);
  add("seen", {"seen by the program", "увидела программа"}, thread_seen, child_seen);
  return figure;
}

/// Where the variable stands in the program and in the child. Nothing where that was not reported.
BothTexts addresses(const Measured& measured) {
  std::string parent, child;
  for (const json& place : measured.details.value("places", json::array())) {
    if (place.value("id", "") == "parent") parent = place.value("address", "");
    if (place.value("id", "") == "child") child = place.value("address", "");
  }
  if (parent.empty() || child.empty()) return {};
  if (parent == child) {
    return both(" In both it stands at the address {}: the same number, two variables.",
                " В обоих она стоит по адресу {}: число одно, переменных две.", parent);
  }
  return both(" In the program it stands at the address {}, in the child at {}.",
              " В программе она стоит по адресу {}, в дочернем процессе — {}.", parent, child);
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto& by_thread = samples(measured, "thread.seen");
  const auto& by_child = samples(measured, "child.seen");
  const auto& own = samples(measured, "child.own");
  const auto count = [](const std::vector<double>& values, double wanted) {
    return static_cast<double>(std::ranges::count(values, wanted));
  };
  const auto added = static_cast<double>(kAdd);
  const double threads_seen = count(by_thread, added);
  const double children_unseen = count(by_child, 0);
  // A child that wrote nothing would prove nothing.
  const double children_wrote = count(own, added);
  const auto rounds = static_cast<double>(by_thread.size());
  finding.numbers["rounds"] = rounds;
  finding.numbers["thread_writes_seen"] = threads_seen;
  finding.numbers["child_writes_seen"] = static_cast<double>(by_child.size()) - children_unseen;
  finding.numbers["child_writes_made"] = children_wrote;
  if (rounds > 0) {
    finding.figures.push_back(
        writes_figure(rounds, threads_seen, children_wrote, static_cast<double>(by_child.size()) - children_unseen));
  }
  const bool complete = rounds > 0 && by_child.size() == by_thread.size() && children_wrote == rounds;
  const Tri result = threads_seen < rounds || children_unseen < static_cast<double>(by_child.size()) ? Tri::no
                     : complete                                                                      ? Tri::yes
                                                                                                     : Tri::unclear;
  BothTexts yes = {
      "A process has its own memory: the child changed its own copy, and an address means something only "
      "inside one process. A thread shares its process's memory.",
      "У процесса своя память: дочерний изменил собственную копию, а адрес имеет смысл только внутри одного "
      "процесса. Поток разделяет память со своим процессом."};
  if (fact(measured, "workers_for_processes") != 0) {
    yes = yes + BothTexts{" (Here a process is a Worker with its own WebAssembly memory.)",
                          " (Здесь процесс — это Worker со своей памятью WebAssembly.)"};
  }
  conclude(
      finding, measured, result,
      both("A thread and a child process each added {} to the same global variable, {} times. The program saw {} of "
           "the thread's writes and {} of the child's.",
           "Поток и дочерний процесс прибавляли {} к одной и той же глобальной переменной, проходов: {}. Программа "
           "увидела записей потока: {}, дочернего процесса: {}.",
           kAdd, rounds, threads_seen, static_cast<double>(by_child.size()) - children_unseen) +
          addresses(measured),
      yes,
      {"Memory was not shared as expected: a thread's write was missed, or a child's was seen.",
       "Память разделялась не так, как ожидалось: запись потока не видна или запись процесса видна."},
      false);
  if (finding.verdict == Verdict::confirmed) finding.truth = "thread";
  return finding;
}

}  // namespace

const Experiment& isolation_experiment() {
  static const Experiment experiment{
      .id = "isolation",
      .section = "processes",
      .title = {"Isolation", "Изоляция"},
      .claim = {"Processes are isolated: unless they ask for it, they share no memory.",
                "Процессы изолированы: общей памяти у них нет, пока они её явно не запросят."},
      .about =
          {"A thread and a child process each add 7 to \"the same\" global variable. Look at what the program sees, "
           "and at "
           "the addresses.",
           "Поток и дочерний процесс прибавляют 7 к «одной и той же» глобальной переменной. Посмотрите, что увидит "
           "программа, и на адреса."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Whose write will the program see?", "Чью запись увидит программа?"},
                   .options = {{"thread", {"Only the thread's", "Только потока"}},
                               {"child", {"Only the child process's", "Только дочернего процесса"}},
                               {"both", {"Both", "Обе"}},
                               {"none", {"Neither", "Ни одну"}}}},
      .config = R"({"workload":"counter","tasks":8,"size":100000,"workers":2})",
      .reads = kOnlyRepeats,
      .check = needs_both,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
