#include "ui/lab/export.hpp"

#include <memory>

#include "coro/task.hpp"
#include "ui/lab/predict.hpp"
#include "ui/plots/picture.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

Result<std::string> save(Ui& ui, const std::string& name, const std::vector<ReportFile>& files) {
  if (ui.services.save_folder) return ui.services.save_folder(name, files);
  if (!ui.services.save_file) return fail("this host keeps no files");
  const std::string archive = zip_archive(files);
  const auto bytes = as_byte_span(archive);
  return ui.services.save_file(name + ".zip", "application/zip", Bytes(bytes.begin(), bytes.end()));
}

coro::Detached make(Ui& ui, ReportInput input) {
  const std::shared_ptr<bool> alive = ui.alive.flag;
  std::vector<ReportFile> files = lab_report(input);
  const std::string caption = report_caption(input.document);
  {
    // Light: reports are printed.
    PicturePainter painter(false, input.russian ? Lang::ru : Lang::en);
    for (const ReportFigure& one : figures_of(input)) {
      files.push_back(
          {one.name, painter.png({.figure = one.figure, .hints = {}, .view = {}, .hidden = {}, .caption = caption})});
      co_await ui.scheduler.delay(1'000'000);
      if (!*alive) co_return;
    }
  }
  const std::string name = "trilane-report" + (input.date.empty() ? std::string() : "-" + input.date);
  const auto saved = save(ui, name, files);
  ui.reporting = false;
  if (saved) {
    ui.say(ui.words()(T::exported, {saved->empty() ? name : *saved}));
  } else {
    ui.say(ui.words()(T::not_exported, {saved.error().message}));
  }
  ui.redraw = true;
  if (ui.services.request_frame) ui.services.request_frame();
  json event = {{"event", "report"}};
  if (!saved) event["error"] = saved.error().message;
  if (ui.services.emit) ui.services.emit(event);
}

}  // namespace

ReportInput report_input(const Ui& ui) {
  ReportInput input;
  const LabBook& book = ui.session.lab();
  json entries = json::array();
  for (const LabEntry& entry : book.entries()) {
    const LabRecord* const record = book.peek(entry.id);
    if (record == nullptr || !record->result) continue;
    entries.push_back(record->result->document);
    if (!entry.question) continue;
    const auto near = score(*entry.question, record->prediction, record->result->entry.truth);
    input.predictions[entry.id] = {.question = *entry.question,
                                   .answer = record->prediction,
                                   .score = near ? std::optional(near->value) : std::nullopt,
                                   .skipped = record->skipped};
  }
  input.document = {
      {"schema", "trilane.lab/2"}, {"host", ui.session.host_document()}, {"experiments", std::move(entries)}};
  input.russian = ui.session.view().lang == Lang::ru;
  if (ui.services.today) input.date = ui.services.today();
  return input;
}

std::vector<ReportFigure> figures_of(const ReportInput& input) {
  std::vector<ReportFigure> out = report_figures(input.document);
  for (const auto& [id, prediction] : input.predictions) {
    if (prediction.question.kind != PredictionKind::curve || prediction.answer.is_null()) continue;
    // The first figure of lines of this experiment, as on screen.
    std::vector<Figure> own;
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (!out[i].name.starts_with("figures/" + id + "-")) continue;
      own.push_back(out[i].figure);
      where.push_back(i);
    }
    add_prediction(own, prediction.answer, {text(Lang::en, T::lab_curve_series), text(Lang::ru, T::lab_curve_series)});
    for (std::size_t i = 0; i < own.size(); ++i) out[where[i]].figure = std::move(own[i]);
  }
  return out;
}

std::size_t export_report(Ui& ui) {
  if (ui.reporting) return 0;
  ReportInput input = report_input(ui);
  const std::size_t count = input.document["experiments"].size();
  if (count == 0) {
    ui.say(ui.words()(T::report_nothing));
    return 0;
  }
  ui.reporting = true;
  ui.say(ui.words()(T::report_busy));
  make(ui, std::move(input));
  return count;
}

}  // namespace trilane::ui
