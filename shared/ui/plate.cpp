#include "ui/plate.hpp"

#include <imgui.h>

namespace trilane::ui {
namespace {

constexpr float kPad = 14;
constexpr float kBar = 3;

}  // namespace

Plate::Plate(const Look& look, float width, bool bar)
    : look_(look),
      list_(*ImGui::GetWindowDrawList()),
      at_(ImGui::GetCursorScreenPos()),
      width_(width),
      bar_(bar ? kBar : 0) {
  list_.ChannelsSplit(2);
  list_.ChannelsSetCurrent(1);
  ImGui::SetCursorScreenPos({at_.x + kPad + bar_, at_.y + kPad});
  ImGui::BeginGroup();
}

float Plate::inner() const { return width_ - 2 * kPad - bar_; }

void Plate::end(ImU32 accent) {
  ImGui::EndGroup();
  const float bottom = ImGui::GetItemRectMax().y + kPad - (bar_ > 0 ? 4 : 0);
  list_.ChannelsSetCurrent(0);
  list_.AddRectFilled(at_, {at_.x + width_, bottom}, look_.colors->raised, metric::kRound);
  list_.AddRect(at_, {at_.x + width_, bottom}, look_.colors->border, metric::kRound);
  if (bar_ > 0) list_.AddRectFilled(at_, {at_.x + bar_, bottom}, accent, metric::kRound, ImDrawFlags_RoundCornersLeft);
  list_.ChannelsMerge();
  ImGui::SetCursorScreenPos({at_.x, bottom});
}

}  // namespace trilane::ui
