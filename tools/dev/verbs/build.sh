#!/usr/bin/env bash
# build everything, or the named targets, into build/ (binary: build/freshet)
setup_apt build
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" "$@"
