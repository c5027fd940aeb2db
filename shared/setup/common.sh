# shellcheck shell=bash disable=SC2034
# Helpers shared by the set-up scripts. Source it; it starts nothing by itself.
#
# Contract
#  * Everything said to people goes to stderr: `./native/run run --json` must print pure JSON on stdout.
#  * Nothing is written into the clone except under build/. What can be shared by clones lives in TRILANE_CACHE.
#  * A cache entry is built in a staging folder, verified, and only then renamed into place, under a lock. So an
#    interrupted set-up never leaves a half entry, and two clones that set up at once do the work once.

[[ -n "${TRILANE_COMMON_SH:-}" ]] && return 0
TRILANE_COMMON_SH=1

TRILANE_ROOT="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)"
TRILANE_SETUP="$TRILANE_ROOT/shared/setup"
TRILANE_BUILD="$TRILANE_ROOT/build"
TRILANE_CACHE="${XDG_CACHE_HOME:-${HOME:-/}/.cache}/trilane"
TRILANE_LOGS="$TRILANE_CACHE/logs"

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die MESSAGE [WHAT-TO-DO]...
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  local hint
  for hint in "$@"; do printf '       %s\n' "$hint" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least HAVE WANT: compares dotted versions.
version_at_least() { [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }

# os_release FIELD: one field of /etc/os-release, empty when there is none (macOS).
os_release() {
  [[ -r /etc/os-release ]] || return 0
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s' "${!1:-}")
}

is_debian_like() {
  have apt-get && have dpkg-query && [[ " $(os_release ID) $(os_release ID_LIKE) " == *" debian "* ]]
}

# Debian's own releases only (Ubuntu's archive has other suites). Prints the major version; testing and sid print 99.
debian_major() {
  [[ "$(os_release ID)" == debian ]] || return 0
  local version
  version="$(os_release VERSION_ID)"
  printf '%s' "${version:-99}"
}

# root_prefix: what to put before a command that needs root; fails when there is no way to become root.
root_prefix() {
  if [[ "$(id -u)" == 0 ]]; then
    return 0
  fi
  if have sudo; then
    printf 'sudo'
    return 0
  fi
  return 1
}

# step TITLE FUNCTION [ARG]...: runs it quietly with a log, prints "==> TITLE … 3 s"; on failure prints the log's end
# and exits. The function runs in a subshell under `set -e`, so it can cd but cannot set variables. Do not call
# step from an `if` or `||`: bash then switches `set -e` off inside it.
step() {
  local title="$1" started=$SECONDS rc log had_e=
  shift
  mkdir -p "$TRILANE_LOGS"
  log="$TRILANE_LOGS/$(printf '%s' "$title" | tr -cs 'A-Za-z0-9.+' '-' | cut -c1-60).$$.log"
  # A terminal shows what is going on at once; a log file gets one whole line per step.
  [[ -t 2 ]] && printf '==> %s … ' "$title" >&2
  [[ $- == *e* ]] && had_e=1
  set +e
  (
    set -euo pipefail
    "$@"
  ) >"$log" 2>&1 </dev/null
  rc=$?
  [[ -n "$had_e" ]] && set -e
  [[ -t 2 ]] || printf '==> %s … ' "$title" >&2
  if [[ $rc == 0 ]]; then
    printf '%d s\n' $((SECONDS - started)) >&2
    rm -f -- "$log"
    return 0
  fi
  printf 'failed after %d s\n' $((SECONDS - started)) >&2
  local cause
  cause="$(known_cause "$log")"
  if [[ -n "$cause" ]]; then
    die "$title: $cause" "Then run the same command again: it goes on where it stopped. Whole log: $log"
  fi
  printf 'From the log:\n' >&2
  log_excerpt "$log" | sed 's/^/    /' >&2
  die "$title failed (exit $rc)." "Whole log: $log" \
    "Put right what it names and run the same command again: it goes on where it stopped."
}

# known_cause LOG: what the machine lacks, and what to do, in one line; nothing when it is something else.
known_cause() {
  local place line
  for place in "$TRILANE_CACHE" "$TRILANE_BUILD" "${TMPDIR:-/tmp}" /var/cache; do
    if [[ -d "$place" && "$(free_kilobytes "$place")" -lt 4096 ]]; then
      printf 'the disk is full. Make room where %s is.' "$place"
      return 0
    fi
  done
  if line="$(first_line_with 'No space left on device|ENOSPC|Disk quota exceeded|enough free space' "$1")"; then
    printf 'the disk is full (%s). Make room.' "$line"
  elif line="$(first_line_with 'Temporary failure (in name resolution|resolving)|Could not (resolve|connect)|Unable to connect|Connection (refused|timed out|failed|reset)|Network is unreachable|No route to host|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNRE(FUSED|SET)' "$1")"; then
    printf 'the network does not answer (%s). See to the connection, or to the proxy.' "$line"
  elif line="$(first_line_with 'Permission denied|EACCES|Operation not permitted|Read-only file system' "$1")"; then
    printf 'rights are missing (%s). Give them, or become who has them.' "$line"
  fi
}

first_line_with() {
  local line
  line="$(grep -aE -m 1 -- "$1" "$2" 2>/dev/null)" || return 1
  printf '%s' "${line:0:200}" | sed 's/^[[:space:]]*//'
}

free_kilobytes() { df -Pk -- "$1" 2>/dev/null | awk 'NR == 2 { print $4 + 0; found = 1 } END { if (!found) print 1000000 }'; }

# check_places: what set-up writes to can be written to.
check_places() {
  local place
  for place in "$TRILANE_LOGS" "$TRILANE_CACHE/locks" "$TRILANE_CACHE/.staging"; do
    writable "$place" || die "cannot write to $place: ${WHY_NOT:-no right to}" \
      "Put that right, or name another folder: XDG_CACHE_HOME=FOLDER $0"
  done
  writable "$TRILANE_BUILD" || die "cannot write to $TRILANE_BUILD: ${WHY_NOT:-no right to}" \
    "Put that right, or copy the clone to where you may write."
}

# writable FOLDER: makes it. Sets WHY_NOT.
writable() {
  local probe="$1/.probe.$$"
  if WHY_NOT="$({ mkdir -p -- "$1" && echo . >"$probe"; } 2>&1)"; then
    rm -f -- "$probe"
    return 0
  fi
  rm -f -- "$probe" 2>/dev/null
  WHY_NOT="${WHY_NOT##*: }"
  return 1
}

# The first failed command of a Ninja log (others that ran beside it may come after), else the end of the log.
log_excerpt() {
  if grep -q '^FAILED: ' "$1"; then
    sed -n '/^FAILED: /,$p' "$1" | head -n 40
  else
    tail -n 30 -- "$1"
  fi
}

# with_lock NAME FUNCTION [ARG]...: one process at a time per NAME, across clones.
with_lock() {
  local name="$1" fd rc
  shift
  if ! have flock; then # not on macOS; there two set-ups at once are on their own
    "$@"
    return
  fi
  mkdir -p "$TRILANE_CACHE/locks"
  [[ ! -e "$TRILANE_CACHE/locks/$name.lock" || -w "$TRILANE_CACHE/locks/$name.lock" ]] ||
    die "$TRILANE_CACHE/locks/$name.lock belongs to somebody else (an earlier run as root?)" \
      "As root: chown -R $(id -un) $TRILANE_CACHE" "Then run the same command again."
  exec {fd}>"$TRILANE_CACHE/locks/$name.lock"
  if ! flock -n "$fd"; then
    say "waiting for another set-up that is working on $name"
    flock "$fd"
  fi
  "$@" # not `|| …`: that would switch `set -e` off inside
  rc=$?
  exec {fd}>&-
  return $rc
}

is_cached() { [[ -e "$TRILANE_CACHE/$1/.complete" ]]; }

# ensure_cached KEY TITLE FUNCTION [ARG]...: TRILANE_CACHE/KEY filled by FUNCTION STAGING-DIR ARG..., once. It must leave nothing
# in the folder that names the staging path, because the folder is renamed afterwards.
ensure_cached() {
  is_cached "$1" && return 0
  with_lock "$1" build_cached "$@"
}

build_cached() {
  local key="$1" title="$2" builder="$3" staging old
  shift 3
  is_cached "$key" && return 0 # another set-up made it while this one waited
  # Under the lock nobody else uses these: they are what an interrupted set-up left.
  rm -rf -- "$TRILANE_CACHE/.staging/$key".*
  staging="$TRILANE_CACHE/.staging/$key.$$"
  mkdir -p "$staging"
  step "$title" "$builder" "$staging" "$@"
  touch "$staging/.complete"
  if [[ -e "$TRILANE_CACHE/$key" ]]; then
    old="$TRILANE_CACHE/.staging/$key.old.$$"
    mv -- "$TRILANE_CACHE/$key" "$old"
    rm -rf -- "$old"
  fi
  mv -- "$staging" "$TRILANE_CACHE/$key"
}

# write_if_changed FILE: stdin becomes FILE, whose time stamp moves only when the text does (CMake would rerun).
write_if_changed() {
  local new
  mkdir -p "$(dirname -- "$1")"
  new="$(mktemp "$1.XXXXXX")"
  cat >"$new"
  if [[ -f "$1" ]] && cmp -s -- "$new" "$1"; then
    rm -f -- "$new"
  else
    chmod 644 "$new"
    mv -f -- "$new" "$1"
  fi
}

# short_hash FILE...: 12 hex digits over the contents, for cache keys.
short_hash() { cat -- "$@" | cksum_hex; }
cksum_hex() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c1-12
}
