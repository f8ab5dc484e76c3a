"""The same rows written by pyiceberg and by us: metadata, manifests and data files say the same."""

import datetime
import decimal
import json
import pathlib
import subprocess
import unittest

import fastavro
import pyarrow as pa
from lake import BINARY, Lake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform, IdentityTransform, MonthTransform
from pyiceberg.types import DecimalType, DoubleType, ListType, LongType, NestedField, StringType, TimestampType

# What differs by right: names, ids and times of this one writing, sizes of another encoder, and our marks.
OWN = {"location", "table-uuid", "last-updated-ms", "properties", "current-snapshot-id", "snapshot-log", "metadata-log", "refs", "snapshots"}


class Golden(Lake):
    def setUp(self):
        super().setUp()
        schema = Schema(NestedField(1, "id", LongType(), required=True), NestedField(2, "k", StringType()), NestedField(3, "d", DoubleType()), NestedField(4, "dec", DecimalType(10, 2)))
        catalog = SqlCatalog("golden", uri=f"sqlite:///{self.path}/catalog.db", warehouse=f"file://{self.path}/golden")
        catalog.create_namespace("db")
        spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "k"))
        golden = catalog.create_table("db.t", schema, partition_spec=spec)
        rows = [{"id": 1, "k": "a", "d": 1.5, "dec": decimal.Decimal("1.20")}, {"id": 2, "k": None, "d": None, "dec": None}, {"id": 3, "k": "a", "d": -0.5, "dec": decimal.Decimal("-7.00")}]
        golden.append(pa.Table.from_pylist(rows, schema=pa.schema([pa.field("id", pa.int64(), False), ("k", pa.string()), ("d", pa.float64()), ("dec", pa.decimal128(10, 2))])))
        self.theirs = json.loads(pathlib.Path(golden.metadata_location.removeprefix("file://")).read_text())
        self.run_sql(self.table("t", "id BIGINT NOT NULL, k STRING, d DOUBLE, `dec` DECIMAL(10, 2)", "PARTITIONED BY (k)")
                     + """INSERT INTO t VALUES (CAST(1 AS BIGINT), 'a', CAST(1.5 AS DOUBLE), CAST(1.20 AS DECIMAL(10, 2))),
                     (CAST(2 AS BIGINT), CAST(NULL AS STRING), CAST(NULL AS DOUBLE), CAST(NULL AS DECIMAL(10, 2))),
                     (CAST(3 AS BIGINT), 'a', CAST(-0.5 AS DOUBLE), CAST(-7.00 AS DECIMAL(10, 2)));""")
        hint = (self.folder("t") / "metadata" / "version-hint.text").read_text()
        self.ours = json.loads((self.folder("t") / "metadata" / f"v{hint}.metadata.json").read_text())

    def avro(self, path):
        with open(path.removeprefix("file://"), "rb") as file:
            reader = fastavro.reader(file)
            return reader.writer_schema, dict(reader.metadata), list(reader)

    def both(self, step):
        return step(self.theirs), step(self.ours)

    def test_metadata_says_the_same(self):
        theirs, ours = self.both(lambda m: {key: value for key, value in m.items() if key not in OWN})
        self.assertEqual(ours, theirs)

    def test_the_snapshot_says_the_same(self):
        def step(m):
            snapshot = dict(m["snapshots"][0])
            summary = {k: v for k, v in snapshot.pop("summary").items() if not k.startswith("freshet.") and not k.endswith("files-size")}
            for own in ("snapshot-id", "timestamp-ms", "manifest-list"):
                snapshot.pop(own)
            return snapshot, summary

        theirs, ours = self.both(step)
        self.assertEqual(ours, theirs)

    @staticmethod
    def typed(schema):
        """A schema without documentation, names of types and the order of members."""
        if isinstance(schema, list):
            return [Golden.typed(s) for s in schema]
        if not isinstance(schema, dict):
            return schema
        if schema.get("type") == "record":
            return {f["field-id"]: (f["name"], Golden.typed(f["type"])) for f in schema["fields"]}
        return {k: Golden.typed(v) for k, v in schema.items() if k in ("type", "items", "logicalType", "element-id")}

    def test_manifest_lists_have_one_schema_and_line(self):
        def step(m):
            schema, metadata, lines = self.avro(m["snapshots"][0]["manifest-list"])
            own = ("manifest_path", "manifest_length", "added_snapshot_id")
            return self.typed(schema), sorted(k for k in metadata if k.startswith(("seq", "format", "snapshot", "parent"))), [{k: v for k, v in line.items() if k not in own} for line in lines]

        theirs, ours = self.both(step)
        self.assertEqual(ours, theirs)

    def test_manifests_have_one_schema_and_describe_the_same_files(self):
        def step(m):
            lines = self.avro(m["snapshots"][0]["manifest-list"])[2]
            schema, metadata, entries = self.avro(lines[0]["manifest_path"])
            files = []
            for entry in entries:
                file = entry["data_file"]
                maps = {name: {pair["key"]: pair["value"] for pair in file[name] or []} for name in ("value_counts", "null_value_counts", "lower_bounds", "upper_bounds")}
                files.append((entry["status"], entry["sequence_number"], file["content"], file["file_format"], file["partition"], file["record_count"], maps, file["split_offsets"]))
            facts = {k: json.loads(v) for k, v in metadata.items() if k in ("schema", "partition-spec", "partition-spec-id", "format-version")}
            return self.typed(schema), facts, metadata["content"], sorted(files, key=str)

        theirs, ours = self.both(step)
        # pyiceberg says that equality ids are longs; the specification says int.
        theirs[0][2][1][135] = ours[0][2][1][135]
        self.assertEqual(ours, theirs)


class Continued(Lake):
    """A table that pyiceberg made, given to us as a Hadoop table: we read it, append to it, and pyiceberg reads both."""

    def setUp(self):
        super().setUp()
        schema = Schema(NestedField(1, "id", LongType(), required=True), NestedField(2, "k", StringType()), NestedField(3, "seen", TimestampType()), NestedField(4, "tags", ListType(5, StringType(), False)))
        catalog = SqlCatalog("golden", uri=f"sqlite:///{self.path}/catalog.db", warehouse=f"file://{self.warehouse}")
        catalog.create_namespace("db")
        self.golden = catalog.create_table("db.t", schema)
        by_day = catalog.create_table("db.by_day", schema, partition_spec=PartitionSpec(PartitionField(3, 1000, DayTransform(), "seen_day"), PartitionField(3, 1001, MonthTransform(), "seen_month")))
        day = datetime.datetime(2026, 11, 23, 10)
        self.first = [{"id": i, "k": f"name {i}" if i % 3 else None, "seen": day + datetime.timedelta(hours=i), "tags": ["x"] * (i % 4)} for i in range(40)]
        arrow = pa.schema([pa.field("id", pa.int64(), False), ("k", pa.string()), ("seen", pa.timestamp("us")), ("tags", pa.list_(pa.string()))])
        self.golden.append(pa.Table.from_pylist(self.first, schema=arrow))
        for table in (self.golden, by_day):
            metadata = pathlib.Path(table.metadata_location.removeprefix("file://"))
            (metadata.parent / "v1.metadata.json").write_text(metadata.read_text())
            (metadata.parent / "version-hint.text").write_text("1")
        columns = "id BIGINT NOT NULL, k STRING, seen TIMESTAMP(6), tags ARRAY<STRING>"
        self.ddl = self.table("t", columns) + self.table("by_day", columns)

    def test_we_read_it(self):
        (self.path / "q.sql").write_text(self.ddl + "SELECT id, k, seen, tags FROM t;")
        rows = [json.loads(line) for line in self.run_query()]
        self.assertEqual(sorted(rows, key=lambda row: row["id"]),
                         [{**row, "seen": row["seen"].strftime("%Y-%m-%d %H:%M:%S.000000")} for row in self.first])

    def test_we_read_some_columns(self):
        (self.path / "q.sql").write_text(self.ddl + "SELECT COUNT(*) AS n, SUM(id) AS s FROM t;")
        self.assertEqual([json.loads(line) for line in self.run_query()], [{"n": 40, "s": 780}])

    def test_we_append_and_pyiceberg_reads_both(self):
        self.run_sql(self.ddl + "INSERT INTO t SELECT id + 100, k, seen, tags FROM t WHERE id < 20;")
        rows = self.load("t").scan().to_arrow().to_pylist()
        expected = self.first + [{**row, "id": row["id"] + 100} for row in self.first if row["id"] < 20]
        self.assertEqual(sorted(rows, key=lambda row: row["id"]), expected)
        self.assertEqual(len(self.data_files("t")), 2)

    def test_we_follow_hidden_partitions(self):
        self.run_sql(self.ddl + "INSERT INTO by_day SELECT * FROM t;")
        days = sorted((file.partition[0], file.partition[1]) for file in self.data_files("by_day"))
        november = (2026 - 1970) * 12 + 10
        first = (datetime.date(2026, 11, 23) - datetime.date(1970, 1, 1)).days
        self.assertEqual(days, [(first, november), (first + 1, november), (first + 2, november)])
        later = self.load("by_day").scan(row_filter="seen >= '2026-11-24T00:00:00'")
        self.assertEqual(len(list(later.plan_files())), 2)
        self.assertEqual(sorted(later.to_arrow()["id"].to_pylist()), list(range(14, 40)))

    def run_query(self):
        done = subprocess.run([BINARY, "run", str(self.path / "q.sql")], capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()


if __name__ == "__main__":
    unittest.main()
