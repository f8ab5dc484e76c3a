#!/usr/bin/env bash
# what Flink answers to SQL cases: ./dev oracle check|write|ask FILE_OR_FOLDER… (tools/flink_oracle/README.md)
setup_oracle
exec python3 tools/flink_oracle/oracle.py "$@"
