// Summary bars: one figure of every run, with its interval where there is one.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/plots/plot.hpp"
#include "ui/plots/split.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

struct Value {
  std::optional<double> main;
  std::optional<double> low, high;  ///< Interval of the median.
  std::optional<double> second;     ///< latency: p99 over p50.
  std::vector<SplitPart> parts;     ///< split: what `main` is the sum of.
};

constexpr T kTitles[] = {T::makespan, T::throughput_against, T::latency,   T::memory,
                         T::startup,  T::cpu_time,           T::lock_wait, T::time_split};

Value value_of(Figure figure, const RunResult& r) {
  switch (figure) {
    case Figure::makespan: return {r.wall_ms.median, r.wall_ms.low, r.wall_ms.high, {}, {}};
    case Figure::throughput:
      return {r.throughput_per_s.median, r.throughput_per_s.low, r.throughput_per_s.high, {}, {}};
    case Figure::latency:
      if (!r.latency_ms) return {};
      return {r.latency_ms->p50, {}, {}, r.latency_ms->p99, {}};
    case Figure::memory: return {r.peak_rss_bytes, {}, {}, {}, {}};
    case Figure::startup: return {r.startup_ms, {}, {}, {}, {}};
    case Figure::cpu:
      if (!r.cpu_user_ms) return {};
      return {*r.cpu_user_ms + r.cpu_system_ms.value_or(0), {}, {}, {}, {}};
    case Figure::lock_wait: return {r.lock_wait_ms, {}, {}, {}, {}};
    case Figure::split: {
      if (!r.time_split) return {};
      Value value{0, {}, {}, {}, split_parts(*r.time_split)};
      for (const SplitPart& part : value.parts) *value.main += part.ms;
      return value;
    }
    case Figure::count: break;
  }
  return {};
}

std::string shown(const Words& w, Figure figure, double value) {
  if (figure == Figure::throughput) return w.per_second(value);
  if (figure == Figure::memory) return w.bytes(value);
  return w.duration_ms(value);
}

std::string axis_label(const Words& w, Figure figure, double value, double top, double step) {
  if (figure == Figure::throughput) return w.compact(value);
  if (figure == Figure::memory) return value == 0 ? "0" : w.bytes(value);
  const std::string label = w.axis_ms(value, top * 0.5, step);
  return label.substr(0, label.find("\u00a0"));  // the unit stands in the head
}

/// The unit of the axis, as axis_label() chooses it.
std::string axis_unit(const Words& w, Figure figure, double top) {
  if (figure == Figure::throughput) return w.tasks_per_s_unit();
  if (figure == Figure::memory) return {};
  const std::string label = w.axis_ms(top, top * 0.5, top);
  return label.substr(label.find("\u00a0") + std::string_view("\u00a0").size());
}

std::string subtitle(const Words& w, Figure figure, std::uint32_t repeats) {
  const std::string count = w.counted(repeats, T::repeats);
  switch (figure) {
    case Figure::makespan:
    case Figure::throughput: return w(T::median_of, {count});
    case Figure::latency: return w(T::latency_sub);
    case Figure::memory: return w(T::memory_sub);
    case Figure::startup: return w(T::startup_sub);
    case Figure::cpu: return w(T::cpu_time_sub);
    case Figure::lock_wait: return w(T::lock_wait_sub);
    case Figure::split: return w(T::time_split_sub);
    case Figure::count: break;
  }
  return {};
}

/// Leads to the next figure: every figure in one card.
void figure_switch(Ui& ui, const Rect& rect) {
  const int next = (static_cast<int>(ui.figure) + 1) % static_cast<int>(Figure::count);
  if (flip_button(ui, rect, "next", ui.words()(kTitles[next]))) ui.figure = static_cast<Figure>(next);
}

void bar_tip(Ui& ui, const RunView& run, const Value& value) {
  const Words& w = ui.words();
  begin_tip(ui.look);
  tip_line(ui.look, ui.name_of(run), "", ui.color_of(run.racer));
  if (!value.main) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, w(T::not_available_tip), 240);
  } else if (!value.parts.empty()) {
    for (const SplitPart& part : value.parts) {
      tip_line(ui.look, w(span_text(part.kind)), w.duration_ms(part.ms),
               split_color(ui.colors(), run.racer, part.kind));
    }
  } else if (value.second) {
    tip_line(ui.look, "p50", shown(w, ui.figure, *value.main));
    tip_line(ui.look, "p95", shown(w, ui.figure, run.result->latency_ms->p95));
    tip_line(ui.look, "p99", shown(w, ui.figure, *value.second));
    tip_line(ui.look, "max", shown(w, ui.figure, run.result->latency_ms->max));
  } else {
    tip_line(ui.look, w(kTitles[static_cast<int>(ui.figure)]), shown(w, ui.figure, *value.main));
    if (value.low && value.high) {
      tip_line(ui.look, w(T::interval, {shown(w, ui.figure, *value.low), shown(w, ui.figure, *value.high)}), " ");
      const auto interval = median_interval(run.result->wall_ms.samples);
      if (interval) tip_line(ui.look, w(T::interval_coverage, {w.percent(interval->coverage)}), " ");
    }
  }
  end_tip();
}

}  // namespace

void bars_card(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  std::vector<const RunView*> runs;
  for (const RunView& run : ui.session.runs()) {
    if (run.result) runs.push_back(&run);
  }
  const Rect head{rect.x, rect.y, rect.w, rect.h};
  const Rect inside = card(ui.look, list, head, w(kTitles[static_cast<int>(ui.figure)]), "");
  figure_switch(ui, rect);
  if (inside.h < 60) return;
  if (runs.empty()) {
    empty_state(ui.look, list, inside, "", w(T::plot_empty));
    return;
  }
  std::vector<Value> values;
  double top = 0;
  for (const RunView* run : runs) {
    values.push_back(value_of(ui.figure, *run->result));
    const Value& v = values.back();
    top = std::max({top, v.main.value_or(0), v.high.value_or(0), v.second.value_or(0)});
  }
  if (top <= 0) top = 1;
  if (ui.figure == Figure::memory) {
    // Round in MiB, not in millions.
    constexpr double kMiB = 1024.0 * 1024;
    top = nice_ceiling(top * 1.12 / kMiB) * kMiB;
  } else {
    top *= 1.14;
  }
  const std::string unit = axis_unit(w, ui.figure, top);
  const std::string sub = (unit.empty() ? "" : unit + ", ") + subtitle(w, ui.figure, runs.front()->config.repeat);
  draw_text(list, ui.look.fonts.small, {inside.x + 13, inside.y + 7}, c.muted, sub, inside.w - 26);
  Axis y{.low = 0, .high = top, .ticks = {}, .label = [&](double v, double step) {
           return axis_label(w, ui.figure, v, top, step);
         }};
  if (ui.figure == Figure::memory) y.ticks = {0, top / 2, top};
  const Plot plot(ui.look, list, {inside.x + 12, inside.y + 26, inside.w - 24, inside.h - 34}, {}, y);
  const Rect& area = plot.area();
  const float each = area.w / static_cast<float>(runs.size());
  const float width = std::min(each * 0.62F, 40.0F);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunView& run = *runs[i];
    const Value& value = values[i];
    const float middle = area.x + each * (static_cast<float>(i) + 0.5F);
    const ImU32 color = ui.color_of(run.racer);
    const float base = area.bottom();
    if (value.main) {
      const float y_main = std::min(plot.y_of(*value.main), base - 1);
      if (value.second) {
        const float y_second = plot.y_of(*value.second);
        list.AddRectFilled({middle - width / 2, y_second}, {middle + width / 2, base}, c.model_dim[index_of(run.racer)],
                           3, ImDrawFlags_RoundCornersTop);
      }
      if (value.parts.empty()) {
        // Pinned ones are hollow, in the same hue.
        list.AddRectFilled({middle - width / 2, y_main}, {middle + width / 2, base},
                           run.pin != 0 ? fade(color, 0.2F) : color, 3, ImDrawFlags_RoundCornersTop);
        if (run.pin != 0)
          list.AddRect({middle - width / 2, y_main}, {middle + width / 2, base}, color, 3, ImDrawFlags_RoundCornersTop,
                       1.5F);
      }
      double below = 0;
      for (const SplitPart& part : value.parts) {
        list.AddRectFilled({middle - width / 2, plot.y_of(below + part.ms)}, {middle + width / 2, plot.y_of(below)},
                           split_color(c, run.racer, part.kind));
        below += part.ms;
      }
      if (value.low && value.high) plot.error_bar(middle, plot.y_of(*value.low), plot.y_of(*value.high), c.text);
    } else {
      const float w_na = text_size(ui.look.fonts.small, w(T::not_available)).x;
      draw_text(list, ui.look.fonts.small, {middle - w_na / 2, base - 20}, c.faint, w(T::not_available));
    }
    const Pin* const pin = run.pin != 0 ? ui.session.find_pin(run.pin) : nullptr;
    const std::string ours = (run.beside.empty() ? "" : "Py ") + std::string(w(racer_short_text(run.racer)));
    std::string name = pin != nullptr ? std::string(1, pin->letter()) : ours;
    float name_width = text_size(ui.look.fonts.small, name).x;
    draw_text(list, ui.look.fonts.small, {middle - std::min(name_width, each - 2) / 2, base + 4},
              pin != nullptr ? ui.pin_color(pin->mark) : c.muted, name, each - 2);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows) && std::fabs(mouse.x - middle) < each / 2 &&
        mouse.y > area.y - 4 && mouse.y < base + 18) {
      bar_tip(ui, run, value);
    }
  }
}

}  // namespace trilane::ui
