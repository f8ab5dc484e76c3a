# Real clients' transactions, zombies and kill -9, and what a committed reader may see: ./dev test transactions [--seconds S | --transactions N].
compile "$FRESHET_BUILD" freshet
setup_venv clients
"$VENV/bin/python" tests/transactions/check.py --binary "$FRESHET_BUILD/freshet" "$@"
