# shellcheck shell=bash disable=SC2034
# The interface's fonts: ensure_fonts sets TRILANE_FONT_DIR with trilane-sans.ttf, trilane-sans-semibold.ttf and the
# licence (SIL Open Font License 1.1 for Inter; the Bitstream Vera licence for DejaVu, the stand-in).

# shellcheck source=packages.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source=apt_private.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/apt_private.sh"

FONT_FOLDERS=(/usr/share/fonts/opentype/inter /usr/share/fonts/truetype/inter /usr/share/fonts/truetype/dejavu
  /usr/share/fonts/opentype /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/Library/Fonts")

# The recipe is the key: a changed list of characters makes new fonts.
fonts_key() { printf 'fonts-%s' "$(short_hash "$TRILANE_SETUP/subset_fonts.py" "$TRILANE_SETUP/fonts.sh")"; }

ensure_fonts() {
  local key
  key="$(fonts_key)"
  if ! is_cached "$key"; then
    ensure_packages fonts
    ensure_cached "$key" "fonts" build_fonts
  fi
  TRILANE_FONT_DIR="$TRILANE_CACHE/$key"
}

build_fonts() {
  local dir="$1" python
  if private_apt_possible; then
    unpack_fonttools "$dir/.fonttools"
    python=/usr/bin/python3
    export PYTHONPATH="$dir/.fonttools/usr/lib/python3/dist-packages"
  else
    python="$(python_with_fonttools)"
  fi
  # shellcheck disable=SC2046 # paths without spaces, one argument each
  "$python" "$TRILANE_SETUP/subset_fonts.py" "$dir/trilane-sans.ttf" "Trilane Sans" \
    $(font_candidates Inter-Regular.otf Inter-Regular.ttf DejaVuSans.ttf)
  # shellcheck disable=SC2046
  "$python" "$TRILANE_SETUP/subset_fonts.py" "$dir/trilane-sans-semibold.ttf" "Trilane Sans" \
    $(font_candidates Inter-SemiBold.otf Inter-SemiBold.ttf DejaVuSans-Bold.ttf)
  rm -rf -- "$dir/.fonttools"
  local licence
  for licence in /usr/share/doc/fonts-inter/copyright /usr/share/doc/fonts-dejavu-core/copyright; do
    if [[ -r "$licence" ]]; then
      cp -- "$licence" "$dir/FONT-LICENSE.txt"
      break
    fi
  done
}

# Only unpacked: what Debian's package depends on, scientific libraries among it, is not needed to cut a font.
unpack_fonttools() {
  mkdir -p "$1"
  private_apt_update
  (cd "$1" && private_apt download python3-fonttools && dpkg-deb -x python3-fonttools_*.deb .)
}

# Candidate paths, the best first: every folder for the first name, then every folder for the next.
font_candidates() {
  local name folder
  for name; do
    for folder in "${FONT_FOLDERS[@]}"; do
      [[ -r "$folder/$name" ]] && printf '%s\n' "$folder/$name"
    done
  done
  printf '%s\n' "$1" # when there is none, the message of subset_fonts.py names it
}

# A version manager's `python3` may come first on PATH and lack what the system's has.
python_with_fonttools() {
  local python
  for python in /usr/bin/python3 python3; do
    if have "$python" && "$python" -c 'import fontTools' 2>/dev/null; then
      printf '%s' "$python"
      return 0
    fi
  done
  die "no Python with fontTools" "Install it: python3 -m pip install fonttools"
}
