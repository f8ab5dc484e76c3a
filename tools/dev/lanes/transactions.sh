# What a committed reader may see: histories in the simulated world, then real clients' transactions, zombies and kill -9:
# ./dev test transactions [--seconds S | --transactions N …], or, with nothing but so many in the simulated world, --simulated N [--processes N].
compile "$FRESHET_BUILD" sim_transactions
if [ "${1:-}" = --simulated ]; then set -- --transactions "${@:2}" && real=""; else real=1; fi
found=0
if [ -n "$real" ]; then "$FRESHET_BUILD/tests/sim_transactions" --transactions 20000 || found=1; else "$FRESHET_BUILD/tests/sim_transactions" "$@" || found=1; fi
echo "{\"passed\": $((1 - found)), \"failed\": $found}" >"$FRESHET_TALLY/simulated_transactions.json"
if [ -n "$real" ]; then
  compile "$FRESHET_BUILD" freshet
  setup_venv clients
  "$VENV/bin/python" tests/transactions/check.py --binary "$FRESHET_BUILD/freshet" "$@" || found=1
fi
[ "$found" = 0 ]
