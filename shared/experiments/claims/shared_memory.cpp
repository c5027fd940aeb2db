// shared-memory: threads of one process pass data by telling where it lies; a process must be sent a copy, and that
// costs by the byte.
//
// details: {"writer_address":"0x…","reader_address":"0x…","child_address":"0x…"}: where the largest message lay.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/hand_over.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr ReadPart kParts[] = {ReadPart::ends, ReadPart::every};
constexpr int kPasses = 11;          // a sample is the median of these
constexpr std::size_t kReaders = 3;  // threads that take turns at reading; the writer is one more

struct Size {
  std::size_t bytes;
  Metric hand;  // handed over only
  Metric read;  // and every byte read
};
constexpr Size kSizes[] = {
    {64,
     {"hand_64_us", {"handing over 64 B", "передача 64 Б"}, "us"},
     {"read_64_us", {"with reading, 64 B", "с чтением, 64 Б"}, "us"}},
    {1024,
     {"hand_1024_us", {"handing over 1 KiB", "передача 1 КиБ"}, "us"},
     {"read_1024_us", {"with reading, 1 KiB", "с чтением, 1 КиБ"}, "us"}},
    {16 * 1024,
     {"hand_16384_us", {"handing over 16 KiB", "передача 16 КиБ"}, "us"},
     {"read_16384_us", {"with reading, 16 KiB", "с чтением, 16 КиБ"}, "us"}},
    {256 * 1024,
     {"hand_262144_us", {"handing over 256 KiB", "передача 256 КиБ"}, "us"},
     {"read_262144_us", {"with reading, 256 KiB", "с чтением, 256 КиБ"}, "us"}},
    {1024 * 1024,
     {"hand_1048576_us", {"handing over 1 MiB", "передача 1 МиБ"}, "us"},
     {"read_1048576_us", {"with reading, 1 MiB", "с чтением, 1 МиБ"}, "us"}},
};
constexpr const Size &kSmallest = kSizes[0], &kLargest = kSizes[std::size(kSizes) - 1];

constexpr Metric kThreadIds{"thread_ids", {"thread ids", "номеров потоков"}, ""};
constexpr Metric kProcessIds{"process_ids", {"process ids", "номеров процессов"}, ""};
constexpr Metric kAddresses{"addresses", {"addresses of the data", "адресов данных"}, ""};
constexpr Metric kValuesLost{"values_lost", {"values lost", "потеряно значений"}, ""};
constexpr Setting kThreads{"threads", {"threads", "потоки"}, ""};

const Case kThread{"thread", {"to a thread", "потоку"}, "threads"};
const Case kProcess{"process", {"to a process", "процессу"}, "processes"};

Status needs_both(const Capabilities& host) {
  if (Status threads = needs_threads(host); !threads) return threads;
  return needs_processes(host);
}

/// What one round saw over all sizes.
struct Round {
  std::uint32_t number = 0;
  HandOver threads;  // ids and addresses at one size after another
  std::size_t addresses = 0;
  std::uint32_t lost_by_child = 0;
};

coro::Task<Status> pass_to_threads(LabContext& lab, const Size& size, ReadPart part, Round& round, Measured& out) {
  Result<HandOver> over = fail("");
  co_await lab.scheduler().blocking([&] { over = hand_over(size.bytes, kReaders, kPasses, part, lab.cancel()); });
  if (!over) co_return std::unexpected(over.error());
  out.samples.set(kThread, part == ReadPart::ends ? size.hand : size.read, round.number,
                  median_us(over->round_trips_ns));
  round.threads.lost += over->lost;
  round.threads.thread_ids = over->thread_ids;
  round.threads.process_ids.merge(over->process_ids);
  round.addresses = std::max(round.addresses, over->addresses.size());
  out.details["writer_address"] = fmt::format("{:#x}", *over->addresses.begin());
  out.details["reader_address"] = fmt::format("{:#x}", *over->addresses.rbegin());
  co_return Status{};
}

coro::Task<Status> send_to_child(ChildProbe& child, const Size& size, ReadPart part, Round& round, Measured& out) {
  std::vector<std::int64_t> times;
  Bytes message(size.bytes);
  for (int i = 0; i <= kPasses; ++i) {
    const auto value = static_cast<std::uint64_t>(i + 1);
    if (part == ReadPart::every) std::ranges::fill(message, static_cast<std::byte>(value));
    message.front() = message.back() = static_cast<std::byte>(value);
    const auto how = part == ReadPart::ends ? child::Question::deliver : child::Question::read;
    auto delivered = co_await child.deliver(message, how);
    if (!delivered) co_return std::unexpected(delivered.error());
    if (i > 0) times.push_back(delivered->round_trip_ns);  // the first one warms up
    const child::Delivery& seen = delivered->delivery;
    const bool whole = part == ReadPart::ends || seen.sum == value * size.bytes;
    if (seen.bytes != size.bytes || seen.first != value || seen.last != value || !whole) ++round.lost_by_child;
    out.details["child_address"] = fmt::format("{:#x}", seen.address);
  }
  out.samples.set(kProcess, part == ReadPart::ends ? size.hand : size.read, round.number, median_us(times));
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  ChildProbe child(lab.scheduler(), lab.cancel());
  const Status started = co_await child.start();
  if (!started) co_return std::unexpected(started.error());
  for (Rounds rounds(lab, out); rounds.next();) {
    Round round;
    round.number = rounds.index();
    co_await look_at_machine(lab, round.number, out);
    for (std::size_t i = 0; i < std::size(kSizes); ++i) {
      lab.step(rounds.fraction(i, std::size(kSizes)), {"passing data", "передача данных"});
      for (const ReadPart part : kParts) {
        if (lab.cancel().requested()) co_return fail(kCancelled);
        Status status = co_await pass_to_threads(lab, kSizes[i], part, round, out);
        if (status) status = co_await send_to_child(child, kSizes[i], part, round, out);
        if (!status) co_return std::unexpected(status.error());
      }
    }
    out.samples.set(kThread, kThreadIds, round.number, double(round.threads.thread_ids.size()));
    out.samples.set(kThread, kProcessIds, round.number, double(round.threads.process_ids.size()));
    out.samples.set(kThread, kAddresses, round.number, double(round.addresses));
    out.samples.set(kThread, kValuesLost, round.number, round.threads.lost);
    out.samples.set(kProcess, kValuesLost, round.number, round.lost_by_child);
  }
  out.set(kThreads, kReaders + 1);
  out.fairness = {{.of = kThread.id, .workers = kReaders, .in_flight = 1, .creation = "outside"},
                  {.of = kProcess.id, .workers = 1, .in_flight = 1, .creation = "outside"}};
  co_return out;
}

Figure cost_figure(const Claim& claim) {
  Figure figure = lines("cost", {"Passing data there and hearing back", "Передача данных и ответ"},
                        {.label = {"size", "размер"}, .unit = "B", .log = true, .categories = {}},
                        {.label = {"round trip", "туда и обратно"}, .unit = "µs", .log = true, .categories = {}});
  for (const Case& one : {kThread, kProcess}) {
    FigureSeries hand = series(one), read = series(one);
    read.id += "-read";
    read.name = both("{}, every byte read", "{}, прочитан каждый байт", one.label);
    for (const Size& size : kSizes) {
      add_point(hand, double(size.bytes), claim.of(one, size.hand));
      add_point(read, double(size.bytes), claim.of(one, size.read));
    }
    figure.series.push_back(std::move(hand));
    figure.series.push_back(std::move(read));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double threads = claim.setting(kThreads);
  const auto thread_ids = extremes(claim.series(kThread, kThreadIds));
  const auto process_ids = extremes(claim.series(kThread, kProcessIds));
  const auto addresses = extremes(claim.series(kThread, kAddresses));
  const auto lost = extremes(sum(claim.series(kThread, kValuesLost), claim.series(kProcess, kValuesLost)));
  const auto growth = [&](const Case& one) {
    return claim.of(ratio(claim.series(one, kLargest.hand), claim.series(one, kSmallest.hand)));
  };
  const auto by_thread = growth(kThread), by_process = growth(kProcess);
  claim.require({.id = "several-threads",
                 .label = {"thread ids of the writer and the readers", "номеров потоков у пишущего и читающих"},
                 .value = thread_ids,
                 .test = always(threads),
                 .yes = both("The writer and the readers are {} with ids of their own.",
                             "Пишущий и читающие — это {} с разными номерами.",
                             counted(threads, {"thread", "threads", "поток", "потока", "потоков"})),
                 .no = both("The writer and the readers had {} [least, most] thread ids, not {}.",
                            "Номеров потоков у пишущего и читающих: {} [меньше всего, больше всего], а не {}.",
                            with_interval(thread_ids), number(threads)),
                 .timed = false});
  claim.require({.id = "one-process",
                 .label = {"process ids of these threads", "номеров процессов у этих потоков"},
                 .value = process_ids,
                 .test = always(1),
                 .yes = {"All of them see one process id.", "Номер процесса у всех один."},
                 .no = both("They saw {} [least, most] process ids.",
                            "Номеров процессов у них: {} [меньше всего, больше всего].", with_interval(process_ids)),
                 .timed = false});
  claim.require(
      {.id = "same-address",
       .label = {"addresses at which the threads saw the data", "адресов, по которым потоки видели данные"},
       .value = addresses,
       .test = always(1),
       .yes = {"All of them find the data at one address.", "Данные у всех лежат по одному адресу."},
       .no = both("They found the data at {} [least, most] addresses: it was copied.",
                  "Адресов данных: {} [меньше всего, больше всего] — их копировали.", with_interval(addresses)),
       .timed = false});
  claim.require({.id = "nothing-lost",
                 .label = {"values that did not arrive", "значений не дошло"},
                 .value = lost,
                 .test = always(0),
                 .yes = {"Every value arrived, in every pass.", "При каждой передаче дошли все значения."},
                 .no = both("Values did not arrive: {} [least, most] a round.",
                            "Значения не доходили: {} [меньше всего, больше всего] за повтор.", with_interval(lost)),
                 .timed = false});
  claim.require(
      {.id = "thread-growth",
       .label = {"handing over to a thread, 1 MiB over 64 B", "передача потоку, 1 МиБ к 64 Б"},
       .value = by_thread,
       .unit = "×",
       .test = at_most(3, 6),
       .yes = both("Handing 1 MiB to a thread takes {} the time of 64 B: the size hardly matters.",
                   "Передача потоку 1 МиБ занимает {} времени передачи 64 Б: размер почти не важен.",
                   quantity(by_thread, "×")),
       .no = both("Handing 1 MiB to a thread took {} the time of 64 B: the size matters.",
                  "Передача потоку 1 МиБ заняла {} времени передачи 64 Б: размер важен.", quantity(by_thread, "×")),
       .hue = "threads"});
  claim.require(
      {.id = "process-growth",
       .label = {"handing over to a process, 1 MiB over 64 B", "передача процессу, 1 МиБ к 64 Б"},
       .value = by_process,
       .unit = "×",
       .test = at_least(10, 3),
       .yes = both("To a process it takes {} the time: there the size matters.",
                   "Передача процессу — {} времени передачи 64 Б: там размер важен.", quantity(by_process, "×")),
       .no = both("To a process it took only {} the time: the size hardly matters there either.",
                  "Передача процессу — лишь {} времени передачи 64 Б: и там размер почти не важен.",
                  quantity(by_process, "×")),
       .hue = "processes"});
  for (const Case& one : {kThread, kProcess}) {
    claim.show(one, kSmallest.hand);
    claim.show(one, kLargest.hand);
    claim.show(one, kLargest.read);
  }
  claim.background(
      {"Threads share their process's memory: only the address is passed. Whoever then reads every byte pays for that, "
       "wherever it lies. To another process every byte is copied first. (Memory that processes map on purpose to "
       "share "
       "it is not used here.)",
       "Потоки разделяют память процесса: передаётся только адрес. Прочесть затем каждый байт стоит своё, где бы он ни "
       "лежал. Другому процессу каждый байт сначала копируется. (Память, которую процессы отобразили бы к себе "
       "совместно, здесь не используется.)"});
  claim.figure(cost_figure(claim));
  claim.truth("process-growth");
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"workers"};

}  // namespace

const Experiment& shared_memory_experiment() {
  static const Experiment experiment{
      .id = "shared-memory",
      .section = "threads",
      .title = {"Shared memory", "Общая память"},
      .claim = {"Threads are several in one process and share its memory: data is passed without a copy.",
                "Потоков в одном процессе может быть несколько, и память у них общая: данные передаются без "
                "копирования."},
      .about =
          {"64 B to 1 MiB are passed to threads, which find them where they lie, and sent to a child process as a "
           "message; handed over only, and with every byte read. Look at how the time grows with the size.",
           "От 64 Б до 1 МиБ передаются потокам, которые находят их на месте, и отправляются сообщением дочернему "
           "процессу: только передаются, а затем ещё и читаются до последнего байта. Посмотрите, как время растёт с "
           "размером."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times longer than 64 B does 1 MiB take to reach a process?",
                            "Во сколько раз дольше доходит до процесса 1 МиБ, чем 64 Б?"},
                   .unit = "×",
                   .min = 1,
                   .max = 20000},
      .config = R"({"workload":"sum","tasks":16,"workers":2})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .check = needs_both,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
