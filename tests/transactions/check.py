"""The transaction checker: see README.md beside it.

usage: check.py --binary build/freshet [--seconds 30 | --transactions N] [--producers 5] [--movers 3] [--crowd 64] [--seed N] [--only set append crowd] [--plant BUG] [--no-kills | --cuts]
`--cuts`: its disk loses power at each end, an ext4 in a file (root and loop devices).
"""

import argparse
import collections
import json
import os
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "crash"))

from confluent_kafka import Consumer, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
import crowd  # noqa: E402
from disks import Folder, LoopDisk  # noqa: E402
from house import House  # noqa: E402
from fates import Oracle  # noqa: E402
from workloads import PARTITIONS, PATIENCE, Feeder, SetProducer, Shift, Watcher, begin, begin_at_zero, bounds, read_all, settings  # noqa: E402

# Where a transaction can be cut in two; between the kills at random.
POINTS = ["transactions.before_admit", "transactions.after_end", "log.before_joint_unit", "log.after_joint_unit", "log.after_checkpoint", "journal.after_sync"]


START_MAX_S = 60
CROWDS = 2              # threads
OF_A_HOUSE = 50_000     # transactions of a crowd; then a fresh house, so that what is remembered of them stays small


def free_port():
    """A port that no client is given as its own: one that asks for a closed port among those may be connected to itself, and holds it against the house."""
    first_of_clients = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(10_000, first_of_clients), 100):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no port is free")


class Run:
    def __init__(self, options, work):
        self.options, self.random = options, random.Random(options.seed)
        self.work_folder = work
        self.disk = (LoopDisk if options.cuts else Folder)(work)
        self.house = House(options.binary, work, os.path.join(self.disk.path, "data"))
        self.address = f"127.0.0.1:{free_port()}"
        self.oracle, self.stop = Oracle(), threading.Event()
        self.kills, self.starts = 0, []

    def start_house(self, kill_at=""):
        seconds = self.house.start(kill_at=kill_at, plant=self.options.plant, kafka=self.address)
        if seconds is not None:
            self.starts.append(seconds)
        return seconds is not None

    def end_house(self):
        if self.disk.cuts_power and self.house.alive():
            self.disk.cut()
            time.sleep(self.random.uniform(0, 0.05))  # what it says now is a promise without a disk
        self.house.kill()
        if self.disk.cuts_power:
            self.disk.remount()

    def close(self):
        self.house.kill()
        self.disk.close()

    def restart_house(self, kill_at=""):
        """Starts it, again without a kill if it ends at one on its way."""
        until = time.monotonic() + START_MAX_S
        while not self.start_house(kill_at):
            kill_at = ""
            if time.monotonic() > until:
                raise SystemExit("the house does not start: " + pathlib.Path(self.work_folder, "house.log").read_text()[-4000:])

    def create(self, *topics, partitions=PARTITIONS):
        admin = AdminClient({"bootstrap.servers": self.address})
        for future in admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics]).values():
            future.result(30)

    def work(self, threads, done):
        """Kills and starts the house until `done`, then lets it live and the clients end."""
        for thread in threads:
            thread.start()
        until = time.monotonic() + self.options.seconds
        while time.monotonic() < until and not done():
            lives_until = time.monotonic() + (self.random.uniform(0.5, 4) if not self.options.no_kills else 1)
            while time.monotonic() < lives_until and self.house.alive():
                time.sleep(0.02)
            if self.options.no_kills:
                continue
            self.end_house()
            self.kills += 1
            at = f"{self.random.choice(POINTS)}#{self.random.randint(1, 60)}" if self.random.random() < 0.5 else ""
            self.restart_house(at)
        if not self.house.alive():
            self.end_house()
            self.restart_house()
        self.stop.set()
        for thread in threads:
            thread.join(4 * PATIENCE)
            if thread.is_alive():
                self.oracle.anomaly("stuck", f"{thread} did not end")
        self.end_house()  # the last life knows nothing but what was written
        self.restart_house()

    def settle(self, names):
        """Whatever is open is aborted by a new producer of its id."""
        for name in names:
            if begin(self.address, name, threading.Event(), seconds_max=60) is None:
                self.oracle.anomaly("hanging", f"no new producer may begin as {name}")

    def check_set(self):
        self.create("set")
        producers = [SetProducer(self.address, "set", i, self.oracle, self.options.seed, self.stop) for i in range(self.options.producers)]
        enough = self.options.transactions or float("inf")
        self.work(producers + [Watcher(self.address, "set", self.oracle, self.stop)], lambda: sum(p.transactions for p in producers) >= enough)
        self.settle(f"set-set-{i}" for i in range(self.options.producers))
        for partition, (stable, end) in bounds(self.address, "set").items():
            if stable != end:
                self.oracle.anomaly("hanging", f"partition {partition} holds readers back at {stable} of {end}")
        found = read_all(self.address, "set")
        if found is None:
            self.oracle.anomaly("hanging", "a committed reader never came to the end")
        else:
            self.oracle.check(found)
        return self.fates()

    def fates(self):
        return collections.Counter(self.oracle.fates.values()) + collections.Counter(zombies=self.oracle.fenced)

    def check_crowd(self):
        self.create("crowd", partitions=crowd.PARTITIONS)
        numbers = list(range(self.options.crowd))
        crowds = [crowd.Crowd(self.address, "crowd", numbers[i::CROWDS], self.oracle, self.options.seed, self.stop) for i in range(CROWDS)]
        enough = min(self.options.transactions or OF_A_HOUSE, OF_A_HOUSE)
        self.work(crowds + [crowd.CommittedWatcher(self.address, "crowd", self.oracle, self.stop)], lambda: sum(c.transactions for c in crowds) >= enough)
        for number in crowd.end_all(self.address, numbers):
            self.oracle.anomaly("hanging", f"no new producer may begin as crowd-{number}")
        found, held = crowd.read_committed(self.address, "crowd")
        for what in held:
            self.oracle.anomaly("hanging", what)
        self.oracle.check(found)
        return self.fates()

    def check_append(self):
        self.create("source", "lists")
        begin_at_zero(self.address, "source", "movers")
        shift = Shift(self.options.movers, self.address, "source", "lists", "movers", self.options.seed, self.stop)
        enough = self.options.transactions or float("inf")
        self.work([shift, Feeder(self.address, "source", self.stop)], lambda: shift.moved() >= enough)
        self.settle(f"movers-{i}" for i in range(self.options.movers))
        lists, sources = read_all(self.address, "lists"), read_all(self.address, "source")
        if lists is None or sources is None:
            self.oracle.anomaly("hanging", "a committed reader never came to the end")
            return collections.Counter(committed=shift.moved())
        consumer = Consumer({**settings(self.address), "group.id": "movers"})
        offsets = {t.partition: max(t.offset, 0) for t in consumer.committed([TopicPartition("source", p) for p in range(PARTITIONS)], PATIENCE)}
        consumer.close()
        plain = {p: [value for _, value in records] for p, records in lists.items()}
        self.oracle.check_lists(plain, {p: [value for _, value in records] for p, records in sources.items()}, offsets)
        return collections.Counter(committed=shift.moved(), workers_that_stood_still=len(shift.left_behind), records_moved=sum(len(values) for values in plain.values()))


def run_once(options, name):
    """(what was counted, anomalies, examples of them, kills, the longest start)"""
    with tempfile.TemporaryDirectory(prefix="freshet-transactions-") as work:
        run = Run(options, work)
        try:
            run.restart_house()
            counted = {"set": run.check_set, "append": run.check_append, "crowd": run.check_crowd}[name]()
        finally:
            run.close()
    return counted, run.oracle.anomalies, run.oracle.examples, run.kills, max(run.starts)


def check(options, name):
    """Prints what a workload has shown; whether that was nothing wrong. A crowd takes as many houses as it needs."""
    begun, counted, anomalies, examples, kills, longest = time.monotonic(), collections.Counter(), collections.Counter(), [], 0, 0
    while True:
        one = run_once(options, name)
        counted, anomalies, examples, kills, longest = counted + one[0], anomalies + one[1], examples + one[2], kills + one[3], max(longest, one[4])
        options.seed += 1
        transactions = sum(counted[fate] for fate in ("committed", "aborted", "ending", "open"))
        if name != "crowd" or anomalies or transactions >= (options.transactions or 0):
            break
        print(f"     {name}: {transactions} transactions, {kills} kills in {time.monotonic() - begun:.0f} s", flush=True)
    seconds = time.monotonic() - begun
    print(f"{'FAIL' if anomalies else 'ok  '} {name}: {transactions} transactions, {transactions / seconds:.0f} a second: {', '.join(f'{value} {what}' for what, value in counted.items())}; "
          f"{kills} {'power cuts' if options.cuts else 'kills'} in {seconds:.0f} s, ready again within {longest:.2f} s; anomalies: {dict(anomalies) or 0}", flush=True)
    for example in examples:
        print(f"       {example}", flush=True)
    return not anomalies


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--transactions", type=int)
    parser.add_argument("--producers", type=int, default=5)
    parser.add_argument("--movers", type=int, default=3)
    parser.add_argument("--crowd", type=int, default=64)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--only", nargs="*", default=["set", "append", "crowd"])
    parser.add_argument("--plant", default="")
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--cuts", action="store_true")
    options = parser.parse_args()
    if options.cuts and not LoopDisk.possible():
        parser.error("--cuts needs root, loop devices and mkfs.ext4")
    options.seconds = options.seconds or (30 if options.transactions is None else 7 * 24 * 3600)
    print(f"transaction checker: seed {options.seed}, {options.binary}", flush=True)
    failed = sum(not check(options, name) for name in options.only)
    passed = len(options.only) - failed
    print(f"{passed} passed, {failed} failed", flush=True)
    if "FRESHET_TALLY" in os.environ:
        pathlib.Path(os.environ["FRESHET_TALLY"], "transactions.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
