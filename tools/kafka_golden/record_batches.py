#!/usr/bin/env python3
"""Writes src/data/testdata/golden_batches.h: one record batch per codec, as another implementation builds it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install kafka-python==3.0.12 crc32c lz4 python-snappy zstandard
    /tmp/golden/bin/python tools/kafka_golden/record_batches.py
"""
import pathlib

from kafka.record.default_records import DefaultRecordBatchBuilder

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def batch(codec):
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=False,
        producer_id=7, producer_epoch=1, base_sequence=5, batch_size=1 << 20)
    builder.append(0, 1357034400000, b"UA", b'{"flight":1545,"delay":2}', [("origin", b"EWR"), ("filler", b"on time " * 40)])
    builder.append(1, 1357034400250, None, None, [])
    return bytes(builder.build())


lines = ["#pragma once", "", "#include <string_view>", "",
         "// Written by tools/kafka_golden/record_batches.py with kafka-python 3.0.12; not edited by hand.", "",
         "namespace freshet::data {", "", "struct GoldenBatch {", "  std::string_view name;", "  std::string_view hex;",
         "};", "", "inline constexpr GoldenBatch kGoldenBatches[] = {"]
for name, codec in CODECS.items():
    text = batch(codec).hex()
    lines.append(f'    {{"{name}",')
    cut = [text[i:i + 96] for i in range(0, len(text), 96)]
    lines += [f'     "{part}"' for part in cut]
    lines[-1] += "},"
lines += ["};", "", "}  // namespace freshet::data", ""]
(ROOT / "src/data/testdata").mkdir(parents=True, exist_ok=True)
(ROOT / "src/data/testdata/golden_batches.h").write_text("\n".join(lines))
