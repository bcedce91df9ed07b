# What quickstart and test share; sourced by both. Every step looks first and does only what is
# missing, and talks on standard error only: standard output belongs to the command that follows.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=/usr/bin/python3  # Debian's; another python3 in PATH may lack pip
[ -x "$python" ] || python=python3
export LITETTS_HOME="${LITETTS_HOME:-${HOME:?is not set, so there is no place for the model}/.local/share/litetts}"
logs=$root/build/logs
litetts=$root/build/release/bin/litetts
terminal=false
if [ -t 2 ] && [ "${CI:-}" != true ]; then terminal=true; fi

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# step LABEL LOG COMMAND...: runs the command with its output in build/logs/LOG.log, prints the
# label and how long it took; on failure the end of the log.
step() {
  local label=$1 log=$logs/$2.log started=$SECONDS status=0
  shift 2
  mkdir -p "$logs"
  if $terminal; then printf '%s ...' "$label" >&2; fi
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if $terminal; then printf '\r\033[K' >&2; fi
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$log" >&2
    die "$label failed (exit code $status); the whole output is in ${log#"$root"/}"
  fi
  say "$label: $((SECONDS - started)) s"
}

packages_of() {  # SECTION...
  awk -v wanted=" $* " '
    /^\[/ { section = substr($1, 2, length($1) - 2); next }
    !/^#/ && NF && index(wanted, " " section " ") { print $1 }' "$root/tools/packages.txt"
}

needed_packages() {  # [test]
  packages_of build "$@"
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then packages_of node; fi
}

install_packages() {  # PACKAGE...: those that are not there yet; no apt-get if none
  [ $# -gt 0 ] || return 0
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian system, so the packages are yours to install; needed: $*"
    return 0
  fi
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort) \
    <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
      awk '$2 == "installed" { print $1 }' | sort) | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "packages are missing and only root may install them: run 'apt-get install $missing' as root, then this again"
    as_root=(sudo)
    if $terminal; then sudo -v || die "sudo refused: run 'apt-get install $missing' as root, then this again"; fi
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  step "reading the package lists" apt-update "${as_root[@]}" apt-get -q update
  # shellcheck disable=SC2086  # a list of names
  step "installing $(wc -w <<<"$missing") Debian packages" apt-install \
    "${as_root[@]}" apt-get -q -y --no-install-recommends install $missing
}

build() {  # PRESET [TARGET...]
  local preset=$1 targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  if [ ! -f "$root/build/$preset/build.ninja" ]; then
    rm -f "$root/build/$preset/CMakeCache.txt"  # of a configure run that failed
    step "configuring $preset" "configure-$preset" env -C "$root" cmake --preset "$preset"
  fi
  local ninja=(env -C "$root" cmake --build "build/$preset" "${targets[@]}")
  if [ "$("${ninja[@]}" -- -n 2>/dev/null | tail -n 1)" = "ninja: no work to do." ]; then return 0; fi
  if ! $terminal; then
    step "building $preset" "build-$preset" "${ninja[@]}"
  else  # Ninja's own progress line
    local started=$SECONDS
    NINJA_STATUS="building $preset [%f/%t] " "${ninja[@]}" >&2 ||
      die "the build of $preset failed; the first error above says where"
    say "building $preset: $((SECONDS - started)) s"
  fi
}

fetch_sources() {  # sets $sources
  sources=$("$python" "$root/tools/fetch_data.py") || exit 1
}

# Which program made which files from which sources; differs when any of them changed.
data_key() {
  cat "$root/tools/data.lock" "$litetts" | sha256sum
  stat -c '%n %s %Y' "$LITETTS_HOME"/{models/kokoro-v1.0-int8,voices,english}.safetensors 2>&1
}

import_data() {
  local stamp=$LITETTS_HOME/import.stamp
  if [ -f "$stamp" ] && [ "$(data_key)" = "$(cat "$stamp")" ]; then return 0; fi
  mkdir -p "$LITETTS_HOME/models" ||
    die "cannot write to $LITETTS_HOME; set LITETTS_HOME to a folder that you may write to"
  step "importing the model" import-model \
    "$litetts" model import "$sources/kokoro-v1.0.int8.onnx" "$LITETTS_HOME/models/kokoro-v1.0-int8.safetensors"
  step "importing the voices" import-voices \
    "$litetts" voices import "$sources/voices" "$LITETTS_HOME/voices.safetensors"
  step "compiling the English data" import-english \
    "$litetts" lexicon compile --lexicons "$sources/lexicons" --tagger "$sources/tagger" \
    "$LITETTS_HOME/english.safetensors"
  data_key >"$stamp"
}

prepare_product() {  # the program and its data, ready to speak
  fetch_sources
  build release litetts
  import_data
}
