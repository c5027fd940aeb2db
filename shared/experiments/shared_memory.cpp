// shared-memory: threads pass data by telling where it lies; a process must be sent a copy, and that costs by the byte.
//
// details: {"writer_address":"0x…","reader_address":"0x…","child_address":"0x…"}: where the largest message lay.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/child_probe.hpp"
#include "models/hand_over.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::size_t kSizes[] = {64, 1024, 16 * 1024, 256 * 1024, 1024 * 1024};
constexpr int kPasses = 20;  // a sample is the median of these

Status needs_both(const Capabilities& host) {
  if (Status threads = needs_threads(host); !threads) return threads;
  return needs_processes(host);
}

std::string sample_name(std::string_view way, std::size_t size) { return fmt::format("{}.{}.us", way, kSizes[size]); }

double median_us(const std::vector<std::int64_t>& times_ns) {
  std::vector<double> times_us;
  for (const std::int64_t time : times_ns) times_us.push_back(static_cast<double>(time) / 1e3);
  return median(times_us).value_or(0);
}

coro::Task<Status> pass_to_thread(LabContext& lab, std::size_t size, Measured& out) {
  Result<HandOver> over = fail("");
  co_await lab.scheduler().blocking([&] { over = hand_over(kSizes[size], kPasses, lab.cancel()); });
  if (!over) co_return std::unexpected(over.error());
  out.samples[sample_name("shared", size)].push_back(median_us(over->round_trips_ns));
  out.facts["shared.copied"] += over->writer_address == over->reader_address ? 0 : 1;
  out.facts["shared.lost"] += over->value_arrived ? 0 : 1;
  out.details["writer_address"] = fmt::format("{:#x}", over->writer_address);
  out.details["reader_address"] = fmt::format("{:#x}", over->reader_address);
  co_return Status{};
}

coro::Task<Status> send_to_child(ChildProbe& child, std::size_t size, Measured& out) {
  Bytes message(kSizes[size]);
  std::vector<std::int64_t> times;
  for (int i = 0; i < kPasses; ++i) {
    message.front() = message.back() = static_cast<std::byte>(i + 1);
    auto delivered = co_await child.deliver(message);
    if (!delivered) co_return std::unexpected(delivered.error());
    times.push_back(delivered->round_trip_ns);
    const auto wanted = static_cast<std::uint64_t>(i + 1);
    const child::Delivery& seen = delivered->delivery;
    if (seen.bytes != message.size() || seen.first != wanted || seen.last != wanted) out.facts["message.lost"] += 1;
    out.details["child_address"] = fmt::format("{:#x}", seen.address);
  }
  out.samples[sample_name("message", size)].push_back(median_us(times));
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  ChildProbe child(lab.scheduler(), lab.cancel());
  const Status started = co_await child.start();
  if (!started) co_return std::unexpected(started.error());
  Rounds rounds(lab, 24);
  while (rounds.next()) {
    lab.step(rounds.fraction(0, 1), {"passing data", "передача данных"});
    for (std::size_t size = 0; size < std::size(kSizes); ++size) {
      if (lab.cancel().requested()) co_return fail(kCancelled);
      Status status = co_await pass_to_thread(lab, size, out);
      if (status) status = co_await send_to_child(child, size, out);
      if (!status) co_return std::unexpected(status.error());
    }
    co_await look_at_machine(lab, out);
  }
  co_return out;
}

Figure cost_figure(const Measured& measured) {
  Figure figure;
  figure.id = "cost";
  figure.kind = FigureKind::lines;
  figure.title = {"Passing data there and hearing back", "Передача данных и ответ"};
  figure.x = {.label = {"size", "размер"}, .unit = "B", .log = true, .categories = {}};
  figure.y = {.label = {"round trip", "туда и обратно"}, .unit = "µs", .log = true, .categories = {}};
  const auto add = [&](std::string_view way, std::string id, BothTexts name) {
    FigureSeries series{.id = std::move(id), .name = std::move(name), .style = SeriesStyle::measured, .points = {}};
    for (std::size_t size = 0; size < std::size(kSizes); ++size) {
      const auto& values = samples(measured, sample_name(way, size));
      const auto x = static_cast<double>(kSizes[size]);
      const auto middle = median(values);
      if (!middle) continue;
      const auto around = spread(values);
      series.points.push_back(around ? point(x, *around) : FigurePoint{.x = x, .y = *middle, .low = {}, .high = {}});
    }
    figure.series.push_back(std::move(series));
  };
  add("shared", "threads", {"thread, shared memory", "поток, общая память"});
  add("message", "processes", {"process, message", "процесс, сообщение"});
  return figure;
}

/// What the size adds to passing by shared memory, as a share of what it adds to a message. Not the thread's own
/// growth: whether it has to be woken on this core or another is several times a hand-over, and has nothing to do with
/// the size.
std::vector<double> added_shares(const Measured& measured, std::size_t last) {
  const auto at = [&](std::string_view way, std::size_t size) { return samples(measured, sample_name(way, size)); };
  const auto shared = at("shared", last), shared_small = at("shared", 0);
  const auto message = at("message", last), message_small = at("message", 0);
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min({shared.size(), shared_small.size(), message.size(), message_small.size()});
       ++i) {
    // A message that does not grow with the size refutes by itself.
    const double by_message = std::max(message[i] - message_small[i], 1e-3);
    out.push_back((shared[i] - shared_small[i]) / by_message);
  }
  return out;
}

Finding judge(const Measured& measured) {
  Finding finding;
  constexpr std::size_t kLast = std::size(kSizes) - 1;
  const auto growth = [&](std::string_view way) {
    return spread(ratios(measured, sample_name(way, kLast), sample_name(way, 0)));
  };
  const auto by_message = growth("message");
  const auto by_thread = growth("shared");
  const auto large = spread(ratios(measured, sample_name("message", kLast), sample_name("shared", kLast)));
  put(finding.numbers, "message_growth", by_message);
  put(finding.numbers, "shared_growth", by_thread);
  put(finding.numbers, "message_over_shared_1mib", large);
  const auto added = spread(added_shares(measured, kLast));
  put(finding.numbers, "shared_added_over_message_added", added);
  for (std::size_t size = 0; size < std::size(kSizes); ++size) {
    for (const char* way : {"shared", "message"}) {
      const auto middle = median(samples(measured, sample_name(way, size)));
      finding.numbers[fmt::format("{}_us_{}", way, kSizes[size])] = middle ? json(*middle) : json(nullptr);
    }
  }
  finding.numbers["copies_in_shared_memory"] = fact(measured, "shared.copied");
  finding.numbers["values_lost"] = fact(measured, "shared.lost") + fact(measured, "message.lost");
  finding.truth = by_message ? json(by_message->median) : json(nullptr);
  finding.figures = {cost_figure(measured)};
  const bool broken =
      fact(measured, "shared.copied") + fact(measured, "shared.lost") + fact(measured, "message.lost") > 0;
  const Tri in_place = broken ? Tri::no : by_thread ? Tri::yes : Tri::unclear;
  // Clearly slower by itself refutes; else what the size adds must be little beside what it adds to a message.
  const Tri by_size = at_most(by_thread, 2, 4) == Tri::no ? Tri::no : at_most(added, 0.25, 0.5);
  conclude(
      finding, measured, all_of({in_place, at_least(by_message, 2, 1.1), by_size}),
      both(
          "{1} instead of {0} took a message to a process {2} as long, and passing it to a thread {3}. Passes in which "
          "the thread found the data at another address: {4}; values lost: {5}.",
          "{1} вместо {0}: сообщение процессу дольше {2}, передача потоку — {3}. Передач, в которых поток нашёл данные "
          "по другому адресу: {4}; потеряно значений: {5}.",
          BothTexts{"64 B", "64 Б"}, BothTexts{"1 MiB", "1 МиБ"}, times(by_message), times(by_thread),
          fact(measured, "shared.copied"), fact(measured, "shared.lost") + fact(measured, "message.lost")),
      {"Threads share their process's memory: only the address is passed, so the size does not matter. To another "
       "process every byte is copied. (Memory that processes map on purpose to share it is not used here.)",
       "Потоки разделяют память процесса: передаётся только адрес, и размер не важен. Другому процессу копируется "
       "каждый байт. (Память, которую процессы отобразили бы к себе совместно, здесь не используется.)"},
      {"The size did not make the difference that copying would.",
       "Размер не дал той разницы, которую дало бы копирование."},
      !broken);
  return finding;
}

}  // namespace

const Experiment& shared_memory_experiment() {
  static const Experiment experiment{
      .id = "shared-memory",
      .section = "threads",
      .title = {"Shared memory", "Общая память"},
      .claim = {"Threads share the memory of their process: data is passed without a copy.",
                "Потоки разделяют память своего процесса: данные передаются без копирования."},
      .about =
          {"64 B to 1 MiB are passed to a thread, which reads them where they lie, and sent to a child process as a "
           "message. Look at how the time grows with the size.",
           "От 64 Б до 1 МиБ передаются потоку, который читает их на месте, и отправляются сообщением дочернему "
           "процессу. Посмотрите, как время растёт с размером."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times longer than 64 B does 1 MiB take to reach a process?",
                            "Во сколько раз дольше доходит до процесса 1 МиБ, чем 64 Б?"},
                   .unit = "×",
                   .min = 1,
                   .max = 20000},
      .config = R"({"workload":"sum","tasks":16,"workers":2,"repeat":24})",
      .reads = kOnlyRepeats,
      .check = needs_both,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
