#!/usr/bin/env bash
# measure: ./dev bench NAME [options]; one JSON line a case (bench/*/README.md)
name="${1:-}"
[ -f "bench/$name/run.py" ] || { echo "usage: ./dev bench NAME [options]; there are: $(ls bench)" >&2; exit 2; }
shift
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
setup_venv clients
[ ! -f "bench/$name/setup.sh" ] || source "bench/$name/setup.sh"
exec "$VENV/bin/python" "bench/$name/run.py" "$@"
