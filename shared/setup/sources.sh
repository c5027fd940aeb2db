# shellcheck shell=bash disable=SC2034
# Upstream sources that no package of Debian 12 offers in the version wanted: ensure_imgui_source, ensure_gumbo_source,
# ensure_sdl2_source. They set TRILANE_IMGUI_SOURCE, TRILANE_GUMBO_SOURCE and TRILANE_SDL2_SOURCE, or leave them empty
# where CMake's FetchContent has to do it.

# shellcheck source=apt_private.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/apt_private.sh"

IMGUI_VERSION=1.90.1
GUMBO_VERSION=0.13.0
SDL2_VERSION=2.32.4
TRILANE_IMGUI_SOURCE=""
TRILANE_GUMBO_SOURCE=""
TRILANE_SDL2_SOURCE=""

ensure_imgui_source() {
  local key="imgui-$IMGUI_VERSION"
  if ! is_cached "$key" && ! private_apt_possible; then
    say "Dear ImGui $IMGUI_VERSION: no Debian archive here, CMake will fetch the pinned tag"
    return 0
  fi
  ensure_cached "$key" "Dear ImGui $IMGUI_VERSION source" unpack_imgui
  TRILANE_IMGUI_SOURCE="$TRILANE_CACHE/$key"
}

ensure_gumbo_source() {
  local key="gumbo-$GUMBO_VERSION"
  if ! is_cached "$key" && ! private_apt_possible; then
    say "gumbo $GUMBO_VERSION: no Debian archive here, CMake will fetch the pinned tag"
    return 0
  fi
  ensure_cached "$key" "gumbo $GUMBO_VERSION source" unpack_gumbo
  TRILANE_GUMBO_SOURCE="$TRILANE_CACHE/$key"
}

ensure_sdl2_source() {
  local key="sdl2-$SDL2_VERSION-source"
  if ! is_cached "$key" && ! private_apt_possible; then
    say "SDL2 $SDL2_VERSION: no Debian archive here, Emscripten's own port will be used"
    return 0
  fi
  ensure_cached "$key" "SDL2 $SDL2_VERSION source" unpack_sdl2
  TRILANE_SDL2_SOURCE="$TRILANE_CACHE/$key"
}

unpack_imgui() { unpack_debian_source "$1" imgui "$IMGUI_VERSION" imgui.h; }
unpack_gumbo() { unpack_debian_source "$1" gumbo-parser "$GUMBO_VERSION" src/gumbo.h; }
unpack_sdl2() { unpack_debian_source "$1" libsdl2 "$SDL2_VERSION" include/SDL.h; }

# unpack_debian_source DIR PACKAGE VERSION WITNESS: apt checks the hashes against the archive's signature. Only the
# upstream tarball is fetched and used: no dpkg-dev is needed, and a mirror that lacks Debian's own part does not matter.
unpack_debian_source() {
  local dir="$1" package="$2" version="$3" witness="$4" tarball
  private_apt_update
  mkdir "$dir/.download"
  (cd "$dir/.download" && private_apt source --download-only --tar-only "$package")
  tarball="$(find "$dir/.download" -name "${package}_$version*.orig.tar.*" -not -name '*.asc' | head -n 1)"
  [[ -n "$tarball" ]] || {
    ls "$dir/.download"
    echo "The archive's $package is not $version."
    return 1
  }
  tar -xf "$tarball" -C "$dir" --strip-components=1
  rm -rf -- "$dir/.download"
  [[ -f "$dir/$witness" ]] || {
    echo "no $witness in the source"
    return 1
  }
}
