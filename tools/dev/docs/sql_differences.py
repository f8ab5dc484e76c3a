#!/usr/bin/env python3
"""Prints docs/sql_differences.md: every case of tests/sql whose answer is not Flink's by design, with the reason that its `-- flink differs` line gives."""

import pathlib
import re

HEAD = """# Cases whose answer is not Flink's
Every case of `tests/sql` that Flink answers otherwise, or not at all, by its `-- flink differs` lines; all other cases have Flink's own answer as their golden. `./dev docs` prints this page; what users meet of it
stands in docs/sql.md, "Where the answer is not Flink's".

| case | what it shows | Flink 2.3 |
|---|---|---|
"""


def text(words):
    return words.strip().replace("|", "\\|")


def rows():
    for path in sorted(pathlib.Path("tests/sql").rglob("*.sql")):
        lines = path.read_text().splitlines()
        for line in lines:
            found = re.fullmatch(r"-- flink differs, ([^:]+): (.*)", line)
            if found:
                name = path.relative_to("tests/sql").with_suffix("")
                yield f"| `{name}`, {found[1]} | {text(lines[0].removeprefix('--'))} | {text(found[2])} |"


print(HEAD + "\n".join(rows()))
