# Exactly once: pipelines are killed at every named point of an epoch and elsewhere, over and over, in the simulated world, and what committed readers see is compared with a run
# without crashes: ./dev test epochs [--schedules N] [--seed FIRST] [--seconds S] [--processes N].
compile "$FRESHET_BUILD" sim_epochs
found=0
"$FRESHET_BUILD/tests/sim_epochs" "$@" || found=1
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/epochs.json"
[ "$found" = 0 ]
