# shellcheck shell=bash disable=SC2154
# Bare roots for tests/bare/run: made by debootstrap from the machine's own Debian source, kept as a tarball, entered in
# namespaces of their own, so that what is mounted there ends with them.
#
# A root has nothing of the machine but the way to the network (apt's source and proxies, names, certificates), a compiler
# cache and downloads that are checked by hash (apt's archives). `bare` and `work` are the caller's.

BARE_CACHE="$TRILANE_CACHE/bare"
BASE_RECIPE=1 # raise it when make_base changes

# why_not_here: prints why this machine cannot do it; nothing when it can.
why_not_here() {
  if ! private_apt_possible; then
    printf 'it needs Debian, whose own source of packages makes the roots'
  elif [[ "$(id -u)" != 0 ]] && ! { have sudo && sudo -n true; } 2>/dev/null; then
    printf 'it needs root, or sudo without a password'
  elif [[ "$(id -u)" == 0 ]] && ! unshare --mount --pid --fork mount -t tmpfs none /mnt 2>/dev/null; then
    printf 'this machine lets nobody mount (a container without rights?)'
  fi
}

# base_of SUITE: path of its tarball, made anew once a month. With it comes a compiler cache in /opt/ccache, unpacked and
# not installed, so that it brings nothing that the commands may use.
base_of() {
  local key
  key="bare-base-$1-$(date +%Y-%m)-$BASE_RECIPE"
  ensure_cached "$key" "bare root of Debian $1" make_base "$1"
  printf '%s/%s/root.tar' "$TRILANE_CACHE" "$key"
}

make_base() {
  local dir="$1" suite="$2" source uri key root="$1/root"
  source="$(machine_debian_source)"
  uri="${source%%|*}"
  key="${source#*|}"
  [[ -n "$key" ]] || key=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$BARE_CACHE/debs-$suite"
  PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase --keyring="$key" --cache-dir="$BARE_CACHE/debs-$suite" \
    "$suite" "$root" "$uri"
  printf 'deb %s %s main\ndeb-src %s %s main\n' "$uri" "$suite" "$uri" "$suite" >"$root/etc/apt/sources.list"
  # As in a container image: nobody needs each file on the disk before the next.
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  way_to_network "$root"
  chroot "$root" apt-get -q update
  chroot "$root" apt-get -q install -y --no-install-recommends --download-only ccache
  local deb
  for deb in "$root"/var/cache/apt/archives/*.deb; do dpkg-deb -x "$deb" "$root/opt/ccache"; done
  chroot "$root" apt-get clean
  rm -rf -- "$root"/var/lib/apt/lists/* "$root/etc/resolv.conf"
  tar -cf "$dir/root.tar" -C "$root" --one-file-system .
  rm -rf -- "$root"
}

# start_ccache ROOT: the script in /opt/ccache/start that starts it. Through the loader: a search path in the environment
# would reach the compiler, too.
start_ccache() {
  mkdir -p "$1/opt/ccache/start"
  cat >"$1/opt/ccache/start/ccache" <<'SCRIPT'
#!/bin/sh
libraries=$(echo /opt/ccache/usr/lib/*-linux-gnu)
for loader in /lib64/ld-linux*.so.* /lib/ld-linux*.so.*; do
  if [ -x "$loader" ]; then exec "$loader" --library-path "$libraries" /opt/ccache/usr/bin/ccache "$@"; fi
done
SCRIPT
  chmod +x "$1/opt/ccache/start/ccache"
}

# way_to_network ROOT: what apt, npm and git are told of it on this machine.
way_to_network() {
  local root="$1"
  cat /etc/resolv.conf >"$root/etc/resolv.conf"
  cat /etc/hosts >"$root/etc/hosts"
  apt-config dump | grep -E '^Acquire::(https?::(Proxy|CAInfo)|Check-(Valid-Until|Date)|ForceIPv)' \
    >"$root/etc/apt/apt.conf.d/99machine" || true
  if [[ -r /etc/ssl/certs/ca-certificates.crt ]]; then
    # Where no package of the root's writes over it.
    cat /etc/ssl/certs/ca-certificates.crt >"$root/opt/machine-ca.crt"
  fi
}

# network_environment: the same as variables, one a line.
network_environment() {
  env | grep -iE '^(https?_proxy|no_proxy|npm_config_registry)=' || true
  if [[ -r /etc/ssl/certs/ca-certificates.crt ]]; then
    printf '%s=/opt/machine-ca.crt\n' NODE_EXTRA_CA_CERTS SSL_CERT_FILE CURL_CA_BUNDLE GIT_SSL_CAINFO
  fi
}

# new_root SUITE USER DIR: an unpacked root with the user in it and the committed tree in $(folder_of USER).
new_root() {
  local root="$3" home folder
  mkdir -p "$root"
  tar -xf "$(base_of "$1")" -C "$root"
  way_to_network "$root"
  start_ccache "$root"
  home="$(home_of "$2")"
  folder="$(folder_of "$2")"
  if [[ "$2" == user ]]; then
    # What "a user with sudo" has: the root's run has no sudo.
    printf '%s\n' student:x:1000:1000::/home/student:/bin/bash >>"$root/etc/passwd"
    printf '%s\n' student:x:1000: >>"$root/etc/group"
    mkdir -p "$root$home" "$root/etc/sudoers.d"
    echo 'student ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/student"
    chown 1000:1000 "$root$home"
  fi
  for file in "$HOME/.npmrc" /etc/npmrc; do
    if [[ -r "$file" ]]; then sed 's|^cafile=.*|cafile=/opt/machine-ca.crt|' "$file" >>"$root$home/.npmrc"; fi
  done
  if [[ "$2" == user && -e "$TRILANE_ROOT/.git" ]]; then
    git clone -q --no-hardlinks "$TRILANE_ROOT" "$root$folder"
  else
    mkdir -p "$root$folder"
    cp -a "$work/tree/." "$root$folder/"
  fi
  if [[ "$2" == user ]]; then chown -R 1000:1000 "$root$home"; fi
}

home_of() { if [[ "$1" == root ]]; then printf /root; else printf /home/student; fi; }
folder_of() { printf '%s/мой Trilane' "$(home_of "$1")"; }

# enter SUITE USER ROOT DISPLAY SCRIPT: runs the script (bash, of the root) in the tree as the user.
enter() { (become_entered "$@"); }

# The same in place of this shell: to be ended with SIGKILL, which unshare passes on to all in the root.
become_entered() {
  local suite="$1" user="$2" root="$3" display="$4" script="$5" id=0 variables=()
  [[ "$user" == root ]] || id=1000
  mapfile -t variables < <(network_environment)
  mkdir -p "$BARE_CACHE/debs-$suite/partial" "$BARE_CACHE/ccache"
  chmod a+rwx "$BARE_CACHE/ccache"
  # shellcheck disable=SC2016 # expanded inside
  exec unshare --mount --pid --fork --kill-child bash -euc '
    root=$1 debs=$2 ccache=$3 id=$4
    shift 4
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    for node in null zero full random urandom tty; do
      : >"$root/dev/$node"
      mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/opt/shared/ccache" "$root/tmp/.X11-unix"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    for at in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${at%%:*}" "$root/dev/${at#*:}"; done
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    mount --bind "$debs" "$root/var/cache/apt/archives"
    mount --bind "$ccache" "$root/opt/shared/ccache"
    if [[ -d /tmp/.X11-unix ]]; then mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; fi
    exec chroot --userspec="$id:$id" "$root" "$@"
  ' bash "$root" "$BARE_CACHE/debs-$suite" "$BARE_CACHE/ccache" "$id" \
    /usr/bin/env -i HOME="$(home_of "$user")" TERM=dumb DISPLAY="$display" "${variables[@]}" \
    PATH=/opt/ccache/start:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    CCACHE_DIR=/opt/shared/ccache CCACHE_UMASK=000 \
    /bin/bash -c "cd \"\$1\" 2>/dev/null || cd /; $script" bash "$(folder_of "$user")"
}
