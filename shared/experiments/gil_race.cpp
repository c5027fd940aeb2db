// gil-race: the GIL makes an increment safe only where it cannot change hands between the load and the store.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

/// Some ten switch intervals of work, on the fastest machines too.
json defaults() { return {{"workload", "counter"}, {"tasks", 16}, {"size", 60'000'000}, {"workers", 4}}; }

std::vector<Case> cases() {
  const json gil = {{"model", "threads"}, {"gil", true}};
  json whole = gil, interruptible = gil;
  whole["counter_mode"] = "split";  // under the GIL no other thread comes between: it changes hands between increments
  interruptible["counter_mode"] = "call";
  return {{"whole", std::move(whole)}, {"interruptible", std::move(interruptible)}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json options = base(lab, defaults());
  for (const char* planned : {"counter_mode", "gil", "model"}) options.erase(planned);
  options["workload"] = "counter";
  const Status status = co_await measure_cases(lab, std::move(options), cases(), Rounds(lab, 8), out);
  if (!status) co_return std::unexpected(status.error());
  out.facts["increments"] = out.runs[0]["size"].get<double>();
  out.facts["workers"] = out.runs[0]["workers"].get<double>();
  co_return out;
}

Figure lost_share(const Measured& measured, double increments) {
  Figure figure;
  figure.id = "lost";
  figure.kind = FigureKind::bars;
  figure.title = {"Updates lost under the GIL", "Потерянные обновления под GIL"};
  figure.x.categories = {{"x += 1: no switch within", "x += 1: без переключения внутри"},
                         {"x += f(): a switch can fall within", "x += f(): переключение возможно внутри"}};
  figure.y = {.label = {"lost", "потеряно"}, .unit = "%", .log = false, .categories = {}};
  FigureSeries series{.id = "threads", .name = model_name("gil"), .style = SeriesStyle::measured, .points = {}};
  double x = 0;
  for (const char* name : {"whole.lost", "interruptible.lost"}) {
    auto value = spread(measured, name);
    if (value) {
      const double scale = 100 / increments;
      value = Spread{value->median * scale, value->low * scale, value->high * scale};
    }
    add_point(series, x++, value);
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double increments = std::max(fact(measured, "increments", 1), 1.0);
  const auto& whole = samples(measured, "whole.lost");
  const auto& interruptible = samples(measured, "interruptible.lost");
  double whole_lost = 0;
  for (const double lost : whole) whole_lost += std::abs(lost);
  const auto losing = static_cast<double>(std::ranges::count_if(interruptible, [](double lost) { return lost > 0; }));
  std::vector<double> shares;
  for (const double lost : interruptible) shares.push_back(100 * lost / increments);
  const auto share = median(shares);
  finding.numbers["lost_percent"] = share ? json(*share) : json(nullptr);
  finding.numbers["repeats_that_lost"] = interruptible.empty() ? json(nullptr) : json(losing);
  finding.numbers["lost_uninterrupted"] = whole.empty() ? json(nullptr) : json(whole_lost);
  finding.numbers["increments"] = increments;
  put(finding.numbers, "gil_wait_ms", spread(measured, "interruptible.lock_wait_ms"));
  // One lost update under the lock refutes it; none where a switch can fall within may be luck.
  const Tri result = whole_lost > 0                           ? Tri::no
                     : whole.empty() || interruptible.empty() ? Tri::unclear
                     : losing > 0                             ? Tri::yes
                                                              : Tri::unclear;
  finding.truth = share ? json(*share) : json(nullptr);
  finding.figures = {lost_share(measured, increments),
                     histogram("shares", {"Lost, repeat by repeat", "Потери по повторам"},
                               {.label = {"lost", "потеряно"}, .unit = "%", .log = false, .categories = {}},
                               {"repeats", "повторов"}, shares, "threads", {"x += f()", "x += f()"}, 0.5)};
  conclude(
      finding, measured, result,
      both("{0} under the GIL added 1 to one variable {1} times in all. Where the GIL cannot change hands between load "
           "and "
           "store, all repeats together lost {2} updates; where it can, {3} of {4} repeats lost some, from {5} to {6} "
           "%.",
           "{0} под GIL вместе прибавили единицу к одной переменной {1} {7}. Когда GIL не может перейти к другому "
           "потоку "
           "между чтением и записью, во всех повторах вместе потеряно обновлений: {2}; когда может — обновления "
           "потерялись в {3} из {4} повторов, от {5} до {6} %.",
           counted(fact(measured, "workers"), {"thread", "threads", "поток", "потока", "потоков"}), number(increments),
           number(whole_lost), number(losing), shares.size(),
           shares.empty() ? kNothing : number(std::ranges::min(shares)),
           shares.empty() ? kNothing : number(std::ranges::max(shares)),
           russian_form(increments, "раз", "раза", "раз")),
      {"The GIL keeps the interpreter whole, not the program: it protects an update only when no switch can fall "
       "between "
       "its load and its store. CPython 3.11 looks for a switch at calls and at the ends of loops, so x += 1 loses "
       "nothing there and x += f() does; other versions, and free-threaded builds, differ. What is shared needs a "
       "lock.",
       "GIL оберегает сам интерпретатор, а не программу: обновление защищено, только если переключение не может "
       "попасть "
       "между чтением и записью. CPython 3.11 проверяет, не пора ли переключиться, при вызовах и в конце витков цикла, "
       "поэтому x += 1 там ничего не теряет, а x += f() теряет; в других версиях и в сборках без GIL это иначе. Общим "
       "данным нужна блокировка."},
      {"Updates were lost although no switch could fall between load and store: the lock does not work here.",
       "Обновления потерялись, хотя переключение не могло попасть между чтением и записью: блокировка здесь не "
       "работает."},
      false,
      {"Not decided: no update was lost, which may be luck. Use a larger size or a shorter switch_interval_ms.",
       "Не решено: обновления не терялись, что может быть случайностью. Увеличьте размер задачи или уменьшите "
       "switch_interval_ms."});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "size", "workers", "spawn_per_task", "switch_interval_ms", "repeat"};

}  // namespace

const Experiment& gil_race_experiment() {
  static const Experiment experiment{
      .id = "gil-race",
      .section = "threads",
      .title = {"The GIL and races", "GIL и состояние гонки"},
      .origin = Origin::completed,
      .claim =
          {"The GIL solves the race condition, provided that no switch can fall between reading a variable and writing "
           "it.",
           "GIL решает проблему состояния гонки — при условии, что переключение не может попасть между чтением "
           "переменной и записью."},
      .about = {"The sheet says it without the condition. Four threads under the GIL add 1 to one variable: as x += 1, "
                "which "
                "no switch interrupts, and as x += f(), where one can fall between load and store.",
                "В методичке условия нет. Четыре потока под GIL прибавляют единицу к одной переменной: как x += 1, где "
                "переключения внутри нет, и как x += f(), где оно может попасть между чтением и записью."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What percentage of the updates does x += f() lose under the GIL?",
                            "Какой процент обновлений теряет x += f() под GIL?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"model":"threads","workload":"counter","tasks":16,"size":60000000,"workers":4,"gil":true,)"
                R"("counter_mode":"call","repeat":8})",
      .reads = kReads,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
