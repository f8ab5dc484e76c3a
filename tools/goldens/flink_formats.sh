#!/usr/bin/env bash
# Runs flink_formats.py with Flink.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export FRESHET_CACHE="${FRESHET_CACHE:-$HOME/.cache/freshet}"
source tools/dev/setup.sh
setup_oracle
python3 tools/goldens/flink_formats.py src/data/formats/testdata
