# Sourced by every verb: what a fresh Debian 12 needs before anything can be built. Each step leaves a stamp
# named by the hash of its list, so that a second call costs milliseconds.

say() { echo "dev: $*" >&2; }

# setup_apt NAME: installs the packages of tools/dev/apt/NAME.txt (one a line, # comments).
setup_apt() {
  local list="tools/dev/apt/$1.txt" packages missing
  packages=$(sed 's/#.*//' "$list" | xargs)
  missing=$(for p in $packages; do dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed' || echo "$p"; done)
  [ -n "$missing" ] || return 0
  say "installing Debian packages:" $missing
  if [ "$(id -u)" != 0 ]; then say "run this as root once, or: apt-get install --no-install-recommends" $missing; exit 1; fi
  flock /tmp/freshet-apt.lock sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"' sh $missing >"$FRESHET_CACHE/apt.log" 2>&1 ||
    { tail -20 "$FRESHET_CACHE/apt.log" >&2; say "apt-get failed; the whole log is $FRESHET_CACHE/apt.log"; exit 1; }
}

# configure DIR [cmake options…]: once per set of options and of rooms.
configure() {
  local dir="$1" stamp wanted; shift
  stamp="$dir/.configured-with"
  wanted="$* $(find src tests bench -name CMakeLists.txt | sort | sha256sum)"
  if [ ! -f "$dir/build.ninja" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    mkdir -p "$dir"
    cmake -S . -B "$dir" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" >"$dir/configure.log" 2>&1 ||
      { tail -30 "$dir/configure.log" >&2; exit 1; }
    echo "$wanted" >"$stamp"
  fi
}

# compile DIR [targets…]: two compiles at a time on the whole machine, whoever else builds.
compile() {
  local dir="$1"; shift
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  flock /tmp/freshet-build.lock ninja -C "$dir" -j2 --quiet "$@"
}
