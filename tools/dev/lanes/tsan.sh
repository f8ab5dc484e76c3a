# Thread sanitizer over the rooms where threads meet.
targets="io_test io_contract_test journal_test log_test event_log_contract_test kv_test"
configure "$FRESHET_BUILD-tsan" -DFRESHET_SANITIZE=thread
targets=$(for t in $targets; do ninja -C "$FRESHET_BUILD-tsan" -t query "$t" >/dev/null 2>&1 && echo "$t"; done)
compile "$FRESHET_BUILD-tsan" $targets
python3 tools/dev/run_gtests.py tsan $(for t in $targets; do find "$FRESHET_BUILD-tsan" -name "$t" -type f -perm -u+x; done)
