"""pyarrow and fastavro read the files of filesystem tables that `freshet run` wrote, and it reads theirs."""

import datetime
import decimal
import unittest

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq

from lake import Lake

COLUMNS = "id INT NOT NULL, price DECIMAL(10, 2), ts TIMESTAMP(3), tags ARRAY<STRING>, inside ROW<a INT, b STRING>, m MAP<STRING, BIGINT>, y BYTES, day_of DATE, dt STRING"
VALUES = """(1, CAST(-2.50 AS DECIMAL(10, 2)), TIMESTAMP '2026-11-23 10:00:00.123', ARRAY['x', 'é'], CAST(ROW(7, 'seven') AS ROW<a INT, b STRING>), MAP['k', CAST(64 AS BIGINT)], CAST('xyz' AS BYTES), DATE '1969-12-31', '10:00')"""
ROW = {"id": 1, "price": decimal.Decimal("-2.50"), "ts": datetime.datetime(2026, 11, 23, 10, 0, 0, 123000), "tags": ["x", "é"], "inside": {"a": 7, "b": "seven"},
       "m": {"k": 64}, "y": b"xyz", "day_of": datetime.date(1969, 12, 31)}


class Files(Lake):
    def files(self, format_options):
        return f"CREATE TABLE t ({COLUMNS}) PARTITIONED BY (dt) WITH ('connector' = 'filesystem', 'path' = '{self.path}/t', {format_options});\n"

    def written(self, format_options):
        self.run_sql(self.files(format_options) + f"INSERT INTO t VALUES {VALUES};\n")
        (part,) = (self.path / "t" / "dt=10%3A00").glob("part-*")
        return part

    def read(self, format_options):
        done = self.run_sql(self.files(format_options) + "CREATE TABLE o (id INT, price DECIMAL(10, 2), ts TIMESTAMP(3), tag STRING, b STRING, k BIGINT, y BYTES, day_of DATE, dt STRING) "
                            f"WITH ('connector' = 'filesystem', 'path' = '{self.path}/o', 'format' = 'json');\n"
                            "INSERT INTO o SELECT id, price, ts, tags[2], inside.b, m['k'], y, day_of, dt FROM t;\n")
        return sorted(line for part in (self.path / "o").glob("part-*") for line in part.read_text().splitlines()), done

    def folder(self):
        folder = self.path / "t" / "dt=11%3A00"
        folder.mkdir(parents=True)
        return folder

    def test_parquet_is_read_by_pyarrow(self):
        for codec in ("SNAPPY", "ZSTD", "GZIP", "UNCOMPRESSED"):
            with self.subTest(codec):
                table = pq.ParquetFile(self.written(f"'format' = 'parquet', 'parquet.compression' = '{codec}'")).read()
                row = {**table.to_pylist()[0], "m": dict(table.to_pylist()[0]["m"])}
                self.assertEqual(row, ROW)
            for part in (self.path / "t").rglob("part-*"):
                part.unlink()

    def test_parquet_of_pyarrow_is_read(self):
        row = {**ROW, "m": list(ROW["m"].items())}
        types = {"id": pa.int16(), "price": pa.decimal128(9, 2), "ts": pa.timestamp("ns"), "tags": pa.large_list(pa.string()), "inside": pa.struct([("b", pa.large_string()), ("a", pa.int32())]),
                 "m": pa.map_(pa.string(), pa.int64()), "y": pa.binary(), "day_of": pa.date32()}
        pq.write_table(pa.Table.from_pylist([row], schema=pa.schema(list(types.items()))), self.folder() / "x.parquet")
        rows, _ = self.read("'format' = 'parquet'")
        self.assertEqual(rows, ['{"id":1,"price":-2.50,"ts":"2026-11-23 10:00:00.123","tag":"é","b":"seven","k":64,"y":"eHl6","day_of":"1969-12-31","dt":"11:00"}'])

    def test_arrow_is_read_by_pyarrow(self):
        for codec in ("none", "lz4", "zstd"):
            with self.subTest(codec), pa.OSFile(str(self.written(f"'format' = 'arrow', 'arrow.compression' = '{codec}'"))) as file:
                table = pa.ipc.open_file(file).read_all()
                table.validate(full=True)
                row = {**table.to_pylist()[0], "m": dict(table.to_pylist()[0]["m"])}
                self.assertEqual(row, ROW)
                self.assertFalse(table.schema.field("id").nullable)
            for part in (self.path / "t").rglob("part-*"):
                part.unlink()

    def test_arrow_of_pyarrow_is_read(self):
        row = {**ROW, "m": list(ROW["m"].items())}
        types = {"m": pa.map_(pa.string(), pa.int64()), "id": pa.int16(), "price": pa.decimal128(9, 2), "ts": pa.timestamp("ns"), "tags": pa.large_list(pa.dictionary(pa.int8(), pa.string())),
                 "inside": pa.struct([("b", pa.string_view()), ("a", pa.int32())]), "y": pa.large_binary(), "day_of": pa.date64()}
        table = pa.Table.from_pylist([row], schema=pa.schema(list(types.items())))
        for name, make in (("x.arrow", pa.ipc.new_file), ("y.arrows", pa.ipc.new_stream)):
            with self.subTest(name):
                folder = self.path / "t" / "dt=11%3A00"
                folder.mkdir(parents=True, exist_ok=True)
                with make(str(folder / name), table.schema) as out:
                    out.write_table(table)
                rows, _ = self.read("'format' = 'arrow'")
                self.assertEqual(rows, ['{"id":1,"price":-2.50,"ts":"2026-11-23 10:00:00.123","tag":"é","b":"seven","k":64,"y":"eHl6","day_of":"1969-12-31","dt":"11:00"}'])
                (folder / name).unlink()
                for part in (self.path / "o").glob("part-*"):
                    part.unlink()

    def test_avro_is_read_by_fastavro(self):
        for codec in ("snappy", "zstandard", "deflate", "null"):
            with self.subTest(codec):
                with self.written(f"'format' = 'avro', 'avro.codec' = '{codec}'").open("rb") as part:
                    try:
                        (row,) = fastavro.reader(part)
                    except ValueError as lacking:  # a codec whose library is not in this environment
                        self.assertIn("codec", str(lacking))
                    else:
                        self.assertEqual({**row, "ts": row["ts"].replace(tzinfo=None)}, ROW)
            for part in (self.path / "t").rglob("part-*"):
                part.unlink()

    def test_avro_of_fastavro_is_read_by_its_own_schema(self):
        schema = {"type": "record", "name": "r", "fields": [
            {"name": "day_of", "type": {"type": "int", "logicalType": "date"}}, {"name": "unwanted", "type": ["string", "null"]}, {"name": "y", "type": {"type": "fixed", "name": "f", "size": 3}},
            {"name": "m", "type": {"type": "map", "values": "int"}}, {"name": "inside", "type": {"type": "record", "name": "i", "fields": [{"name": "b", "type": {"type": "enum", "name": "e", "symbols": ["six", "seven"]}}]}},
            {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}}, {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
            {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3}}, {"name": "id", "type": "int"}]}
        row = {**ROW, "unwanted": "u", "ts": ROW["ts"].replace(tzinfo=datetime.timezone.utc)}
        with (self.folder() / "x").open("wb") as out:
            fastavro.writer(out, schema, [row], codec="deflate")
        rows, _ = self.read("'format' = 'avro'")
        self.assertEqual(rows, ['{"id":1,"price":-2.50,"ts":"2026-11-23 10:00:00.123","tag":"é","b":"seven","k":64,"y":"eHl6","day_of":"1969-12-31","dt":"11:00"}'])


if __name__ == "__main__":
    unittest.main()
