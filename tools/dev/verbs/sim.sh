#!/usr/bin/env bash
# run crash histories of the durability core, one seed each: ./dev sim [--seeds 2000] [--from 1] [--seconds S]
setup_apt build
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" sim
exec "$FRESHET_BUILD/tests/sim" "$@"
