# Unmodified clients against a real house.
compile "$FRESHET_BUILD" freshet
setup_venv clients; current="$VENV"
setup_venv old_clients; old="$VENV"
setup_venv iceberg; iceberg="$VENV"
setup_venv example; arrow="$VENV"
setup_venv kafka_python_tests; own="$VENV"
setup_artifact kafka-python; distribution="$ARTIFACT"
setup_jars kafka-tools-4.4.0; tools="$JARS"
setup_jars kafka-tools-3.9.2; old_tools="$JARS"
against() { python3 tests/process/with_house.py "$@"; }
bad=0
against sh -c "$current/bin/python examples/first_events/produce.py {kafka} 10000 && $current/bin/python examples/first_events/consume.py {kafka} 10000" || bad=1
against "$current/bin/python" tests/conformance/kafka/run.py kafka-python-3.0.12 "{kafka}" kafka_python groups_kafka_python transactions_kafka_python versions_kafka_python || bad=1
against "$old/bin/python" tests/conformance/kafka/run.py kafka-python-2.0.2 "{kafka}" kafka_python groups_kafka_python || bad=1
against "$own/bin/python" tests/conformance/kafka_python/run.py kafka-python-own-3.0.12 "{kafka}" "$distribution" || bad=1
against "$current/bin/python" tests/conformance/kafka/run.py confluent-kafka "{kafka}" confluent groups_confluent transactions_confluent || bad=1
against python3 tests/conformance/kafka/run.py kcat-and-raw "{kafka}" kcat raw || bad=1
setup_go
against env FRESHET_KAFKA="{kafka}" python3 tests/conformance/tally_of.py franz-go-1.22.3 "$GO" -C tests/conformance/go test -count=1 -v ./... || bad=1
setup_node_modules tests/conformance/javascript
against env FRESHET_KAFKA="{kafka}" python3 tests/conformance/tally_of.py kafkajs-2.2.4 "$NODE" --test --test-reporter=tap "$NODE_MODULES/clients.test.js" || bad=1
# A house with identities.
export FRESHET_TEST_PASSWORD="through the wardrobe"
against_closed() { against --set identities.first.password_env=FRESHET_TEST_PASSWORD "$@"; }
against_closed "$current/bin/python" tests/conformance/kafka/run.py login-kafka-python-3.0.12 "{kafka}" login_kafka_python versions_login_kafka_python || bad=1
against_closed "$old/bin/python" tests/conformance/kafka/run.py login-kafka-python-2.0.2 "{kafka}" login_kafka_python || bad=1
against_closed "$current/bin/python" tests/conformance/kafka/run.py login-confluent-kafka "{kafka}" login_confluent || bad=1
against_closed python3 tests/conformance/kafka/run.py login-kcat "{kafka}" login_kcat || bad=1
FRESHET_KAFKA_TOOLS="$old_tools" against_closed python3 tests/conformance/kafka/run.py login-kafka-tools-3.9.2 "{kafka}" login_java || bad=1
FRESHET_KAFKA_TOOLS="$tools" against_closed python3 tests/conformance/kafka/run.py login-kafka-tools-4.4.0 "{kafka}" login_java || bad=1
# Much of it is virtual machines that start and wait, so both versions at once.
FRESHET_KAFKA_TOOLS="$old_tools" against python3 tests/conformance/kafka/run.py kafka-tools-3.9.2 "{kafka}" java_tools >"$FRESHET_BUILD/kafka-tools-3.9.2.log" 2>&1 & older=$!
FRESHET_KAFKA_TOOLS="$tools" against python3 tests/conformance/kafka/run.py kafka-tools-4.4.0 "{kafka}" java_tools java_admin || bad=1
wait "$older" || bad=1
cat "$FRESHET_BUILD/kafka-tools-3.9.2.log"
against "$current/bin/python" tests/conformance/kafka/run.py redis-py-8.1.0 "{resp}" redis_py || bad=1
against "$old/bin/python" tests/conformance/kafka/run.py redis-py-5.2.1 "{resp}" redis_py || bad=1
against python3 tests/conformance/kafka/run.py redis-cli "{resp}" redis_cli || bad=1
"$current/bin/python" tools/dev/run_unittests.py tls tests/process/tls_test.py || bad=1
"$current/bin/python" tools/dev/run_unittests.py serve tests/process/serve_test.py || bad=1
"$current/bin/python" tools/dev/run_unittests.py pipelines tests/process/pipelines_test.py || bad=1
"$current/bin/python" tools/dev/run_unittests.py links tests/process/links_test.py || bad=1
"$current/bin/python" tools/dev/run_unittests.py both tests/process/both_engines_test.py || bad=1
"$arrow/bin/python" tools/dev/run_unittests.py arrow tests/process/arrow_test.py || bad=1
python3 tools/dev/run_unittests.py postgres tests/process/postgres_test.py || bad=1
"$current/bin/python" tools/dev/run_unittests.py golden tests/golden/golden_test.py || bad=1
for reader in pyiceberg golden duckdb files; do "$iceberg/bin/python" tools/dev/run_unittests.py "iceberg-$reader" "tests/conformance/iceberg/${reader}_test.py" || bad=1; done
[ "$bad" = 0 ]
