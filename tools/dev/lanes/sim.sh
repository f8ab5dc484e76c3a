# Crash histories of the durability core over the simulated disk, each seed twice: ./dev test sim [--seeds N]; before them some schedules of pipelines (lanes/epochs.sh runs as many as one likes).
compile "$FRESHET_BUILD" sim sim_epochs
found=0
"$FRESHET_BUILD/tests/sim_epochs" --schedules 400 --seconds 28 --processes 1 || found=1
# A history that never ends is one more find; as many as somebody asks for may take as long as they do.
timeout $([ $# -gt 0 ] && echo 0 || echo 300) "$FRESHET_BUILD/tests/sim" --seconds 60 "$@" || found=1
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/sim.json"
[ "$found" = 0 ]
