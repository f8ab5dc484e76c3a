# Drawn queries, answered by the product and recomputed by definition: ./dev test differential. Always the same ones: fresh ones are drawn by ./dev fuzz differential.
compile "$FRESHET_BUILD" freshet
python3 tools/dev/run_unittests.py recompute tests/differential/recompute_test.py
found=0
python3 tests/differential/run.py --also 1,2,3,4,5 --seed 6 --worlds 8 || found=1
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/differential.json"
[ "$found" = 0 ]
