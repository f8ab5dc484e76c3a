"""How long a house with many partitions and much data takes from the start of its process to its first record that is acknowledged and fetched, when it
was killed with a journal at its backlog bound. One JSON line an end, and one for all.

usage: run.py [--partitions 1000] [--gib 20] [--ends 20] [--backlog-mib 256] [--batch-kib 32] [--folder FOLDER] [--cold]
The data folder is made in FOLDER (beside the checkout if none is named) and removed afterwards. `--batch-kib`: of the batches that make the backlog; from 256 on they
go to their segments, and the journal refers to them. `--cold`: the page cache is dropped before each start, as a power cut would (needs root).
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "crash"))
import kafka_wire  # noqa: E402
from figures import quantiles  # noqa: E402
from house import House  # noqa: E402

TOPIC = "bench"
FILL_BATCH_KIB = 900
CONNECTIONS, WINDOW = 4, 8


def batch_of(kib):
    record_bytes = min(kib, 16) << 10
    values = [os.urandom(record_bytes) for _ in range((kib << 10) // record_bytes)]
    return kafka_wire.record_batch(values, timestamp_ms=int(time.time() * 1000))  # retention looks at it


class Writer(threading.Thread):
    """Sends one batch again and again, each time to the next partition of its own, a window ahead of the answers."""

    def __init__(self, address, batch, partitions, stop):
        super().__init__(daemon=True)
        self.connection = kafka_wire.Connection(address, timeout=120)
        self.batch, self.partitions, self.stop = batch, partitions, stop
        self.bytes = self.refused = 0

    def run(self):
        flying = number = 0
        try:
            while not self.stop.is_set() or flying:
                while flying < WINDOW and not self.stop.is_set():
                    self.connection.send_produce(TOPIC, self.partitions[number % len(self.partitions)], self.batch)
                    flying, number = flying + 1, number + 1
                error, _ = self.connection.parse_produce(self.connection.receive()[1])
                flying -= 1
                self.refused += error != 0
                self.bytes += len(self.batch) if error == 0 else 0
        except OSError:
            pass  # the house was killed


class Writers:
    def __init__(self, house, batch_kib, partitions):
        self.stop, batch = threading.Event(), batch_of(batch_kib)
        shuffled = list(range(partitions))
        random.shuffle(shuffled)
        self.threads = [Writer(house.address, batch, shuffled[i::CONNECTIONS], self.stop) for i in range(CONNECTIONS)]
        for thread in self.threads:
            thread.start()

    def bytes(self):
        return sum(thread.bytes for thread in self.threads)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(180)
        return sum(thread.refused for thread in self.threads)


def fill(house, options):
    begin, writers = time.monotonic(), Writers(house, FILL_BATCH_KIB, options.partitions)
    while writers.bytes() < options.gib << 30 and any(thread.is_alive() for thread in writers.threads):
        time.sleep(0.2)
    refused, seconds = writers.end(), time.monotonic() - begin
    print(json.dumps({"bench": "recovery", "partitions": options.partitions, "filled_gib": round(writers.bytes() / (1 << 30), 2), "refused": refused,
                      "fill_mib_per_s": round(writers.bytes() / (1 << 20) / seconds)}), flush=True)


def wait_for_backlog(house, is_there, seconds):
    """Until it is as it should be, or time is over. What it was when last asked."""
    until = time.monotonic() + seconds
    backlog = house.metric("freshet_journal_backlog_bytes")
    while not is_there(backlog) and time.monotonic() < until:
        time.sleep(0.05)
        backlog = house.metric("freshet_journal_backlog_bytes")
    return backlog


def kill_at_bound(house, options):
    """Lets the house make a checkpoint, then writes until the journal's backlog is at the bound, or a minute is over."""
    bound = options.backlog_mib << 20
    wait_for_backlog(house, lambda backlog: backlog < bound // 4, 90)
    writers = Writers(house, options.batch_kib, options.partitions)
    backlog = wait_for_backlog(house, lambda backlog: backlog >= bound, 60)
    house.kill()
    writers.end()
    return backlog, writers.bytes()


def start(house, options):
    """Starts it and writes a record and reads it, and another partition from its beginning. The seconds of each since the process began."""
    begin = time.monotonic()
    if house.start() is None:
        raise SystemExit("the house does not start: " + pathlib.Path(house.log.name).read_text()[-2000:])
    ready = time.monotonic() - begin
    connection = kafka_wire.Connection(house.address, timeout=60)
    partition = random.randrange(options.partitions)
    connection.send_produce(TOPIC, partition, kafka_wire.record_batch([b"first"]))
    error, base = connection.parse_produce(connection.receive()[1])
    produced = time.monotonic() - begin
    fetch_error, _, data = connection.fetch(TOPIC, partition, base)
    fetched = time.monotonic() - begin
    cold_error, _, cold = connection.fetch(TOPIC, random.randrange(options.partitions), 0)
    oldest = time.monotonic() - begin
    connection.close()
    if error or fetch_error or cold_error or not data or (options.gib and not cold):
        raise SystemExit(f"not served: produce {error}, fetch {fetch_error} of {len(data)} bytes, from the beginning {cold_error} of {len(cold)} bytes")
    return {"ready_s": ready, "first_produce_s": produced, "first_fetch_s": fetched, "first_old_fetch_s": oldest}


def drop_page_cache():
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("1")


def end_again_and_again(house, options):
    all_seconds, replayed = {}, []
    for number in range(options.ends):
        backlog, written = kill_at_bound(house, options)
        if options.cold:
            drop_page_cache()
        seconds = start(house, options)
        replayed.append(house.metric("freshet_journal_replayed_bytes"))
        for name, value in seconds.items():
            all_seconds.setdefault(name, []).append(value)
        print(json.dumps({"end": number + 1, "written_mib": written >> 20, "backlog_mib": backlog >> 20, "replayed_mib": replayed[-1] >> 20,
                          **{name: round(value, 3) for name, value in seconds.items()}}), flush=True)
    summary = {name: dict(zip(("p50", "p99", "max"), (*(round(q, 3) for q in quantiles(values)), round(max(values), 3)))) for name, values in all_seconds.items()}
    print(json.dumps({"bench": "recovery", "partitions": options.partitions, "gib": options.gib, "ends": options.ends, "cold": options.cold, "batch_kib": options.batch_kib,
                      "replayed_mib": dict(zip(("p50", "p99", "max"), (value >> 20 for value in (*quantiles(replayed), max(replayed))))), **summary}), flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", default=str(ROOT / os.environ.get("FRESHET_BUILD", "build") / "freshet"))
    arguments.add_argument("--partitions", type=int, default=1000)
    arguments.add_argument("--gib", type=int, default=20)
    arguments.add_argument("--ends", type=int, default=20)
    arguments.add_argument("--backlog-mib", type=int, default=256)
    arguments.add_argument("--batch-kib", type=int, default=32)
    arguments.add_argument("--folder", default=str(ROOT.parent))
    arguments.add_argument("--cold", action="store_true")
    options = arguments.parse_args()
    if not pathlib.Path(options.folder).is_dir():
        arguments.error(f"no folder {options.folder}")
    if options.ends < 1 or options.partitions < CONNECTIONS:
        arguments.error(f"at least one end and {CONNECTIONS} partitions")
    work = tempfile.mkdtemp(prefix="freshet-recovery-", dir=options.folder)
    house = House(options.binary, work, os.path.join(work, "data"))
    try:
        house.start()
        connection = kafka_wire.Connection(house.address, timeout=60)
        error = connection.create_topic(TOPIC, options.partitions)
        connection.close()
        if error:
            raise SystemExit(f"the topic cannot be made: error {error}")
        fill(house, options)
        end_again_and_again(house, options)
    finally:
        house.kill()
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
