"""Flink's answers to drawn queries: both engines and the recompute must agree. Needs the environment of `./dev oracle`."""

import collections
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "flink_oracle"))

import cases  # noqa: E402
from flink import Flink  # noqa: E402

import case_file  # noqa: E402
from queries import World, queries, table_names  # noqa: E402
from ranks import Anywhere, Top  # noqa: E402
from relations import GroupBy, Join  # noqa: E402
from values import TIMESTAMP  # noqa: E402

QUERIES_PER_WORLD = 19


def ask(seed, count, finds):
    """Figures: how many answers were equal, how many differed, and what Flink does not run."""
    flink = Flink(os.environ["FRESHET_FLINK"], os.environ["FRESHET_ORACLE"], os.environ["FRESHET_ORACLE"] + ".differential.log")
    counts, families, world_number = collections.Counter(), collections.Counter(), 0
    while sum(counts.values()) < count:
        world = World(f"{seed}/flink/{world_number}", small=True, modern=True)
        for query in queries(f"{seed}/flink/{world_number}", world, QUERIES_PER_WORLD):
            if sum(counts.values()) >= count:
                break
            if not all(world.contents[name].changes for name in query.tables()) or not askable(query.relation):
                continue  # its inline tables have a row at least
            outcome, said = compared(flink, world, query)
            counts[outcome] += 1
            families[query.family] += outcome == "equal"
            if outcome != "equal":
                path = pathlib.Path(finds) / f"flink_{outcome}_{query.family}_{seed}_{world_number}_{query.number}.sql"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(case_file.written(world, query, f"{query.family}: Flink and the recompute are {outcome}", query.expected(world)), encoding="utf-8")
                print(f"{outcome.upper()} {path}\n{said}\n", file=sys.stderr, flush=True)
        world_number += 1
    flink.close()
    return {"asked": sum(counts.values()), **{outcome: counts[outcome] for outcome in ("equal", "different", "refused")}, "families": dict(sorted(families.items()))}


def compared(flink, world, query):
    expected = query.expected(world)
    statements = cases.statements(cases.EXPECT.sub("", case_file.written(world, query, "x", expected)))
    answer = flink.run([*statements[:-1], timeless(query.relation, statements[-1])])
    if answer["errors"]:
        return "refused", answer["errors"][0][1][:600]
    rows = cases.folded([(op, row, key) for table, op, row, key in answer["changes"] if table == "select_1"])
    if rows == expected:
        return "equal", ""
    missing = [row for row in expected if row not in rows]
    return "different", "\n".join([f"  recomputed {row}" for row in missing[:5]] + [f"  flink      {row}" for row in rows if row not in expected][:5]) or "  rows come more or less often"


def askable(relation):
    """Not where Flink's own answer is known to be wrong (docs/sql.md), or is an accident of its planner."""
    if isinstance(relation, Top) and relation.high == 1 or isinstance(relation, Anywhere):
        return False
    if isinstance(relation, Join) and relation.windowed and "l0" in table_names(relation):
        return False  # which input it reads first decides what is late
    if isinstance(relation, GroupBy) and not relation.keys and relation.where is not None:
        return False
    return all(askable(inner) for inner in relation.relations())


def timeless(relation, sql):
    """Flink writes one time attribute at most, and none that is NULL."""
    columns = [f"CAST({column.name} AS TIMESTAMP(3)) AS {column.name}" if column.type == TIMESTAMP else column.name for column in relation.columns()]
    return f"SELECT {', '.join(columns)} FROM ({sql}) AS answer" if any("CAST" in column for column in columns) else sql
