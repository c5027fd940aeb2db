#include "ui/theme.hpp"

#include <imgui_internal.h>

#include <cmath>

#include "embedded/font_sans.hpp"
#include "embedded/font_sans_semibold.hpp"

namespace trilane::ui {
namespace {

constexpr ImU32 rgb(unsigned hex, unsigned alpha = 255) {
  return IM_COL32((hex >> 16) & 255U, (hex >> 8) & 255U, hex & 255U, alpha);
}

constexpr Palette kDark = {
    .page = rgb(0x0f1216),
    .panel = rgb(0x161a20),
    .raised = rgb(0x1c2128),
    .hover = rgb(0x232932),
    .border = rgb(0x262c35),
    .strong_border = rgb(0x39414d),
    .text = rgb(0xe8eaee),
    .muted = rgb(0x9aa2ae),
    .faint = rgb(0x858d9a),
    .accent = rgb(0x4c9be8),
    .accent_hover = rgb(0x64abef),
    .on_accent = rgb(0x0b1118),
    .grid = rgb(0x262c35),
    .lane = rgb(0x1a1f26),
    .model = {rgb(0x9aa3af), rgb(0x4c9be8), rgb(0x93a5ff), rgb(0xf2a33a), rgb(0x2fb78b)},
    .model_dim = {rgb(0x424953), rgb(0x24466a), rgb(0x3d4676), rgb(0x6b4c22), rgb(0x1c5846)},
    .lock = rgb(0xe8643c),
    .lock_dim = rgb(0xa3472f),
    .good = rgb(0x3fc07d),
    .warn = rgb(0xe9b949),
    .bad = rgb(0xf0705a),
    .shadow = rgb(0x000000, 110),
};

constexpr Palette kLight = {
    .page = rgb(0xf4f5f8),
    .panel = rgb(0xffffff),
    .raised = rgb(0xf2f4f7),
    .hover = rgb(0xe8ebf0),
    .border = rgb(0xdfe3e9),
    .strong_border = rgb(0xc3cad4),
    .text = rgb(0x16191e),
    .muted = rgb(0x59616d),
    .faint = rgb(0x646c78),
    .accent = rgb(0x1f6fc4),
    .accent_hover = rgb(0x175ca5),
    .on_accent = rgb(0xffffff),
    .grid = rgb(0xe4e7ec),
    .lane = rgb(0xf1f3f6),
    .model = {rgb(0x6b7682), rgb(0x1f6fc4), rgb(0x6366cf), rgb(0xbf770b), rgb(0x0f8a63)},
    .model_dim = {rgb(0xc9ced5), rgb(0xb5d1ee), rgb(0xcfd0f2), rgb(0xf0d9b0), rgb(0xaedccd)},
    .lock = rgb(0xc03e26),
    .lock_dim = rgb(0xe08d78),
    .good = rgb(0x0f7a4f),
    .warn = rgb(0x8a6200),
    .bad = rgb(0xc23a24),
    .shadow = rgb(0x1a2433, 40),
};

ImFont* add_font(std::span<const unsigned char> data, float size, float scale) {
  static const ImWchar kRanges[] = {0x20,   0x7e,   0xa0,   0xff,   0x391,  0x3c9,  0x401,  0x401,  0x410,
                                    0x44f,  0x451,  0x451,  0x2009, 0x200a, 0x2011, 0x2026, 0x202f, 0x202f,
                                    0x2070, 0x208e, 0x2116, 0x2116, 0x2190, 0x2199, 0x2212, 0x2212, 0x221e,
                                    0x221e, 0x2248, 0x2248, 0x2260, 0x2265, 0};
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  // Two sub-pixel columns keep letter spacing even at one device pixel per pixel; above that nobody sees them.
  config.OversampleH = scale < 1.5F ? 2 : 1;
  config.OversampleV = 1;
  config.RasterizerMultiply = 1.05F;
  // ImGui takes a mutable pointer, and only reads it when it does not own it.
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(data.data()),
                                                    static_cast<int>(data.size()), std::round(size * scale), &config,
                                                    kRanges);
}

ImVec4 vec(ImU32 color) { return ImGui::ColorConvertU32ToFloat4(color); }

}  // namespace

const Palette& palette(bool dark) { return dark ? kDark : kLight; }

ImU32 fade(ImU32 color, float alpha) {
  const auto opacity = static_cast<float>(color >> IM_COL32_A_SHIFT);
  return (color & ~IM_COL32_A_MASK) | (static_cast<ImU32>(opacity * alpha) << IM_COL32_A_SHIFT);
}

ImU32 mix(ImU32 a, ImU32 b, float t) { return ImGui::ColorConvertFloat4ToU32(ImLerp(vec(a), vec(b), t)); }

Fonts load_fonts(float scale) {
  ImGuiIO& io = ImGui::GetIO();
  io.Fonts->Clear();
  // The stock cursors and baked lines are not used; without them the atlas is smaller.
  io.Fonts->Flags |= ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoPowerOfTwoHeight;
  Fonts fonts;
  fonts.body = add_font(embedded::font_sans, 15.0F, scale);
  fonts.small = add_font(embedded::font_sans, 13.0F, scale);
  fonts.bold = add_font(embedded::font_sans_semibold, 15.0F, scale);
  fonts.small_bold = add_font(embedded::font_sans_semibold, 13.0F, scale);
  fonts.title = add_font(embedded::font_sans_semibold, 20.0F, scale);
  io.FontGlobalScale = 1.0F / scale;
  io.FontDefault = fonts.body;
  io.Fonts->Build();
  return fonts;
}

void apply_style(bool dark) {
  const Palette& p = palette(dark);
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.PopupRounding = metric::kRound;
  style.WindowRounding = 0;
  style.FrameRounding = metric::kSmallRound;
  style.FramePadding = {8, 5};
  style.ItemSpacing = {8, 6};
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 5;
  style.DisabledAlpha = 0.45F;
  style.HoverDelayShort = 0.25F;
  style.HoverDelayNormal = 0.35F;
  style.AntiAliasedLinesUseTex = false;  // the atlas has no baked lines
  auto& c = style.Colors;
  c[ImGuiCol_Text] = vec(p.text);
  c[ImGuiCol_TextDisabled] = vec(p.faint);
  c[ImGuiCol_WindowBg] = vec(p.page);
  c[ImGuiCol_ChildBg] = ImVec4(0, 0, 0, 0);
  c[ImGuiCol_PopupBg] = vec(p.raised);
  c[ImGuiCol_Border] = vec(p.strong_border);
  c[ImGuiCol_FrameBg] = vec(p.raised);
  c[ImGuiCol_FrameBgHovered] = vec(p.hover);
  c[ImGuiCol_FrameBgActive] = vec(p.hover);
  c[ImGuiCol_ScrollbarBg] = ImVec4(0, 0, 0, 0);
  c[ImGuiCol_ScrollbarGrab] = vec(p.border);
  c[ImGuiCol_ScrollbarGrabHovered] = vec(p.strong_border);
  c[ImGuiCol_ScrollbarGrabActive] = vec(p.strong_border);
  c[ImGuiCol_TextSelectedBg] = vec(fade(p.accent, 0.35F));
  c[ImGuiCol_NavHighlight] = vec(p.accent);
  c[ImGuiCol_ModalWindowDimBg] = vec(fade(p.page, 0.7F));
}

}  // namespace trilane::ui
