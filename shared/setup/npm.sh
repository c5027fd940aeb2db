# shellcheck shell=bash disable=SC2034
# Packages from npm. ensure_npm_tests: the browser tests' drivers, sets and exports TRILANE_NODE_MODULES.
# ensure_npm_page: what the page is served with and its scripts are made small by, sets TRILANE_PAGE_MODULES.
#
# They live in the cache, because the clone holds nothing that is not source. ES modules do not look at NODE_PATH, so a
# test says where to look:
#   import { createRequire } from 'node:module';
#   const require = createRequire(process.env.TRILANE_NODE_MODULES + '/');
#   const { chromium } = require('playwright-core');

# shellcheck source=packages.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/packages.sh"

NPM_TESTS="$TRILANE_ROOT/tests/browser"
TRILANE_NODE_MODULES=""
TRILANE_PAGE_MODULES=""

ensure_npm_tests() {
  ensure_npm_folder "$NPM_TESTS" "browser drivers (npm)"
  export TRILANE_NODE_MODULES="$NPM_MODULES"
}

ensure_npm_page() {
  ensure_npm_folder "$TRILANE_ROOT/web" "SQLite and a minifier for the page (npm)"
  TRILANE_PAGE_MODULES="$NPM_MODULES"
}

npm_key() { printf 'npm-%s' "$(short_hash "$1/package.json" "$1/package-lock.json")"; }

# ensure_npm_folder FOLDER WHAT: sets NPM_MODULES to the installed packages of FOLDER/package-lock.json.
ensure_npm_folder() {
  local key
  NPM_FOLDER="$1"
  key="$(npm_key "$1")"
  if ! is_cached "$key"; then
    ensure_packages web npm
    node_at_least 18 || die "Node.js is older than 18 ($(node --version 2>/dev/null || echo none))" \
      "Install Node.js 18 or later."
    ensure_cached "$key" "$2" install_npm_folder
  fi
  NPM_MODULES="$TRILANE_CACHE/$key/node_modules"
}

install_npm_folder() {
  cp -- "$NPM_FOLDER/package.json" "$NPM_FOLDER/package-lock.json" "$NPM_TESTS/.npmrc" "$1/"
  # No install scripts: they would fetch browsers, and Debian's are used.
  (cd "$1" && npm ci --include=dev --ignore-scripts --no-audit --no-fund --no-progress)
}
