# shellcheck shell=bash disable=SC2034
# SDL2 for the page: ensure_sdl2_web sets TRILANE_SDL2_WEB_PREFIX, a folder with include/SDL2 and lib/libSDL2.a.
#
# Static and single-threaded (the front end is, so that it runs on pages without shared memory), with video, events,
# clipboard and timers only. SDL2's own CMake project asks the compiler 300 questions, three minutes with emcc; the
# answers are already in its SDL_config_emscripten.h, so the sources are compiled directly, in half a minute.

# shellcheck source=sources.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/sources.sh"
# shellcheck source=emscripten.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/emscripten.sh"
# shellcheck source=build.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"

SDL2_WEB_RECIPE=2 # raise it when build_sdl2_web changes
TRILANE_SDL2_WEB_PREFIX=""

# Call ensure_emscripten first. Leaves the prefix empty where the source is not to be had: sdl2.cmake then uses
# Emscripten's port.
ensure_sdl2_web() {
  local key compiler
  compiler="$(basename -- "$(dirname -- "$TRILANE_EMSCRIPTEN_ENV")")" # objects of one LLVM are not another's
  key="sdl2-web-$SDL2_VERSION-$SDL2_WEB_RECIPE-$compiler"
  if ! is_cached "$key"; then
    ensure_sources sdl2
    [[ -n "${TRILANE_SDL2_SOURCE:-}" ]] || return 0
    ensure_cached "$key" "SDL2 $SDL2_VERSION for the page" build_sdl2_web
  fi
  TRILANE_SDL2_WEB_PREFIX="$TRILANE_CACHE/$key"
}

build_sdl2_web() {
  local prefix="$1" source="$TRILANE_SDL2_SOURCE" work="$1/.work" cores
  enter_toolchain web
  use_compiler_cache web
  mkdir -p "$prefix/include/SDL2" "$prefix/lib" "$work"
  cp -- "$source"/include/*.h "$prefix/include/SDL2/"
  cp -- "$source/LICENSE.txt" "$prefix/"
  cut_sdl2_config "$prefix/include/SDL2/SDL_config_emscripten.h"
  # Folder by folder what the front end uses, which is a third of what SDL2's CMakeLists takes; absent_sdl2_parts stands
  # in for the rest. "dummy" and "generic" are SDL's own stand-ins.
  cd "$source/src" || exit 1
  local files=(
    *.c {atomic,cpuinfo,dynapi,events,file,libm,locale,misc,power,stdlib,thread,timer,video}/*.c video/yuv2rgb/*.c
    {loadso,video}/dummy/*.c thread/generic/*.c {filesystem,locale,misc,video}/emscripten/*.c timer/unix/*.c
  )
  absent_sdl2_parts >"$work/absent.c"
  files+=("$work/absent.c")
  cores="$(nproc 2>/dev/null || echo 2)"
  # -w: the warnings are upstream's. One object per path, as some file names repeat.
  # shellcheck disable=SC2016 # expanded by the inner shell
  printf '%s\0' "${files[@]}" | xargs -0 -P "$cores" -n 4 sh -ec '
    launcher=$1 flags=$2 include=$3 work=$4
    shift 4
    for file; do
      $launcher emcc $flags -I"$include" -c "$file" -o "$work/$(echo "$file" | tr "/" "_").o"
    done
  ' sh "${CMAKE_C_COMPILER_LAUNCHER:-}" "${SDL2_WEB_FLAGS:--Os -DNDEBUG -DSDL_LEAN_AND_MEAN=1 -w}" "$prefix/include/SDL2" "$work"
  emar rcs "$prefix/lib/libSDL2.a" "$work"/*.o
  rm -rf -- "$work"
  check_sdl2_web "$prefix"
}

# What remains of SDL2 and ImGui's backend for it name of the parts left out: no renderer, no game controller. That alone
# would bring in 200 kB of them.
absent_sdl2_parts() {
  cat <<'END'
#include <SDL.h>
void SDL_DestroyRendererWithoutFreeing(SDL_Renderer* renderer) { (void)renderer; }
SDL_Renderer* SDL_GetRenderer(SDL_Window* window) { (void)window; return NULL; }
int SDL_GetRendererOutputSize(SDL_Renderer* renderer, int* w, int* h) {
  (void)renderer; (void)w; (void)h;
  return SDL_SetError("this SDL has no renderer");
}
SDL_GameController* SDL_GameControllerOpen(int index) { (void)index; return NULL; }
void SDL_GameControllerClose(SDL_GameController* controller) { (void)controller; }
Uint8 SDL_GameControllerGetButton(SDL_GameController* controller, SDL_GameControllerButton button) {
  (void)controller; (void)button;
  return 0;
}
Sint16 SDL_GameControllerGetAxis(SDL_GameController* controller, SDL_GameControllerAxis axis) {
  (void)controller; (void)axis;
  return 0;
}
END
}

# cut_sdl2_config FILE: no audio, joystick, sensor, rendering (we draw with GL), loading of libraries, power.
cut_sdl2_config() {
  local drivers='SDL_AUDIO_DRIVER_|SDL_JOYSTICK_EMSCRIPTEN|SDL_SENSOR_DUMMY|SDL_LOADSO_DLOPEN|SDL_POWER_EMSCRIPTEN'
  sed -E -e "/^#define ($drivers|HAVE_DLOPEN|SDL_VIDEO_RENDER_)/d" "$1" >"$1.new"
  awk '{ print }
    /^#define SDL_HIDAPI_DISABLED/ {
      count = split("AUDIO JOYSTICK SENSOR LOADSO POWER RENDER", name, " ")
      for (i = 1; i <= count; ++i) print "#define SDL_" name[i] "_DISABLED 1"
    }' "$1.new" >"$1"
  rm -f -- "$1.new"
  grep -q SDL_RENDER_DISABLED "$1" || die "SDL_config_emscripten.h has changed its form"
}

# A program that uses what the front end uses must link.
check_sdl2_web() {
  cat >"$1/check.c" <<'END'
#include <SDL2/SDL.h>
int main(int argc, char** argv) {
  (void)argc; (void)argv;
  if (SDL_Init(SDL_INIT_VIDEO | SDL_INIT_TIMER) != 0) return 1;
  SDL_Window* window = SDL_CreateWindow("check", 0, 0, 64, 64, SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE);
  SDL_GLContext context = SDL_GL_CreateContext(window);
  SDL_Event event;
  while (SDL_PollEvent(&event)) SDL_SetClipboardText("text");
  SDL_GameControllerGetButton(SDL_GameControllerOpen(0), SDL_CONTROLLER_BUTTON_A);
  SDL_GL_SwapWindow(window);
  SDL_GL_DeleteContext(context);
  return (int)SDL_GetTicks();
}
END
  emcc -Os "$1/check.c" -I"$1/include" -L"$1/lib" -lSDL2 -sMAX_WEBGL_VERSION=2 -o "$1/check.js"
  rm -f -- "$1"/check.*
}
