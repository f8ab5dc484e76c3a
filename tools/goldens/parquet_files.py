"""Writes Parquet files with pyarrow, and the rows that a table over them has, canonically.

usage: python tools/goldens/parquet_files.py src/engines/lake/testdata
Run with pyarrow 26.0.1, the version of tools/dev/artifacts.lock.
"""

import datetime
import decimal
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

UTC = datetime.timezone.utc
SCHEMA = pa.schema([
    ("b", pa.bool_()), ("i1", pa.int8()), ("i2", pa.int16()), ("u4", pa.uint32()), ("i8", pa.int64()), ("f4", pa.float32()), ("f8", pa.float64()),
    ("d9", pa.decimal128(9, 2)), ("d38", pa.decimal128(38, 10)), ("s", pa.string()), ("word", pa.dictionary(pa.int32(), pa.string())), ("y", pa.large_binary()),
    ("dt", pa.date32()), ("tm", pa.time64("us")), ("t3", pa.timestamp("ms")), ("t6", pa.timestamp("us", "UTC")),
    ("m", pa.map_(pa.string(), pa.int64())), ("r", pa.struct([("p", pa.float64()), ("unwanted", pa.string()), ("q", pa.list_(pa.struct([("z", pa.string())])))])), ("unwanted", pa.int32()),
])
ROWS = [
    {"b": True, "i1": -128, "i2": 32767, "u4": 4294967295, "i8": -(2**63), "f4": 1.5, "f8": -0.1, "d9": decimal.Decimal("-1.28"), "d38": decimal.Decimal("1234567890123456789012345678.0123456789"),
     "s": "é long enough not to lie inside", "word": "x", "y": b"\x00\x01\xff", "dt": datetime.date(1969, 12, 31), "tm": datetime.time(23, 59, 59, 999000), "t3": datetime.datetime(2026, 11, 23, 10, 0, 0, 123000),
     "t6": datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC), "m": [("k", 64), ("l", None)], "r": {"p": 1e300, "unwanted": "u", "q": [{"z": "deep"}, None, {"z": None}]}, "unwanted": 1},
    {},
    {"b": False, "i1": 0, "s": "", "word": "y", "y": b"", "m": [], "r": {"p": None, "q": []}},
]
EXPECTED = r"""{"r":{"q":[{"z":"deep"},null,{"z":null}],"absent":null,"p":1e+300},"b":true,"i1":-128,"i2":32767,"u4":4294967295,"i8":-9223372036854775808,"f4":1.5,"f8":-0.1,"d9":"-1.28","d38":"1234567890123456789012345678.0123456789","s":"é long enough not to lie inside","word":"x","y":"0001ff","dt":"1969-12-31","tm":"23:59:59.999","t3":"2026-11-23 10:00:00.123","t6":"1969-12-31 23:59:59.999999Z","t96":"2026-11-23 10:00:00.123456","m":[["k",64],["l",null]],"added":null}
{"r":null,"b":null,"i1":null,"i2":null,"u4":null,"i8":null,"f4":null,"f8":null,"d9":null,"d38":null,"s":null,"word":null,"y":null,"dt":null,"tm":null,"t3":null,"t6":null,"t96":null,"m":null,"added":null}
{"r":{"q":[],"absent":null,"p":null},"b":false,"i1":0,"i2":null,"u4":null,"i8":null,"f4":null,"f8":null,"d9":null,"d38":null,"s":"","word":"y","y":"","dt":null,"tm":null,"t3":null,"t6":null,"t96":null,"m":[],"added":null}
"""


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(ROWS, schema=SCHEMA)
    t96 = pa.array([datetime.datetime(2026, 11, 23, 10, 0, 0, 123456), None, None], pa.timestamp("ns"))
    pq.write_table(table.append_column("t96", t96), out / "arrow.parquet", row_group_size=2)
    # The older timestamps of twelve bytes, the older pages, no schema of Arrow's own beside Parquet's.
    pq.write_table(table.append_column("t96", t96), out / "arrow_zstd_v1.parquet", compression="zstd", version="1.0", data_page_version="1.0", use_deprecated_int96_timestamps=True, store_schema=False)
    (out / "arrow.rows.json").write_text(EXPECTED, encoding="utf-8")


main()
