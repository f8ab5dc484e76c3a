#!/usr/bin/env python3
"""One SQL file on both engines: `./dev oracle both [--orders N] [--seed S] [--write]` (README.md; examples/both_engines).

The same records are played three times: into a house that has the file in pipelines/, into a house that Flink reads and writes as its Kafka, and into a house
whose topics a second house's pipeline reads and writes as another cluster. One line of JSON says how many rows were compared.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/both_engines"
sys.path[:0] = [str(ROOT / "tests/process"), str(EXAMPLE)]

import broker  # noqa: E402
import cases  # noqa: E402
import data  # noqa: E402
from flink import RunningFlink  # noqa: E402
from serving import House  # noqa: E402

FILE = EXAMPLE / "orders.sql"
ADDRESS = "127.0.0.1:9092"  # where the file looks for a broker
BROKER = f"doors.kafka.listen={ADDRESS}"
SETTLED_SECONDS = 3


@contextlib.contextmanager
def house(folder, *sets):
    one = House(str(folder / "project"), str(folder / "data"), *sets)
    if one.first_line != "ready":
        raise SystemExit(f"the house did not start: {one.error_text()}")
    try:
        yield one
    finally:
        one.stop()


@contextlib.contextmanager
def folders(count):
    """Of houses without pipelines."""
    with tempfile.TemporaryDirectory(prefix="both-engines-") as folder:
        paths = [pathlib.Path(folder, str(number)) for number in range(count)]
        for path in paths:
            (path / "project/pipelines").mkdir(parents=True)
        yield paths


def give_pipeline(folder):
    (folder / "project/pipelines/orders.sql").write_bytes(FILE.read_bytes())


def answers(options, check=lambda: None):
    """What is in the output topics of the broker in the end, and how many records were played."""
    with broker.Outputs(ADDRESS, check) as outputs:
        sent = broker.play(ADDRESS, data.steps(options.seed, options.orders), outputs)
        outputs.settle(SETTLED_SECONDS)
        return outputs.tables(), sent


def of_own_topics(options):
    with folders(1) as (folder,):
        with house(folder, BROKER):
            broker.make_topics(ADDRESS)
        give_pipeline(folder)
        with house(folder, BROKER):
            return answers(options)


def of_another_cluster(options):
    with folders(2) as (cluster, own), house(cluster, BROKER):
        broker.make_topics(ADDRESS)
        give_pipeline(own)
        with house(own):
            return answers(options)


def of_flink(options):
    """With the requests that the broker carried out, for Flink and for the player."""
    with folders(1) as (folder,), house(folder, BROKER) as plain:
        broker.make_topics(ADDRESS)
        jars = [os.environ["FRESHET_FLINK"], os.environ["FRESHET_FLINK_KAFKA"]]
        flink = RunningFlink(cases.statements(FILE.read_text(encoding="utf-8")), jars, os.environ["FRESHET_ORACLE"], os.environ["FRESHET_ORACLE"] + ".both.log")
        try:
            return *answers(options, flink.check), requests(plain)
        finally:
            flink.stop()


def requests(of):
    text = urllib.request.urlopen(f"http://{of.doors['http']}/metrics", timeout=10).read().decode()
    counts = re.findall(r'^kafka_network_requestmetrics_requests_total\{request="(\w+)"\} (\d+)', text, re.M)
    return {name: int(count) for name, count in counts if int(count) > 0}


def write(tables):
    for topic, lines in tables.items():
        path = EXAMPLE / f"flink/{topic}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--write", action="store_true", help="keep Flink's answers in examples/both_engines/flink")
    options = parser.parse_args()

    began = time.monotonic()
    flink, sent, asked = of_flink(options)
    if options.write:
        write(flink)
    different = {}
    for name, run in (("own topics", of_own_topics), ("another cluster", of_another_cluster)):
        given, _ = run(options)
        different[name] = broker.differences(flink, given)
    for name, lines in different.items():
        print("\n".join([f"{name}: {len(lines)} lines differ", *lines[:40]]) if lines else f"{name}: the same", file=sys.stderr)
    rows = {topic: len(lines) for topic, lines in flink.items()}
    print(json.dumps({"seed": options.seed, "records": sent, "rows": rows, "compared": 2 * sum(rows.values()), "differences": {name: len(lines) for name, lines in different.items()},
                      "requests": asked, "seconds": round(time.monotonic() - began, 1)}))
    raise SystemExit(1 if any(different.values()) else 0)


main()
