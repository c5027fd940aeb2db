#!/usr/bin/env bash
# fuzz.sh TARGET PROGRAM CORPUS REPORT [libFuzzer option]...: the target's seeds, then what libFuzzer makes of them. The
# JUnit report is written when nothing was found; what was found is left beside it, as the input that shows it.
set -euo pipefail

target="$1" program="$2" corpus="$3" report="$4"
shift 4
mkdir -p "$corpus"
TRILANE_FUZZ_SEEDS="$corpus" "$program" -runs=0
"$program" "$@" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 -artifact_prefix="${report%.xml}-" "$corpus"
printf '<testsuite><testcase classname="fuzz" name="%s"/></testsuite>\n' "$target" >"$report"
