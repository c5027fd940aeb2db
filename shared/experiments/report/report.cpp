#include "experiments/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiments/entry_words.hpp"
#include "experiments/report/report_parts.hpp"
#include "experiments/report/report_tables.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using report::at;
using report::code;
using report::digits;
using report::in_language;
using report::number;
using report::plain;
using report::text;

std::string option_text(const PredictionQuestion& question, const json& id, bool russian) {
  if (!id.is_string()) return "";
  const auto& name = id.get_ref<const std::string&>();
  for (const PredictionOption& option : question.options) {
    if (option.id == name) return plain(russian ? option.text.ru : option.text.en);
  }
  return plain(name);
}

/// An answer or the truth, in the words of the question; empty when there is none.
std::string answer_text(const PredictionQuestion& question, const json& answer, bool russian) {
  switch (question.kind) {
    case PredictionKind::choice: return option_text(question, answer, russian);
    case PredictionKind::rank: {
      std::string out;
      if (!answer.is_array()) return out;
      for (const json& id : answer) out += (out.empty() ? "" : " → ") + option_text(question, id, russian);
      return out;
    }
    case PredictionKind::number:
      return answer.is_number() ? plain(digits(answer.get<double>(), russian) + " " + question.unit) : std::string();
    case PredictionKind::curve: {
      if (!answer.is_array() || answer.empty()) return "";
      // A drawn curve has dozens of places; its ends and its middle say where it goes, the CSV of the figure the rest.
      std::string out;
      std::vector<std::size_t> places = {0, answer.size() / 2, answer.size() - 1};
      places.erase(std::ranges::unique(places).begin(), places.end());
      for (const std::size_t i : places) {
        const json& point = answer[i];
        if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number()) continue;
        out += (out.empty() ? "" : "; ") + digits(point[0].get<double>(), russian) + " → " +
               digits(point[1].get<double>(), russian);
      }
      return plain(out + (question.unit.empty() ? "" : " " + question.unit));
    }
  }
  return "";
}

std::string machine(const ReportInput& input) {
  const bool ru = input.russian;
  const json& host = at(input.document, "host");
  const std::string platform = text(host, "platform");
  std::string where = platform;
  if (platform == "native")
    where = ru ? "программа, процессы операционной системы" : "native program, processes of the operating system";
  if (platform == "web-threads")
    where = ru ? "страница в браузере, с потоками; процесс — Worker со своей памятью"
               : "page in a browser, with threads; a process is a Worker with a memory of its own";
  if (platform == "web-plain")
    where = ru ? "страница в браузере, без потоков; процесс — Worker со своей памятью"
               : "page in a browser, without threads; a process is a Worker with a memory of its own";
  const auto value = [ru](const std::string& from) { return from.empty() ? digits(std::nullopt, ru) : plain(from); };
  std::vector<std::vector<std::string>> rows = {
      {ru ? "Процессор" : "Processor", value(text(host, "cpu"))},
      {ru ? "Логические ядра" : "Logical cores", digits(number(host, "cores"), ru)},
      {ru ? "Операционная система" : "Operating system", value(text(host, "os"))},
      {ru ? "Где выполнялось" : "Where it ran", value(where)},
      {ru ? "Шаг часов, нс" : "Clock step, ns", digits(number(host, "clock_resolution_ns"), ru)},
      {ru ? "Версия Trilane" : "Trilane's version", value(text(host, "version"))},
  };
  if (!input.date.empty()) rows.push_back({ru ? "Дата" : "Date", plain(input.date)});
  return report::table({ru ? "Что" : "What", ru ? "Значение" : "Value"}, rows, 2);
}

std::string verdicts(const json& entries, bool ru) {
  std::vector<std::vector<std::string>> rows;
  for (const json& entry : entries) {
    const Verdict verdict = verdict_of(text(entry, "verdict")).value_or(Verdict::undecided);
    rows.push_back({code(text(entry, "id")), plain(in_language(at(entry, "claim"), ru)),
                    lab::in(lab::verdict_words(verdict), ru)});
  }
  if (rows.empty()) return ru ? "Экспериментов нет.\n\n" : "There are no experiments.\n\n";
  return report::table(ru ? std::vector<std::string>{"Эксперимент", "Утверждение", "Вывод из измерений"}
                          : std::vector<std::string>{"Experiment", "Claim", "Verdict"},
                       rows, 3);
}

std::string predictions(const ReportInput& input, const json& entries) {
  const bool ru = input.russian;
  std::vector<std::vector<std::string>> rows;
  for (const json& entry : entries) {
    const auto found = input.predictions.find(text(entry, "id"));
    if (found == input.predictions.end() || found->second.question.text.en.empty()) continue;
    const auto& [question, answer, score, skipped] = found->second;
    const std::string given = answer_text(question, answer, ru);
    const std::string truth = answer_text(question, at(entry, "truth"), ru);
    rows.push_back({code(text(entry, "id")), plain(ru ? question.text.ru : question.text.en),
                    !given.empty() ? given
                    : skipped      ? std::string(ru ? "пропущено" : "skipped")
                                   : std::string(ru ? "нет ответа" : "not answered"),
                    !truth.empty() ? truth : std::string(ru ? "не решено" : "not decided"),
                    score ? fmt::format("{:.0f} %", *score * 100) : std::string()});
  }
  if (rows.empty()) return ru ? "Вопросов не было.\n\n" : "Nothing was asked.\n\n";
  return report::table(
      ru ? std::vector<std::string>{"Эксперимент", "Вопрос до запуска", "Прогноз", "Измерено", "Близость"}
         : std::vector<std::string>{"Experiment", "Question before the run", "Predicted", "Measured", "Nearness"},
      rows, 4);
}

std::string picture_name(const json& entry, const Figure& figure) {
  return "figures/" + report::file_name(text(entry, "id")) + "-" + report::file_name(figure.id) + ".png";
}
std::string csv_of_picture(std::string name) { return name.replace(name.size() - 3, 3, "csv"); }

template <class Each>
void each_figure(const json& document, Each&& each) {
  const json& entries = at(document, "experiments");
  if (!entries.is_array()) return;
  for (const json& entry : entries) {
    const json& figures = at(entry, "figures");
    if (!figures.is_array()) continue;
    for (const json& one : figures) {
      if (const auto figure = figure_from_json(one)) each(entry, *figure);
    }
  }
}

/// Of a link: brackets would end it.
std::string link_text(const std::string& text) {
  std::string out;
  for (const char c : plain(text)) out += c == '[' ? "&#91;" : c == ']' ? "&#93;" : std::string(1, c);
  return out;
}

/// What was found, in the order of its weight: verdict, what was tested, what to change; then what is known, apart.
std::string finding(const SavedEntry& entry, bool ru) {
  std::string out =
      fmt::format("**{}: {}.**", ru ? "Вывод из измерений" : "Verdict", lab::in(lab::verdict_words(entry.verdict), ru));
  if (entry.older) {
    return out + " " + plain(lab::in(entry.finding, ru)) + "\n\n*" + plain(lab::in(lab::kOlderEntry, ru)) + "*\n\n" +
           report::numbers_table(entry, ru);
  }
  out += "\n\n" + report::predicates_table(entry, ru);
  if (!entry.advice.en.empty())
    out += fmt::format("**{}.** {}\n\n", ru ? "Что изменить" : "What to change", plain(lab::in(entry.advice, ru)));
  if (entry.plan) out += plain(lab::in(lab::plan_words(*entry.plan), ru)) + "\n\n";
  out += report::numbers_table(entry, ru) + report::terms_table(entry, ru);
  if (!entry.background.en.empty()) {
    out += fmt::format("> **{}.** {}\n\n", plain(lab::in(lab::kBackground, ru)), plain(lab::in(entry.background, ru)));
  }
  for (const std::string& note : entry.python_notes) out += "Python: " + plain(note) + "\n\n";
  return out;
}

std::string experiment_section(const ReportInput& input, const json& entry) {
  const bool ru = input.russian;
  const std::string title = in_language(at(entry, "title"), ru);
  std::string out = "### " + plain(title.empty() ? text(entry, "id") : title) + "\n\n";
  if (const std::string claim = in_language(at(entry, "claim"), ru); !claim.empty())
    out += "> " + plain(claim) + "\n\n";
  if (const auto saved = read_entry(entry)) out += finding(*saved, ru);
  each_figure({{"experiments", json::array({entry})}}, [&](const json& of, const Figure& figure) {
    const std::string name = picture_name(of, figure);
    const std::string& caption = ru ? figure.title.ru : figure.title.en;
    if (input.pictures) out += fmt::format("![{}]({})\n\n", link_text(caption), name);
    out += fmt::format("{}: [{}]({})\n\n", ru ? "Данные графика" : "The plot's data", link_text(caption),
                       csv_of_picture(name));
  });
  return out + report::runs_table(entry, ru);
}

std::string method(bool ru) {
  return ru ? "- Утверждение — это список проверенных условий. У каждого два порога: от одного оно верно, за другим "
              "неверно, между ними не решено. Верны все — утверждение подтверждено; хотя бы одно неверно — "
              "опровергнуто; "
              "иначе не решено. Почему так, сказано отдельно: это известно, но здесь не проверялось.\n"
              "- Медиана — по повторам, после одного прогревочного запуска. Интервал построен по порядковым "
              "статистикам, без предположений о распределении; 95 % он покрывает начиная с шести повторов, при меньшем "
              "числе это крайние значения.\n"
              "- Ускорение — отношение медианы синхронного запуска к медиане модели. Если интервалы перекрываются, "
              "модели не различаются этим измерением; это не значит, что они равны.\n"
              "- Время — от начала запуска до результата последней задачи; создание потоков и процессов входит в "
              "него.\n"
              "- «Нет данных» значит, что платформа этого не сообщает; нулём это не заменяется.\n\n"
            : "- A claim is a list of tested predicates. Each has two thresholds: from one on it holds, beyond the "
              "other "
              "it does not, between them it is not decided. All hold: confirmed; one does not: refuted; otherwise not "
              "decided. Why it is so is told apart: it is known, and was not tested here.\n"
              "- The median is over the repeats, after one warm-up. The interval is made from order statistics, "
              "without assuming a distribution; it covers 95 % from six repeats on, with fewer it is the extremes.\n"
              "- Speed-up is sync's median over the model's. Where the intervals overlap this measurement does not "
              "distinguish the two; that does not mean they are equal.\n"
              "- A time is from the request to the last task's result; creating threads and processes is in it.\n"
              "- “Not available” is what the platform does not tell; it is never replaced by 0.\n\n";
}

std::string markdown(const ReportInput& input) {
  const bool ru = input.russian;
  static const json kNone = json::array();
  const json& found = at(input.document, "experiments");
  const json& entries = found.is_array() ? found : kNone;
  const auto runs = report::runs_of(input.document);
  std::string out = ru ? "# Лабораторная работа: потоки, процессы, асинхронность\n\n"
                       : "# Lab report: threads, processes, asynchrony\n\n";
  out += (ru ? "## Машина\n\n" : "## The machine\n\n") + machine(input);
  out += (ru ? "## Как измерялось\n\n" : "## How it was measured\n\n") + method(ru);
  out += (ru ? "## Задача 1. Сумма чисел от 1 до N\n\n" : "## Task 1. The sum of 1 to N\n\n") +
         report::sum_tables(runs, ru);
  out +=
      (ru ? "## Задача 2. Загрузка, разбор и сохранение страниц\n\n" : "## Task 2. Fetch, parse and save pages\n\n") +
      report::pages_tables(runs, ru);
  out += (ru ? "## Прогнозы\n\n" : "## Predictions\n\n") + predictions(input, entries);
  out += (ru ? "## Эксперименты\n\n" : "## Experiments\n\n") + verdicts(entries, ru);
  for (const json& entry : entries) out += experiment_section(input, entry);
  out +=
      ru ? "## Данные\n\nВсе повторы всех запусков: [runs.csv](runs.csv). Документ целиком: [lab.json](lab.json).\n\n"
         : "## Data\n\nEvery repeat of every run: [runs.csv](runs.csv). The whole document: [lab.json](lab.json).\n\n";
  return out + (ru ? "## Вывод\n" : "## Conclusion\n");
}

}  // namespace

std::vector<ReportFigure> report_figures(const json& document) {
  std::vector<ReportFigure> out;
  each_figure(document,
              [&](const json& entry, const Figure& figure) { out.push_back({picture_name(entry, figure), figure}); });
  return out;
}

std::vector<ReportFile> lab_report(const ReportInput& input) {
  std::vector<ReportFile> files;
  files.push_back({"report.md", markdown(input)});
  files.push_back({"runs.csv", report::runs_csv(report::runs_of(input.document))});
  for (const ReportFigure& one : report_figures(input.document)) {
    files.push_back({csv_of_picture(one.name), report::figure_csv(one.figure, input.russian)});
  }
  files.push_back({"lab.json", input.document.dump(2, ' ', false, json::error_handler_t::replace) + "\n"});
  return files;
}

std::string report_caption(const json& document) {
  const json& host = at(document, "host");
  std::string out = "Trilane";
  for (const char* key : {"cpu", "os"}) {
    if (const std::string value = text(host, key); !value.empty()) out += " · " + value;
  }
  return out;
}

}  // namespace trilane
