# shellcheck shell=bash disable=SC2034
# Configuring and building by preset, quietly: build_preset PRESET TARGET...

# shellcheck source=deps.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/deps.sh"

# build_preset PRESET TARGET...: configures when needed, then builds. One at a time per clone: Ninja does not lock.
build_preset() {
  with_lock "build-$(printf '%s' "$TRILANE_ROOT" | cksum_hex)" build_preset_locked "$@"
}

build_preset_locked() {
  local preset="$1"
  local dir="$TRILANE_BUILD/$preset"
  shift
  if needs_configure "$preset" "$dir"; then
    step "configure $preset" configure_preset "$preset" "$dir"
  fi
  # Most runs have nothing to build: ask Ninja before making a step of it.
  if [[ -f "$dir/build.ninja" ]] && nothing_to_build "$preset" "$dir" "$@"; then return 0; fi
  step "build $preset: $*" run_build "$preset" "$@"
}

# CMake's own rule reruns it when a CMakeLists.txt or deps.cmake changes. It does not notice changed presets, nor
# another Emscripten, nor that the tests are wanted now.
needs_configure() {
  [[ ! -f "$2/build.ninja" || "$TRILANE_ROOT/CMakePresets.json" -nt "$2/.configured" ]] && return 0
  [[ "$(cat -- "$2/.configured")" != "$(configuration_of "$1" "$2")" ]]
}

toolchain_of() { if [[ "$1" == web* ]]; then printf '%s' "${TRILANE_EMSCRIPTEN_ENV:-}"; else printf 'native'; fi; }

# configuration_of PRESET DIR: what the folder was or is to be configured for, in words. " tests" and " strict" are there once
# tests/run has asked for them (by these variables), and stay: whoever starts the program next need not compile it again.
CONFIGURE_FOR_TESTS="${CONFIGURE_FOR_TESTS:-}"
CONFIGURE_STRICT="${CONFIGURE_STRICT:-}"
configuration_of() {
  local was
  was="$(cat -- "$2/.configured" 2>/dev/null || true)"
  toolchain_of "$1"
  if [[ -n "$CONFIGURE_FOR_TESTS" || "$was" == *" tests"* ]]; then printf ' tests'; fi
  if [[ -n "$CONFIGURE_STRICT" || "$was" == *" strict"* ]]; then printf ' strict'; fi
}

configure_preset() {
  local options=() old new
  enter_toolchain "$1"
  use_compiler_cache "$1"
  old="$(cat -- "$2/.configured" 2>/dev/null || true)"
  new="$(configuration_of "$1" "$2")"
  # A cache made by another compiler cannot be kept.
  if [[ -n "$old" && "$old" != "$(toolchain_of "$1")"* ]]; then options+=(--fresh); fi
  if [[ "$new" == *" tests"* ]]; then options+=(-D TRILANE_TESTS=ON); fi
  if [[ "$new" == *" strict"* ]]; then options+=(-D TRILANE_WERROR=ON); fi
  (cd "$TRILANE_ROOT" && cmake --preset "$1" "${options[@]}")
  printf '%s\n' "$new" >"$2/.configured"
}

nothing_to_build() {
  local preset="$1" dir="$2"
  shift 2
  (
    enter_toolchain "$preset"
    # Ninja's dry run does not look for new files in the globbed folders; a real run of that one rule does.
    if [[ -f "$dir/CMakeFiles/VerifyGlobs.cmake" ]]; then cmake -P "$dir/CMakeFiles/VerifyGlobs.cmake" || exit 1; fi
    ninja -C "$dir" -n "$@" 2>/dev/null | grep -q 'no work to do'
  ) >/dev/null 2>&1 </dev/null
}

run_build() {
  local preset="$1"
  shift
  enter_toolchain "$preset"
  use_compiler_cache "$preset"
  cd "$TRILANE_ROOT" || exit 1
  cmake --build --preset "$preset" --target "$@"
}

# enter_toolchain PRESET: the environment of its compiler.
enter_toolchain() {
  [[ "$1" == web* ]] || return 0
  # shellcheck source=/dev/null
  . "$TRILANE_EMSCRIPTEN_ENV"
}

# use_compiler_cache PRESET: where there is one. What somebody has set for it stays.
use_compiler_cache() {
  have ccache || return 0
  export CMAKE_C_COMPILER_LAUNCHER="${CMAKE_C_COMPILER_LAUNCHER-ccache}"
  export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"
  # A clone in another folder is the same to it: paths relative to the clone, and none in what is compared. Precompiled
  # headers need the sloppiness; their time stamps are a build's own.
  export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$TRILANE_ROOT}" CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}"
  export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-10G}" CCACHE_COMPILERCHECK=content
  if [[ "$1" == web* ]]; then
    # emcc is a script, the same for all versions of what it starts.
    local version
    version="$(em++ --version | head -n 1) $(em++ -v 2>&1 | grep 'clang version')"
    export CCACHE_COMPILERTYPE=clang CCACHE_COMPILERCHECK="string:$version"
  fi
}
