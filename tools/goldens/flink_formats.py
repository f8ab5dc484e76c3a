"""Makes the files of src/data/formats/testdata that are Flink's own: what its formats write for the rows of avro.sql.

usage: tools/goldens/flink_formats.sh (Flink 2.3.0 with flink-sql-avro-confluent-registry 2.3.0, snappy-java and zstd-jni as pinned)
"""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "flink_oracle"))
import cases  # noqa: E402
from flink import Flink  # noqa: E402


def main() -> None:
    script = pathlib.Path(__file__).with_name("avro.sql").read_text(encoding="utf-8")
    out = pathlib.Path(sys.argv[1])
    for rows in out.glob("*.json"):
        script = script.replace(f"'{rows.name}'", f"'{rows.read_text(encoding='utf-8')}'")
    with tempfile.TemporaryDirectory() as folder:
        flink = Flink(os.environ["FRESHET_FLINK"], os.environ["FRESHET_ORACLE"], os.path.join(folder, "log"))
        answer = flink.run(cases.statements(script.replace("OUT", folder)))
        flink.close()
        for _, message, sql in answer["errors"]:
            print(f"Flink fails: {message}\n  at {sql}", file=sys.stderr)
        for path in sorted(pathlib.Path(folder).iterdir()):
            if path.is_dir():
                (part,) = [p for p in path.rglob("*") if p.is_file()]
                (out / (path.name + ".avro")).write_bytes(part.read_bytes())
            elif path.suffix == ".hex":
                (out / path.name).write_bytes(path.read_bytes())
    raise SystemExit(1 if answer["errors"] else 0)


main()
