# Kill -9, power cuts, failing syncs and rot against the real binary, and the planted bugs: ./dev test crash [--hours H].
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
planted="$FRESHET_BUILD-planted"
configure "$planted" -DFRESHET_PLANTED_BUGS=ON
histories=""
for test in journal_test log_crash_test epochs_crash_test transactions_crash_test compaction_crash_test event_log_contract_test; do
  ninja -C "$planted" -t query "$test" >/dev/null 2>&1 && histories="$histories $test"
done
compile "$planted" freshet $histories
python3 tests/crash/run.py --binary "$FRESHET_BUILD/freshet" --planted "$planted/freshet" \
  --simulated $(for test in $histories; do find "$planted" -name "$test" -type f -perm -u+x; done) --seconds 60 "$@"
