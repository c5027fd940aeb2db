#include "front_canvas.hpp"

#include <GLES3/gl3.h>
#include <SDL.h>
#include <emscripten/html5_webgl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_impl_sdl2.h>

#include <algorithm>
#include <cmath>
#include <string>

extern "C" void trilane_js_copy(const char* text);  // front.lib.js

// SDL refers to it, and nothing here asks SDL for a GL function. Emscripten's own would bring every function of WebGL 1
// and 2 into the module.
extern "C" void* eglGetProcAddress(const char*) { return nullptr; }

namespace trilane::web {
namespace {

// SDL cannot reach the page's clipboard. What the page pasted last (the browser tells nobody else) would have to be
// kept by the page; ImGui's own copy and paste works through this.
std::string& last_copied() {
  static std::string text;
  return text;
}

void set_clipboard(void*, const char* text) {
  last_copied() = text;
  trilane_js_copy(text);
}

const char* get_clipboard(void*) { return last_copied().c_str(); }

class SdlCanvas final : public Canvas {
 public:
  SdlCanvas(SDL_Window* window, EMSCRIPTEN_WEBGL_CONTEXT_HANDLE gl) : window_(window), gl_(gl) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    ImGui_ImplSDL2_InitForOpenGL(window_, nullptr);
    ImGui_ImplOpenGL3_Init("#version 300 es");
    io.SetClipboardTextFn = set_clipboard;
    io.GetClipboardTextFn = get_clipboard;
  }

  ~SdlCanvas() override {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    ImGui::DestroyContext();
    emscripten_webgl_destroy_context(gl_);
    SDL_DestroyWindow(window_);
  }
  SdlCanvas(const SdlCanvas&) = delete;
  SdlCanvas& operator=(const SdlCanvas&) = delete;

  void resize(int width, int height, int pixel_width, int pixel_height) override {
    width_ = width;
    height_ = height;
    pixel_width_ = pixel_width;
    pixel_height_ = pixel_height;
    // SDL scales the pointer's place by its idea of the window's size. It also sets the element's drawing buffer to
    // that size, which is why the page sets its own afterwards.
    SDL_SetWindowSize(window_, width, height);
  }

  Pinch begin_frame() override {
    Pinch pinch;
    SDL_Event event;
    while (SDL_PollEvent(&event) != 0) {
      if (event.type == SDL_MULTIGESTURE && event.mgesture.numFingers == 2) {
        add(event.mgesture, pinch);
      } else {
        ImGui_ImplSDL2_ProcessEvent(&event);
      }
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = ImVec2(static_cast<float>(width_), static_cast<float>(height_));
    io.DisplayFramebufferScale = ImVec2(static_cast<float>(pixel_width_) / static_cast<float>(std::max(width_, 1)),
                                        static_cast<float>(pixel_height_) / static_cast<float>(std::max(height_, 1)));
    ImGui::NewFrame();
    return pinch;
  }

  void end_frame() override {
    ImGui::Render();
    glViewport(0, 0, pixel_width_, pixel_height_);
    const ImVec4& page = ImGui::GetStyle().Colors[ImGuiCol_WindowBg];
    glClearColor(page.x, page.y, page.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    // The browser shows it when the animation frame's callback returns.
  }

  // The names of the lost objects mean nothing to the new context; deleting them now is what makes the backend forget
  // them. It makes new ones at the next frame.
  void lost() override { ImGui_ImplOpenGL3_DestroyDeviceObjects(); }
  void restored() override {}

 private:
  // SDL tells places and distances as fractions of the canvas.
  void add(const SDL_MultiGestureEvent& gesture, Pinch& pinch) const {
    const SDL_Finger* one = SDL_GetTouchFinger(gesture.touchId, 0);
    const SDL_Finger* other = SDL_GetTouchFinger(gesture.touchId, 1);
    if (one == nullptr || other == nullptr) return;
    const float apart = std::hypot(one->x - other->x, one->y - other->y);
    const float before = apart - gesture.dDist;
    if (apart < 0.01F || before < 0.01F) return;  // on one spot: the ratio means nothing
    pinch.x = gesture.x * static_cast<float>(width_);
    pinch.y = gesture.y * static_cast<float>(height_);
    pinch.factor *= apart / before;
  }

  SDL_Window* window_;
  EMSCRIPTEN_WEBGL_CONTEXT_HANDLE gl_;
  int width_ = 1, height_ = 1, pixel_width_ = 1, pixel_height_ = 1;
};

}  // namespace

Result<std::unique_ptr<Canvas>> Canvas::open() {
  SDL_SetMainReady();
  // Keys belong to the canvas while it has the focus, and to the page otherwise.
  SDL_SetHint(SDL_HINT_EMSCRIPTEN_KEYBOARD_ELEMENT, "#canvas");
  if (SDL_Init(SDL_INIT_VIDEO | SDL_INIT_TIMER) != 0) return fail(std::string("SDL: ") + SDL_GetError());
  // Neither SDL_WINDOW_RESIZABLE nor ALLOW_HIGHDPI: SDL would follow the browser window only, and late.
  SDL_Window* window = SDL_CreateWindow("Trilane", 0, 0, 64, 64, 0);
  if (window == nullptr) return fail(std::string("SDL: ") + SDL_GetError());
  // Made here and not by SDL, which asks for depth and stencil buffers and for alpha.
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = attributes.depth = attributes.stencil = attributes.antialias = EM_FALSE;
  // All thirty are switched on otherwise, one by one; none is used.
  attributes.enableExtensionsByDefault = EM_FALSE;
  const EMSCRIPTEN_WEBGL_CONTEXT_HANDLE gl = emscripten_webgl_create_context("#canvas", &attributes);
  if (gl <= 0 || emscripten_webgl_make_context_current(gl) != EMSCRIPTEN_RESULT_SUCCESS) {
    SDL_DestroyWindow(window);
    return fail("this browser gives no WebGL 2");
  }
  SDL_StartTextInput();
  return std::make_unique<SdlCanvas>(window, gl);
}

}  // namespace trilane::web
