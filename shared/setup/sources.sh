# shellcheck shell=bash disable=SC2034
# Upstream sources in one version for every machine: ensure_sources NAME... sets TRILANE_<NAME>_SOURCE for each, or
# leaves it empty where CMake's FetchContent (or, for SDL2, Emscripten's port) has to do it.

# shellcheck source=packages.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source=apt_private.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/apt_private.sh"

SDL2_VERSION=2.32.4

# source_of NAME: its Debian source package, its version, a file that must be in it.
source_of() {
  case "$1" in
    imgui) echo imgui 1.90.1 imgui.h ;;
    gumbo) echo gumbo-parser 0.13.0 src/gumbo.h ;;
    fmt) echo fmtlib 10.1.1 include/fmt/format.h ;;
    json) echo nlohmann-json3 3.11.3 include/nlohmann/json.hpp ;;
    sdl2) echo libsdl2 "$SDL2_VERSION" include/SDL.h ;;
    *) die "unknown source: $1" ;;
  esac
}

source_key() {
  local package version witness
  read -r package version witness <<<"$(source_of "$1")"
  printf '%s-%s-source' "$1" "$version"
}

all_sources_cached() {
  local name
  for name; do is_cached "$(source_key "$name")" || return 1; done
}

ensure_sources() {
  local name package version witness key
  for name; do
    read -r package version witness <<<"$(source_of "$name")"
    key="$(source_key "$name")"
    if ! is_cached "$key"; then
      if ! private_apt_possible; then
        say "$name $version: no Debian archive here, CMake or Emscripten will fetch the pinned version"
        continue
      fi
      ensure_packages sources
      ensure_cached "$key" "$name $version source" unpack_debian_source "$package" "$version" "$witness"
    fi
    printf -v "TRILANE_$(tr '[:lower:]' '[:upper:]' <<<"$name")_SOURCE" '%s' "$TRILANE_CACHE/$key"
  done
}

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
