#!/usr/bin/env bash
# what Flink answers to SQL cases: ./dev oracle check|write|ask FILE_OR_FOLDER…; one file on both engines: ./dev oracle both (tools/flink_oracle/README.md)
if [ "${1:-}" = both ]; then
  shift
  setup_apt build
  setup_runtime_libraries "$FRESHET_BUILD"
  configure "$FRESHET_BUILD"
  compile "$FRESHET_BUILD" freshet
  setup_venv clients
  setup_oracle
  setup_jars flink-kafka-5.0.0
  export FRESHET_FLINK_KAFKA="$JARS"
  exec "$VENV/bin/python" tools/flink_oracle/both.py "$@"
fi
setup_oracle
exec python3 tools/flink_oracle/oracle.py "$@"
