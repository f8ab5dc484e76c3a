#!/usr/bin/env bash
# build and run one room's test binary: ./dev unit log_test [gtest flags]
[ $# -ge 1 ] || { echo "usage: ./dev unit ROOM_test [--gtest_filter=…]" >&2; exit 2; }
target="$1"; shift
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" "$target"
exec "$(find "$FRESHET_BUILD" -name "$target" -type f -perm -u+x | head -1)" --gtest_brief=1 "$@"
