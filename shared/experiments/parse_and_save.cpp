// parse-and-save: the course's second task. Light pages: the network's wait decides. Heavy parsing: the cores do.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr int kHeavyFactor = 24;
constexpr int kWorkers = 4;  // as `config` says: what the settings show is what runs

const char* const kModels[] = {"threads", "processes", "async"};

json case_options(const json& own, bool heavy) {
  return {{"size", heavy ? 20'000 : 4'000}, {"parse_factor", heavy ? own.value("parse_factor", kHeavyFactor) : 1}};
}

std::vector<Case> cases(const json& own) {
  const Capabilities& host = capabilities();
  std::vector<Case> out;
  for (const bool heavy : {false, true}) {
    for (const std::string model : kModels) {
      if ((model == "threads" && !host.threads) || (model == "processes" && !host.processes)) continue;
      json options = case_options(own, heavy);
      options["model"] = model;
      out.push_back({(heavy ? "heavy." : "light.") + model, std::move(options)});
    }
  }
  return out;
}

/// Once, one page after another: what the report's speed-ups are told against. Six times would take longer than all
/// else together, and decides nothing.
coro::Task<Status> run_in_order(LabContext& lab, const json& own, Measured& out) {
  for (const bool heavy : {false, true}) {
    lab.step(0, {"one page after another, once", "страница за страницей, один раз"});
    json options = own;
    options.update(case_options(own, heavy));
    options.update({{"model", "sync"}, {"repeat", 1}, {"warmup", 0}});
    auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    out.runs.push_back(to_json(*result));
    out.runs.back()["case"] = heavy ? "heavy.sync" : "light.sync";
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(
      lab,
      {{"workload", "parse-and-save"}, {"tasks", 24}, {"workers", kWorkers}, {"wait_ms", 20}, {"commit_batch", 8}});
  for (const char* planned : {"size", "model"}) own.erase(planned);
  own["workload"] = "parse-and-save";
  std::vector<Case> plan = cases(own);
  const Rounds rounds(lab);
  if (Status status = co_await run_in_order(lab, own, out); !status) co_return std::unexpected(status.error());
  const Status status = co_await measure_cases(lab, std::move(own), std::move(plan), rounds, out);
  if (!status) co_return std::unexpected(status.error());
  for (const json& run : out.runs) {
    if (run["time_split_ms"].is_object()) {
      for (const auto& [kind, ms] : run["time_split_ms"].items()) {
        out.facts[run["case"].get<std::string>() + "." + kind + "_ms"] = ms.get<double>();
      }
    }
    out.facts["tasks"] = run["tasks"].get<double>();
    out.facts["wait_ms"] = run["wait_ms"].get<double>();
    if (run["model"] == "processes") out.facts["workers"] = run["workers"].get<double>();
  }
  co_return out;
}

bool has(const Measured& measured, const std::string& name) { return !samples(measured, name + ".wall_ms").empty(); }

/// The model whose makespan is below every other one's with the whole interval of the paired ratios.
std::optional<std::string> fastest(const Measured& measured, const std::string& phase) {
  for (const std::string mine : kModels) {
    if (!has(measured, phase + mine)) continue;
    const bool beats_all = std::ranges::all_of(kModels, [&](const std::string other) {
      if (other == mine || !has(measured, phase + other)) return true;
      const auto ratio = spread(ratios(measured, phase + other + ".wall_ms", phase + mine + ".wall_ms"));
      return ratio && ratio->low > 1;
    });
    if (beats_all) return mine;
  }
  return std::nullopt;
}

/// "fetch", "parse" or "save": where the tasks of this case spent most of their time.
BothTexts dominant(const Measured& measured, const std::string& name) {
  const double fetch = fact(measured, name + ".fetch_ms");
  const double parse = fact(measured, name + ".parse_ms");
  const double save = fact(measured, name + ".save_ms");
  if (std::max({fetch, parse, save}) == 0) return {"not available", "нет данных"};
  if (fetch >= parse && fetch >= save) return {"the network's wait", "ожидание сети"};
  return parse >= save ? BothTexts{"parsing", "разбор"} : BothTexts{"saving", "запись"};
}

/// Is there enough to parse for the question to be asked? What several cores can save of it must be clearly more than
/// what a few workers lose because they wait for the network in turns. Not known: yes.
bool heavy_enough(const Measured& measured) {
  const double parse = fact(measured, "heavy.async.parse_ms");
  const double workers = fact(measured, "workers");
  if (parse == 0 || workers == 0) return true;
  const double saved = parse * (1 - 1 / std::max(std::min(fact(measured, "cores", 1), workers), 1.0));
  return saved > 1.5 * fact(measured, "wait_ms") * fact(measured, "tasks") / workers;
}

Figure makespans(const Measured& measured) {
  Figure figure;
  figure.id = "makespan";
  figure.kind = FigureKind::bars;
  figure.title = {"Makespan", "Общее время"};
  figure.x.categories = {{"light pages", "лёгкие страницы"}, {"heavy parsing", "тяжёлый разбор"}};
  figure.y = {.label = {"makespan", "общее время"}, .unit = "ms", .log = false, .categories = {}};
  for (const std::string model : kModels) {
    FigureSeries series{.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}};
    double x = 0;
    for (const char* phase : {"light.", "heavy."}) {
      add_point(series, x, spread(measured, phase + model + ".wall_ms"));
      ++x;
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  for (const char* phase : {"light", "heavy"}) {
    for (const char* model : kModels) {
      put(finding.numbers, fmt::format("{}_{}_ms", phase, model),
          spread(measured, fmt::format("{}.{}.wall_ms", phase, model)));
    }
  }
  const auto over_async = [&](const std::string& phase, const std::string& model) {
    return spread(ratios(measured, phase + model + ".wall_ms", phase + "async.wall_ms"));
  };
  // Rivals that this platform has not got decide nothing.
  Tri light = Tri::yes;
  for (const std::string model : {"threads", "processes"}) {
    if (has(measured, "light." + model)) light = all_of({light, at_least(over_async("light.", model), 1.05, 0.95)});
  }
  const auto heavy_ratio = over_async("heavy.", "processes");
  const Tri heavy = heavy_enough(measured) ? at_most(heavy_ratio, 0.9, 1.05)
                                           : std::max(at_most(heavy_ratio, 0.9, 1.05), Tri::unclear);
  put(finding.numbers, "heavy_processes_over_async", heavy_ratio);
  const auto best = fastest(measured, "heavy.");
  finding.truth = best ? json(*best) : json();
  finding.figures.push_back(makespans(measured));
  const auto in_ms = [&](const std::string& name) { return with_interval(spread(measured, name + ".wall_ms")); };
  const BothTexts light_share = dominant(measured, "light.async");
  const BothTexts heavy_share = dominant(measured, "heavy.processes");
  BothTexts sentence = both(
      "Light pages, ms: threads {}, processes {}, async {}; most of it is {}. Heavy parsing: threads {}, processes "
      "{}, async {}; most of it is {}.",
      "Лёгкие страницы, мс: потоки {}, процессы {}, асинхронно {}; больше всего занимает {}. Тяжёлый разбор: потоки "
      "{}, процессы {}, асинхронно {}; больше всего занимает {}.",
      in_ms("light.threads"), in_ms("light.processes"), in_ms("light.async"), light_share, in_ms("heavy.threads"),
      in_ms("heavy.processes"), in_ms("heavy.async"), heavy_share);
  const Tri result = all_of({light, heavy});
  if (result == Tri::unclear && !heavy_enough(measured)) {
    sentence =
        sentence +
        BothTexts{
            " There was too little to parse here to gain by several cores: raise the parse cost, or use fewer tasks.",
            " Разбора здесь слишком мало, чтобы выиграть от нескольких ядер: увеличьте его цену или "
            "уменьшите число задач."};
  }
  conclude(
      finding, measured, result, sentence,
      {"While the network's wait decides, the event loop waits for all pages at once. Parsing computes, and on the "
       "loop's one thread pages are parsed one after another: then processes on several cores are faster.",
       "Пока решает ожидание сети, цикл событий ждёт все страницы сразу. Разбор — это вычисления, и в единственном "
       "потоке цикла страницы разбираются по очереди: тогда быстрее процессы на нескольких ядрах."},
      {"Here it did not come out so: see the makespans.", "Здесь вышло иначе: см. общее время."});
  return finding;
}

Status check(const Capabilities& host) {
  if (!host.fetches) return fail("This needs HTTP requests, which are missing here.");
  if (!host.has_database) return fail("This needs a database, which is missing here: use the desktop program.");
  return needs_processes(host);
}

constexpr std::string_view kReads[] = {"tasks",        "wait_ms",    "jitter_ms",    "workers", "spawn_per_task",
                                       "concurrency",  "timeout_ms", "commit_batch", "durable", "save_on_loop",
                                       "parse_factor", "repeat",     "seed",         "server",  "urls"};

}  // namespace

const Experiment& parse_and_save_experiment() {
  static const Experiment experiment{
      .id = "parse-and-save",
      .section = "choosing",
      .title = {"Fetch, parse, save", "Загрузить, разобрать, сохранить"},
      .origin = Origin::task,
      .claim = {"To fetch, parse and save pages async is the fastest; when parsing is heavy, processes are.",
                "Загружать, разбирать и сохранять страницы быстрее асинхронно; если разбор тяжёлый — процессами."},
      .about =
          {"24 pages over real requests, parsed by a real HTML parser and saved to a real database: once small pages, "
           "once large ones parsed 24 times each.",
           "24 страницы настоящими запросами, с настоящим разбором HTML и записью в настоящую базу данных: сначала "
           "маленькие, затем большие, каждая разобрана 24 раза."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Parsing is heavy: who is fastest?", "Разбор тяжёлый: кто быстрее?"},
                   .options = {{"threads", {"threads", "потоки"}},
                               {"processes", {"processes", "процессы"}},
                               {"async", {"async", "асинхронно"}}}},
      .config =
          R"({"workload":"parse-and-save","tasks":24,"workers":4,"wait_ms":20,"commit_batch":8,"parse_factor":24,"size":20000})",
      .reads = kReads,
      .check = check,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
