# shellcheck shell=bash disable=SC2154
# What tests/bare/run does in a root, and how it tells of it. `bare`, `work`, `users` and `again` are the caller's.

# committed_tree DIR: what a download of the repository holds.
committed_tree() {
  mkdir -p "$1"
  if have git && git -C "$TRILANE_ROOT" rev-parse -q --verify HEAD >/dev/null 2>&1; then
    git -C "$TRILANE_ROOT" archive HEAD | tar -x -C "$1"
    [[ -z "$(git -C "$TRILANE_ROOT" status --porcelain)" ]] || say "what is not committed is not tried"
  else
    tar -c -C "$TRILANE_ROOT" --exclude=./build . | tar -x -C "$1"
  fi
}

# deciding_key DIR: of the files that decide whether the commands work on a bare machine. Of contents alone, so that
# another clone on this machine need not try again.
deciding_key() {
  (
    cd "$1" || exit
    find . -type f \( -path './shared/setup/*' -o -path './tests/bare/*' -o -path './tests/support/*' -o -name run -o -name '*.sh' \
      -o -name '*.cmake' -o -name CMakeLists.txt -o -name CMakePresets.json -o -name 'package*.json' \
      -o -path ./tests/style/test_programs.py -o -path ./shared/base/fmt_library.cpp \) -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum | cksum_hex
  )
}

# passed_before SUITE USER KEY: it has passed with this key on this machine; counts it.
passed_before() {
  local key when
  [[ "$again" == no && -r "$BARE_CACHE/passed-$1-$2" ]] || return 1
  read -r key when <"$BARE_CACHE/passed-$1-$2"
  [[ "$key" == "$3" ]] || return 1
  printf '%-9s %-5s set-up, scripts and CMake are as when it passed, %s (--again tries it)\n' "$1" "$2" "$when"
  printf '%s|%s|all, unchanged since %s|0|ok|\n' "$1" "$2" "$when" >>"$work/rows"
}

# bare_suite SUITE KEY: as each of the users, one after the other: the second has what the first compiled.
bare_suite() {
  local who rc=0
  for who in "${users[@]}"; do
    if passed_before "$1" "$who" "$2"; then continue; fi
    if bare_user "$1" "$who"; then
      printf '%s %s\n' "$2" "$(date '+%F %H:%M')" >"$BARE_CACHE/passed-$1-$who"
    else
      rc=1
    fi
  done
  return $rc
}

# bare_user SUITE USER: one root from nothing to the end. Goes on after a command that failed.
bare_user() {
  local suite="$1" user="$2" root="$work/$1-$2" rc=0 display
  new_root "$suite" "$user" "$root"
  logs="$TRILANE_BUILD/test-logs/bare/$suite-$user"
  rm -rf -- "$logs"
  mkdir -p "$logs"
  if [[ "$user" == user ]]; then
    try "the way to root (sudo)" setup enter "$suite" root "$root" "" 'apt-get -q update && apt-get -q install -y --no-install-recommends sudo' || rc=1
  fi
  try "./native/run --version" version enter "$suite" "$user" "$root" "" './native/run --version' || rc=1
  start_screen
  display=":$screen"
  try "./native/run, a screenshot" screenshot screenshot "$suite" "$user" "$root" "$display" || rc=1
  kill "$screen_pid"
  try "./web/run --build-only" build-only enter "$suite" "$user" "$root" "" './web/run --build-only && test -s build/site/index.html' || rc=1
  try "./web/run, its headers" serve served "$suite" "$user" "$root" || rc=1
  try "./tests/run style unit cli" tests enter "$suite" "$user" "$root" "" './tests/run --only style --only unit --only cli' || rc=1
  rm -rf -- "$root"
  return $rc
}

# try TITLE LOG COMMAND...: says how long it took, and keeps what it said.
try() {
  local title="$1" log="$logs/$2.log" begun=$SECONDS rc=0 how=ok
  shift 2
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  [[ $rc == 0 ]] || how="FAILED (exit $rc)"
  printf '%-9s %-5s %-30s %5d s  %s\n' "$suite" "$user" "$title" $((SECONDS - begun)) "$how"
  printf '%s|%s|%s|%d|%s|%s\n' "$suite" "$user" "$title" $((SECONDS - begun)) "$how" "$log" >>"$work/rows"
  [[ $rc == 0 ]] || tail -n 30 -- "$log" | sed 's/^/    /'
  return $rc
}

# A screen of the machine's, so that the root gets no packages for it. Sets screen and screen_pid.
start_screen() {
  local said="$work/screen-$suite-$user"
  : >"$said"
  Xvfb -displayfd 3 -screen 0 1400x1000x24 -nolisten tcp -ac 3>"$said" >/dev/null 2>&1 &
  screen_pid=$!
  screen="$(wait_for_line "$said")"
}

# wait_for_line FILE: its first line, once it is written.
wait_for_line() {
  local i
  for ((i = 0; i < 300; i++)); do
    if [[ -s "$1" ]]; then
      head -n 1 -- "$1"
      return 0
    fi
    sleep 0.1
  done
  return 1
}

screenshot() {
  local suite="$1" user="$2" root="$3" display="$4" file
  enter "$suite" "$user" "$root" "$display" './native/run --screenshot "build/снимок 1.png" --size 1200x800'
  file="$root$(folder_of "$user")/build/снимок 1.png"
  cp -- "$file" "$logs/screenshot.png"
  python3 "$bare/check.py" picture "$file" 1200 800
}

# served SUITE USER ROOT: starts the server, asks it from the machine, and ends it.
served() {
  local suite="$1" user="$2" root="$3" port pid rc=0
  port="$(python3 "$bare/check.py" free-port)"
  (become_entered "$suite" "$user" "$root" "" "exec ./web/run --port $port") &
  pid=$!
  python3 "$bare/check.py" headers "$port" "$pid" || rc=$?
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  return $rc
}

write_report() {
  local suite user title seconds how log
  echo '<testsuite>'
  while IFS='|' read -r suite user title seconds how log; do
    printf '<testcase classname="bare.%s.%s" name="%s" time="%d">' "$suite" "$user" "$title" "$seconds"
    [[ "$how" == ok ]] || printf '<failure>%s, log: %s</failure>' "$how" "$log"
    echo '</testcase>'
  done <"$work/rows"
  echo '</testsuite>'
}

end_bare_run() {
  local pid
  for pid in "${pids[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
  wait
  rm -rf -- "$work"
}
