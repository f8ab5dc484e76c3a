"""One life of a house under load, its sudden end, and the check of what the next life says."""

import glob
import os
import random
import shutil
import tempfile
import time

import kafka_wire
import pipeline
from disks import Folder, LoopDisk
from house import House
from load import Consumer, Producer
from oracle import Oracle, check, make_value

TOPICS = [("alpha", 3), ("beta", 1)]
ROUNDS_PER_DISK = 12  # then a fresh one, so that the check of everything stays short


COLUMNS = ("ends", "acked", "unknown", "failed", "lost", "duplicated", "reordered", "other wrong", "in flight", "recovery p50 s", "p99 s", "backlog p50 KiB", "p99 KiB")
KINDS = {"lost": "lost", "duplicate": "duplicated", "order": "reordered"}  # of complaints; all others are "other wrong"


def quantiles(values):
    ordered = sorted(values)
    return (ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]) if ordered else (0, 0)


class Figures:
    """What the ends of one kind have shown."""

    def __init__(self):
        self.ends = self.flying = self.records = self.flips = 0
        self.recoveries = []  # seconds from the start of the process to its first record that was acknowledged and fetched
        self.backlogs = []    # bytes of the journal that those starts replayed
        self.violations = []
        self.states = {}
        self.reached, self.missed = set(), set()

    def add(self, other):
        self.ends += other.ends
        self.flying += other.flying
        self.recoveries += other.recoveries
        self.backlogs += other.backlogs
        self.violations += other.violations
        self.merge_states(other.states)

    def merge_states(self, counts):
        for state, count in counts.items():
            self.states[state] = self.states.get(state, 0) + count

    def wrong(self):
        counted = dict.fromkeys((*KINDS.values(), "other wrong"), 0)
        for violation in self.violations:
            counted[KINDS.get(violation.split(":")[0], "other wrong")] += 1
        return counted

    def row(self):
        """One value for each of COLUMNS."""
        recovery, backlog = quantiles(self.recoveries), quantiles(self.backlogs)
        wrong = self.wrong()
        unknown = self.states.get("unknown", 0) + self.states.get("sent", 0)
        return (self.ends, self.states.get("ok", 0), unknown, self.states.get("failed", 0), wrong["lost"], wrong["duplicated"], wrong["reordered"],
                wrong["other wrong"], self.flying, f"{recovery[0]:.2f}", f"{recovery[1]:.2f}", backlog[0] // 1024, backlog[1] // 1024)

    def line(self):
        return ", ".join(f"{name} {value}" for name, value in zip(COLUMNS, self.row()))


class Site:
    """A disk with a house on it and the clients that write to it."""

    def __init__(self, binary, seed, cuts_power, plant=""):
        self.work = tempfile.mkdtemp(prefix="freshet-crash-")
        self.notes = tempfile.mkdtemp(prefix="freshet-oracle-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.random = random.Random(seed)
        self.disk = (LoopDisk if cuts_power else Folder)(self.work)
        self.house = House(binary, self.work, os.path.join(self.disk.path, "data"))
        self.plant = plant
        self.oracle = Oracle(os.path.join(self.notes, "oracle.log"))
        self.producers = [Producer(f"w{i}", self.oracle, TOPICS, seed * 100 + i, idempotent=i % 2 == 1) for i in range(4)]
        self.made = False
        self.piped = False

    def close(self):
        if self.house.process is not None:
            self.house.kill()
        self.disk.close()
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.notes, ignore_errors=True)

    def last_words(self):
        with open(self.house.log.name, "rb") as log:
            return log.read()[-600:].decode(errors="replace")

    def start(self, figures, kill_at=""):
        self.piped = pipeline.are_in(self.house.project)
        begin = time.monotonic()
        took = self.house.start(kill_at, self.plant)
        if took is None:
            return False
        if self.made and self.write_and_read():
            figures.recoveries.append(time.monotonic() - begin)
            figures.backlogs.append(self.house.metric("freshet_journal_replayed_bytes"))
        return True

    def write_and_read(self):
        """Whether a record was acknowledged and fetched; False when the house ended meanwhile."""
        identity, (topic, partition) = f"first-{len(self.oracle.place)}", (TOPICS[0][0], self.random.randrange(TOPICS[0][1]))
        self.oracle.intend("first", topic, partition, [identity])
        try:
            connection = kafka_wire.Connection(self.house.address, timeout=60)
            connection.send_produce(topic, partition, kafka_wire.record_batch([make_value(identity, 10)]))
            error, base = connection.parse_produce(connection.receive()[1])
            fetched = connection.fetch(topic, partition, base) if error == 0 else None
            connection.close()
        except OSError:
            self.oracle.lose_sight([identity])
            return False
        self.oracle.settle([identity], error, base)
        return fetched is not None and fetched[0] == 0 and len(fetched[2]) > 0

    def verify(self, figures, damaged=False):
        """Of a running house. Everything that was ever promised on this disk."""
        if not self.made:
            return []
        connection = kafka_wire.Connection(self.house.address, timeout=60)
        wrong, records, refused = check(connection, self.oracle, TOPICS, damaged)
        if self.piped and not damaged:
            wrong += pipeline.check(connection, self.house.binary, self.disk.path)
        connection.close()
        figures.records = max(figures.records, records)
        figures.violations += wrong
        return wrong

    def make_topics(self):
        connection = kafka_wire.Connection(self.house.address)
        for name, partitions in TOPICS:
            error = connection.create_topic(name, partitions)
            if error not in (0, 36):
                raise RuntimeError(f"topic {name} cannot be made: error {error}")
        pipeline.put_into(self.house.project, self.disk.path, connection)
        connection.close()
        self.made = True

    def load(self):
        """Starts the clients; returns what stops them."""
        self.producers = [producer.again(self.house.address) for producer in self.producers]
        threads = list(self.producers)
        for topic, partitions in TOPICS:
            for partition in range(partitions):
                last = max(self.oracle.seen.get((topic, partition), ()), default=-1)
                threads.append(Consumer(self.oracle, topic, partition, self.house.address, last + 1))
        for thread in threads:
            thread.start()

        def stop():
            for thread in threads:
                thread.stopping.set()
            for thread in threads:
                thread.join(30)

        return stop

    def end_by_kill(self, figures, stop):
        time.sleep(self.random.uniform(0.05, 1.5))
        figures.flying += self.oracle.flying
        self.house.kill()
        stop()

    def end_by_cut(self, figures, stop):
        time.sleep(self.random.uniform(0.05, 1.5))
        figures.flying += self.oracle.flying
        self.disk.cut()
        time.sleep(self.random.uniform(0, 0.05))  # what it says now is a promise without a disk
        self.house.kill()
        stop()
        self.disk.remount()

    def end_at_point(self, figures, stop, point):
        """Waits for the house to kill itself; asks it to close when it does not come there under load."""
        code = self.house.wait(self.random.uniform(0.5, 2.0))
        flying = self.oracle.flying
        if code is None:
            self.house.terminate()
            code = self.house.process.returncode
        figures.flying += flying
        (figures.reached if code == -9 else figures.missed).add(point)
        self.house.kill()
        stop()

    def flip_in_journal(self):
        """Changes one byte in the middle of one acknowledged record in the journal; the identity, or None when none is there."""
        acknowledged = [identity for identity, state in self.oracle.state.items() if state == "ok"]
        self.random.shuffle(acknowledged)
        for identity in acknowledged[len(acknowledged) // 2:][:200]:
            needle = f"{identity}|".encode()
            for path in sorted(glob.glob(os.path.join(self.house.data, "journal", "*.jnl"))):
                with open(path, "r+b") as file:
                    content = file.read()
                    at = content.find(needle)
                    # Well before the last frames, so that it cannot be taken for a torn tail.
                    if at < 0 or content.rstrip(b"\0").__len__() - at < 200_000:
                        continue
                    file.seek(at + len(needle) + 4)
                    file.write(bytes([content[at + len(needle) + 4] ^ 1]))
                    return identity
        return None


def run_rounds(binary, seed, figures, until, end, cuts_power=False, plant="", points=(), rounds_max=1_000_000):
    """Lives and ends until the time is over, or, with a plant, until something was found. `end`: "kill", "cut", "point", "rot",
    or "eio": from some fdatasync on all of them fail, and then the power is cut."""
    number = 0
    while time.monotonic() < until and number < rounds_max:
        site = Site(binary, seed + number, cuts_power, plant)
        try:
            for _ in range(2 if end == "rot" else ROUNDS_PER_DISK):
                point = points[number % len(points)] if points else ""
                number += 1
                often = point.startswith("journal.") and "rename" not in point
                nth = site.random.randint(1, 60) if often else 1
                started = site.start(figures, f"{point}#{nth}" if point and site.made else "")
                if not started:
                    figures.ends += 1
                    if point and site.house.process.returncode == -9:
                        figures.reached.add(point)
                    else:
                        figures.violations.append(f"other: the house did not start (exit {site.house.process.returncode}): {site.last_words()}")
                        return
                    site.house.kill()
                    if not site.start(figures):
                        figures.violations.append(f"other: no start after the end at {point}: {site.last_words()}")
                        return
                if not site.made:
                    site.make_topics()
                try:
                    site.verify(figures)
                except (OSError, ConnectionError) as broken:
                    if site.house.wait(1) != -9:
                        figures.violations.append(f"other: the check was cut off: {broken}")
                        return
                    figures.reached.add(point)  # reading, too, passes some points
                if (plant and figures.violations) or len(figures.violations) > 20:
                    return
                if not site.house.alive():
                    figures.ends += 1
                    site.house.kill()
                    continue
                stop = site.load()
                if end == "eio":
                    site.house.fail_syncs(site.random.randint(1, 60))
                    site.end_by_cut(figures, stop)
                elif end == "cut":
                    site.end_by_cut(figures, stop)
                elif end == "point":
                    site.end_at_point(figures, stop, point)
                else:
                    site.end_by_kill(figures, stop)
                figures.ends += 1
                if time.monotonic() > until or number >= rounds_max:
                    break
            damaged = end == "rot" and site.flip_in_journal() is not None
            figures.flips += damaged
            if not site.start(figures):
                figures.violations.append(f"other: the house did not start for the last check: {site.last_words()}")
                return
            site.verify(figures, damaged)
            if plant and figures.violations:
                return
            code = site.house.terminate()
            if code != 0 and not damaged:
                figures.violations.append(f"other: an orderly close ended with {code}")
        finally:
            figures.merge_states(site.oracle.counts())
            site.close()
