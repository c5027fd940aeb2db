# shellcheck shell=bash
# The suites of tests/run: what each builds and runs. Each leaves its log and report in build/test-logs and adds to the
# totals. A build that fails counts as one failed test; the other suites still run.

LOGS="$TRILANE_BUILD/test-logs"
TOTALS="$LOGS/totals"
SUPPORT="$TRILANE_ROOT/tests/support"

# A suite that hangs is ended: far above what the slowest takes on a loaded two-core machine.
SUITE_LIMIT_S=2700

# Files and folders that decide with its command how a suite ends; set by the caller of run_suite. A suite that passed is
# not run again while none of them has changed, nor what is installed: a second run takes minutes. Without any it always runs.
inputs=()

# suite_key COMMAND...: of all this; nothing where nobody tells what is installed.
suite_key() {
  local installed=/var/lib/dpkg/status
  [[ ${#inputs[@]} -gt 0 && -r "$installed" ]] || return 0
  {
    printf '%s\n' "$@" "$(nproc)" "${TRILANE_NODE_MODULES:-}"
    find "${inputs[@]}" "$SUPPORT" "$installed" -type f -not -path '*/__pycache__/*' -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d ' ' -f 1
}

# unchanged NAME KEY: it passed with this key; counts it as it was then.
unchanged() {
  local key passed when
  [[ -n "$2" && "$TRILANE_TESTS_AGAIN" == no && -f "$LOGS/$1.passed" ]] || return 1
  read -r key passed when <"$LOGS/$1.passed"
  [[ "$key" == "$2" ]] || return 1
  printf '%-14s%5d passed, 0 failed %8s\n' "$1" "$passed" "unchanged since it ran, $when (--again runs it)"
  printf '%d 0\n' "$passed" >>"$TOTALS"
}

# run_suite NAME XML... -- COMMAND...: runs it with a log, and tells how it went.
run_suite() {
  local name="$1" reports=() started=$SECONDS rc=0 key
  key="$(suite_key "$@")" || key=""
  unchanged "$name" "$key" && return 0
  rm -f -- "$LOGS/$name.passed"
  shift
  while [[ "$1" != -- ]]; do
    reports+=("$1")
    shift
  done
  shift
  rm -f -- "${reports[@]}"
  timeout --kill-after=10 "$SUITE_LIMIT_S" "$@" >"$LOGS/$name.log" 2>&1 </dev/null || rc=$?
  if python3 "$SUPPORT/tally.py" "$name" --xml "${reports[@]}" --log "$LOGS/$name.log" --exit-code "$rc" \
    --seconds $((SECONDS - started)) --totals "$TOTALS" && [[ -n "$key" ]]; then
    printf '%s %s %s\n' "$key" "$(tail -n 1 "$TOTALS" | cut -d ' ' -f 1)" "$(date '+%F %H:%M')" >"$LOGS/$name.passed"
  fi
}

# run_gtest NAME PROGRAM [ENVIRONMENT]...
run_gtest() {
  local name="$1" program="$2"
  shift 2
  run_suite "$name" "$LOGS/$name.xml" -- env "$@" "$program" --gtest_output="xml:$LOGS/$name.xml" --gtest_color=no
}

# The same for a program most of whose tests wait: two at once, where there are two cores.
run_gtest_at_once() {
  local name="$1" program="$2" shards=$(($(nproc) > 1 ? 2 : 1)) reports=() i
  local inputs=("$program")
  shift 2
  for ((i = 1; i <= shards; i++)); do reports+=("$LOGS/$name-$i.xml"); done
  run_suite "$name" "${reports[@]}" -- env "$@" "$SUPPORT/shards.sh" "$shards" "$LOGS/$name.xml" "$program"
}

# build NAME PRESET TARGET...: sets `built`. A build that failed is counted and leaves it empty.
build() {
  local name="$1" rc
  shift
  # No `if`, no `||`: bash would switch `set -e` off inside.
  set +e
  (
    set -e
    build_preset "$@"
  )
  rc=$?
  set -e
  built=yes
  [[ $rc == 0 ]] || {
    built=
    count_failure "$name" "the build failed"
  }
}

count_failure() {
  printf '%-14s    0 passed, 1 failed: %s\n' "$1" "$2"
  printf '0 1\n' >>"$TOTALS"
}

native_tests() { printf '%s/native/tests/trilane_%s_tests' "$TRILANE_BUILD" "$1"; }

suite_style() {
  run_suite style "$LOGS/style.xml" -- python3 "$SUPPORT/run_unittest.py" tests/style --xml "$LOGS/style.xml"
}

suite_unit() {
  build unit native trilane_unit_tests trilane_claim_tests trilane_fake_time_tests trilane_drawing_tests
  [[ -n "$built" ]] || return 0
  run_gtest claims "$(native_tests claim)"
  run_gtest unit "$(native_tests unit)"
  run_gtest drawing "$(native_tests drawing)"
  run_gtest unit-time "$(native_tests fake_time)"
}

suite_contract() {
  build contract native trilane_contract_tests
  [[ -n "$built" ]] || return 0
  run_gtest_at_once contract "$(native_tests contract)"
}

# A copy of the tree with a new workload, model, experiment and plot in it; the compiler cache makes the rest of it quick.
suite_extension() {
  local copy="$TRILANE_BUILD/extension"
  python3 tests/extension/apply.py "$copy"
  mkdir -p "$copy/build"
  cp -- "$TRILANE_BUILD/deps.cmake" "$copy/build/deps.cmake"
  TRILANE_ROOT="$copy" TRILANE_BUILD="$copy/build" build extension native trilane trilane_drawing_tests
  [[ -n "$built" ]] || return 0
  local inputs=("$copy/build/native/trilane" "$copy/build/native/tests/trilane_drawing_tests" tests/extension)
  run_suite extension "$LOGS/extension.xml" -- python3 "$SUPPORT/run_unittest.py" tests/extension \
    --xml "$LOGS/extension.xml" --program "$copy/build/native/trilane"
}

suite_fault() {
  # The benchmarks are built with them, so that they cannot rot unseen: nothing else here needs them.
  build fault native trilane_fault_tests trilane trilane_bench trilane_bench_kernels
  [[ -n "$built" ]] || return 0
  local inputs=("$(native_tests fault)" "$TRILANE_BUILD/native/trilane")
  run_gtest fault "$(native_tests fault)"
}

suite_cli() {
  build cli native trilane
  [[ -n "$built" ]] || return 0
  local inputs=("$TRILANE_BUILD/native/trilane" tests/cli shared/setup)
  run_suite cli "$LOGS/cli.xml" -- python3 "$SUPPORT/run_unittest.py" tests/cli --xml "$LOGS/cli.xml" \
    --program "$TRILANE_BUILD/native/trilane"
}

# Sanitizers stop at the first finding: it is then the end of the test that made it.
suite_asan() {
  local env=(ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1)
  sanitized asan "${env[@]}"
}

suite_tsan() { sanitized tsan TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1; }

sanitized() {
  local preset="$1" name
  shift
  build "$preset" "$preset" trilane_unit_tests trilane_claim_tests trilane_fake_time_tests trilane_contract_tests
  [[ -n "$built" ]] || return 0
  for name in unit claim fake_time; do
    run_gtest "$preset-$name" "$TRILANE_BUILD/$preset/tests/trilane_${name}_tests" "$@"
  done
  run_gtest_at_once "$preset-contract" "$TRILANE_BUILD/$preset/tests/trilane_contract_tests" "$@"
}

# The same inputs in every run, so that a change is what makes it red; FUZZ_SECONDS=600 tests/run --only fuzz searches on.
# A machine without Clang's libFuzzer has the seeds and their mutations in the unit suite.
FUZZ_LIMITS=(-seed=1 -runs=100000 -max_total_time=10)
[[ -z "${FUZZ_SECONDS:-}" ]] || FUZZ_LIMITS=("-max_total_time=$FUZZ_SECONDS")
suite_fuzz() {
  local target
  have clang++-19 || {
    say "no clang++-19 here: the fuzz targets run on their seeds only (suite unit)"
    return 0
  }
  build fuzz asan trilane_fuzz
  [[ -n "$built" ]] || return 0
  for target in frames payloads config lab_target http_request import trace_file; do
    run_suite "fuzz-$target" "$LOGS/fuzz-$target.xml" -- "$SUPPORT/fuzz.sh" "$target" \
      "$TRILANE_BUILD/asan/tests/trilane_fuzz_$target" "$TRILANE_BUILD/asan/corpus-$target" "$LOGS/fuzz-$target.xml" \
      "${FUZZ_LIMITS[@]}"
  done
}

suite_window() {
  build window native trilane
  [[ -n "$built" ]] || return 0
  local inputs=("$TRILANE_BUILD/native/trilane" tests/window)
  run_suite window "$LOGS/window.xml" -- python3 "$SUPPORT/run_unittest.py" tests/window --xml "$LOGS/window.xml" \
    --program "$TRILANE_BUILD/native/trilane"
}

suite_page() {
  if [[ -z "$TRILANE_CHROMIUM" ]]; then
    count_failure page "there is no Chromium on this machine"
    return 0
  fi
  build page web site
  [[ -n "$built" ]] || return 0
  build page native trilane
  [[ -n "$built" ]] || return 0
  build page serve trilane-serve # web/run's, for its warnings
  [[ -n "$built" ]] || return 0
  in_browser page chromium "$LOGS"
  if [[ -n "$TRILANE_FIREFOX" ]]; then
    in_browser page-firefox firefox "$LOGS/firefox"
  else
    say "no Firefox here: the page is tested in Chromium alone"
  fi
}

# It keeps its own account of what has changed: in the machine's cache, so that a new clone need not try again.
suite_bare() {
  local options=(--xml "$LOGS/bare.xml")
  [[ "$TRILANE_TESTS_AGAIN" == no ]] || options+=(--again)
  run_suite bare "$LOGS/bare.xml" -- "$TRILANE_ROOT/tests/bare/run" "${options[@]}"
  cat -- "$LOGS/bare.log"
}

# in_browser NAME BROWSER FOLDER: the page's tests in one browser; their pictures go to the folder.
in_browser() {
  mkdir -p "$3"
  # The page is bundled, built and updated by its tests, too.
  local inputs=("$TRILANE_BUILD/site" "$TRILANE_BUILD/native/trilane" tests/browser web shared/setup index.html README.md)
  run_suite "$1" "$LOGS/$1.xml" -- node tests/browser/all.mjs --browser "$2" --site "$TRILANE_BUILD/site" \
    --program "$TRILANE_BUILD/native/trilane" --out "$3" --xml "$LOGS/$1.xml"
}

# The last line, and the exit code.
finish() {
  local passed=0 failed=0 p f
  while read -r p f; do
    passed=$((passed + p))
    failed=$((failed + f))
  done <"$TOTALS"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [[ $failed == 0 && $passed -gt 0 ]]
}
