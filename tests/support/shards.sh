#!/usr/bin/env bash
# shards.sh N REPORT PROGRAM [option]...: a GoogleTest program N times at once, each with its share of the tests; shard
# 1's report is REPORT with -1 before .xml. Their logs come one after another; the exit code is that of the worst.
set -uo pipefail

shards="$1" report="$2" program="$3"
shift 3
logs="$(mktemp -d)"
trap 'rm -rf -- "$logs"' EXIT
pids=()
for ((i = 1; i <= shards; i++)); do
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$((i - 1)) \
    "$program" --gtest_output="xml:${report%.xml}-$i.xml" --gtest_color=no "$@" >"$logs/$i" 2>&1 &
  pids+=($!)
done
worst=0
for ((i = 1; i <= shards; i++)); do
  rc=0
  wait "${pids[i - 1]}" || rc=$?
  cat -- "$logs/$i"
  ((rc > worst)) && worst=$rc
done
exit "$worst"
