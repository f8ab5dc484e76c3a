#!/usr/bin/env bash
# Runs flink_formats.py with Flink, and with Java classes made of protobuf_golden*.proto.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export FRESHET_CACHE="${FRESHET_CACHE:-$HOME/.cache/freshet}"
source tools/dev/setup.sh
setup_oracle
setup_apt goldens
out=src/data/formats/testdata work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/java" "$work/classes" "$work/jars"
(cd tools/goldens && protoc --include_imports --descriptor_set_out="$work/protobuf.desc" --java_out="$work/java" protobuf_golden.proto protobuf_golden2.proto)
base64 -w0 "$work/protobuf.desc" >"$out/protobuf.desc.base64"
# Flink carries the library under a name of its own.
find "$work/java" -name '*.java' -exec sed -i 's/com\.google\.protobuf/org.apache.flink.formats.protobuf.shaded.com.google.protobuf/g' {} +
javac -nowarn -d "$work/classes" -cp "$FRESHET_FLINK/*" $(find "$work/java" -name '*.java')
jar cf "$work/jars/golden.jar" -C "$work/classes" .
python3 tools/goldens/flink_formats.py "$out" "$work/jars"
