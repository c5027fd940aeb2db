#include "ui/plots/chart.hpp"

#include <algorithm>

#include "ui/case_name.hpp"
#include "ui/plots/figure_layout.hpp"

namespace trilane::ui {
namespace {

const Pin* pin_of(const PlotSource& from, const RunView& run) {
  const auto found = std::ranges::find(from.pins, run.pin, &Pin::id);
  return run.pin == 0 || found == from.pins.end() ? nullptr : &*found;
}

}  // namespace

double PlotSource::longest_ms() const {
  double longest = 0;
  for (const RunView& run : runs) longest = std::max(longest, run.reached_ms(now_ns));
  return longest;
}

BothTexts both(T id) { return {text(Lang::en, id), text(Lang::ru, id)}; }

BothTexts both(T id, std::initializer_list<BothTexts> arguments) {
  BothTexts out;
  for (const Lang lang : {Lang::en, Lang::ru}) {
    std::string filled = text(lang, id);
    for (const BothTexts& one : arguments) {
      const std::size_t hole = filled.find("{}");
      if (hole != std::string::npos) filled.replace(hole, 2, lang == Lang::en ? one.en : one.ru);
    }
    (lang == Lang::en ? out.en : out.ru) = std::move(filled);
  }
  return out;
}

FigureSeries series_of(Racer racer, std::vector<FigurePoint> points, const Pin* pin) {
  FigureSeries series{.id = std::string(kRacerKeys[index_of(racer)]),
                      .name = both(racer_text(racer)),
                      .style = SeriesStyle::measured,
                      .points = std::move(points)};
  if (pin == nullptr) return series;
  const std::string letter(1, pin->letter());
  series.id += kPinnedMark + letter;
  series.name = {letter + " · " + series.name.en, letter + " · " + series.name.ru};
  return series;
}

FigureSeries series_of(const PlotSource& from, const RunView& run, std::vector<FigurePoint> points) {
  const Pin* const pin = pin_of(from, run);
  FigureSeries series = series_of(run.racer, std::move(points), pin);
  // A trace from elsewhere bears its own name.
  if (pin != nullptr && !run.title.empty())
    series.name.en = series.name.ru = std::string(1, pin->letter()) + " · " + run.title;
  const BothTexts which = both_by([&](const Words& w) { return case_name(w, run, from.runs); });
  if (!which.en.empty()) series.name = {series.name.en + " · " + which.en, series.name.ru + " · " + which.ru};
  return series;
}

BothTexts place_of(const PlotSource& from, const RunView& run) {
  const Pin* const pin = pin_of(from, run);
  const BothTexts racer = both(racer_short_text(run.racer));
  if (pin == nullptr) return racer;
  const std::string letter(1, pin->letter());
  return {letter + " " + racer.en, letter + " " + racer.ru};
}

void time_axis(Chart& chart, const PlotSource& from) {
  chart.figure.x = {.label = both(T::axis_time), .unit = "ms", .log = false, .categories = {}};
  chart.hints.x_low = 0;
  chart.hints.x_high = std::max(from.longest_ms() * 1.02, 1e-3);
  chart.hints.markers = false;
}

}  // namespace trilane::ui
