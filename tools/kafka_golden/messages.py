#!/usr/bin/env python3
"""Writes src/wire/kafka/testdata/golden_messages.h: every API in every version, as another implementation encodes it.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install kafka-python==3.0.12
    /tmp/golden/bin/python tools/kafka_golden/messages.py

Each message has its own value in every field that its version knows, so a field that is missing, misplaced or of
the wrong width in our tables changes the bytes.
"""
import importlib
import importlib.util
import pathlib
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "src/wire/kafka/testdata/golden_messages.h"
for module in ("admin", "consumer", "metadata", "producer", "sasl"):
    importlib.import_module(f"kafka.protocol.{module}")

from kafka.protocol.api_message import ApiMessage  # noqa: E402

spec = importlib.util.spec_from_file_location("generate", ROOT / "tools/kafka_schemata/generate.py")
schemata = importlib.util.module_from_spec(spec)
spec.loader.exec_module(schemata)


def message_classes(base=ApiMessage):
    for cls in base.__subclasses__():
        yield cls
        yield from message_classes(cls)


class Values:
    """A different value each time, so that no two fields of a message are alike."""

    def __init__(self):
        self.n = 0

    def plain(self, kind):
        self.n += 1
        n = self.n
        if kind == "bool":
            return True
        if kind == "int8":
            return n % 100 + 1
        if kind in ("int16", "uint16"):
            return 256 + n
        if kind == "int32":
            return 0x10000 + n
        if kind == "int64":
            return 0x100000000 + n
        if kind == "float64":
            return n + 0.5
        if kind == "uuid":
            return uuid.UUID(int=(n << 120) + n)
        if kind == "bitfield":
            return {n % 16, 20}
        if kind == "string":
            return f"s{n}"
        return f"bytes{n}".encode()

    def struct(self, owner, version):
        return {f.name: self.field(f, version) for f in owner._fields if f.for_version_q(version)}

    def field(self, field, version):
        if field.is_struct_array():
            return [field.data_class(version=version, **self.struct(field.array_of, version)) for _ in range(2)]
        if field.is_struct():
            return field.data_class(version=version, **self.struct(field, version))
        if field.is_array():
            return [self.plain(field.type_str.removeprefix("[]")) for _ in range(2)]
        return self.plain(field.type_str)


def rows():
    known = {cls.__name__: cls for cls in message_classes()}
    for api, (first, last) in schemata.APIS.items():
        for kind in ("Request", "Response"):
            cls = known[api + kind]
            for version in range(first, last + 1):
                message = cls(version=version, **Values().struct(cls._struct, version))
                yield f"{api}{kind}", version, message.encode(version=version).hex()


lines = ["#pragma once", "", "#include <string_view>", "",
         "// Written by tools/kafka_golden/messages.py with kafka-python 3.0.12; not edited by hand.", "",
         "namespace freshet::wire::kafka {", "", "struct GoldenMessage {", "  std::string_view name;",
         "  int version;", "  std::string_view hex;", "};", "", "inline constexpr GoldenMessage kGoldenMessages[] = {"]
for name, version, text in rows():
    lines.append(f'    {{"{name}", {version},')
    lines += [f'     "{text[i:i + 110]}"' for i in range(0, max(len(text), 1), 110)]
    lines[-1] += "},"
lines += ["};", "", "}  // namespace freshet::wire::kafka", ""]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("\n".join(lines))
print(f"{OUT.relative_to(ROOT)}: {OUT.stat().st_size} bytes")
