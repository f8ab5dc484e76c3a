"""Runs fuzz targets, one after the other, and keeps what they learn: tests/fuzz/README.md.

    fuzz.py run --build DIR [--seconds N | --hours H] [--minimise] [TARGET…]
    fuzz.py line FILE…          the inputs in these files, each as its line of a corpus
"""

import argparse
import hashlib
import pathlib
import re
import subprocess
import sys
import time

CORPORA = pathlib.Path("tests/fuzz/corpus")
INPUT_BYTES_MAX = 2048  # of what is kept in the repository
LETTERS = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def escaped(data: bytes) -> str:
    line = "".join(LETTERS.get(c, c if " " <= c <= "~" else f"\\x{ord(c):02x}") for c in data.decode("latin-1"))
    line = re.sub("^#", r"\\x23", line)
    return re.sub(" $", r"\\x20", line)


def unescaped(line: str) -> bytes:
    def byte(match):
        escape = match.group(1)
        return chr(int(escape[1:], 16)) if escape[0] == "x" else {"n": "\n", "r": "\r", "t": "\t"}.get(escape, escape)
    return re.sub(r"\\(x[0-9a-f]{2}|.)", byte, line).encode("latin-1")


class Corpus:
    """Inputs one a line. One with a comment above it was found or written by somebody, and stays."""

    def __init__(self, target: str):
        self.path = CORPORA / f"{target}.txt"
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.inputs = [unescaped(line) for line in lines if line and not line.startswith("#")]
        self.kept = [(above, line) for above, line in zip(lines, lines[1:]) if above.startswith("#") and line and not line.startswith("#")]

    def unpack(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        for data in self.inputs:
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)

    def write(self, inputs: list[bytes]):
        kept = {line for _, line in self.kept}
        fresh = sorted({escaped(data) for data in inputs if data} - kept, key=lambda line: (len(line), line))
        lines = [text for pair in self.kept for text in pair] + fresh
        if not lines:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(lines) + "\n")


def number(text: str, pattern: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(binary: pathlib.Path, build: pathlib.Path, seconds: int) -> dict:
    name, finds = binary.name, build / "finds"
    corpus, log = build / "corpus" / name, build / f"{name}.log"
    finds.mkdir(exist_ok=True)
    Corpus(name).unpack(corpus)
    begin = time.time()
    with log.open("wb") as out:
        ended = subprocess.run([binary, f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=10", "-use_value_profile=1", "-print_final_stats=1", f"-artifact_prefix={finds}/{name}-", corpus],
                       stdout=out, stderr=subprocess.STDOUT, check=False)
    text = log.read_text(errors="replace")
    found = [path for path in finds.glob(f"{name}-*") if path.stat().st_mtime >= begin]
    finds_told = max(len(found), int(ended.returncode != 0))  # one that stopped is a find, whether or not it could write down its input
    return {"target": name, "runs": number(text, r"number_of_executed_units:\s*(\d+)") or number(text, r"#(\d+)\s"), "seconds": round(time.time() - begin), "inputs": number(text, r" corp: (\d+)/"),
            "edges": number(text, r" cov: (\d+)"), "features": number(text, r" ft: (\d+)"), "finds": finds_told}


def minimise(binary: pathlib.Path, build: pathlib.Path):
    corpus, small = build / "corpus" / binary.name, build / "minimised" / binary.name
    Corpus(binary.name).unpack(corpus)
    small.mkdir(parents=True, exist_ok=True)
    (build / "finds").mkdir(exist_ok=True)
    for old in small.iterdir():
        old.unlink()
    subprocess.run([binary, "-set_cover_merge=1", f"-max_len={INPUT_BYTES_MAX}", f"-artifact_prefix={build}/finds/{binary.name}-", small, corpus], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    Corpus(binary.name).write([path.read_bytes() for path in small.iterdir()])


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fuzz")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=20, help="for each target; 0: none is run")
    parser.add_argument("--hours", type=float, help="for all of them together")
    parser.add_argument("--minimise", action="store_true", help="writes the least of what was learnt into tests/fuzz/corpus")
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args(sys.argv[2:])
    binaries = {path.name: path for path in sorted(options.build.glob("src/**/*_fuzz")) if path.is_file()}
    unknown = set(options.targets) - set(binaries)
    if unknown:
        parser.error(f"no fuzz target {', '.join(sorted(unknown))}")
    chosen = [binaries[name] for name in options.targets or sorted(binaries)]
    seconds = options.seconds if options.hours is None else max(1, int(options.hours * 3600 / len(chosen)))
    total, row = {"runs": 0, "seconds": 0, "inputs": 0, "edges": 0, "features": 0, "finds": 0}, "{:36} {:>12} {:>8} {:>8} {:>8} {:>9} {:>6}"
    print(row.format("target", *total), flush=True)
    for binary in chosen if seconds > 0 else []:
        result = run(binary, options.build, seconds)
        print(row.format(*result.values()), flush=True)
        total = {key: count + result[key] for key, count in total.items()}
    print(row.format(f"{len(chosen)} targets", *total.values()))
    if options.minimise:
        for binary in chosen:
            minimise(binary, options.build)
        print(f"{CORPORA}: {sum(path.stat().st_size for path in CORPORA.iterdir())} bytes")
    if total["finds"] > 0:
        print(f"found something: {options.build}/finds; what it was stands in the target's log beside it")
    return 1 if total["finds"] > 0 else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["line"]:
        for file in sys.argv[2:]:
            print(escaped(pathlib.Path(file).read_bytes()))
    elif sys.argv[1:2] == ["run"]:
        sys.exit(main())
    else:
        sys.exit(__doc__)
