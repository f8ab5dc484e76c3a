"""The product's answers: `freshet run` over a folder of files, many queries in one process."""

import os
import pathlib
import random
import re
import subprocess

# (result, --parallelism, how the files are cut: whole, one row each, or at random).
WAYS = [("final", 1, "whole"), ("changelog", 1, "rows"), ("changelog", 2, "cut"), ("final", 3, "cut"), ("changelog", 4, "whole")]
SECONDS_MOST = 60


class Product:
    def __init__(self, binary, folder):
        self.binary = str(pathlib.Path(binary).resolve())
        self.folder = pathlib.Path(folder)

    def answers(self, world, queries, ways=WAYS):
        """{query number: answer}, an answer being {way: lines}, or a text that says why there is none."""
        for cut in {cut for _, _, cut in ways}:
            self.write(world, cut)
        refused, found = {}, {query.number: {} for query in queries}
        for way in ways:
            asked = [query for query in queries if query.number not in refused]
            for number, answer in self.run(world, asked, way).items():
                if isinstance(answer, str):
                    refused[number] = f"{answer}\n  {named(way)}"
                else:
                    found[number][way] = answer
        return {number: refused.get(number, answer) for number, answer in found.items()}

    def write(self, world, cut):
        """Each table is a folder; where one file ends a batch ends."""
        for name in world.tables:
            path = self.folder / cut / name
            path.mkdir(parents=True, exist_ok=True)
            for old in path.iterdir():
                old.unlink()
            for number, lines in enumerate(parted(world.lines(name), cut)):
                (path / f"part-{number:03d}").write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def run(self, world, queries, way):
        """Runs them all; where one fails it is left out and the others run again."""
        answers, asked = {}, list(queries)
        while asked:
            done, output = self.process(world, asked, way)
            if done == 0:
                for n, query in enumerate(asked, 1):
                    path = self.folder / "out" / f"select_{n}.jsonl"
                    answers[query.number] = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
                break
            guilty = self.guilty(output, world, asked)
            if guilty is None and len(asked) > 1:
                for query in asked:
                    answers |= self.run(world, [query], way)
                break
            guilty = guilty or asked[0]
            answers[guilty.number] = output.strip() or f"the process ended with {done}"
            asked.remove(guilty)
        return answers

    def process(self, world, queries, way):
        result, parallelism, cut = way
        out = self.folder / "out"
        for old in out.glob("*"):
            old.unlink()
        script = self.folder / "script.sql"
        script.write_text("\n".join([*declarations(world, self.folder / cut), *[";".join(query.statements()) + ";" for query in queries]]) + "\n", encoding="utf-8")
        command = [self.binary, "run", str(script), "--result", result, "--parallelism", str(parallelism), "--out", str(out)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_MOST)
        except subprocess.TimeoutExpired:
            return -1, f"still running after {SECONDS_MOST} s"
        return done.returncode, done.stderr

    def guilty(self, output, world, queries):
        """One query stands on one line behind the tables."""
        found = re.search(r"script\.sql: line (\d+)", output)
        number = int(found.group(1)) - len(world.tables) - 1 if found else -1
        return queries[number] if 0 <= number < len(queries) else None


def named(way):
    result, parallelism, cut = way
    return f"{result}, parallelism {parallelism}, files {cut}"


def declarations(world, folder):
    return [world.declared(name, f"'connector' = 'filesystem', 'path' = '{folder / name}'") + ";" for name in world.tables]


def parted(lines, cut):
    if cut == "whole":
        return [lines]
    if cut == "rows":
        return [[line] for line in lines] or [[]]
    sizes, out, at = random.Random(len(lines)), [], 0
    while at < len(lines):
        size = sizes.randint(1, 5)
        out.append(lines[at:at + size])
        at += size
    return out or [[]]


def folded(lines):
    """(rows that a changelog leaves, sorted; what is wrong with its changes, or None)."""
    counts, wrong = {}, None
    for line in lines:
        op = line[7:9]
        row = "{" + line[11 if line[10] == "," else 10:]
        counts[row] = counts.get(row, 0) + (1 if op[0] == "+" else -1)
        if counts[row] < 0 and wrong is None:
            wrong = f"takes back a row that is not there: {line}"
    return sorted((row for row, count in counts.items() for _ in range(count)), key=str.encode), wrong


def complaint(expected, answer):
    """How an answer differs from the recomputed rows, or None."""
    for way, lines in answer.items():
        rows, wrong = (lines, None) if way[0] == "final" else folded(lines)
        if rows != expected:
            return f"{named(way)}:\n" + difference(expected, rows)
        if wrong:
            return f"{named(way)}: {wrong}"
    return None


def difference(expected, rows):
    left = list(rows)
    missing = [row for row in expected if not (row in left and left.remove(row) is None)]
    return "\n".join([f"  recomputed {row}" for row in missing[:6]] + [f"  answered   {row}" for row in left[:6]])


def environment_binary():
    return os.environ.get("FRESHET_BINARY") or str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet"))
