# shellcheck shell=bash disable=SC2034
# What each entry script needs, in one place: setup_native, setup_web, setup_tests. Source this file.

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

# In each the packages go in one apt-get run, with what the steps after it need; these find them installed.

# The desktop program.
setup_native() {
  local groups=(compile native)
  check_places
  add_groups_of_native
  ensure_packages "${groups[@]}"
  prepare_native
  write_deps_cmake
}

# The page. What serves it here is small and has a set-up of its own.
setup_web() {
  local groups=()
  check_places
  add_groups_of_web
  [[ "${1:-}" != serve ]] || groups+=(compile serve)
  ensure_packages "${groups[@]}"
  prepare_web
  write_deps_cmake
}

# What these suites need. Exports what the page's tests read: TRILANE_NODE_MODULES, TRILANE_CHROMIUM, TRILANE_FIREFOX and
# TRILANE_NGINX (empty where there is none).
setup_tests() {
  local groups=(tests) suite native="" page=""
  check_places
  for suite; do
    case "$suite" in
      style | bare) groups+=("$suite") ;;
      unit | contract | extension) native=yes ;;
      fault) native=yes groups+=(bench) ;; # it builds the benchmarks
      cli | window) native=yes groups+=("$suite") ;;
      fuzz | asan | tsan) native=yes groups+=(sanitizers) ;;
      page) native=yes page=yes groups+=(page serve) ;;
      bench) native=yes page=yes groups+=(page bench) ;;
      *) die "unknown suite: $suite" ;;
    esac
  done
  if [[ -n "$native" ]]; then
    groups+=(compile native gtest)
    add_groups_of_native
  fi
  [[ -z "$page" ]] || add_groups_of_web
  ensure_packages "${groups[@]}"
  [[ -z "$native" ]] || prepare_native
  if [[ -n "$page" ]]; then
    prepare_web
    ensure_npm_tests
    ensure_nginx
  fi
  write_deps_cmake
  TRILANE_CHROMIUM="$(first_program chromium chromium-browser google-chrome)"
  TRILANE_FIREFOX="$(first_program firefox-esr firefox)"
  export TRILANE_CHROMIUM TRILANE_FIREFOX TRILANE_EMSCRIPTEN_ENV
}

NATIVE_SOURCES=(imgui gumbo fmt json)

# These add to the caller's `groups`.
add_groups_of_native() {
  all_sources_cached "${NATIVE_SOURCES[@]}" || groups+=(sources)
  is_cached "$(fonts_key)" || groups+=(fonts)
}

add_groups_of_web() {
  add_groups_of_native
  groups+=(web)
  is_cached "$(npm_key "$TRILANE_ROOT/web")" || groups+=(npm)
  all_sources_cached sdl2 || groups+=(sources)
  # shellcheck disable=SC2207 # names without spaces
  groups+=($(emscripten_groups))
}

prepare_native() {
  ensure_sources "${NATIVE_SOURCES[@]}"
  ensure_fonts
}

prepare_web() {
  prepare_native
  ensure_emscripten
  ensure_sdl2_web
  ensure_npm_page
}

first_program() {
  local name
  for name; do
    if command -v "$name"; then return 0; fi
  done
}
