# shellcheck shell=bash disable=SC2034
# The Emscripten compiler for the page: ensure_emscripten sets TRILANE_EMSCRIPTEN_ENV, a file to source that puts emcc
# on PATH and exports EMSCRIPTEN_ROOT (for CMake's toolchain file) and EM_CONFIG.
#
# In order: a recent emcc on PATH; Debian 13's package; on Debian 12 a private copy of Debian 13's package in the cache
# beside Debian 12's own clang-19 (the package itself is architecture-independent, only binaryen needs a newer libc,
# which is unpacked beside it).

# shellcheck source=packages.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source=apt_private.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/apt_private.sh"

EMSCRIPTEN_WANTED=3.1.69
EMSCRIPTEN_RECIPE=1 # raise it when private_emscripten changes, so that caches are made anew

ensure_emscripten() {
  if recent_emcc_on_path; then
    ensure_emscripten_from_path
  elif [[ "$(debian_major)" -ge 13 ]]; then
    ensure_packages emscripten-debian
    recent_emcc_on_path || die "Debian's emscripten package is installed, but emcc does not run." "Try: emcc --version"
    ensure_emscripten_from_path
  elif [[ "$(debian_major)" == 12 ]] && private_apt_possible; then
    ensure_packages emscripten-llvm web
    local key="emscripten-$EMSCRIPTEN_WANTED-$EMSCRIPTEN_RECIPE"
    ensure_cached "$key" "Emscripten $EMSCRIPTEN_WANTED (private, 240 MB)" private_emscripten
    TRILANE_EMSCRIPTEN_ENV="$TRILANE_CACHE/$key/env.sh"
  else
    die "no emcc $EMSCRIPTEN_WANTED or later on PATH, and this system has no package for it." \
      "Install the current Emscripten SDK (emsdk), source its emsdk_env.sh and run the same command again."
  fi
}

# emscripten_groups: the packages that ensure_emscripten will want.
emscripten_groups() {
  if recent_emcc_on_path; then return 0; fi
  case "$(debian_major)" in
    12) echo emscripten-llvm ;;
    1[3-9] | 99) echo emscripten-debian ;;
  esac
}

# Our own private copy, when somebody has sourced its env file, does not count: it has its own branch.
recent_emcc_on_path() {
  have emcc || return 1
  [[ "$(readlink -f "$(command -v emcc)")" != "$(readlink -f "$TRILANE_CACHE")"/* ]] || return 1
  version_at_least "$(emcc_version)" "$EMSCRIPTEN_WANTED"
}

emcc_version() { emcc --version 2>/dev/null | sed -n '1s/^[^0-9]*\([0-9][0-9.]*[0-9]\).*/\1/p'; }

ensure_emscripten_from_path() {
  local key
  key="emscripten-path-$(printf '%s %s %s' "$(command -v emcc)" "$(emcc_version)" "${EM_CONFIG:-}" | cksum_hex)"
  ensure_cached "$key" "check of the emcc $(emcc_version) on PATH" emscripten_from_path
  TRILANE_EMSCRIPTEN_ENV="$TRILANE_CACHE/$key/env.sh"
}

emscripten_from_path() {
  local root
  root="$(em-config EMSCRIPTEN_ROOT 2>/dev/null || dirname -- "$(readlink -f "$(command -v emcc)")")"
  [[ -f "$root/cmake/Modules/Platform/Emscripten.cmake" ]] || die "no CMake toolchain file under $root"
  {
    printf 'export EMSCRIPTEN_ROOT=%q\n' "$root"
    [[ -z "${EM_CONFIG:-}" ]] || printf 'export EM_CONFIG=%q\n' "$EM_CONFIG"
    # shellcheck disable=SC2016 # expanded by whoever sources the file
    printf 'case ":$PATH:" in *:%q:*) ;; *) PATH=%q:"$PATH" ;; esac\nexport PATH\n' \
      "$(dirname -- "$(command -v emcc)")" "$(dirname -- "$(command -v emcc)")"
  } >"$1/env.sh"
  verify_emscripten "$1"
}

# private_emscripten DIR: download, unpack, wrap, verify. Everything in DIR finds itself relative to itself, because DIR
# is renamed when it is done.
private_emscripten() {
  local dir="$1" deb
  private_apt_update
  mkdir -p "$dir/debs" "$dir/root"
  (cd "$dir/debs" && private_apt download emscripten binaryen node-acorn libc6 libstdc++6 libgcc-s1)
  for deb in "$dir"/debs/*.deb; do
    # The position-independent variants (half of 1.7 GB) serve dynamic linking, which we do not use.
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir/root" --exclude='*/wasm32-emscripten/pic' \
      --exclude='*/wasm32-emscripten/lto-pic' --exclude='./usr/share/emscripten/test' --exclude='./usr/share/doc' \
      --exclude='*/gconv'
  done
  rm -rf -- "$dir/debs"
  ln -s root/usr/share/emscripten "$dir/emscripten"
  # Emscripten's optimiser imports acorn by name, which Node looks up beside the importing file only.
  mkdir -p "$dir/emscripten/node_modules"
  ln -s ../../nodejs/acorn "$dir/emscripten/node_modules/acorn"
  wrap_binaryen "$dir"
  write_em_config "$dir"
  write_private_env "$dir"
  local version
  # shellcheck source=/dev/null
  version="$(. "$dir/env.sh" && emcc_version)"
  version_at_least "$version" "$EMSCRIPTEN_WANTED" || die "the archive has emscripten '$version', too old"
  verify_emscripten "$dir"
}

# Debian 13's binaryen needs a newer libc than Debian 12's: each tool is started through the unpacked loader.
wrap_binaryen() {
  local tool loader libraries
  mkdir -p "$1/binaryen/bin"
  loader="$(cd "$1" && find root -name 'ld-linux*.so.*' -not -type l | head -n 1)"
  [[ -n "$loader" ]] || die "no dynamic loader in the unpacked libc6"
  libraries="$(dirname -- "$loader")"
  for tool in "$1"/root/usr/bin/wasm*; do
    tool="${tool##*/}"
    cat >"$1/binaryen/bin/$tool" <<END
#!/bin/sh
top="\${0%/*}/../.."
exec "\$top/$loader" --library-path "\$top/$libraries" "\$top/root/usr/bin/$tool" "\$@"
END
    chmod +x "$1/binaryen/bin/$tool"
  done
}

write_em_config() {
  cat >"$1/em_config.py" <<'END'
# Read by emcc (EM_CONFIG). The folder may be renamed or copied: paths come from this file's own place.
import os
import shutil

top = os.path.dirname(os.path.abspath(os.environ['EM_CONFIG']))
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = os.path.join(top, 'binaryen')
NODE_JS = shutil.which('node') or shutil.which('nodejs')
CACHE = os.path.join(top, 'emscripten', 'cache')
FROZEN_CACHE = True
END
}

write_private_env() {
  cat >"$1/env.sh" <<'END'
# Source this: Emscripten for the page.
_trilane_em="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
export EM_CONFIG="$_trilane_em/em_config.py"
export EMSCRIPTEN_ROOT="$_trilane_em/emscripten"
# The system's Python: a version manager's shim costs time at each start.
if [ -x /usr/bin/python3 ]; then export EMSDK_PYTHON=/usr/bin/python3; fi
case ":$PATH:" in *":$EMSCRIPTEN_ROOT:"*) ;; *) export PATH="$EMSCRIPTEN_ROOT:$PATH" ;; esac
unset _trilane_em
END
}

# verify_emscripten DIR: a tiny program, compiled, linked and run, single-threaded and with threads.
verify_emscripten() {
  local work="$1/check"
  mkdir -p "$work"
  cat >"$work/check.cpp" <<'END'
#include <atomic>
#include <cstdio>
#include <string>
#ifdef __EMSCRIPTEN_PTHREADS__
#include <thread>
#endif
int main() {
  std::atomic<int> sum{0};
  auto add = [&] { for (int i = 1; i <= 10; ++i) sum += i; };
#ifdef __EMSCRIPTEN_PTHREADS__
  std::thread first(add), second(add);
  first.join();
  second.join();
#else
  add();
  add();
#endif
  std::puts(("sum " + std::to_string(sum.load())).c_str());
}
END
  (
    # shellcheck source=/dev/null
    . "$1/env.sh"
    cd "$work" || exit 1
    em++ -O2 -std=c++20 check.cpp -o plain.js -sENVIRONMENT=node
    em++ -O2 -std=c++20 -pthread check.cpp -o threads.js -sENVIRONMENT=node,worker -sPTHREAD_POOL_SIZE=2 \
      -sPROXY_TO_PTHREAD -sEXIT_RUNTIME
    local node program
    node="$(command -v node || command -v nodejs)"
    for program in plain threads; do
      [[ "$("$node" $program.js)" == "sum 110" ]] || die "emcc's check program ($program) printed something else"
    done
  )
  rm -rf -- "$work"
}
