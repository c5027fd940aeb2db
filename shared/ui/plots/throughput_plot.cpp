// Throughput over time, a line a model: live from the progress events, afterwards from the completions of the repeat
// that the race shows.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "platform/clock.hpp"
#include "ui/plots/plot.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

struct Sample {
  double ms;
  double per_s;
};

/// The rate is taken over windows: a tenth of the run, and never less than a fortieth of the plot, or one task that
/// ends early would dwarf everything.
double window_ms(double run_ms, double longest_ms) { return std::max({run_ms / 10, longest_ms / 40, 1e-6}); }

std::vector<Sample> live_samples(const RunView& run, double longest_ms) {
  std::vector<Sample> out;
  const auto& all = run.progress;
  if (all.size() < 2) return out;
  const double window = window_ms(all.back().ms, longest_ms);
  std::size_t from = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    while (from + 1 < i && all[i].ms - all[from + 1].ms >= window) ++from;
    const double ms = all[i].ms - all[from].ms;
    if (ms > 0)
      out.push_back({all[i].ms, static_cast<double>(all[i].done - std::min(all[from].done, all[i].done)) / ms * 1000});
  }
  return out;
}

std::vector<Sample> final_samples(const CompletionSeries& series, double longest_ms) {
  std::vector<Sample> out;
  if (series.bin_ms <= 0) return out;
  const auto& done = series.done;
  const auto size = static_cast<std::ptrdiff_t>(done.size());
  const double window = window_ms(series.bin_ms * static_cast<double>(size), longest_ms);
  const auto half = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(window / series.bin_ms / 2));
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, i - half);
    const std::ptrdiff_t last = std::min(size - 1, i + half);
    double sum = 0;
    for (std::ptrdiff_t j = first; j <= last; ++j) sum += done[static_cast<std::size_t>(j)];
    out.push_back({(static_cast<double>(i) + 0.5) * series.bin_ms,
                   sum / std::max(static_cast<double>(last - first + 1) * series.bin_ms, longest_ms / 40) * 1000});
  }
  return out;
}

double value_at(const std::vector<Sample>& samples, double ms) {
  const auto after = std::ranges::lower_bound(samples, ms, {}, &Sample::ms);
  if (after == samples.begin() || after == samples.end()) return -1;
  const auto before = std::prev(after);
  const double t = (ms - before->ms) / (after->ms - before->ms);
  return before->per_s + t * (after->per_s - before->per_s);
}

}  // namespace

void throughput_card(Ui& ui, const Rect& rect) {
  if (ui.show_lag) return lag_card(ui, rect);
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect inside = card(ui.look, list, rect, w(T::throughput), w(T::throughput_sub));
  if (flip_button(ui, rect, "lag", w(T::loop_lag))) ui.show_lag = true;
  if (inside.h < 60) return;
  std::vector<std::vector<Sample>> lines;
  std::vector<LegendEntry> entries;
  std::vector<const RunView*> shown;
  double longest = 0;
  double highest = 0;
  bool hidden_now[kRacers] = {};
  std::vector<std::string> names;
  for (const RunView& run : ui.session.runs()) {
    names.push_back(inside.w < 330 ? w(racer_short_text(run.racer)) : ui.name_of(run));
    if (!ui.hidden[index_of(run.racer)]) longest = std::max(longest, run.reached_ms(now_ns()));
  }
  std::size_t n = 0;
  for (const RunView& run : ui.session.runs()) {
    lines.push_back(run.result && run.phase == RunPhase::done ? final_samples(run.result->series, longest)
                                                              : live_samples(run, longest));
    shown.push_back(&run);
    if (n < kRacers) hidden_now[n] = ui.hidden[index_of(run.racer)];
    entries.push_back({names[n].c_str(), ui.color_of(run.racer), run.racer == Racer::threads_gil});
    ++n;
    if (ui.hidden[index_of(run.racer)]) continue;
    for (const Sample& sample : lines.back()) highest = std::max(highest, sample.per_s);
  }
  if (shown.empty()) {
    empty_state(ui.look, list, inside, "", w(T::plot_empty));
    return;
  }
  entries.resize(std::min<std::size_t>(entries.size(), kRacers));
  // Low cards keep their room for the lines: the lanes and bars beside them name the colours.
  const bool with_legend = inside.h >= 150;
  if (with_legend)
    legend(ui.look, list, "throughput", {inside.x + 13, inside.y + 6, inside.w - 26, 18}, entries,
           {hidden_now, entries.size()});
  for (std::size_t i = 0; i < entries.size(); ++i) ui.hidden[index_of(shown[i]->racer)] = hidden_now[i];
  float legend_x = 0;
  float legend_rows = 1;
  for (const LegendEntry& entry : entries) {
    const float width = text_size(ui.look.fonts.small, entry.label).x + 30;
    if (legend_x + width - 6 > inside.w - 26 && legend_x > 0) {
      legend_x = 0;
      ++legend_rows;
    }
    legend_x += width;
  }
  const float head = with_legend ? 10 + legend_rows * 18 : 10;
  const double top = nice_ceiling(std::max(highest * 1.08, 1e-3));
  const double span = std::max(longest * 1.02, 1e-3);
  const Plot plot(ui.look, list, {inside.x + 12, inside.y + head, inside.w - 26, inside.h - head - 8},
                  {.low = 0,
                   .high = span,
                   .ticks = {},
                   .label = [&](double v, double step) { return w.axis_ms(v, span * 0.5, step); }},
                  {.low = 0, .high = top, .ticks = {}, .label = [&](double v, double) { return w.compact(v); }});
  std::vector<ImVec2> points;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (ui.hidden[index_of(shown[i]->racer)]) continue;
    points.clear();
    for (const Sample& sample : lines[i]) points.push_back({plot.x_of(sample.ms), plot.y_of(sample.per_s)});
    // Pinned ones are thin and dashed, in the same hue.
    const bool pinned = shown[i]->pin != 0;
    plot.line(points, ui.color_of(shown[i]->racer), pinned || shown[i]->racer == Racer::threads_gil, pinned ? 1.2F : 2);
  }
  float px = 0;
  if (!plot.hovered(px)) return;
  const double ms = plot.x_at(px);
  begin_tip(ui.look);
  tip_line(ui.look, w.duration_ms(ms), "");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double value = value_at(lines[i], ms);
    if (value < 0 || ui.hidden[index_of(shown[i]->racer)]) continue;
    plot.marker({px, plot.y_of(value)}, ui.color_of(shown[i]->racer), false);
    tip_line(ui.look, ui.name_of(*shown[i]), w.per_second(value), ui.color_of(shown[i]->racer));
  }
  end_tip();
}

}  // namespace trilane::ui
