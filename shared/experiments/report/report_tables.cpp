#include "experiments/report/report_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "experiments/entry_words.hpp"
#include "experiments/report/report_parts.hpp"

namespace trilane::report {
namespace {

using nlohmann::json;

std::string model_of(const json& run, bool russian) {
  const std::string name = text(run, "model");
  // A document of CPython tells its own name; see native/python_*.
  if (const std::string label = text(run, "label"); !label.empty()) return plain(label);
  if (!russian) return flag(run, "gil") ? "threads with GIL" : plain(name);
  if (name == "sync") return "синхронно";
  if (name == "threads") return flag(run, "gil") ? "потоки с GIL" : "потоки";
  if (name == "processes") return "процессы";
  if (name == "async") return "асинхронно";
  return plain(name);
}

std::string workers_of(const json& run) {
  const std::string name = text(run, "model");
  if (name == "sync" || name == "async" || name.ends_with("asyncio")) return "1";
  const auto workers = number(run, "workers");
  return workers ? digits(*workers, false) : "";
}

std::string repeats_of(const json& run) { return std::to_string(summary(run, "wall_ms").samples.size()); }

/// Equal in all that makes it the same work, so that times may be compared.
bool same_work(const json& a, const json& b) {
  for (const char* key : {"workload", "tasks", "size", "wait_ms", "jitter_ms", "seed", "cpu_share", "parse_factor",
                          "commit_batch", "durable"}) {
    if (at(a, key) != at(b, key)) return false;
  }
  return true;
}

/// How many times as fast as sync; where the intervals overlap, that the two are not distinguished.
/// Runs of one experiment only: between two of them the machine may have changed its pace.
std::string speed_up(const RunOf& one, const std::vector<RunOf>& runs, bool russian) {
  const json& run = *one.run;
  const auto base = std::ranges::find_if(runs, [&](const RunOf& other) {
    return other.experiment == one.experiment && text(*other.run, "model") == "sync" && same_work(*other.run, run);
  });
  if (base == runs.end()) return "";
  if (base->run == &run) return "1";
  const Summary sync = summary(*base->run, "wall_ms");
  const Summary own = summary(run, "wall_ms");
  if (!sync.median || !own.median || *own.median <= 0) return "";
  std::string out = ratio(*sync.median / *own.median, russian);
  const auto comparison = compare(sync, own);
  if (comparison && !comparison->different) out += russian ? " (не различаются)" : " (not distinguished)";
  return out;
}

std::string median_of(const json& run, bool russian) { return digits(summary(run, "wall_ms").median, russian); }
std::string interval_of(const json& run, bool russian) { return plain(interval(summary(run, "wall_ms"), russian)); }

std::string missing(const char* experiment, bool russian) {
  return russian ? fmt::format("Не измерено: в отчёте нет эксперимента {}.\n\n", code(experiment))
                 : fmt::format("Not measured: the report holds no experiment {}.\n\n", code(experiment));
}

/// The runs of a workload that have a result.
std::vector<RunOf> of_workload(const std::vector<RunOf>& runs, std::string_view workload) {
  std::vector<RunOf> out;
  for (const RunOf& one : runs) {
    if (text(*one.run, "workload") == workload && summary(*one.run, "wall_ms").median) out.push_back(one);
  }
  return out;
}

std::string split_of(const json& run, const char* kind, bool russian) {
  return digits(number(at(run, "time_split_ms"), kind), russian);
}

}  // namespace

std::vector<RunOf> runs_of(const json& document) {
  std::vector<RunOf> out;
  const json& entries = at(document, "experiments");
  if (!entries.is_array()) return out;
  for (const json& entry : entries) {
    for (const char* list : {"runs", "python"}) {
      const json& runs = at(entry, list);
      if (!runs.is_array()) continue;
      for (const json& run : runs) {
        if (run.is_object()) out.push_back({text(entry, "id"), &run});
      }
    }
  }
  return out;
}

std::string sum_tables(const std::vector<RunOf>& runs, bool russian) {
  const std::vector<RunOf> sums = of_workload(runs, "sum");
  if (sums.empty()) return missing("cpu-bound", russian);
  std::map<double, std::vector<RunOf>> by_size;
  for (const RunOf& one : sums) by_size[number(*one.run, "size").value_or(0)].push_back(one);
  const std::vector<std::string> head =
      russian ? std::vector<std::string>{"Модель",      "Исполнители",       "Подзадачи", "Повторы",
                                         "Медиана, мс", "95 % интервал, мс", "Ускорение", "Эксперимент"}
              : std::vector<std::string>{"Model",      "Workers",           "Subtasks", "Repeats",
                                         "Median, ms", "95 % interval, ms", "Speed-up", "Experiment"};
  std::string out;
  for (const auto& [size, group] : by_size) {
    out += fmt::format("### N = {:.0f}\n\n", size);
    std::vector<std::vector<std::string>> rows;
    for (const RunOf& one : group) {
      const json& run = *one.run;
      rows.push_back({model_of(run, russian), workers_of(run), digits(number(run, "tasks"), russian), repeats_of(run),
                      median_of(run, russian), interval_of(run, russian), speed_up(one, sums, russian),
                      code(one.experiment)});
    }
    out += table(head, rows);
  }
  return out;
}

std::string pages_tables(const std::vector<RunOf>& runs, bool russian) {
  const std::vector<RunOf> pages = of_workload(runs, "parse-and-save");
  if (pages.empty()) return missing("parse-and-save", russian);
  const std::vector<std::string> head =
      russian
          ? std::vector<std::string>{"Случай",
                                     "Модель",
                                     "Исполнители",
                                     "Страницы",
                                     "Ответ сервера, мс",
                                     "Разборов страницы",
                                     "Повторы",
                                     "Медиана, мс",
                                     "95 % интервал, мс",
                                     "Ускорение",
                                     "Загрузка, мс",
                                     "Разбор, мс",
                                     "Сохранение, мс"}
          : std::vector<std::string>{
                "Case",      "Model",      "Workers",           "Pages",    "Server's wait, ms", "Parsings of a page",
                "Repeats",   "Median, ms", "95 % interval, ms", "Speed-up", "Fetching, ms",      "Parsing, ms",
                "Saving, ms"};
  std::vector<std::vector<std::string>> rows;
  for (const RunOf& one : pages) {
    const json& run = *one.run;
    rows.push_back({code(text(run, "case")), model_of(run, russian), workers_of(run),
                    digits(number(run, "tasks"), russian), digits(number(run, "wait_ms"), russian),
                    digits(number(run, "parse_factor"), russian), repeats_of(run), median_of(run, russian),
                    interval_of(run, russian), speed_up(one, pages, russian), split_of(run, "fetch", russian),
                    split_of(run, "parse", russian), split_of(run, "save", russian)});
  }
  return table(head, rows) +
         (russian
              ? "Загрузка, разбор и сохранение сложены по всем задачам и исполнителям последнего повтора; "
                "перекрывающиеся ожидания в сумме больше медианы.\n\n"
              : "Fetching, parsing and saving are added up over all tasks and workers of the last repeat; waits that "
                "overlap add up to more than the median.\n\n");
}

std::string runs_table(const json& entry, bool russian) {
  const json one = {{"experiments", json::array({entry})}};
  const std::vector<RunOf> runs = runs_of(one);
  if (runs.empty()) return "";
  const std::vector<std::string> head =
      russian ? std::vector<std::string>{"Что",    "Модель",  "Нагрузка",    "Исполнители",
                                         "Задачи", "Повторы", "Медиана, мс", "95 % интервал, мс"}
              : std::vector<std::string>{"What",  "Model",   "Workload",   "Workers",
                                         "Tasks", "Repeats", "Median, ms", "95 % interval, ms"};
  std::vector<std::vector<std::string>> rows;
  for (const RunOf& each : runs) {
    const json& run = *each.run;
    const std::string name = text(run, "case");
    rows.push_back({name.empty() ? std::string() : code(name), model_of(run, russian), plain(text(run, "workload")),
                    workers_of(run), digits(number(run, "tasks"), russian), repeats_of(run), median_of(run, russian),
                    interval_of(run, russian)});
  }
  return table(head, rows, 3);
}

std::string predicates_table(const SavedEntry& entry, bool russian) {
  if (entry.predicates.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const Predicate& one : entry.predicates) {
    rows.push_back({lab::in(lab::mark_of(one.holds), russian), plain(lab::in(one.text, russian)),
                    plain(lab::in(one.label, russian)), plain(lab::in(lab::value_of(one), russian)),
                    plain(lab::in(lab::thresholds_of(one), russian))});
  }
  return table(russian ? std::vector<std::string>{"Верно", "Что найдено", "Величина", "Значение", "Пороги"}
                       : std::vector<std::string>{"Holds", "What was found", "Quantity", "Value", "Thresholds"},
               rows, 5);
}

std::string numbers_table(const SavedEntry& entry, bool russian) {
  std::vector<std::vector<std::string>> rows;
  for (const Number& one : entry.other_numbers()) {
    rows.push_back({plain(lab::in(one.label, russian)), plain(lab::in(lab::value_of(one), russian))});
  }
  if (rows.empty()) return "";
  return table(russian ? std::vector<std::string>{"Величина", "Значение [интервал]"}
                       : std::vector<std::string>{"Figure", "Value [interval]"},
               rows);
}

std::string terms_table(const SavedEntry& entry, bool russian) {
  if (entry.fairness.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  const auto row_of = [russian](const std::vector<BothTexts>& cells) {
    std::vector<std::string> row;
    for (const BothTexts& cell : cells) row.push_back(plain(lab::in(cell, russian)));
    return row;
  };
  for (const Fairness& one : entry.fairness) rows.push_back(row_of(lab::terms_row(one)));
  return table(row_of(lab::terms_head()), rows, 5) + plain(lab::in(lab::subject_words(entry.subject), russian)) +
         "\n\n";
}

std::string runs_csv(const std::vector<RunOf>& runs) {
  std::string out = csv_line({"experiment", "case", "model", "workload", "tasks", "size", "wait_ms", "workers", "gil",
                              "repeat", "wall_ms", "throughput_per_s"});
  for (const RunOf& one : runs) {
    const json& run = *one.run;
    const Summary wall = summary(run, "wall_ms");
    const Summary throughput = summary(run, "throughput_per_s");
    for (std::size_t i = 0; i < wall.samples.size(); ++i) {
      const std::string label = text(run, "label");
      out += csv_line({one.experiment, text(run, "case"), label.empty() ? text(run, "model") : label,
                       text(run, "workload"), csv_number(number(run, "tasks")), csv_number(number(run, "size")),
                       csv_number(number(run, "wait_ms")), csv_number(number(run, "workers")),
                       flag(run, "gil") ? "true" : "false", std::to_string(i + 1), csv_number(wall.samples[i]),
                       i < throughput.samples.size() ? csv_number(throughput.samples[i]) : ""});
    }
  }
  return out;
}

}  // namespace trilane::report
