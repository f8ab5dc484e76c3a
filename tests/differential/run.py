#!/usr/bin/env python3
"""Queries drawn from a seed, answered by the product and recomputed by definition: README.md."""

import argparse
import collections
import json
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

import case_file
from minimise import minimised, trouble
from product import WAYS, Product, complaint, environment_binary
from queries import World, queries

QUERIES_PER_WORLD = 54
# Only these are no finds: what a person reads in docs/compatibility.md, or what Flink refuses as well.
REFUSALS = ["takes rows that are never taken back, but"]


class Campaign:
    def __init__(self, product, finds, log=sys.stderr):
        self.product, self.finds, self.log = product, pathlib.Path(finds), log
        self.families = collections.Counter()
        self.refusals = collections.Counter()
        self.found = []

    def world(self, seed):
        """One world with its queries."""
        world = World(seed)
        asked = queries(seed, world, QUERIES_PER_WORLD)
        answers = self.product.answers(world, asked)
        for query in asked:
            self.families[query.family] += 1
            answer = answers[query.number]
            if isinstance(answer, str) and any(known in answer for known in REFUSALS):
                self.refusals[reason(answer)] += 1
            elif isinstance(answer, str) or complaint(query.expected(world), answer):
                self.keep(seed, world, query, answer)

    def as_cases(self, seed):
        """One world's queries as cases: batches cut anywhere, saved and restored, on other shards."""
        world = World(seed, small=True, partitions=random.Random(seed).randint(1, 3))
        folder = self.product.folder / "cases"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for query in queries(seed, world, QUERIES_PER_WORLD):
            self.families[query.family] += 1
            text = case_file.written(world, query, f"{query.family}: drawn by seed {seed}", query.expected(world))
            (folder / f"{query.family}_{query.number}.sql").write_text(text, encoding="utf-8")
        told = self.product.tested(folder)
        for path, what in re.findall(r"^differs  (.*\.sql)\n((?:.*\n)*?)(?=holds  |differs  |\d+ cases?,)", told, re.M):
            self.keep_case(seed, pathlib.Path(path), what)

    def keep_case(self, seed, case, what):
        if any(known in what for known in REFUSALS):
            self.refusals[reason(what)] += 1
            return
        path = self.finds / f"{case.stem}_{seed}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(case, path)
        self.found.append({"seed": seed, "case": case.name})
        print(f"FOUND {path}\n{what}", file=self.log, flush=True)

    def keep(self, seed, world, query, answer):
        """Writes the find down, as small as it gets."""
        failed = isinstance(answer, str)
        says = answer if failed else complaint(query.expected(world), answer)
        self.found.append({"seed": seed, "query": query.number, "family": query.family})
        if not failed:
            ways = [way for way in WAYS if trouble(self.product, world, query, [way])][:1]
            if ways:
                world, query = minimised(self.product, world, query, ways)
                says = trouble(self.product, world, query, ways)
        path = self.finds / f"{query.family}_{seed}_{self.found[-1]['query']}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case_file.written(world, query, f"{query.family}: found by seed {seed}", query.expected(world)), encoding="utf-8")
        print(f"FOUND {path}\n{says}\n", file=self.log, flush=True)

    def figures(self):
        return {"queries": sum(self.families.values()), "families": dict(sorted(self.families.items())), "refused": sum(self.refusals.values()), "mismatches": len(self.found)}


def reason(answer):
    return re.sub(r".*line \d+, column \d+: ", "", answer.splitlines()[0])[:100]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--worlds", type=int, help="so many, however long they take")
    parser.add_argument("--seed", help="of the first world; drawn when it is not given")
    parser.add_argument("--also", default="", help="seeds that come first, parted by commas")
    parser.add_argument("--binary", default=environment_binary())
    parser.add_argument("--finds", default=str(pathlib.Path(environment_binary()).parent / "differential_finds"))
    parser.add_argument("--oracle", type=int, default=0, metavar="N", help="ask Flink N of the queries, too")
    options = parser.parse_args()

    began = time.monotonic()
    first = options.seed or str(random.SystemRandom().randrange(10 ** 9))
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        campaign = Campaign(Product(options.binary, folder), options.finds)
        for seed in filter(None, options.also.split(",")):
            campaign.world(seed)
        worlds = 0
        while worlds < options.worlds if options.worlds else worlds == 0 or time.monotonic() - began < options.seconds:
            seed = first if worlds == 0 else f"{first}.{worlds}"
            if worlds % 4 == 1:
                campaign.as_cases(seed)
            else:
                campaign.world(seed)
            worlds += 1
    figures = {"seed": first, "worlds": worlds, "seconds": round(time.monotonic() - began, 1), **campaign.figures()}
    if options.oracle:
        from flink_answers import ask  # a Java process, only for who wants it
        figures["flink"] = ask(first, options.oracle, options.finds)
    print(json.dumps(figures))
    raise SystemExit(1 if figures["mismatches"] or figures.get("flink", {}).get("different") else 0)


if __name__ == "__main__":
    main()
