#!/usr/bin/env python3
"""Rows of many types as pyarrow writes them, for src/data/formats/arrow_test.cc: python tools/goldens/arrow_files.py, in the environment of tools/dev/python/iceberg.txt."""

import base64
import datetime
import decimal
import json
import pathlib

import pyarrow as pa

OUT = pathlib.Path("src/data/formats/testdata")
PLAIN = {"b": pa.bool_(), "i1": pa.int8(), "i2": pa.int16(), "i4": pa.int32(), "i8": pa.int64(), "f4": pa.float32(), "f8": pa.float64(), "d9": pa.decimal128(9, 2), "d38": pa.decimal128(38, 10),
         "s": pa.string(), "y": pa.binary(), "dt": pa.date32(), "tm": pa.time32("ms"), "t3": pa.timestamp("ms"), "l6": pa.timestamp("us", "UTC"), "a": pa.list_(pa.int32()),
         "ar": pa.list_(pa.struct([("x", pa.int32()), ("y", pa.string())])), "m": pa.map_(pa.string(), pa.int64()), "r": pa.struct([("p", pa.float64()), ("q", pa.struct([("z", pa.string())]))])}
# The same values in other types that are read as the same columns, in another order.
OTHER = {"unwanted": pa.list_(pa.duration("s")), "r": pa.struct([("q", pa.struct([("more", pa.null()), ("z", pa.large_string())])), ("p", pa.float32())]), "m": pa.map_(pa.string_view(), pa.int32()),
         "ar": pa.large_list(pa.struct([("y", pa.dictionary(pa.int8(), pa.string())), ("x", pa.uint16())])), "a": pa.list_(pa.int8()), "l6": pa.timestamp("ns", "Europe/Zurich"), "t3": pa.timestamp("us"),
         "tm": pa.time64("us"), "dt": pa.date64(), "y": pa.binary_view(), "s": pa.string_view(), "d38": pa.decimal128(30, 10), "d9": pa.decimal128(7, 2), "f8": pa.float32(), "f4": pa.float32(), "i8": pa.uint32(),
         "i4": pa.int16(), "i2": pa.int8(), "i1": pa.int8(), "b": pa.bool_()}
LONG = "a text that is longer than twelve bytes: é"


def rows():
    full = {"b": True, "i1": -1, "i2": -2, "i4": 4, "i8": 8, "f4": 0.5, "f8": -2.25, "d9": decimal.Decimal("-123.45"), "d38": decimal.Decimal("12345678901234567890.0123456789"), "s": LONG, "y": b"\x00\xff",
            "dt": datetime.date(1969, 12, 31), "tm": datetime.time(23, 59, 59, 123000), "t3": datetime.datetime(2026, 11, 23, 10, 0, 0, 123000),
            "l6": datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, datetime.timezone.utc), "a": [1, None, 3], "ar": [{"x": 1, "y": "one"}, None, {"x": None, "y": LONG}], "m": [("k", 64), (LONG, None)],
            "r": {"p": 1.5, "q": {"z": "deep"}}}
    empty = {"i4": 0}
    other = {**full, "b": False, "i4": 5, "s": "twelve bytes", "a": [], "ar": None, "m": [], "r": {"p": None, "q": None}, "d9": None}
    return [full, empty, other, {**full, "i4": 6, "r": {"p": 2.5, "q": {"z": None}}}]


def dict_of(pairs):
    return {key: as_json(one) for key, one in pairs}


def as_json(value):
    """As the format json reads it."""
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f") + ("Z" if value.tzinfo else "")
    return str(value) if isinstance(value, (datetime.date, datetime.time, decimal.Decimal)) else value


def table(types, of):
    columns = []
    for name, kind in types.items():
        values = [row.get(name) for row in of]
        columns.append(pa.array(values, kind))
    fields = [pa.field(name, kind, nullable=name != "i4") for name, kind in types.items()]
    return pa.record_batch(columns, schema=pa.schema(fields))


def write(name, batches, stream=False, **options):
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(str(OUT / name), batches[0].schema, options=pa.ipc.IpcWriteOptions(**options)) as out:
        for batch in batches:
            out.write_batch(batch)


def main():
    these = rows()
    (OUT / "arrow_rows.json").write_text("".join(json.dumps({name: dict_of(value) if name == "m" else as_json(value) for name, value in row.items() if value is not None}) + "\n" for row in these))
    plain = table(PLAIN, these)
    write("arrow_plain.arrow", [plain])
    write("arrow_plain.arrows", [plain], stream=True)
    write("arrow_old.arrows", [plain], stream=True, use_legacy_format=True, metadata_version=pa.ipc.MetadataVersion.V4)
    write("arrow_lz4.arrow", [plain], compression="lz4")
    write("arrow_zstd.arrow", [plain], compression="zstd")
    write("arrow_other.arrow", [table(OTHER, these)])
    write("arrow_other_zstd.arrow", [table(OTHER, these)], compression="zstd")
    # Rows that begin in the middle of what their batch holds, and a batch without any.
    long = table(PLAIN, [{"i4": 7}] * 13 + these + these)
    write("arrow_sliced.arrows", [long.slice(13, 1), long.slice(14, 0), long.slice(14, 3)], stream=True)
    words = pa.dictionary(pa.int16(), pa.string())
    chunks = [["a", "b", None, "a"], ["c", "b", LONG]]
    batches = [pa.record_batch([pa.array(chunk, words)], names=["w"]) for chunk in chunks]
    write("arrow_replaced.arrows", batches, stream=True)
    values = pa.array(["a", "b"]), pa.array(["a", "b", "c", LONG])
    batches = [pa.record_batch([pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int16()), of)], names=["w"]) for numbers, of in zip(([0, 1, None, 0], [2, 1, 3]), values)]
    write("arrow_deltas.arrows", batches, stream=True, emit_dictionary_deltas=True)


main()
