"""The product's answers: `freshet run` over a folder of files, many queries in one process."""

import os
import pathlib
import random
import re
import subprocess

# (result, --parallelism, how the files are cut: whole, one row each, or at random); "set": all queries are one job that fills tables, by key where they have one.
WAYS = [("final", 1, "whole"), ("changelog", 1, "rows"), ("changelog", 2, "cut"), ("set", 1, "rows"), ("final", 3, "cut"), ("set", 2, "whole"), ("set", 4, "cut"), ("changelog", 4, "whole")]
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
            lines = script(world, asked, way, self.folder)
            done, output = self.process("\n".join(text for text, _ in lines), way)
            if done == 0:
                return answers | {query.number: self.result(n, query, way) for n, query in enumerate(asked, 1)}
            guilty = culprit(output, lines)
            if guilty is None and len(asked) > 1:
                return answers | {number: answer for query in asked for number, answer in self.run(world, [query], way).items()}
            guilty = guilty or asked[0]
            answers[guilty.number] = output.strip() or f"the process ended with {done}"
            asked.remove(guilty)
        return answers

    def process(self, text, way):
        result, parallelism, _ = way
        out, path = self.folder / "out", self.folder / "script.sql"
        for old in out.glob("*"):
            old.unlink()
        path.write_text(text + "\n", encoding="utf-8")
        command = [self.binary, "run", str(path), "--result", "final" if result == "set" else result, "--parallelism", str(parallelism), "--out", str(out)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_MOST)
        except subprocess.TimeoutExpired:
            return -1, f"still running after {SECONDS_MOST} s"
        return done.returncode, done.stderr

    def tested(self, folder):
        """What `freshet test` says of a folder of cases."""
        done = subprocess.run([self.binary, "test", str(folder)], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or " hold, " not in done.stdout:
            raise SystemExit(f"freshet test ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def result(self, n, query, way):
        path = self.folder / "out" / (f"r{query.number}.jsonl" if way[0] == "set" else f"select_{n}.jsonl")
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def script(world, queries, way, folder):
    """Lines with the query that each belongs to."""
    lines = [(text, None) for text in declarations(world, folder / way[2])]
    if way[0] != "set":
        return lines + [(";".join(query.statements()) + ";", query) for query in queries]
    inserted = [(query, query.inserted(world)) for query in queries]
    lines += [("; ".join([table, *views]) + ";", query) for query, (table, views, _) in inserted]
    return [*lines, ("EXECUTE STATEMENT SET BEGIN", None), *[(insert + ";", query) for query, (_, _, insert) in inserted], ("END;", None)]


def culprit(output, lines):
    found = re.search(r"script\.sql: line (\d+)", output)
    number = int(found.group(1)) - 1 if found else -1
    return lines[number][1] if 0 <= number < len(lines) else None


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
        size = sizes.randint(1, 5) if len(lines) < 50 else sizes.randint(1, 40)
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
        rows, wrong = folded(lines) if way[0] == "changelog" else (lines, None)
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
