#include "window_canvas.hpp"

#include <GL/gl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_impl_sdl2.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/png.hpp"
#include "window_scale.hpp"

namespace trilane::native {
namespace {

/// Three lanes of different length, as on the page's icon.
void set_icon(SDL_Window* window) {
  SDL_Surface* icon = SDL_CreateRGBSurfaceWithFormat(0, 64, 64, 32, SDL_PIXELFORMAT_RGBA32);
  if (icon == nullptr) return;
  const auto fill = [icon](SDL_Rect rect, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    SDL_FillRect(icon, &rect, SDL_MapRGBA(icon->format, r, g, b, 255));
  };
  fill({0, 0, 64, 64}, 0x16, 0x1a, 0x20);
  fill({12, 14, 40, 10}, 0x4c, 0x9b, 0xe8);
  fill({12, 28, 24, 10}, 0xf2, 0xa3, 0x3a);
  fill({12, 42, 32, 10}, 0x2f, 0xb7, 0x8b);
  SDL_SetWindowIcon(window, icon);
  SDL_FreeSurface(icon);
}

/// Without a display SDL falls back to drivers that show nothing; whoever names one gets it.
bool draws_for_nobody() {
  const std::string_view driver = SDL_GetCurrentVideoDriver();
  return (driver == "offscreen" || driver == "dummy" || driver == "evdev") &&
         SDL_GetHint(SDL_HINT_VIDEODRIVER) == nullptr && SDL_getenv("SDL_VIDEODRIVER") == nullptr;
}

void ask_for_opengl() {
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_FLAGS, SDL_GL_CONTEXT_FORWARD_COMPATIBLE_FLAG);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
  SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
  SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
}

int whole(double value) { return static_cast<int>(std::lround(value)); }

}  // namespace

Result<std::unique_ptr<WindowCanvas>> WindowCanvas::open(const Place& place, double scale, bool ignore_pointer) {
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // signals come through the event loop
  SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
  const bool started = SDL_Init(SDL_INIT_VIDEO) == 0;
  if (!started || draws_for_nobody()) {
    const std::string why = started ? "no X11 or Wayland" : SDL_GetError();
    SDL_Quit();
    return fail("there is no display to open a window on (" + why +
                "). Start it in a desktop session, or use the command line: trilane help");
  }
  SDL_EnableScreenSaver();
  ask_for_opengl();
  SDL_Window* window =
      SDL_CreateWindow("Trilane", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED, place.width, place.height,
                       SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI | SDL_WINDOW_HIDDEN);
  SDL_GLContext gl = window == nullptr ? nullptr : SDL_GL_CreateContext(window);
  if (gl == nullptr) {
    const std::string why = SDL_GetError();
    if (window != nullptr) SDL_DestroyWindow(window);
    SDL_Quit();
    return fail("cannot open a window with OpenGL 3.2 (" + why +
                "). A graphics driver is needed; on Debian libgl1-mesa-dri draws without a graphics card");
  }
  std::unique_ptr<WindowCanvas> canvas(new WindowCanvas(window, gl, scale, ignore_pointer));
  // Sizes are known in logical pixels; how many of the window's own units these are shows only now.
  const double units = canvas->pointer_scale();
  SDL_SetWindowMinimumSize(window, whole(kMinWidth / units), whole(kMinHeight / units));
  SDL_SetWindowSize(window, whole(place.width / units), whole(place.height / units));
  if (place.maximized) SDL_MaximizeWindow(window);
  SDL_ShowWindow(window);
  return canvas;
}

WindowCanvas::WindowCanvas(SDL_Window* window, SDL_GLContext gl, double forced_scale, bool ignore_pointer)
    : window_(window), gl_(gl), forced_scale_(forced_scale), ignore_pointer_(ignore_pointer) {
  set_icon(window_);
  SDL_GL_MakeCurrent(window_, gl_);
  // Adaptive where there is such a thing: a late frame is shown at once.
  if (SDL_GL_SetSwapInterval(-1) != 0) SDL_GL_SetSwapInterval(1);
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplSDL2_InitForOpenGL(window_, gl_);
  ImGui_ImplOpenGL3_Init("#version 150");
  update_scale();
}

WindowCanvas::~WindowCanvas() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplSDL2_Shutdown();
  ImGui::DestroyContext();
  SDL_GL_DeleteContext(gl_);
  SDL_DestroyWindow(window_);
  SDL_Quit();
}

bool WindowCanvas::update_scale() {
  const double scale = forced_scale_ > 0 ? forced_scale_ : content_scale(window_);
  if (std::fabs(scale - scale_) < 0.01) return false;
  scale_ = scale;
  return true;
}

double WindowCanvas::pointer_scale() const {
  int width = 0, pixels = 0;
  SDL_GetWindowSize(window_, &width, nullptr);
  SDL_GL_GetDrawableSize(window_, &pixels, nullptr);
  return width > 0 && pixels > 0 ? static_cast<double>(pixels) / scale_ / width : 1;
}

std::string WindowCanvas::renderer() const {
  const auto* name = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  return name == nullptr ? "" : name;
}

bool WindowCanvas::visible() const {
  return (SDL_GetWindowFlags(window_) & (SDL_WINDOW_MINIMIZED | SDL_WINDOW_HIDDEN)) == 0;
}

WindowCanvas::Place WindowCanvas::place() const {
  int width = 0, height = 0;
  SDL_GetWindowSize(window_, &width, &height);
  const double units = pointer_scale();
  return {whole(width * units), whole(height * units), (SDL_GetWindowFlags(window_) & SDL_WINDOW_MAXIMIZED) != 0};
}

void WindowCanvas::process(const SDL_Event& event) {
  const bool pointer = event.type == SDL_MOUSEMOTION || event.type == SDL_MOUSEBUTTONDOWN ||
                       event.type == SDL_MOUSEBUTTONUP || event.type == SDL_MOUSEWHEEL;
  if (pointer && ignore_pointer_) return;
  if (event.type != SDL_MOUSEMOTION) {
    ImGui_ImplSDL2_ProcessEvent(&event);
    return;
  }
  ImGuiIO& io = ImGui::GetIO();
  const auto units = static_cast<float>(pointer_scale());
  io.AddMouseSourceEvent(event.motion.which == SDL_TOUCH_MOUSEID ? ImGuiMouseSource_TouchScreen
                                                                 : ImGuiMouseSource_Mouse);
  io.AddMousePosEvent(static_cast<float>(event.motion.x) * units, static_cast<float>(event.motion.y) * units);
}

/// ImGui's backend also asks where the pointer is, in the window's units, when a frame begins. Where these are not our
/// logical pixels its answer has to be put right before it is used.
void WindowCanvas::place_pointer() {
  ImGuiIO& io = ImGui::GetIO();
  if (ignore_pointer_) {
    io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
    return;
  }
  const auto units = static_cast<float>(pointer_scale());
  if (std::fabs(units - 1) < 0.001F || SDL_GetKeyboardFocus() != window_) return;
  int x = 0, y = 0, left = 0, top = 0;
  SDL_GetGlobalMouseState(&x, &y);
  SDL_GetWindowPosition(window_, &left, &top);
  io.AddMousePosEvent(static_cast<float>(x - left) * units, static_cast<float>(y - top) * units);
}

void WindowCanvas::render(const std::function<void()>& draw) {
  int width = 0, height = 0;
  SDL_GL_GetDrawableSize(window_, &width, &height);
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplSDL2_NewFrame();
  place_pointer();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = ImVec2(static_cast<float>(width / scale_), static_cast<float>(height / scale_));
  io.DisplayFramebufferScale = ImVec2(scale(), scale());
  ImGui::NewFrame();
  draw();
  ImGui::Render();
  glViewport(0, 0, width, height);
  const ImVec4& page = ImGui::GetStyle().Colors[ImGuiCol_WindowBg];
  glClearColor(page.x, page.y, page.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void WindowCanvas::frame(const std::function<void()>& draw) {
  render(draw);
  SDL_GL_SwapWindow(window_);
}

std::string WindowCanvas::frame_as_png(const std::function<void()>& draw) {
  render(draw);
  int width = 0, height = 0;
  SDL_GL_GetDrawableSize(window_, &width, &height);
  const auto stride = static_cast<std::size_t>(width) * 3;
  std::vector<std::uint8_t> pixels(stride * static_cast<std::size_t>(height));
  // From the back buffer: the front one may be covered by other windows.
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  for (std::size_t top = 0, bottom = static_cast<std::size_t>(height); top + 1 < bottom; ++top) {
    --bottom;  // GL counts rows from below
    std::swap_ranges(pixels.begin() + static_cast<std::ptrdiff_t>(top * stride),
                     pixels.begin() + static_cast<std::ptrdiff_t>((top + 1) * stride),
                     pixels.begin() + static_cast<std::ptrdiff_t>(bottom * stride));
  }
  SDL_GL_SwapWindow(window_);
  return encode_png(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), pixels);
}

}  // namespace trilane::native
