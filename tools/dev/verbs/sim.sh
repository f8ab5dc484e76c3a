#!/usr/bin/env bash
# (not there yet) seeds over journal, log and clients; SimEnv runs today inside the unit lane
say "the driver that runs journal, log and clients from seeds is not there yet; the simulated Env, its disk and its trace hash run in:"
say "./dev unit io_contract_test, journal_test, coordinators_test, serve_test"
exit 2
