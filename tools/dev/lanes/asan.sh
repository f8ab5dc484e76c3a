# Address and undefined-behaviour sanitizers over the rooms that read foreign bytes or hold durable state.
targets="base_test io_test io_contract_test testing_test data_test journal_test log_test log_crash_test event_log_contract_test catalog_test wire_http_test wire_kafka_test doors_kafka_test doors_http_test doors_resp_test wire_resp_test wire_yaml_test lake_test kv_test features_test topic_tables_test files_test coordinators_test fuzz_corpus_test"
configure "$FRESHET_BUILD-asan" -DFRESHET_SANITIZE=address
targets=$(for t in $targets; do ninja -C "$FRESHET_BUILD-asan" -t query "$t" >/dev/null 2>&1 && echo "$t"; done)
compile "$FRESHET_BUILD-asan" $targets sql_cases_test
python3 tools/dev/run_gtests.py asan $(for t in $targets; do find "$FRESHET_BUILD-asan" -name "$t" -type f -perm -u+x; done)
# Each SQL case once on real threads and once restored there: the other forty runs of a case show nothing more here.
GTEST_FILTER='*OnThreads*' python3 tools/dev/run_gtests.py --halves asan-sql "$FRESHET_BUILD-asan/tests/sql/sql_cases_test"
