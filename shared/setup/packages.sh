# shellcheck shell=bash disable=SC2034
# Debian packages by group: ensure_packages compile native fonts

# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# packages_of GROUP: one list per purpose, so that a command installs what it needs and no more. Named is what a bare
# Debian would lack, not what comes along with another name of the same command; tests/style/test_programs.py checks
# every program that a script calls against these lists.
packages_of() {
  case "$1" in
    compile) echo g++ cmake ninja-build pkg-config ;;
    # Upstream's archives are packed with xz.
    sources) echo xz-utils ;;
    # Fonts are subset at build time; both front ends embed them.
    fonts) echo fonts-inter python3 ;;
    # With SDL2 come OpenGL's headers and a renderer for machines (and Xvfb) without a GPU.
    native) echo libuv1-dev libsdl2-dev libcli11-dev libhttp-parser-dev libcurl4-openssl-dev libsqlite3-dev ;;
    web) echo cmake ninja-build brotli "$(node_packages)" ;;
    npm) have npm || echo npm ;; # Node's own packages from elsewhere bring it
    # What serves the page here.
    serve) echo libuv1-dev libhttp-parser-dev ;;
    # What Debian 13's emscripten wants and Debian 12 has.
    emscripten-llvm) echo clang-19 lld-19 llvm-19 python3 ;;
    emscripten-debian) echo emscripten ;;
    tests) echo python3 ;;
    # With a compiler cache a second build, and one of another clone, takes what has been compiled before.
    gtest) echo libgtest-dev ccache ;;
    # The 19: older ones do not understand concepts and std::expected.
    style) echo clang-format-19 shellcheck "$(node_packages)" ;;
    cli) echo curl python3-markdown ;;
    window) echo xvfb ;;
    page) echo chromium firefox-esr mkdocs "$(node_packages)" ;;
    # llvm-19: its symbolizer names functions and lines in what a sanitizer reports.
    sanitizers) echo clang-19 libclang-rt-19-dev llvm-19 ;;
    bench) echo libtbb-dev ;;
    bare) echo debootstrap xvfb ;;
    *) die "unknown package group: $1" ;;
  esac
}

# ensure_nginx: for the tests; sets and exports TRILANE_NGINX, empty where there is none (its test is then left out, and
# says so). Only the program is unpacked: Debian's package would start a server on port 80.
ensure_nginx() {
  TRILANE_NGINX="$(command -v nginx || true)"
  if [[ -z "$TRILANE_NGINX" ]] && is_debian_like; then
    ensure_cached nginx-1 "nginx for the tests, not installed" unpack_nginx
    TRILANE_NGINX="$TRILANE_CACHE/nginx-1/usr/sbin/nginx"
  fi
  "$TRILANE_NGINX" -v >/dev/null 2>&1 || TRILANE_NGINX=""
  export TRILANE_NGINX
}

unpack_nginx() {
  cd "$1" || return 1
  if apt-get -q -o APT::Sandbox::User="$(id -un)" download nginx; then
    dpkg-deb -x nginx_*.deb . && rm -f -- nginx_*.deb
  fi
}

# A recent Node from anywhere will do; Debian 12's own is 18.
node_packages() { node_at_least 18 || echo nodejs; }

node_at_least() { have node && version_at_least "$(node --version | tr -d v)" "$1"; }

# ensure_packages GROUP...: installs what is missing. Costs one dpkg-query when nothing is.
ensure_packages() {
  local group package wanted=() missing=()
  if ! is_debian_like; then
    check_tools_elsewhere "$@"
    return
  fi
  for group in "$@"; do
    # shellcheck disable=SC2207 # package names have no spaces
    wanted+=($(packages_of "$group"))
  done
  for package in "${wanted[@]}"; do
    [[ " ${INSTALLED_PACKAGES:=$(installed_packages)} ${missing[*]} " == *" $package "* ]] || missing+=("$package")
  done
  [[ ${#missing[@]} == 0 ]] && return 0
  install_packages "${missing[@]}"
  INSTALLED_PACKAGES="" # ask again next time
}

# One line, separated by spaces. A virtual or multi-arch name is covered by the plain package name.
installed_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { printf "%s ", $2 }'
}

install_packages() {
  local prefix
  if ! prefix="$(root_prefix)"; then
    die "these Debian packages are missing and this is neither root nor is there sudo: $*" \
      "As root: apt-get update && apt-get install --no-install-recommends -y $*" "Then run the same command again."
  fi
  # sudo may ask for a password, and a step has no terminal: ask before it starts.
  [[ -z "$prefix" ]] || sudo -v || die "sudo did not let us install: $*" \
    "As root: apt-get update && apt-get install --no-install-recommends -y $*" "Then run the same command again."
  # shellcheck disable=SC2086 # the prefix is a command or nothing
  step "$# Debian package(s): $(shorten "$*")" run_apt_install "$prefix" "$@"
}

shorten() { if [[ ${#1} -gt 70 ]]; then printf '%s…' "${1:0:69}"; else printf '%s' "$1"; fi; }

run_apt_install() {
  local prefix="$1"
  shift
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  # shellcheck disable=SC2086
  $prefix dpkg --configure -a # what an interrupted installation left
  # shellcheck disable=SC2086
  $prefix "${apt[@]}" update && $prefix "${apt[@]}" install -y --no-install-recommends "$@" && return 0
  echo "apt-get could not install: $*"
  echo "Does 'apt-get update' work on this machine? Is its Debian or Ubuntu recent (Debian 12 or later)?"
  return 1
}

# Other systems: say what is missing in words that fit any package manager.
check_tools_elsewhere() {
  local missing=() group
  have cmake || missing+=("CMake 3.25+")
  have ninja || missing+=("Ninja")
  have c++ || have g++ || have clang++ || missing+=("a C++20 compiler (GCC 12+ or Clang 16+)")
  for group in "$@"; do
    case "$group" in
      native)
        have pkg-config || missing+=("pkg-config")
        pkg-config --exists libuv 2>/dev/null || missing+=("libuv with headers")
        pkg-config --exists sdl2 2>/dev/null || missing+=("SDL2 with headers")
        pkg-config --exists libcurl 2>/dev/null || missing+=("libcurl with headers")
        pkg-config --exists sqlite3 2>/dev/null || missing+=("SQLite 3 with headers")
        ;;
      web | page) node_at_least 18 || missing+=("Node.js 18+") ;;
    esac
  done
  [[ ${#missing[@]} == 0 ]] && return 0
  local item
  printf 'error: this is not Debian or Ubuntu, so packages are not installed for you. Please install:\n' >&2
  for item in "${missing[@]}"; do printf '         %s\n' "$item" >&2; done
  die "tools are missing" "Also wanted, with headers: CLI11, http-parser; for tests GoogleTest." \
    "Then run the same command again."
}
