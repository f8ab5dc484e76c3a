#!/usr/bin/env python3
"""What Flink answers to the cases of tests/sql: `./dev oracle check|write|ask FILES…` (README.md)."""

import collections
import os
import pathlib
import re
import sys

import cases
from flink import Flink

NOT_THERE = {"kafka": "topics are not there", "upsert-kafka": "topics are not there"}


def not_there(case):
    """Why a case cannot be compared, or None."""
    said = re.search(r"^-- not for flink: (.*)", case.script, re.M)
    if said:
        return said.group(1)
    for part in seen(case):
        if re.match(r"CREATE\s+(TEMPORARY\s+)?MODEL", part, re.I):
            return "models are not there"
        if cases.tables(part) in NOT_THERE:
            return NOT_THERE[cases.tables(part)]
        if re.search(r"'partitions'\s*=\s*'([2-9])'", part) and "WATERMARK" in part.upper():
            return "watermarks of several partitions are not there"
    return None


def seen(case):
    """The script without declarations that stand behind a temporary table or view, which nobody sees."""
    declares = re.compile(r"CREATE\s+(TEMPORARY\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?`?(\w+)", re.I)
    in_front = set()
    for part in cases.statements(case.script):
        declared = declares.match(part)
        if declared and declared[1]:
            in_front.add(declared[2])
        if not (declared and not declared[1] and declared[2] in in_front):
            yield part


def runnable(case):
    """What both engines run: printing about plans and watermarks is the project's own."""
    return [part for part in cases.statements(case.script) if not re.match(r"((EXPLAIN|SHOW|DESCRIBE|DESC|RESET)\b|SET$)", part, re.I)]


def by_result(answer):
    """Changes by result."""
    out = {}
    for table, op, row, key in answer["changes"]:
        out.setdefault(table, []).append((op, row, key))
    return out


def written_by(sql):
    """The table that a statement fills, or None."""
    found = re.match(r"INSERT\s+INTO\s+`?(\w+)", sql, re.I)
    return found and found[1]


def expectation(what, changes):
    """Flink's rows for one expect block, or None where it is the project's own matter."""
    changelog = what.startswith("changelog ")
    name = what.removeprefix("changelog ")
    if name == "printed" or name == "error" or "$late" in name:
        return None
    ops = changes.get(name, [])
    lines = [cases.with_op(op, row) for op, row, _ in ops] if changelog else cases.folded(ops)
    return "".join(line + "\n" for line in lines)


def check(flink, case):
    """What came out, and lines that say what differs."""
    why = not_there(case)
    if why:
        return "not compared", [f"  {why}"]
    answer = flink.run(runnable(case), beside=os.path.dirname(case.path))
    failures = [(result or written_by(sql), message, sql) for result, message, sql in answer["errors"]]
    errors = [f"  Flink fails: {message[:500]}\n    at {sql[:200]}" for result, message, sql in failures if result not in case.by_design]
    if any(what == "error" for what, _ in case.expected):
        agrees = answer["errors"] or "error" in case.by_design
        return ("equal", []) if agrees else ("different", ["  expected an error, Flink answers"])
    failed = {result for result, _, _ in failures}
    out, order, changes = errors, [], by_result(answer)
    for what, rows in case.expected:
        name = what.removeprefix("changelog ")
        given = expectation(what, changes)
        if given is None or given == rows or name in failed or name in case.by_design:
            continue
        lines = [f"    expected {line}" for line in rows.splitlines()] + [f"    flink    {line}" for line in given.splitlines()]
        same = what.startswith("changelog ") and cases.folded_changelog(given) == cases.folded_changelog(rows)
        (order if same else out).extend([f"  {what}:", *lines])
    return ("different", out) if out else ("folded equal", order) if order else ("equal", [])


def write(flink, case):
    """Fills the expect blocks in; a case without any gets one for each result, folded."""
    answer = flink.run(runnable(case), beside=os.path.dirname(case.path))
    if answer["errors"]:
        return "different", [f"  Flink fails: {message[:500]}\n    at {sql[:200]}" for _, message, sql in answer["errors"]]
    changes = by_result(answer)
    filled = []
    for what, rows in case.expected or [(what, "") for what in case.results()]:
        given = None if what.removeprefix("changelog ") in case.by_design else expectation(what, changes)
        filled.append((what, rows if given is None else given))
    pathlib.Path(case.path).write_text(case.written(filled), encoding="utf-8")
    return "equal", []


def ask(flink, case):
    """Prints the changes, writes nothing."""
    answer = flink.run(runnable(case), beside=os.path.dirname(case.path))
    out = [f"  {table} {op} {row}" for table, op, row, _ in answer["changes"]]
    return "equal", out + [f"  error: {message}\n    at {sql}" for _, message, sql in answer["errors"]]


def files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(path.rglob("*.sql")) if path.is_dir() else [path]


def main():
    verbs = {"check": check, "write": write, "ask": ask}
    if len(sys.argv) < 3 or sys.argv[1] not in verbs:
        raise SystemExit("usage: ./dev oracle check|write|ask FILE_OR_FOLDER…")
    flink = Flink(os.environ["FRESHET_FLINK"], os.environ["FRESHET_ORACLE"], os.environ["FRESHET_ORACLE"] + ".log")
    counts = collections.Counter()
    for path in files(sys.argv[2:]):
        outcome, lines = verbs[sys.argv[1]](flink, cases.Case(path))
        counts[outcome] += 1
        if lines:
            print("\n".join([f"{path}: {outcome}", *lines]), flush=True)
    flink.close()
    print(f"{sum(counts.values())} cases: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    raise SystemExit(1 if counts["different"] else 0)


main()
