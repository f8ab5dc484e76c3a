"""Case files of tests/sql: a script, and behind it the answers it expects, in comments."""

import json
import os
import re

EXPECT = re.compile(r"/\* expect ([^\n]*)\n(.*?)\*/\n?", re.S)


class Case:
    def __init__(self, path):
        self.path = str(path)
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        self.own = EXPECT.sub("", self.text)
        self.script = self.own + "".join(self.run_file(name) for name in re.findall(r"^-- runs: (\S+)", self.own, re.M))
        self.expected = [(what, rows) for what, rows in EXPECT.findall(self.text)]
        self.by_design = dict(re.findall(r"^-- flink differs, ([^:\n]*): (.*)", self.script, re.M))

    def run_file(self, name):
        with open(os.path.join(os.path.dirname(self.path), name), encoding="utf-8") as file:
            return "\n" + file.read()

    def results(self):
        """Names of what the script shows: tables that print, then top-level queries."""
        parts = statements(self.script)
        printed = [re.search(r"TABLE\s+(?:IF NOT EXISTS\s+)?`?(\w+)", part, re.I).group(1) for part in parts if tables(part) == "print"]
        queries = [part for part in parts if re.match(r"(SELECT|WITH|VALUES)\b|\(", part, re.I)]
        return printed + [f"select_{n + 1}" for n in range(len(queries))]

    def written(self, expected):
        blocks = "".join(f"/* expect {what}\n{rows}*/\n" for what, rows in expected)
        return self.own.rstrip("\n") + "\n" + blocks


def statements(script):
    """The script's statements; `;` inside quotes, back-ticks, comments and statement sets does not part them."""
    parts, at, begun = [], "", False
    tokens = re.compile(r"'(?:[^']|'')*'|`[^`]*`|\"[^\"]*\"|--[^\n]*|/\*(?!\+).*?\*/|;|\w+|\s+|.", re.S)
    for token in tokens.findall(script):
        if token.startswith("--") or token.startswith("/*") and not token.startswith("/*+"):
            token = " "
        if token.upper() == "BEGIN":
            begun = True
        if token.upper() == "END" and begun and at.rstrip().endswith(";"):
            begun = False
        if token == ";" and not begun:
            parts.append(at.strip())
            at = ""
        else:
            at += token
    return [part for part in parts + [at.strip()] if part]


def tables(statement):
    """The connector of a CREATE TABLE, or None."""
    found = re.search(r"'connector'\s*=\s*'([^']*)'", statement)
    return found.group(1) if found else None


def folded(changes):
    """What changes leave behind: by the sink's key if it has one, else as a multiset; sorted by bytes."""
    rows, by_key = {}, {}
    for op, row, key in changes:
        if key is not None:
            if op in ("+I", "+U"):
                by_key[key] = row
            elif op == "-D" or by_key.get(key) == row:
                by_key.pop(key, None)
        else:
            rows[row] = rows.get(row, 0) + (1 if op[0] == "+" else -1)
    left = list(by_key.values()) + [row for row, count in rows.items() for _ in range(count)]
    return sorted(left, key=lambda row: row.encode())


def folded_changelog(text):
    changes = []
    for line in text.splitlines():
        op = json.loads(line)["op"]
        changes.append((op, line.replace(f'"op":"{op}",', "", 1), None))
    return folded(changes)


def with_op(op, row):
    return '{"op":"%s"%s%s' % (op, "" if row == "{}" else ",", row[1:])
