"""pyiceberg reads what `freshet run` wrote: rows, types, nulls, metrics, partitions, evolution."""

import datetime
import decimal
import json
import math
import subprocess
import unittest

from lake import BINARY, Lake

ALL_TYPES = """flag BOOLEAN, small SMALLINT, n INT NOT NULL, big BIGINT, f FLOAT, d DOUBLE, short_dec DECIMAL(9, 2), mid_dec DECIMAL(18, 4),
    long_dec DECIMAL(38, 10), s STRING, v VARCHAR(5), b BYTES, day_of DATE, time_of TIME, ts3 TIMESTAMP(3), ts6 TIMESTAMP(6), ltz TIMESTAMP_LTZ(3)"""
ALL_VALUES = """(TRUE, CAST(7 AS SMALLINT), 1, CAST(5000000000 AS BIGINT), CAST(1.5 AS FLOAT), CAST(-2.25 AS DOUBLE), CAST(-12.34 AS DECIMAL(9, 2)),
    CAST(12345678901234.5678 AS DECIMAL(18, 4)), CAST('-1234567890123456789012345678.0123456789' AS DECIMAL(38, 10)), 'grüezi', 'abc', CAST('xyz' AS BYTES),
    DATE '2026-11-23', TIME '10:11:12', TIMESTAMP '2026-11-23 10:11:12.345', TIMESTAMP '1969-12-31 23:59:59.123456',
    CAST(TIMESTAMP '2026-11-23 10:11:12.345' AS TIMESTAMP_LTZ(3)))"""


def nulls(types):
    casts = [f"CAST(NULL AS {t})" for t in types]
    return "(" + ", ".join(casts) + ")"


class Catalogs(Lake):
    """CREATE CATALOG … WITH ('type' = 'iceberg'): how jobs of Flink name such tables."""

    def catalog(self, more=""):
        return f"CREATE CATALOG ice WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = '{self.warehouse}' {more});\n"

    def printed(self, sql):
        script = self.path / "p.sql"
        script.write_text(sql)
        return subprocess.run([BINARY, "run", str(script)], capture_output=True, text=True, check=True, timeout=120).stdout

    def test_a_table_is_made_written_and_found_again(self):
        self.run_sql(self.catalog() + """CREATE DATABASE IF NOT EXISTS ice.db;
            CREATE TABLE IF NOT EXISTS ice.db.t (id BIGINT NOT NULL, name STRING, d DECIMAL(9, 2), PRIMARY KEY (id) NOT ENFORCED) PARTITIONED BY (name)
                WITH ('format-version' = '2', 'write.parquet.compression-codec' = 'snappy');
            INSERT INTO ice.db.t VALUES (1, 'a', 1.50), (2, 'b', 2.25);
            USE CATALOG ice; USE db;
            INSERT INTO t SELECT id + 10, name, d FROM ice.db.t /*+ OPTIONS('write.format.default' = 'parquet') */;""")

        self.assertEqual(sorted(row["id"] for row in self.load("t").scan().to_arrow().to_pylist()), [1, 2, 11, 12])
        self.assertEqual([f.name for f in self.load("t").spec().fields], ["name"])
        shown = self.printed(self.catalog() + "SHOW DATABASES IN ice; SHOW TABLES IN ice.db; DESCRIBE ice.db.t; SELECT COUNT(*) AS n FROM ice.db.t; USE CATALOG ice; SHOW CURRENT DATABASE;")
        for line in ["db", "default", "t", "id BIGINT NOT NULL", "name STRING", "d DECIMAL(9, 2)", '{"n":4}']:
            self.assertIn(line, shown.splitlines())

    def test_what_another_engine_made_is_found(self):
        self.run_sql(self.table("t", "a INT, ts TIMESTAMP(6)") + "INSERT INTO t VALUES (1, TIMESTAMP '2026-12-01 00:00:00');")
        self.run_sql(self.catalog() + "USE CATALOG ice; INSERT INTO db.t SELECT a + 1, ts FROM db.t;")
        self.assertEqual(sorted(row["a"] for row in self.load("t").scan().to_arrow().to_pylist()), [1, 2])

    def test_a_column_more_is_added(self):
        self.run_sql(self.catalog() + "CREATE DATABASE ice.db; CREATE TABLE ice.db.t (a INT) WITH ('format-version' = '2'); INSERT INTO ice.db.t VALUES (1);")
        self.run_sql(self.catalog() + "ALTER TABLE ice.db.t ADD b STRING; INSERT INTO ice.db.t VALUES (2, 'x');")
        self.assertEqual(sorted((row["a"], row["b"]) for row in self.load("t").scan().to_arrow().to_pylist()), [(1, None), (2, "x")])

    def test_what_cannot_be_is_refused_by_name(self):
        self.run_sql(self.table("t", "a INT") + "INSERT INTO t VALUES (1);")
        for sql, why in [("DROP TABLE ice.db.t", "nothing is deleted from here"), ("DROP DATABASE ice.db", "nothing is deleted from here"), ("ALTER TABLE ice.db.t DROP a", "only options and new columns"),
                         ("CREATE TABLE ice.db.u (a INT, b AS a + 1) WITH ('format-version' = '2')", "no computed"), ("CREATE TABLE ice.db.u (a INT) WITH ('connector' = 'kafka')", "take no option 'connector'"),
                         ("SELECT * FROM ice.db.nope", "nope"), ("SELECT * FROM ice.nope.t", "no database 'nope'"), ("SELECT * FROM ice.db.`t$files`", "t$files"),
                         ("CREATE CATALOG h WITH ('type' = 'hive')", "type 'hive' is not supported"), ("CREATE CATALOG r WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://x')", "'rest' is not supported")]:
            self.assertIn(why, self.run_sql(self.catalog() + sql + ";", fails=True))


class Types(Lake):
    def setUp(self):
        super().setUp()
        types = "BOOLEAN|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL(9, 2)|DECIMAL(18, 4)|DECIMAL(38, 10)|STRING|VARCHAR(5)|BYTES|DATE|TIME|TIMESTAMP(3)|TIMESTAMP(6)|TIMESTAMP_LTZ(3)".split("|")
        null_row = nulls(types).replace("CAST(NULL AS INT)", "2")
        self.run_sql(self.table("t", ALL_TYPES) + f"INSERT INTO t VALUES {ALL_VALUES};\n" + f"INSERT INTO t VALUES {null_row};\n")
        self.rows = {row["n"]: row for row in self.load("t").scan().to_arrow().to_pylist()}

    def test_values_come_back(self):
        utc = datetime.timezone.utc
        self.assertEqual(self.rows[1], {
            "flag": True, "small": 7, "n": 1, "big": 5000000000, "f": 1.5, "d": -2.25, "short_dec": decimal.Decimal("-12.34"),
            "mid_dec": decimal.Decimal("12345678901234.5678"), "long_dec": decimal.Decimal("-1234567890123456789012345678.0123456789"), "s": "grüezi",
            "v": "abc", "b": b"xyz", "day_of": datetime.date(2026, 11, 23), "time_of": datetime.time(10, 11, 12),
            "ts3": datetime.datetime(2026, 11, 23, 10, 11, 12, 345000), "ts6": datetime.datetime(1969, 12, 31, 23, 59, 59, 123456),
            "ltz": datetime.datetime(2026, 11, 23, 10, 11, 12, 345000, utc)})

    def test_nulls_come_back(self):
        values = dict(self.rows[2])
        self.assertEqual(values.pop("n"), 2)
        self.assertEqual(set(values.values()), {None})

    def test_the_schema_is_iceberg_s(self):
        fields = {f.name: (str(f.field_type), f.required) for f in self.load("t").schema().fields}
        self.assertEqual(fields, {
            "flag": ("boolean", False), "small": ("int", False), "n": ("int", True), "big": ("long", False), "f": ("float", False), "d": ("double", False),
            "short_dec": ("decimal(9, 2)", False), "mid_dec": ("decimal(18, 4)", False), "long_dec": ("decimal(38, 10)", False), "s": ("string", False),
            "v": ("string", False), "b": ("binary", False), "day_of": ("date", False), "time_of": ("time", False), "ts3": ("timestamp", False),
            "ts6": ("timestamp", False), "ltz": ("timestamptz", False)})

    def test_parquet_carries_the_field_ids(self):
        import pyarrow.parquet as pq

        ids = {f.name: f.field_id for f in self.load("t").schema().fields}
        for file in self.data_files("t"):
            schema = pq.read_schema(file.file_path)
            self.assertEqual({name: int(schema.field(name).metadata[b"PARQUET:field_id"]) for name in schema.names}, ids)

    def test_every_type_can_be_searched(self):
        """Bounds decide which files are read: a predicate on each column finds the one row, and its file alone."""
        for name, value in self.rows[1].items():
            if name in ("b", "time_of", "ts3", "ts6", "ltz"):
                continue  # pyiceberg has no literal for these from Python values
            from pyiceberg.expressions import EqualTo

            scan = self.load("t").scan(row_filter=EqualTo(name, value))
            self.assertEqual(scan.to_arrow().num_rows, 1, name)
            self.assertEqual(len(list(scan.plan_files())), 1, name)

    def test_nested_types_come_back(self):
        self.write_nested()
        self.run_sql("CREATE TABLE src (id INT, tags ARRAY<STRING>, place ROW<x INT, y ROW<z DOUBLE>>, m MAP<STRING, BIGINT>) WITH ('connector' = 'filesystem', "
                     f"'path' = '{self.path}/in.jsonl', 'format' = 'json');\n"
                     + self.table("nested", "id INT, tags ARRAY<STRING>, place ROW<x INT, y ROW<z DOUBLE>>, m MAP<STRING, BIGINT>") + "INSERT INTO nested SELECT id, tags, place, m FROM src;")
        rows = sorted(self.load("nested").scan().to_arrow().to_pylist(), key=lambda row: row["id"])
        self.assertEqual(rows, [
            {"id": 1, "tags": ["a", None, "b"], "place": {"x": 1, "y": {"z": 0.5}}, "m": [("k", 7)]},
            {"id": 2, "tags": [], "place": {"x": None, "y": None}, "m": []},
            {"id": 3, "tags": None, "place": None, "m": None}])
        ids = [self.load("nested").schema().find_field(name).field_id for name in ("id", "tags", "tags.element", "place.y.z", "m.key", "m.value")]
        self.assertEqual(len(set(ids)), 6)

    def write_nested(self):
        rows = [{"id": 1, "tags": ["a", None, "b"], "place": {"x": 1, "y": {"z": 0.5}}, "m": {"k": 7}}, {"id": 2, "tags": [], "place": {"x": None, "y": None}, "m": {}}, {"id": 3}]
        (self.path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

class Tables(Lake):
    def test_each_insert_is_one_snapshot_with_its_token(self):
        ddl = self.table("t", "k STRING, v INT")
        self.run_sql(ddl + "INSERT INTO t VALUES ('a', 1), ('b', 2);")
        self.run_sql(ddl + "INSERT INTO t VALUES ('c', 3);")
        table = self.load("t")
        self.assertEqual(sorted(table.scan().to_arrow()["v"].to_pylist()), [1, 2, 3])
        snapshots = table.metadata.snapshots
        self.assertEqual([s.sequence_number for s in snapshots], [1, 2])
        self.assertEqual([s.summary["total-records"] for s in snapshots], ["2", "3"])
        self.assertEqual([s.summary["freshet.epoch"] for s in snapshots], ["1", "1"])
        self.assertEqual(len({s.summary["freshet.write"] for s in snapshots}), 2)
        self.assertEqual(snapshots[1].parent_snapshot_id, snapshots[0].snapshot_id)
        self.assertEqual(len(table.metadata.metadata_log), 2)

    def test_time_travel_finds_the_first_rows(self):
        ddl = self.table("t", "v INT")
        self.run_sql(ddl + "INSERT INTO t VALUES (1);")
        self.run_sql(ddl + "INSERT INTO t VALUES (2);")
        table = self.load("t")
        self.assertEqual(table.scan(snapshot_id=table.metadata.snapshots[0].snapshot_id).to_arrow()["v"].to_pylist(), [1])

    def test_partitions_are_pruned(self):
        from pyiceberg.expressions import EqualTo, IsNull

        self.run_sql(self.table("p", "dt DATE, k STRING, v INT", "PARTITIONED BY (dt, k)")
                     + "INSERT INTO p VALUES (DATE '2026-11-23', 'a', 1), (DATE '2026-11-23', 'b/ü', 2), (DATE '2026-11-24', CAST(NULL AS STRING), 3);")
        table = self.load("p")
        self.assertEqual([f.name for f in table.spec().fields], ["dt", "k"])
        self.assertEqual(len(self.data_files("p")), 3)
        for row_filter, values in ((EqualTo("dt", "2026-11-24"), [3]), (EqualTo("k", "b/ü"), [2]), (IsNull("k"), [3])):
            scan = table.scan(row_filter=row_filter)
            self.assertEqual(scan.to_arrow()["v"].to_pylist(), values)
            self.assertEqual(len(list(scan.plan_files())), 1)

    def test_every_plain_type_can_partition(self):
        columns = "n INT, big BIGINT, flag BOOLEAN, amount DECIMAL(9, 2), ts TIMESTAMP(3), tod TIME, v INT"
        self.run_sql(self.table("p", columns, "PARTITIONED BY (n, big, flag, amount, ts, tod)")
                     + "INSERT INTO p VALUES (1, CAST(2 AS BIGINT), TRUE, CAST(-3.50 AS DECIMAL(9, 2)), TIMESTAMP '2026-11-23 01:02:03.004', TIME '01:02:03', 9);")
        self.assertEqual(self.load("p").scan().to_arrow().to_pylist(), [{
            "n": 1, "big": 2, "flag": True, "amount": decimal.Decimal("-3.50"), "ts": datetime.datetime(2026, 11, 23, 1, 2, 3, 4000), "tod": datetime.time(1, 2, 3), "v": 9}])

    def test_new_nullable_columns_evolve_the_schema(self):
        self.run_sql(self.table("t", "k STRING") + "INSERT INTO t VALUES ('old');")
        self.run_sql(self.table("t", "k STRING, extra DOUBLE") + "INSERT INTO t VALUES ('new', CAST(1.5 AS DOUBLE));")
        self.run_sql(self.table("t", "k STRING") + "INSERT INTO t VALUES ('fewer');")
        rows = {row["k"]: row["extra"] for row in self.load("t").scan().to_arrow().to_pylist()}
        self.assertEqual(rows, {"old": None, "new": 1.5, "fewer": None})
        self.assertEqual(len(self.load("t").metadata.schemas), 2)

    def test_what_does_not_fit_is_refused(self):
        self.run_sql(self.table("t", "k STRING NOT NULL") + "INSERT INTO t VALUES ('a');")
        self.assertIn("is string in the table", self.run_sql(self.table("t", "k INT NOT NULL") + "INSERT INTO t VALUES (1);", fails=True))
        self.assertIn("declare it NOT NULL", self.run_sql(self.table("t", "k STRING") + "INSERT INTO t VALUES ('b');", fails=True))
        self.assertIn("new column must take NULL", self.run_sql(self.table("t", "k STRING NOT NULL, x INT NOT NULL") + "INSERT INTO t VALUES ('b', 1);", fails=True))
        self.assertIn("partitioned by ()", self.run_sql(self.table("t", "k STRING NOT NULL", "PARTITIONED BY (k)") + "INSERT INTO t VALUES ('b');", fails=True))
        self.assertEqual(self.load("t").scan().to_arrow().num_rows, 1)

    def test_updates_are_refused(self):
        (self.path / "in").write_text("a\na\n")
        said = self.run_sql(f"CREATE TABLE src (k STRING) WITH ('connector' = 'filesystem', 'path' = '{self.path}/in', 'format' = 'csv');"
                            + self.table("t", "k STRING, n BIGINT") + "INSERT INTO t SELECT k, COUNT(*) FROM src GROUP BY k;", fails=True)
        self.assertIn("does not take update and delete changes", said)

    def test_long_text_is_bounded_by_sixteen_characters(self):
        self.run_sql(self.table("t", "s STRING") + "INSERT INTO t VALUES ('abcdefghijklmnopqrstuvwxyz');")
        file = self.data_files("t")[0]
        self.assertEqual((file.lower_bounds[1], file.upper_bounds[1]), (b"abcdefghijklmnop", b"abcdefghijklmnoq"))

    def test_many_rows_and_nan(self):
        lines = "".join(json.dumps({"id": i, "x": i / 2}) + "\n" for i in range(50_000))
        (self.path / "in.jsonl").write_text(lines)
        self.run_sql(f"CREATE TABLE src (id BIGINT, x DOUBLE) WITH ('connector' = 'filesystem', 'path' = '{self.path}/in.jsonl', 'format' = 'json');"
                     + self.table("t", "id BIGINT, x DOUBLE") + "INSERT INTO t SELECT id, x FROM src;")
        table = self.load("t").scan().to_arrow()
        self.assertEqual(table.num_rows, 50_000)
        self.assertEqual(sum(table["id"].to_pylist()), 50_000 * 49_999 // 2)
        self.assertTrue(math.isclose(sum(table["x"].to_pylist()), 50_000 * 49_999 / 4))


if __name__ == "__main__":
    unittest.main()
