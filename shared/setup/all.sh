# shellcheck shell=bash disable=SC2034
# What each entry script needs, in one place: setup_native, setup_web, setup_all_for_tests. Source this file.

# shellcheck source=packages.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source=sources.sh
. "$TRILANE_SETUP/sources.sh"
# shellcheck source=emscripten.sh
. "$TRILANE_SETUP/emscripten.sh"
# shellcheck source=sdl2_web.sh
. "$TRILANE_SETUP/sdl2_web.sh"
# shellcheck source=fonts.sh
. "$TRILANE_SETUP/fonts.sh"
# shellcheck source=npm.sh
. "$TRILANE_SETUP/npm.sh"
# shellcheck source=build.sh
. "$TRILANE_SETUP/build.sh"

# The desktop program.
setup_native() {
  ensure_packages build native
  ensure_imgui_source
  ensure_gumbo_source
  ensure_fonts
  write_deps_cmake
}

# The page, and the desktop program, which serves it.
setup_web() {
  ensure_packages build native web
  ensure_imgui_source
  ensure_gumbo_source
  ensure_fonts
  ensure_emscripten
  ensure_sdl2_web
  ensure_npm_page
  write_deps_cmake
}

# Everything. Packages of all groups go in one apt-get run. Exports what the test scripts read:
# TRILANE_NODE_MODULES, TRILANE_CHROMIUM, TRILANE_FIREFOX and TRILANE_NGINX (empty where there is none), TRILANE_EMSCRIPTEN_ENV.
setup_all_for_tests() {
  if [[ "$(debian_major)" == 12 ]]; then
    ensure_packages build native web tests lint fonts emscripten-llvm
  else
    ensure_packages build native web tests lint fonts
  fi
  setup_web
  ensure_npm_tests
  ensure_nginx
  write_deps_cmake
  TRILANE_CHROMIUM="$(first_program chromium chromium-browser google-chrome)"
  TRILANE_FIREFOX="$(first_program firefox-esr firefox)"
  export TRILANE_CHROMIUM TRILANE_FIREFOX TRILANE_EMSCRIPTEN_ENV
}

first_program() {
  local name
  for name; do
    if command -v "$name"; then return 0; fi
  done
}
