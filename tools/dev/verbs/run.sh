#!/usr/bin/env bash
# build and run the binary: ./dev run up DIR …
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
exec "$FRESHET_BUILD/freshet" "$@"
