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
# another Emscripten.
needs_configure() {
  [[ ! -f "$2/build.ninja" || "$TRILANE_ROOT/CMakePresets.json" -nt "$2/.configured" ]] && return 0
  [[ "$(cat -- "$2/.configured")" != "$(toolchain_of "$1")" ]]
}

toolchain_of() { if [[ "$1" == web* ]]; then printf '%s' "${TRILANE_EMSCRIPTEN_ENV:-}"; else printf 'native'; fi; }

configure_preset() {
  local fresh=()
  enter_toolchain "$1"
  # A cache made by another compiler cannot be kept.
  if [[ -f "$2/.configured" && "$(cat -- "$2/.configured")" != "$(toolchain_of "$1")" ]]; then fresh=(--fresh); fi
  (cd "$TRILANE_ROOT" && cmake --preset "$1" "${fresh[@]}")
  toolchain_of "$1" >"$2/.configured"
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
  cd "$TRILANE_ROOT" || exit 1
  cmake --build --preset "$preset" --target "$@"
}

enter_toolchain() {
  [[ "$1" == web* ]] || return 0
  # shellcheck source=/dev/null
  . "$TRILANE_EMSCRIPTEN_ENV"
}
