// Beside the race: the picture that the mandelbrot workload fills in, and the counter's expected and observed values.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

/// The run whose picture is shown: the one that draws now; when all are done, the first with several workers, whose
/// tints tell something.
const RunView* picture_run(const Ui& ui) {
  const RunView* shown = nullptr;
  for (const RunView& run : ui.session.runs()) {
    if (run.picture_side == 0) continue;
    if (run.phase == RunPhase::running) return &run;
    if (run.phase == RunPhase::done && (shown == nullptr || (shown->lanes.size() < 2 && run.lanes.size() > 1)))
      shown = &run;
  }
  return shown;
}

/// How bright an iteration count is: the set itself dark, its surroundings by the root, because most counts are small.
void make_curve(float curve[256]) {
  for (int count = 0; count < 255; ++count)
    curve[count] = 30 + 225 * std::sqrt(std::sqrt(static_cast<float>(count) / 254));
  curve[255] = 14;
}

/// Hues far from each other for the workers, in the sense of the golden angle.
void worker_tint(std::uint8_t lane, float tint[3]) {
  const float hue = static_cast<float>(lane - 1) * 0.381966F + 0.58F;
  ImGui::ColorConvertHSVtoRGB(hue - static_cast<float>(static_cast<int>(hue)), 0.55F, 1, tint[0], tint[1], tint[2]);
}

void upload(Ui& ui, const RunView& run) {
  const bool tinted = ui.session.view().tint;
  if (ui.picture && ui.picture_version == run.picture_version && ui.picture_run == run.job &&
      ui.picture_tinted == tinted && ui.picture_dark == ui.session.view().dark) {
    return;
  }
  std::vector<std::uint32_t> pixels(run.picture.size());
  float tints[256][3];
  for (int lane = 1; lane < 256; ++lane) worker_tint(static_cast<std::uint8_t>(lane), tints[lane]);
  float curve[256];
  make_curve(curve);
  const ImU32 blank = ui.colors().lane;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::uint8_t lane = run.picture_lane[i];
    const float shade = curve[run.picture[i]];
    if (lane == 0) {
      pixels[i] = blank;
    } else if (tinted) {
      const float* t = tints[lane];
      pixels[i] =
          IM_COL32(static_cast<int>(shade * t[0]), static_cast<int>(shade * t[1]), static_cast<int>(shade * t[2]), 255);
    } else {
      const int grey = static_cast<int>(shade);
      pixels[i] = IM_COL32(grey, grey, grey, 255);
    }
  }
  ui.picture.upload(run.picture_side, pixels);
  ui.picture_version = run.picture_version;
  ui.picture_run = run.job;
  ui.picture_tinted = tinted;
  ui.picture_dark = ui.session.view().dark;
}

}  // namespace

bool has_picture(const Ui& ui) { return picture_run(ui) != nullptr || ui.session.settings().workload == "mandelbrot"; }

bool has_counter(const Ui& ui) {
  return std::ranges::any_of(ui.session.runs(),
                             [](const RunView& run) { return run.result && run.result->counter_expected; });
}

void picture_card(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const RunView* run = picture_run(ui);
  const std::string who = run != nullptr ? ui.name_of(run->racer) : std::string();
  const Rect inside = card(ui.look, draw_list(), rect, w(T::picture), who);
  if (inside.h < 60) return;
  if (run == nullptr) {
    empty_state(ui.look, draw_list(), inside, "", w(T::plot_empty));
    return;
  }
  const float foot = ui.look.touch ? 44.0F : 32.0F;
  const float side = std::max(20.0F, std::min(inside.w - 24, inside.h - foot - 20));
  const ImVec2 at{inside.x + (inside.w - side) / 2, inside.y + 12};
  upload(ui, *run);
  draw_list().AddImageRounded(ui.picture.id(), at, {at.x + side, at.y + side}, {0, 0}, {1, 1}, IM_COL32_WHITE, 4);
  ImGui::SetCursorScreenPos({inside.x + 12, at.y + side + 6});
  if (toggle_row(ui.look, "tint", w(T::picture_tint), ui.session.view().tint, inside.w - 24, nullptr)) {
    ViewSettings view = ui.session.view();
    view.tint = !view.tint;
    ui.session.set_view(view);
  }
  const float y = at.y + side + foot + 8;
  if (y + 40 > inside.bottom()) return;
  ImGui::SetCursorScreenPos({inside.x + 12, y});
  paragraph(ui.look, ui.look.fonts.small, ui.colors().faint, w(T::picture_tip), inside.w - 24);
}

void counter_card(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = draw_list();
  const Rect inside = card(ui.look, list, rect, w(T::counter_card), w(T::counter_lost));
  float y = inside.y + 12;
  for (const RunView& run : ui.session.runs()) {
    if (!run.result || !run.result->counter_expected || !run.result->counter_observed || y + 44 > inside.bottom())
      continue;
    const auto expected = *run.result->counter_expected;
    const auto observed = *run.result->counter_observed;
    const auto lost = expected > observed ? expected - observed : 0;
    const float left = inside.x + 13;
    const float width = inside.w - 26;
    draw_text(list, ui.look.fonts.small_bold, {left, y}, ui.color_of(run.racer), ui.name_of(run.racer));
    const double part = expected != 0 ? static_cast<double>(lost) / static_cast<double>(expected) : 0;
    const std::string right = lost == 0 ? std::string(w(T::counter_none_lost))
                                        : "−" + w.integer(lost) + " (" + w.percent(part, part < 0.1 ? 1 : 0) + ")";
    const float right_width = text_size(ui.look.fonts.small, right).x;
    draw_text(list, ui.look.fonts.small, {left + width - right_width, y}, lost == 0 ? c.good : c.bad, right);
    y += 19;
    const float kept = width * static_cast<float>(1 - part);
    list.AddRectFilled({left, y}, {left + width, y + 6}, lost == 0 ? c.lane : c.lock, 3);
    list.AddRectFilled({left, y}, {left + kept, y + 6}, ui.color_of(run.racer), 3,
                       lost == 0 ? ImDrawFlags_RoundCornersAll : ImDrawFlags_RoundCornersLeft);
    y += 9;
    const std::string figures = w.integer(observed) + " / " + w.integer(expected);
    draw_text(list, ui.look.fonts.small, {left, y}, c.muted, figures, width);
    y += 25;
  }
}

}  // namespace trilane::ui
