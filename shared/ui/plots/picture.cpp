#include "ui/plots/picture.hpp"

#include <utility>

#include "base/png.hpp"
#include "ui/lab/predict.hpp"
#include "ui/plots/figure.hpp"

namespace trilane::ui {
namespace {

/// The painter's context while it works, and whose it was afterwards.
class Current {
 public:
  explicit Current(ImGuiContext* context) : before_(ImGui::GetCurrentContext()) { ImGui::SetCurrentContext(context); }
  ~Current() { ImGui::SetCurrentContext(before_); }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

 private:
  ImGuiContext* before_;
};

constexpr float kMargin = 10;

void draw(Look& look, const PictureOf& what, FigureView& view, HiddenSeries& hidden) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  // One real pixel of smoothing at edges, not one logical.
  list._FringeScale = 1 / PicturePainter::kScale;
  const Palette& c = *look.colors;
  const float caption = what.caption.empty() ? 0.0F : 20.0F;
  const Rect frame{kMargin, kMargin, PicturePainter::kWidth - 2 * kMargin,
                   PicturePainter::kHeight - 2 * kMargin - caption};
  const trilane::Figure& figure = what.figure;
  std::string subtitle = in(look.words, what.hints.subtitle);
  if (subtitle.empty()) subtitle = figure_subtitle(look.words, figure);
  const Rect inside = card(look, list, frame, in(look.words, figure.title), subtitle);
  draw_figure(look, list, {inside.x + 14, inside.y + 10, inside.w - 32, inside.h - 20}, figure, what.hints, view,
              hidden);
  if (!what.caption.empty())
    draw_text(list, look.fonts.small, {kMargin + 4, PicturePainter::kHeight - 24}, c.muted, what.caption,
              PicturePainter::kWidth - 2 * kMargin);
}

}  // namespace

PicturePainter::PicturePainter(bool dark, Lang lang) : context_(nullptr) {
  ImGuiContext* const before = ImGui::GetCurrentContext();
  context_ = ImGui::CreateContext();  // becomes the current one where there was none
  ImGui::SetCurrentContext(before);
  const Current current(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.DisplaySize = {kWidth, kHeight};
  io.DisplayFramebufferScale = {kScale, kScale};
  io.DeltaTime = 1.0F / 60;
  look_.colors = &palette(dark);
  look_.words = Words(lang);
  look_.fonts = load_fonts(kScale);
  apply_style(dark);
}

PicturePainter::~PicturePainter() {
  ImGuiContext* const before = ImGui::GetCurrentContext();
  ImGui::DestroyContext(context_);
  if (before != context_) ImGui::SetCurrentContext(before);
}

PixelImage PicturePainter::paint(const PictureOf& what) {
  const Current current(context_);
  FigureView view = what.view;
  HiddenSeries hidden = what.hidden;
  AlphaTexture texture;
  unsigned char* alpha = nullptr;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&alpha, &texture.width, &texture.height);
  texture.alpha = alpha;
  PixelImage image(static_cast<int>(kWidth * kScale), static_cast<int>(kHeight * kScale), look_.colors->page);
  ImGui::NewFrame();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({kWidth, kHeight});
  ImGui::Begin("picture", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoSavedSettings);
  draw(look_, what, view, hidden);
  ImGui::End();
  ImGui::Render();
  draw_lists(image, *ImGui::GetDrawData(), kScale, texture);
  return image;
}

std::string PicturePainter::png(const PictureOf& what) {
  const PixelImage image = paint(what);
  return encode_png(static_cast<std::uint32_t>(image.width), static_cast<std::uint32_t>(image.height), image.rgb);
}

}  // namespace trilane::ui
