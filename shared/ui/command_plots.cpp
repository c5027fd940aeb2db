// The JSON door's {"do":"plots"}, {"do":"plot"} and {"do":"report"} (app.hpp). Needs no canvas: pictures are drawn on
// the processor.
#include <algorithm>

#include "experiments/report/report_parts.hpp"
#include "ui/lab/export.hpp"
#include "ui/plots/figure.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr std::string_view kGroups[kPlotGroups] = {"time", "summary", "sweep"};

json error(const std::string& message, const std::string& field) {
  return {{"error", {{"message", message}, {"field", field}}}};
}

/// A plot by its id, made from what is known now.
struct Found {
  Chart chart;
  const PlotInfo* plot = nullptr;  ///< Of the race; nullptr: the lab's.
};

std::string open_id(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  return entry == nullptr ? std::string() : entry->id;
}

std::optional<Found> find(const Ui& ui, const std::string& id) {
  if (const PlotInfo* plot = find_plot(id)) return Found{make_chart(*plot, plot_source(ui)), plot};
  for (Figure& figure : open_figures(ui)) {
    if (open_id(ui) + "/" + figure.id == id) return Found{{std::move(figure), {}}, nullptr};
  }
  return std::nullopt;
}

json list(const Ui& ui) {
  const Words w(ui.session.view().lang);
  json all = json::array();
  for (const Figure& figure : open_figures(ui)) {
    all.push_back({{"id", open_id(ui) + "/" + figure.id},
                   {"group", "lab"},
                   {"title", w.lang() == Lang::ru ? figure.title.ru : figure.title.en},
                   {"shown", true}});
  }
  for (const PlotInfo& plot : plot_catalog()) {
    const auto group = static_cast<std::size_t>(plot.group);
    const std::string_view shown = ui.plots.shown[group];
    const bool first = &plot == &*std::ranges::find(plot_catalog(), plot.group, &PlotInfo::group);
    all.push_back({{"id", plot.id},
                   {"group", kGroups[group]},
                   {"title", w(plot.title)},
                   {"shown", shown.empty() ? first : shown == plot.id}});
  }
  return {{"plots", std::move(all)}, {"copies_pictures", static_cast<bool>(ui.services.copy_picture)}};
}

}  // namespace

[[gnu::noinline]] json plot_command(Ui& ui, const json& request) {
  const auto& what = request.at("do").get_ref<const std::string&>();
  if (what == "plots") return list(ui);
  if (what == "report") {
    const std::size_t count = export_report(ui);
    if (count == 0) return error(ui.words()(ui.reporting ? T::report_busy : T::report_nothing), "");
    return {{"experiments", count}};
  }
  const auto id = request.find("id");
  if (id == request.end() || !id->is_string())
    return error("\"id\" must be a plot's name; \"plots\" lists them.", "id");
  auto found = find(ui, id->get<std::string>());
  if (!found) return error("There is no plot \"" + id->get<std::string>() + "\"; \"plots\" lists them.", "id");
  const Figure& figure = found->chart.figure;
  json answer = {{"id", *id}, {"empty", !has_values(figure)}};
  if (const auto show = request.find("show"); show != request.end()) {
    if (!show->is_boolean()) return error("\"show\" must be true or false.", "show");
    if (found->plot != nullptr && show->get<bool>())
      ui.plots.shown[static_cast<int>(found->plot->group)] = found->plot->id;
    ui.redraw = true;
    if (ui.services.request_frame) ui.services.request_frame();
  }
  if (const auto data = request.find("data"); data != request.end() && *data == true) {
    answer["figure"] = to_json(figure);
    answer["csv"] = report::figure_csv(figure, ui.session.view().lang == Lang::ru);
  }
  const HiddenSeries& hidden = found->plot != nullptr ? ui.plots.hidden : ui.plots.lab_hidden;
  std::string name = "trilane-" + id->get<std::string>();
  std::ranges::replace(name, '/', '-');
  for (const auto& [verb, png, csv] : {std::tuple{"save", PlotAction::save_png, PlotAction::save_csv},
                                       std::tuple{"copy", PlotAction::copy_png, PlotAction::copy_csv}}) {
    const auto format = request.find(verb);
    if (format == request.end()) continue;
    if (*format != "png" && *format != "csv")
      return error(std::string("\"") + verb + "\" must be \"png\" or \"csv\".", verb);
    if (!has_values(figure)) return error(ui.words()(T::export_nothing), "id");
    if (*format == "png" && std::string_view(verb) == "copy" && !ui.services.copy_picture)
      return error("This host copies no pictures.", verb);
    act(ui, *format == "png" ? png : csv, name, figure, found->chart.hints, ui.plots.views[id->get<std::string>()],
        hidden);
  }
  return answer;
}

}  // namespace trilane::ui
