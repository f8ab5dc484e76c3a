# Crash histories of the durability core over the simulated disk, each seed twice: ./dev test sim [--seeds N].
compile "$FRESHET_BUILD" sim
found=0
"$FRESHET_BUILD/tests/sim" --seconds 60 "$@" || found=1
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/sim.json"
[ "$found" = 0 ]
