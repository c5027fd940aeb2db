# shellcheck shell=bash disable=SC2034
# write_deps_cmake: tells CMake, through build/deps.cmake, what set-up has put where.

# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# CMake's name = the shell variable that an ensure_… function sets.
DEPS_VARIABLES=(
  FETCHCONTENT_SOURCE_DIR_IMGUI=TRILANE_IMGUI_SOURCE
  FETCHCONTENT_SOURCE_DIR_GUMBO=TRILANE_GUMBO_SOURCE
  FETCHCONTENT_SOURCE_DIR_FMT=TRILANE_FMT_SOURCE
  FETCHCONTENT_SOURCE_DIR_JSON=TRILANE_JSON_SOURCE
  TRILANE_FONT_DIR=TRILANE_FONT_DIR
  TRILANE_SDL2_WEB_PREFIX=TRILANE_SDL2_WEB_PREFIX
  TRILANE_EMSCRIPTEN_ENV=TRILANE_EMSCRIPTEN_ENV
  TRILANE_NODE_MODULES=TRILANE_NODE_MODULES
  TRILANE_PAGE_MODULES=TRILANE_PAGE_MODULES
)

# A variable that this run did not set keeps the file's value while its path exists: native/run must not make the page
# forget its SDL2.
write_deps_cmake() {
  local file="$TRILANE_BUILD/deps.cmake" pair name value text
  text="# Written by shared/setup/deps.sh at set-up. The folders are a cache outside the clone."$'\n'
  for pair in "${DEPS_VARIABLES[@]}"; do
    name="${pair%%=*}"
    value="${pair#*=}"
    value="${!value:-}"
    if [[ -z "$value" && -f "$file" ]]; then
      value="$(sed -n "s/^set($name \"\(.*\)\")\$/\1/p" "$file")"
    fi
    [[ -n "$value" && -e "$value" ]] && text+="set($name \"$value\")"$'\n'
  done
  write_if_changed "$file" <<<"${text%$'\n'}"
}
