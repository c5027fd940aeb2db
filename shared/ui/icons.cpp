#include "ui/icons.hpp"

#include <initializer_list>

namespace trilane::ui {

void draw_icon(ImDrawList& list, Icon icon, ImVec2 center, float size, ImU32 color) {
  const float r = size / 2;
  const float w = size < 11 ? 1.3F : 1.6F;
  const auto at = [&](float x, float y) { return ImVec2(center.x + x * r, center.y + y * r); };
  const auto stroke = [&](std::initializer_list<ImVec2> points, bool closed = false) {
    for (const ImVec2& point : points) list.PathLineTo(point);
    list.PathStroke(color, closed ? ImDrawFlags_Closed : ImDrawFlags_None, w);
  };
  switch (icon) {
    case Icon::none: break;
    case Icon::play: list.AddTriangleFilled(at(-0.7F, -0.9F), at(0.95F, 0), at(-0.7F, 0.9F), color); break;
    case Icon::stop: list.AddRectFilled(at(-0.8F, -0.8F), at(0.8F, 0.8F), color, 1.5F); break;
    case Icon::check: stroke({at(-0.85F, 0.05F), at(-0.25F, 0.65F), at(0.9F, -0.65F)}); break;
    case Icon::chevron_down: stroke({at(-0.75F, -0.35F), at(0, 0.4F), at(0.75F, -0.35F)}); break;
    case Icon::chevron_up: stroke({at(-0.75F, 0.35F), at(0, -0.4F), at(0.75F, 0.35F)}); break;
    case Icon::chevron_right: stroke({at(-0.35F, -0.75F), at(0.4F, 0), at(-0.35F, 0.75F)}); break;
    case Icon::cross:
      stroke({at(-0.7F, -0.7F), at(0.7F, 0.7F)});
      stroke({at(0.7F, -0.7F), at(-0.7F, 0.7F)});
      break;
    case Icon::undo:
      list.PathArcTo(at(0.05F, 0.15F), r * 0.75F, -2.6F, 2.2F, 16);
      list.PathStroke(color, ImDrawFlags_None, w);
      stroke({at(-0.95F, -0.85F), at(-0.6F, -0.2F), at(0.1F, -0.4F)});
      break;
    case Icon::sweep:
      stroke({at(-0.9F, 0.8F), at(-0.3F, 0.1F), at(0.3F, -0.35F), at(0.9F, -0.55F)});
      for (const ImVec2& point : {at(-0.9F, 0.8F), at(-0.3F, 0.1F), at(0.3F, -0.35F), at(0.9F, -0.55F)}) {
        list.AddCircleFilled(point, w * 1.25F, color, 10);
      }
      break;
    case Icon::info:
      list.AddCircle(center, r * 0.95F, color, 20, w);
      list.AddCircleFilled(at(0, -0.42F), w * 0.65F, color, 8);
      stroke({at(0, -0.05F), at(0, 0.5F)});
      break;
    case Icon::warning:
      stroke({at(0, -0.85F), at(0.95F, 0.8F), at(-0.95F, 0.8F)}, true);
      stroke({at(0, -0.3F), at(0, 0.25F)});
      list.AddCircleFilled(at(0, 0.52F), w * 0.6F, color, 8);
      break;
    case Icon::share:
      stroke({at(-0.55F, 0), at(0.6F, -0.65F)});
      stroke({at(-0.55F, 0), at(0.6F, 0.65F)});
      for (const ImVec2& point : {at(-0.6F, 0), at(0.6F, -0.65F), at(0.6F, 0.65F)}) {
        list.AddCircleFilled(point, r * 0.3F, color, 12);
      }
      break;
    case Icon::download:
      stroke({at(0, -0.9F), at(0, 0.35F)});
      stroke({at(-0.5F, -0.1F), at(0, 0.4F), at(0.5F, -0.1F)});
      stroke({at(-0.85F, 0.85F), at(0.85F, 0.85F)});
      break;
    case Icon::leave:
      stroke({at(-0.1F, -0.75F), at(-0.8F, -0.75F), at(-0.8F, 0.8F), at(0.75F, 0.8F), at(0.75F, 0.15F)});
      stroke({at(-0.1F, 0.1F), at(0.85F, -0.85F)});
      stroke({at(0.25F, -0.85F), at(0.85F, -0.85F), at(0.85F, -0.25F)});
      break;
    case Icon::minus: stroke({at(-0.7F, 0), at(0.7F, 0)}); break;
    case Icon::plus:
      stroke({at(-0.7F, 0), at(0.7F, 0)});
      stroke({at(0, -0.7F), at(0, 0.7F)});
      break;
    case Icon::search:
      list.AddCircle(at(-0.2F, -0.2F), r * 0.65F, color, 20, w);
      stroke({at(0.3F, 0.3F), at(0.9F, 0.9F)});
      break;
    case Icon::range:
      stroke({at(-0.9F, -0.8F), at(-0.9F, 0.8F)});
      stroke({at(0.9F, -0.8F), at(0.9F, 0.8F)});
      stroke({at(-0.6F, 0), at(0.6F, 0)});
      break;
    case Icon::pin:
      stroke({at(-0.1F, -0.95F), at(0.95F, 0.1F)});
      stroke({at(0.2F, -0.65F), at(-0.25F, -0.1F), at(-0.8F, 0), at(0, 0.8F), at(0.1F, 0.25F), at(0.65F, -0.2F)});
      stroke({at(-0.4F, 0.4F), at(-0.95F, 0.95F)});
      break;
    case Icon::eye:
    case Icon::eye_off:
      stroke({at(-1, 0), at(-0.5F, -0.5F), at(0, -0.65F), at(0.5F, -0.5F), at(1, 0), at(0.5F, 0.5F), at(0, 0.65F),
              at(-0.5F, 0.5F)},
             true);
      list.AddCircleFilled(center, r * 0.28F, color, 12);
      if (icon == Icon::eye_off) stroke({at(-0.8F, 0.85F), at(0.8F, -0.85F)});
      break;
    case Icon::pen:
      stroke({at(-0.9F, 0.9F), at(-0.7F, 0.25F), at(0.45F, -0.9F), at(0.9F, -0.45F), at(-0.25F, 0.7F)}, true);
      stroke({at(0.15F, -0.6F), at(0.6F, -0.15F)});
      break;
    case Icon::open:
      stroke({at(0, 0.45F), at(0, -0.85F)});
      stroke({at(-0.5F, -0.35F), at(0, -0.9F), at(0.5F, -0.35F)});
      stroke({at(-0.9F, 0.2F), at(-0.9F, 0.85F), at(0.9F, 0.85F), at(0.9F, 0.2F)});
      break;
    case Icon::more:
      for (const float x : {-0.75F, 0.0F, 0.75F}) list.AddCircleFilled(at(x, 0), w * 0.8F, color, 8);
      break;
    case Icon::fit:
      stroke({at(-0.9F, -0.35F), at(-0.9F, -0.9F), at(-0.35F, -0.9F)});
      stroke({at(0.9F, 0.35F), at(0.9F, 0.9F), at(0.35F, 0.9F)});
      stroke({at(0.35F, -0.9F), at(0.9F, -0.9F), at(0.9F, -0.35F)});
      stroke({at(-0.35F, 0.9F), at(-0.9F, 0.9F), at(-0.9F, 0.35F)});
      break;
    case Icon::pause:
      list.AddRectFilled(at(-0.75F, -0.85F), at(-0.2F, 0.85F), color, 1);
      list.AddRectFilled(at(0.2F, -0.85F), at(0.75F, 0.85F), color, 1);
      break;
    case Icon::step_back:
      list.AddRectFilled(at(-0.9F, -0.8F), at(-0.55F, 0.8F), color, 1);
      list.AddTriangleFilled(at(0.8F, -0.85F), at(0.8F, 0.85F), at(-0.5F, 0), color);
      break;
    case Icon::step_forward:
      list.AddRectFilled(at(0.55F, -0.8F), at(0.9F, 0.8F), color, 1);
      list.AddTriangleFilled(at(-0.8F, -0.85F), at(0.5F, 0), at(-0.8F, 0.85F), color);
      break;
  }
}

void draw_logo(ImDrawList& list, ImVec2 top_left, float size, const ImU32 lanes[3]) {
  static constexpr float kBegin[3] = {0, 0, 0.05F};
  static constexpr float kEnd[3] = {1, 0.7F, 0.9F};
  const float bar = size * 0.2F;
  for (int i = 0; i < 3; ++i) {
    const float y = top_left.y + static_cast<float>(i) * size * 0.3F;
    list.AddRectFilled({top_left.x + kBegin[i] * size, y}, {top_left.x + kEnd[i] * size, y + bar}, lanes[i], bar / 2);
  }
}

}  // namespace trilane::ui
