"""Makes the files of src/data/formats/testdata that are Flink's own: what its formats write for the rows of avro.sql and protobuf.sql, and read from the bytes of the latter.

usage: tools/goldens/flink_formats.sh (Flink 2.3.0 with flink-sql-avro-confluent-registry, flink-sql-protobuf, snappy-java and zstd-jni as pinned)
"""

import os
import pathlib
import sys
import tempfile

TOOLS = pathlib.Path(__file__).parent
sys.path.insert(0, str(TOOLS.parent / "flink_oracle"))
import cases  # noqa: E402
from flink import Flink  # noqa: E402


def with_rows(script: str, folder: pathlib.Path) -> str:
    """'x.json' becomes what stands in that file."""
    for rows in [*folder.glob("*.json"), *folder.glob("*_read.hex")]:
        script = script.replace(f"'{rows.name}'", f"'{rows.read_text(encoding='utf-8')}'")
    return script


def keep(made: pathlib.Path, out: pathlib.Path) -> None:
    for path in sorted(made.iterdir()):
        if path.is_dir():
            (part,) = [p for p in path.rglob("*") if p.is_file()]
            (out / (path.name + ".avro")).write_bytes(part.read_bytes())
        elif path.suffix == ".hex":
            (out / path.name).write_bytes(path.read_bytes())


def main() -> None:
    out, jars = pathlib.Path(sys.argv[1]), sys.argv[2]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        flink = Flink(f"{os.environ['FRESHET_FLINK']}/*:{jars}", os.environ["FRESHET_ORACLE"], os.path.join(folder, "log"))
        for name in ("avro", "protobuf"):
            made = pathlib.Path(folder, name)
            made.mkdir()
            script = (TOOLS / f"{name}.sql").read_text(encoding="utf-8")
            answer = flink.run(cases.statements(with_rows(script, out).replace("OUT", str(made))))
            keep(made, out)
            read = [line.removeprefix("SELECT * FROM ").rstrip(";") for line in script.splitlines() if line.startswith("SELECT")]
            for n, table in enumerate(read):
                rows = [row for result, _, row, _ in answer["changes"] if result == f"select_{n + 1}"]
                (out / f"{table}.rows").write_text("".join(row + "\n" for row in rows), encoding="utf-8")
            for _, message, sql in answer["errors"]:
                failed = True
                print(f"Flink fails: {message}\n  at {sql}", file=sys.stderr)
        flink.close()
    raise SystemExit(1 if failed else 0)


main()
