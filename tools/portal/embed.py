"""Writes the built portal as a C++ table of files: embed.py DIST OUT.cc (src/doors/http/portal_files.h has the type)."""

import gzip
import hashlib
import pathlib
import sys

CONTENT_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
PIECE = 4000  # bytes a string literal
WORTH_PACKING = 0.9


def literal(data: bytes) -> str:
    """Octal escapes always have three digits, so none reads on into what follows."""
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)] or [b""]
    plain = {byte: chr(byte) for byte in range(32, 127) if chr(byte) not in '"\\?'}
    return "\n    ".join('"' + "".join(plain.get(byte) or f"\\{byte:03o}" for byte in piece) + '"' for piece in pieces)


def view(data: bytes) -> str:
    return f"{{{literal(data)}, {len(data)}}}"


def row(path: pathlib.Path, dist: pathlib.Path) -> str:
    data = path.read_bytes()
    name = path.relative_to(dist).as_posix()
    packed = gzip.compress(data, 9, mtime=0)
    etag = '"' + hashlib.sha256(data).hexdigest()[:32] + '"'
    shown = "/" if name == "index.html" else "/" + name
    kept = packed if len(packed) < WORTH_PACKING * len(data) else b""
    return f"  {{{literal(shown.encode())}, {literal(CONTENT_TYPES[path.suffix].encode())}, {literal(etag.encode())},\n    {view(data)},\n    {view(kept)}}},\n"


def main() -> None:
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows = [row(path, dist) for path in sorted(dist.rglob("*")) if path.is_file()]
    out.write_text(
        "// Made by tools/portal/embed.py.\n"
        '#include "doors/http/portal_files.h"\n\nnamespace freshet::doors::http {\nnamespace {\n\n'
        f"constexpr PortalFile kPortalFiles[] = {{\n{''.join(rows)}}};\n\n"
        "}  // namespace\n\nstd::span<const PortalFile> PortalFiles() { return kPortalFiles; }\n\n}  // namespace freshet::doors::http\n"
    )


if __name__ == "__main__":
    main()
