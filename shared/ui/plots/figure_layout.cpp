#include "ui/plots/figure_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "ui/lab/predict.hpp"
#include "ui/plots/ticks.hpp"
#include "ui/settings.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kMostNamed = 9;
constexpr std::size_t kMostGroups = 4096;

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value, bool logarithmic) {
    if (!std::isfinite(value) || (logarithmic && !(value > 0))) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

bool shown(const std::vector<bool>& hidden, std::size_t i) { return i >= hidden.size() || !hidden[i]; }

double place(const FigureRange& range, double value) {
  if (!range.logarithmic) return (value - range.low) / (range.high - range.low);
  return std::log(std::max(value, 1e-300) / range.low) / std::log(range.high / range.low);
}

int racer_of_id(std::string_view id) {
  id = id.substr(0, id.find(kPinnedMark));
  if (id == "threads+gil") id = kRacerKeys[index_of(Racer::threads_gil)];
  const auto found = std::ranges::find(kRacerKeys, id);
  return found == std::end(kRacerKeys) ? -1 : static_cast<int>(found - std::begin(kRacerKeys));
}

bool is_bytes(std::string_view unit) { return unit == "B" || unit == "bytes"; }

/// What numbers of this size are counted in: bytes in KiB, MiB…
double round_unit(std::string_view unit, double value) {
  double out = 1;
  while (is_bytes(unit) && value >= out * 1024) out *= 1024;
  return out;
}

/// Less than two decades on a logarithmic axis: powers of ten alone would be too few.
std::vector<double> close_ticks(const FigureRange& range) {
  std::vector<double> out;
  if (!range.logarithmic || range.high / range.low >= 100) return out;
  for (double power = std::pow(10, std::floor(std::log10(range.low))); power <= range.high; power *= 10) {
    for (const double lead : {1.0, 2.0, 5.0}) {
      const double tick = lead * power;
      if (tick >= range.low * (1 - 1e-9) && tick <= range.high * (1 + 1e-9)) out.push_back(tick);
    }
  }
  return out;
}

}  // namespace

bool is_pinned(const FigureSeries& series) { return series.id.find(kPinnedMark) != std::string::npos; }

std::string series_label(const Words& w, const FigureSeries& series) {
  const std::string& name = in(w, series.name);
  if (series.style == SeriesStyle::reserved) return w(T::series_reserved, {name});
  return series.style == SeriesStyle::model ? w(T::series_model, {name}) : name;
}

FigureRange figure_x_range(const trilane::Figure& figure, const std::vector<bool>& hidden) {
  for (const bool logarithmic : {figure.x.log, false}) {
    Extent extent;
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      if (!shown(hidden, i)) continue;
      for (const FigurePoint& p : figure.series[i].points) {
        extent.add(p.x, logarithmic);
        if (figure.kind == FigureKind::histogram) extent.add(p.x + figure.bin_width, logarithmic);
      }
    }
    if (extent.empty()) continue;
    if (extent.high > extent.low) return {extent.low, extent.high, logarithmic};
    // One place alone stands in the middle.
    if (logarithmic) return {extent.low / 2, extent.high * 2, true};
    return {extent.low - 0.5, extent.high + 0.5, false};
  }
  return {};
}

FigureRange figure_y_range(const trilane::Figure& figure, const std::vector<bool>& hidden) {
  const bool may_be_log = figure.y.log && figure.kind != FigureKind::histogram;
  for (const bool logarithmic : {may_be_log, false}) {
    Extent extent;
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      if (!shown(hidden, i)) continue;
      for (const FigurePoint& p : figure.series[i].points) {
        extent.add(p.y, logarithmic);
        if (p.low) extent.add(*p.low, logarithmic);
        if (p.high) extent.add(*p.high, logarithmic);
      }
    }
    if (extent.empty()) continue;
    if (logarithmic) return {extent.low / 1.25, extent.high * 1.25, true};
    const double unit = round_unit(figure.y.unit, extent.high);
    const double low = extent.low < 0 ? -nice_ceiling(-extent.low * 1.08) : 0;
    const double high = extent.high > 0 ? nice_ceiling(extent.high * 1.08 / unit) * unit : 0;
    if (high > low) return {low, high, false};
  }
  return {};
}

std::vector<double> figure_x_ticks(const trilane::Figure& figure, const FigureRange& range) {
  std::vector<double> out;
  if (figure.kind == FigureKind::lines) {
    for (const FigureSeries& series : figure.series) {
      if (series.style != SeriesStyle::measured) continue;
      for (const FigurePoint& p : series.points) {
        if (p.x >= range.low && p.x <= range.high && std::ranges::find(out, p.x) == out.end()) out.push_back(p.x);
        if (out.size() > kMostNamed) return close_ticks(range);
      }
    }
    std::ranges::sort(out);
  }
  return out.empty() ? close_ticks(range) : out;
}

namespace {

/// A few powers of two: 1 KiB, 32 KiB, 1 MiB. Powers of ten are no round numbers of KiB or MiB.
std::vector<double> byte_ticks(const FigureRange& range) {
  constexpr int kMost = 5;
  const int first = static_cast<int>(std::ceil(std::log2(range.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log2(range.high) + 1e-9));
  std::vector<double> out;
  for (const int stride : {1, 2, 5, 10}) {
    out.clear();
    const int begin = stride * static_cast<int>(std::ceil(static_cast<double>(first) / stride));
    for (int power = begin; power <= last; power += stride) out.push_back(std::exp2(power));
    if (out.size() <= kMost) break;
  }
  return out.size() < 2 ? std::vector<double>{range.low, range.high} : out;
}

}  // namespace

std::vector<double> figure_y_ticks(const FigureRange& range, std::string_view unit) {
  if (is_bytes(unit) && range.logarithmic) return byte_ticks(range);
  if (is_bytes(unit)) return {range.low, (range.low + range.high) / 2, range.high};
  return close_ticks(range);
}

std::vector<double> figure_y_ticks(const trilane::Figure& figure, const FigureRange& range) {
  constexpr double kSmall = 20, kFew = 5;
  const bool counts = figure.y.unit.empty() && !range.logarithmic && range.low == 0 && range.high <= kSmall &&
                      std::ranges::all_of(figure.series, [](const FigureSeries& series) {
                        return std::ranges::all_of(series.points, [](const FigurePoint& p) {
                          return !p.low && !p.high && p.y == std::floor(p.y);
                        });
                      });
  if (!counts) return figure_y_ticks(range, figure.y.unit);
  std::vector<double> out;
  const double step = std::ceil(range.high / kFew);
  for (double at = 0; at <= range.high; at += step) out.push_back(at);
  return out;
}

std::vector<FigureHue> figure_hues(const trilane::Figure& figure) {
  std::vector<FigureHue> out;
  std::vector<std::string_view> others;
  for (const FigureSeries& series : figure.series) {
    FigureHue hue{.racer = racer_of_id(series.id), .other = 0};
    if (hue.racer < 0) {
      const std::string_view id = series.id.empty() ? std::string_view(series.name.en) : series.id;
      const auto found = std::ranges::find(others, id);
      hue.other = static_cast<int>(found - others.begin());
      if (found == others.end()) others.push_back(id);
    }
    out.push_back(hue);
  }
  return out;
}

std::size_t figure_groups(const trilane::Figure& figure) {
  if (!figure.x.categories.empty()) return figure.x.categories.size();
  double last = -1;
  for (const FigureSeries& series : figure.series) {
    for (const FigurePoint& p : series.points) last = std::max(last, p.x);
  }
  return last < 0 ? 0 : static_cast<std::size_t>(std::min(last, static_cast<double>(kMostGroups - 1))) + 1;
}

std::vector<std::vector<FigureBar>> figure_bars(const trilane::Figure& figure, const std::vector<bool>& hidden,
                                                bool one_place) {
  constexpr double kFilled = 0.72;
  constexpr double kWidest = 0.46;
  std::vector<std::vector<FigureBar>> out(figure_groups(figure));
  std::size_t most = 1;
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    if (!shown(hidden, i)) continue;
    for (std::size_t at = 0; at < figure.series[i].points.size(); ++at) {
      const FigurePoint& p = figure.series[i].points[at];
      if (!(p.x >= 0) || !(p.x < static_cast<double>(out.size())) || !std::isfinite(p.y)) continue;
      std::vector<FigureBar>& group = out[static_cast<std::size_t>(p.x)];
      group.push_back({.series = i, .point = at});
      if (!one_place) most = std::max(most, group.size());
    }
  }
  // All bars are equally wide, or their areas would lie.
  const double width = std::min(kFilled / static_cast<double>(most), kWidest);
  for (std::vector<FigureBar>& group : out) {
    double left = 0.5 - width * (one_place ? 1.0 : static_cast<double>(group.size())) / 2;
    for (FigureBar& bar : group) {
      bar.left = left;
      bar.width = width;
      if (!one_place) left += width;
    }
  }
  return out;
}

std::vector<FigurePoint> thinned(const std::vector<FigurePoint>& points, const FigureRange& x, int columns) {
  if (columns < 1 || points.size() <= static_cast<std::size_t>(columns) * 4) return points;
  const auto column_of = [&](const FigurePoint& p) { return std::floor(place(x, p.x) * columns); };
  std::vector<FigurePoint> out;
  for (std::size_t first = 0; first < points.size();) {
    std::size_t last = first;
    std::size_t lowest = first;
    std::size_t highest = first;
    const double column = column_of(points[first]);
    while (last + 1 < points.size() && column_of(points[last + 1]) == column) {
      ++last;
      if (points[last].y < points[lowest].y) lowest = last;
      if (points[last].y > points[highest].y) highest = last;
    }
    std::size_t previous = points.size();
    for (const std::size_t kept : {first, std::min(lowest, highest), std::max(lowest, highest), last}) {
      if (kept != previous) out.push_back(points[kept]);
      previous = kept;
    }
    first = last + 1;
  }
  return out;
}

std::optional<double> line_at(const std::vector<FigurePoint>& points, double x) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].x == x) return points[i].y;
    if (i == 0 || !(points[i - 1].x < x) || !(points[i].x > x)) continue;
    const FigurePoint& a = points[i - 1];
    return a.y + (x - a.x) / (points[i].x - a.x) * (points[i].y - a.y);
  }
  return std::nullopt;
}

std::optional<double> nearest_x(const trilane::Figure& figure, const std::vector<bool>& hidden,
                                const FigureRange& range, double x) {
  std::optional<double> best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    if (!shown(hidden, i) || figure.series[i].style != SeriesStyle::measured) continue;
    for (const FigurePoint& p : figure.series[i].points) {
      const double distance = std::fabs(place(range, p.x) - place(range, x));
      if (!(distance < least)) continue;
      least = distance;
      best = p.x;
    }
  }
  return best;
}

void add_prediction(std::vector<trilane::Figure>& figures, const nlohmann::json& answer, BothTexts name) {
  const auto figure = std::ranges::find(figures, FigureKind::lines, &trilane::Figure::kind);
  if (figure == figures.end() || !answer.is_array()) return;
  FigureSeries series{.id = "prediction", .name = std::move(name), .style = SeriesStyle::predicted, .points = {}};
  for (const nlohmann::json& point : answer) {
    if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number()) return;
    series.points.push_back({.x = point[0].get<double>(), .y = point[1].get<double>(), .low = {}, .high = {}});
  }
  if (!series.points.empty()) figure->series.push_back(std::move(series));
}

std::string figure_tick(const Words& w, std::string_view unit, double value, double high, double step) {
  if (value == 0 && unit != "%") return "0";
  if (unit == "ms") return step > 0 ? w.axis_ms(value, high * 0.5, step) : w.duration_ms(value);
  if (unit == "x" || unit == "×") return w.number(value) + "×";
  if (unit == "%") return w.percent(value / 100, step > 0 && step < 1 ? 1 : 0);
  if (unit == "B" || unit == "bytes" || unit == "us" || unit == "µs" || unit == "ns" || unit == "s")
    return with_unit(w, value, unit);
  return w.compact(value);
}

std::string figure_value(const Words& w, std::string_view unit, const FigurePoint& point) {
  std::string out = with_unit(w, point.y, unit);
  if (point.low && point.high)
    out += "  (" + with_unit(w, *point.low, unit) + " – " + with_unit(w, *point.high, unit) + ")";
  return out;
}

std::string figure_subtitle(const Words& w, const trilane::Figure& figure) {
  if (figure.kind == FigureKind::heatmap) return {};
  const std::string out = axis_title(w, figure.y);
  const std::string& title = in(w, figure.title);
  // Titles begin with a capital letter, of one byte or two.
  const std::size_t first = !title.empty() && (title[0] & 0x80) != 0 ? 2 : 1;
  const bool same = out.size() == title.size() && out.size() > first && out.substr(first) == title.substr(first);
  return same ? std::string() : out;
}

std::string axis_title(const Words& w, const FigureAxis& axis) {
  std::string out = in(w, axis.label);
  // Ticks of these carry their unit themselves.
  constexpr std::string_view kOwn[] = {"", "ms", "x", "×", "%", "B", "bytes", "us", "µs", "ns", "s"};
  if (std::ranges::find(kOwn, axis.unit) != std::end(kOwn)) return out;
  return out + ", " + (axis.unit == "tasks/s" ? std::string(w.tasks_per_s_unit()) : axis.unit);
}

}  // namespace trilane::ui
