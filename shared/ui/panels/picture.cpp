// Beside the race: the picture that the mandelbrot workload fills in, and the counter's expected and observed values.
#include <imgui.h>

#include <algorithm>

#include "ui/case_name.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

/// The run whose picture is shown: the one that draws now; when all are done, the first with several workers, whose
/// tints tell something.
const RunView* picture_run(const Ui& ui) {
  const RunView* shown = nullptr;
  for (const RunView& run : ui.session.own_runs()) {
    if (run.picture_side == 0) continue;
    if (run.phase == RunPhase::running && !run.resting) return &run;
    if (run.phase == RunPhase::done && (shown == nullptr || (shown->lanes.size() < 2 && run.lanes.size() > 1)))
      shown = &run;
  }
  return shown;
}

/// Counts and workers, when they changed; colours are the shader's business.
void upload(Ui& ui, const RunView& run) {
  if (ui.picture.has_texture() && ui.picture_version == run.picture_version && ui.picture_run == run.job) return;
  std::vector<std::uint8_t> pairs(run.picture.size() * 2);
  for (std::size_t i = 0; i < run.picture.size(); ++i) {
    pairs[2 * i] = run.picture[i];
    pairs[2 * i + 1] = run.picture_lane[i];
  }
  ui.picture.upload(run.picture_side, pairs);
  ui.picture_version = run.picture_version;
  ui.picture_run = run.job;
}

}  // namespace

bool has_picture(const Ui& ui) { return picture_run(ui) != nullptr || ui.session.settings().workload == "mandelbrot"; }

bool has_counter(const Ui& ui) {
  return std::ranges::any_of(ui.session.own_runs(),
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
  if (const Status ready = ui.picture.prepare(); !ready) {
    empty_state(ui.look, draw_list(), inside, w(T::race_no_gpu), ready.error().message);
    return;
  }
  upload(ui, *run);
  ui.picture.draw(
      draw_list(),
      {.min = at, .max = {at.x + side, at.y + side}, .tinted = ui.session.view().tint, .blank = ui.colors().lane});
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
  for (const RunView& run : ui.session.own_runs()) {
    if (!run.result || !run.result->counter_expected || !run.result->counter_observed || y + 44 > inside.bottom())
      continue;
    const auto expected = *run.result->counter_expected;
    const auto observed = *run.result->counter_observed;
    const auto lost = expected > observed ? expected - observed : 0;
    const float left = inside.x + 13;
    const float width = inside.w - 26;
    const std::string which = case_name(w, run, ui.session.own_runs());
    draw_text(list, ui.look.fonts.small_bold, {left, y}, ui.color_of(run.racer),
              ui.name_of(run.racer) + (which.empty() ? "" : " · " + which));
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
