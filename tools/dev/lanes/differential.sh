# Drawn queries, answered by the product and recomputed by definition: ./dev test differential [--seconds S] [--seed S].
compile "$FRESHET_BUILD" freshet
python3 tools/dev/run_unittests.py recompute tests/differential/recompute_test.py
found=0
python3 tests/differential/run.py --also 1,2,3,4,5 --seconds 20 "$@" || found=1
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/differential.json"
[ "$found" = 0 ]
