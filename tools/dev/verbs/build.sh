#!/usr/bin/env bash
# build everything, or the named targets, into build/ (binary: build/freshet)
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" "$@"
