# shellcheck shell=bash disable=SC2034
# A private apt: Debian 13's packages and sources, verified by the machine's own keys, without changing the system.
#
# It has its own source list, index files and package state in the cache. Its one source is the machine's own Debian
# source with another suite, so that mirrors, proxies and keys keep working and no host name is written down anywhere.

# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

PRIVATE_SUITE=trixie
PRIVATE_APT="$TRILANE_CACHE/apt-$PRIVATE_SUITE"

# private_apt_possible: is there a Debian archive this can be derived from?
private_apt_possible() { have apt-get && have dpkg-deb && [[ -n "$(machine_debian_source)" ]]; }

# Prints "URI|KEYRING" of the machine's Debian archive. Security and updates are other archives or suites.
machine_debian_source() {
  local codename line
  # Ubuntu and other relatives have archives of their own, without Debian's suites.
  [[ "$(os_release ID)" == debian ]] || return 0
  codename="$(os_release VERSION_CODENAME)"
  line="$(machine_source_from_files "$codename")"
  # Sources in some other form: ask apt. It does not always know the keyring; then apt's trusted keys serve.
  # shellcheck disable=SC2016 # apt's variables, not the shell's
  [[ -n "$line" ]] || line="$(apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(LABEL)|$(CODENAME)' \
    'Created-By: Packages' 2>/dev/null |
    awk -F'|' -v name="$codename" '$2 == "Debian" && $3 == "Debian" && $4 == name { print $1 "|"; exit }')"
  printf '%s' "$line"
}

machine_source_from_files() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [[ -r "$file" ]] && cat -- "$file" && echo
  done | awk -v name="$1" '
    function stanza_done() {
      if (!printed && uri != "" && index(suites, " " name " ")) { print uri "|" key; printed = 1 }
      uri = ""; suites = ""; key = ""
    }
    /^[ \t]*#/ { next }
    /^deb[ \t]/ { # one-line style: deb [options] URI SUITE COMPONENT...
      line = $0; options = ""
      if (match(line, /\[[^]]*\]/)) {
        options = substr(line, RSTART + 1, RLENGTH - 2)
        sub(/\[[^]]*\]/, "", line)
      }
      split(line, part, /[ \t]+/)
      uri = part[2]; suites = " " part[3] " "
      if (match(options, /signed-by=[^ ]+/)) key = substr(options, RSTART + 10, RLENGTH - 10)
      stanza_done()
    }
    /^URIs:/ { uri = $2 }
    /^Suites:/ { suites = " " $0 " " }
    /^Signed-By:/ { key = $2 }
    /^[ \t]*$/ { stanza_done() }
    END { stanza_done() }
  '
}

# private_apt ARG...: apt-get against the private state.
private_apt() {
  apt-get -q \
    -o Dir::Etc::sourcelist=/dev/null \
    -o Dir::Etc::sourceparts="$PRIVATE_APT/sources" \
    -o Dir::Etc::preferences=/dev/null \
    -o Dir::Etc::preferencesparts="$PRIVATE_APT/empty" \
    -o Dir::State="$PRIVATE_APT/state" \
    -o Dir::State::lists="$PRIVATE_APT/lists" \
    -o Dir::State::status="$PRIVATE_APT/status" \
    -o Dir::Cache="$PRIVATE_APT/cache" \
    -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled=false \
    -o Acquire::Retries=3 \
    -o APT::Sandbox::User="$(id -un)" \
    "$@"
}

# private_apt_update: index files of the suite. Run it inside a step; callers hold a lock only on their own entry, so
# it takes one of its own.
private_apt_update() { with_lock "apt-$PRIVATE_SUITE" private_apt_update_locked; }

private_apt_update_locked() {
  # Several entries are made in one set-up; an hour-old index serves them all.
  if [[ -n "$(find "$PRIVATE_APT/updated" -mmin -60 2>/dev/null)" ]]; then return 0; fi
  local source uri key options=""
  source="$(machine_debian_source)"
  [[ -n "$source" ]] || die "no Debian archive among this machine's apt sources"
  uri="${source%%|*}"
  key="${source#*|}"
  [[ -n "$key" ]] && options="[signed-by=$key]"
  mkdir -p "$PRIVATE_APT"/{sources,empty,lists/partial,cache/archives/partial,state}
  : >"$PRIVATE_APT/status" # nothing is installed: the suite's own version is always the candidate
  printf 'deb %s %s %s main\ndeb-src %s %s %s main\n' "$options" "$uri" "$PRIVATE_SUITE" "$options" "$uri" \
    "$PRIVATE_SUITE" >"$PRIVATE_APT/sources/$PRIVATE_SUITE.list"
  # Otherwise apt would only warn where it could not reach the archive, and an old index or none would be taken for new.
  private_apt -o APT::Update::Error-Mode=any update
  touch "$PRIVATE_APT/updated"
}
