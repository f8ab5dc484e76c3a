#!/usr/bin/env bash
# start a house and run the first example against it; --once stops it again
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
setup_venv clients
exec python3 tests/process/demo.py "$VENV/bin/python" "$@"
