# Targets
#   imgui_core  Dear ImGui without a window or GL, for tests that lay out the interface headlessly
#   imgui       the same with the SDL2 and OpenGL 3 / WebGL 2 backends
#
# Set-up has usually fetched the sources (FETCHCONTENT_SOURCE_DIR_IMGUI); otherwise CMake fetches the pinned tag.
include_guard(GLOBAL)
include(FetchContent)
include(${CMAKE_CURRENT_LIST_DIR}/sdl2.cmake)

FetchContent_Declare(
  imgui
  GIT_REPOSITORY https://github.com/ocornut/imgui.git
  GIT_TAG v1.90.1
  GIT_SHALLOW TRUE)
FetchContent_MakeAvailable(imgui) # upstream has no CMakeLists.txt: this only provides imgui_SOURCE_DIR

add_library(imgui_core STATIC ${imgui_SOURCE_DIR}/imgui.cpp ${imgui_SOURCE_DIR}/imgui_draw.cpp
                              ${imgui_SOURCE_DIR}/imgui_tables.cpp ${imgui_SOURCE_DIR}/imgui_widgets.cpp)
target_include_directories(imgui_core SYSTEM PUBLIC ${imgui_SOURCE_DIR})
target_compile_definitions(
  imgui_core
  PUBLIC IMGUI_DISABLE_DEMO_WINDOWS
         IMGUI_DISABLE_DEBUG_TOOLS
         IMGUI_DISABLE_OBSOLETE_FUNCTIONS
         IMGUI_DISABLE_OBSOLETE_KEYIO
         # Settings are kept by the host (a file or localStorage), fonts are embedded: no file system on the page.
         IMGUI_DISABLE_FILE_FUNCTIONS
         # WebGL has no vertex offset, so 16-bit indices would end a plot at 65,536 vertices.
         "ImDrawIdx=unsigned int")
target_compile_options(imgui_core PRIVATE -w)

add_library(imgui STATIC ${imgui_SOURCE_DIR}/backends/imgui_impl_sdl2.cpp
                         ${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
target_include_directories(imgui SYSTEM PUBLIC ${imgui_SOURCE_DIR}/backends)
target_link_libraries(imgui PUBLIC imgui_core trilane_sdl2 trilane_gl)
target_compile_options(imgui PRIVATE -w)
if(EMSCRIPTEN)
  # Otherwise the backend picks ES 2.
  target_compile_definitions(imgui PUBLIC IMGUI_IMPL_OPENGL_ES3)
else()
  target_link_libraries(imgui PUBLIC ${CMAKE_DL_LIBS}) # the backend's loader opens libGL
endif()
