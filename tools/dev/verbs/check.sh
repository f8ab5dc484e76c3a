#!/usr/bin/env bash
# ./dev check build: clean build time, slowest units, and seconds from one changed .cc to its running test
[ "${1:-}" = build ] || { echo "usage: ./dev check build" >&2; exit 2; }
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
setup_portal
dir="$FRESHET_BUILD-check"
rm -rf "$dir"
CCACHE_DISABLE=1 exec python3 tools/dev/check_build.py "$dir"
