# shellcheck shell=bash disable=SC2034
# The browser tests' npm packages: ensure_npm_tests sets and exports TRILANE_NODE_MODULES.
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

ensure_npm_tests() {
  local key
  key="npm-$(short_hash "$NPM_TESTS/package.json" "$NPM_TESTS/package-lock.json")"
  if ! is_cached "$key"; then
    ensure_packages npm
    node_at_least 18 || die "Node.js is older than 18 ($(node --version 2>/dev/null || echo none))" \
      "Install Node.js 18 or later."
    ensure_cached "$key" "browser drivers (npm)" install_npm_tests
  fi
  export TRILANE_NODE_MODULES="$TRILANE_CACHE/$key/node_modules"
}

install_npm_tests() {
  cp -- "$NPM_TESTS/package.json" "$NPM_TESTS/package-lock.json" "$NPM_TESTS/.npmrc" "$1/"
  # No install scripts: they would fetch browsers, and Debian's are used.
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --no-progress)
}
