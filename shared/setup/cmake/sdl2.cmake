# Targets
#   trilane_sdl2  SDL2 for the desktop or for the page, as #include <SDL.h>
#   trilane_gl    OpenGL with its prototypes: <GL/gl.h> and <GL/glext.h> on the desktop, <GLES3/gl3.h> on the page
#
# Desktop: the system's library. Page: the static one that set-up has built (TRILANE_SDL2_WEB_PREFIX), otherwise
# Emscripten's own port, which it fetches itself.
include_guard(GLOBAL)

add_library(trilane_sdl2 INTERFACE)
if(NOT EMSCRIPTEN)
  find_package(SDL2 REQUIRED CONFIG)
  target_link_libraries(trilane_sdl2 INTERFACE SDL2::SDL2)
elseif(TRILANE_SDL2_WEB_PREFIX)
  target_include_directories(trilane_sdl2 SYSTEM INTERFACE ${TRILANE_SDL2_WEB_PREFIX}/include/SDL2)
  target_link_libraries(trilane_sdl2 INTERFACE ${TRILANE_SDL2_WEB_PREFIX}/lib/libSDL2.a)
else()
  target_compile_options(trilane_sdl2 INTERFACE -sUSE_SDL=2)
  target_link_options(trilane_sdl2 INTERFACE -sUSE_SDL=2)
endif()

add_library(trilane_gl INTERFACE)
if(NOT EMSCRIPTEN)
  set(OpenGL_GL_PREFERENCE GLVND)
  find_package(OpenGL REQUIRED)
  target_link_libraries(trilane_gl INTERFACE OpenGL::GL)
  target_compile_definitions(trilane_gl INTERFACE GL_GLEXT_PROTOTYPES)
else()
  target_link_options(trilane_gl INTERFACE -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2)
endif()
