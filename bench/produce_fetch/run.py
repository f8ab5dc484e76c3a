"""Produce and fetch by one client program against Freshet and Apache Kafka: README.md says how to read the lines."""

import argparse
import json
import os
import sys
import tempfile

import machine
import report
import table
from brokers import BROKERS
from cases import CASES, with_pipeline


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench produce_fetch")
    parser.add_argument("--cases", default=",".join(CASES), help=f"of {', '.join(CASES)}")
    parser.add_argument("--records", type=int, default=1_000_000, help="of a case that goes as fast as it can")
    parser.add_argument("--seconds", type=int, default=10, help="of a case at a rate, counted")
    parser.add_argument("--warm-seconds", type=int, default=10, help="of a case at a rate, before those that are counted")
    parser.add_argument("--peer", choices=["kafka"])
    parser.add_argument("--markdown", action="store_true", help="print the tables of README.md at the end")
    options = parser.parse_args()
    options.cases = options.cases.split(",")
    unknown = [name for name in options.cases if name not in CASES]
    if unknown:
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    if options.records < 10_000 or options.seconds < 1 or options.warm_seconds < 0:
        parser.error("at least 10000 records and 1 second are measured")
    return options


def measured(name: str, side: str, options) -> dict:
    """One case on one side, with the disk's speed right before and after."""
    function, _ = CASES[name]
    with tempfile.TemporaryDirectory(prefix="freshet-bench-") as folder:
        waits = machine.sync_waits_ms(folder)
        broker = with_pipeline(folder) if name.endswith("-sql") else BROKERS[side](folder)
        try:
            figures = function(broker, options)
        finally:
            broker.kill()  # a peer with thousands of partitions would take minutes to stop
        waits += machine.sync_waits_ms(folder)
        return {"bench": "produce_fetch", "case": name, "side": side, "fsync": broker.fsync, "memory": broker.memory, **figures, "fdatasync_ms": machine.percentiles(waits),
                "load": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}


def main() -> int:
    options = parsed()
    figures: dict[str, dict[str, dict]] = {}
    for name in options.cases:
        sides = [side for side in CASES[name][1] if side == "freshet" or options.peer]
        figures[name] = {}
        for side in sides:
            figures[name][side] = measured(name, side, options)
            print(json.dumps(figures[name][side]), flush=True)
        for line in report.compared(name, figures[name]):
            print(json.dumps(line), flush=True)
    for line in report.aims(figures):
        print(json.dumps(line), flush=True)
    if options.markdown:
        print(table.markdown(figures))
    return 0 if all(line["complete"] for sides in figures.values() for line in sides.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
