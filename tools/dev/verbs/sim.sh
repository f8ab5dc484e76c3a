#!/usr/bin/env bash
# run the house's own journal, log and clients from seeds: ./dev sim [--seeds N] [--first SEED]
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" sim
exec "$(find "$FRESHET_BUILD" -name sim -type f -perm -u+x | head -1)" "$@"
