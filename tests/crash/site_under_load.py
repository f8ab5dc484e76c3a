"""A disk with a house on it and the clients that write to it."""

import glob
import os
import random
import shutil
import tempfile
import time

import kafka_wire
import ledger
import pipeline
from disks import Folder, LoopDisk
from house import House
from load import Consumer, Producer
from oracle import Oracle, check, make_value

TOPICS = [("alpha", 3), ("beta", 1)]
# Seconds that a house may need to come to a point: compaction looks every 15 s, and the client of another cluster has to begin.
PATIENCE = {"log.after_compaction_write": 20, "log.after_compaction_swap": 20, "link.before_commit": 6, "link.after_commit": 6}
EDITED = "copy"
SWAP_POINT = "pipeline.between_versions"


class Site:
    """`has_neighbour`: another house beside it that is never ended, into whose topic a pipeline writes."""

    def __init__(self, binary, seed, cuts_power, plant="", has_neighbour=False):
        self.work = tempfile.mkdtemp(prefix="freshet-crash-")
        self.notes = tempfile.mkdtemp(prefix="freshet-oracle-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.random = random.Random(seed)
        self.disk = (LoopDisk if cuts_power else Folder)(self.work)
        self.house = House(binary, self.work, os.path.join(self.disk.path, "data"))
        self.plant = plant
        self.oracle = Oracle(os.path.join(self.notes, "oracle.log"))
        self.copies = pipeline.Copies()
        self.neighbour = House(binary, os.path.join(self.work, "neighbour"), os.path.join(self.work, "neighbour", "data")) if has_neighbour else None
        self.fates = {}  # of the ledger's transactions
        self.producers = [Producer(f"w{i}", self.oracle, TOPICS, seed * 100 + i, idempotent=i % 2 == 1) for i in range(4)]
        self.made = False
        self.piped = False

    def close(self, keeps=False):
        """`keeps`: disk, log and notes stay where they are, for who looks for a bug."""
        for house in (self.house, self.neighbour):
            if house is not None and house.process is not None:
                house.kill()
        self.disk.close(keeps)
        if not keeps:
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

    def verify(self, figures, everything=False, damaged=False):
        """Of a running house. What was ever promised on this disk, but what the last look found well below the ends is read again only when `everything` is."""
        if not self.made:
            return
        connection = kafka_wire.Connection(self.house.address, timeout=60)
        figures.violations += check(connection, self.oracle, TOPICS, everything, damaged)
        if self.piped and not damaged:
            if everything:
                far = kafka_wire.Connection(self.neighbour.address, timeout=60) if self.neighbour else None
                figures.violations += pipeline.check(connection, self.house.binary, self.disk.path, far)
            else:
                figures.violations += self.copies.look(connection, self.oracle.names)
        if everything and not damaged:
            figures.violations += ledger.check(connection, self.fates)
        connection.close()

    def make_topics(self):
        connection = kafka_wire.Connection(self.house.address)
        for name, partitions in [*TOPICS, (ledger.TOPIC, ledger.PARTITIONS)]:
            error = connection.create_topic(name, partitions)
            if error not in (0, 36):
                raise RuntimeError(f"topic {name} cannot be made: error {error}")
        pipeline.put_into(self.house.project, self.disk.path, connection, self.start_neighbour())
        connection.close()
        self.made = True

    def start_neighbour(self):
        """Its address; "" where there is none."""
        if self.neighbour is None:
            return ""
        if self.neighbour.start() is None:
            raise RuntimeError("the house beside it does not start")
        connection = kafka_wire.Connection(self.neighbour.address)
        connection.create_topic("far", pipeline.OUTPUTS)
        connection.close()
        return self.neighbour.address

    def load(self, point=""):
        """Starts the clients; returns what stops them. `point`: where the house is to end."""
        self.producers = [producer.again(self.house.address) for producer in self.producers]
        threads = list(self.producers)
        for topic, partitions in TOPICS:
            for partition in range(partitions):
                last = next(reversed(self.oracle.seen.get((topic, partition), {})), -1)  # they come in order
                threads.append(Consumer(self.oracle, topic, partition, self.house.address, last + 1))
        threads.append(ledger.Bookkeeper(self.fates, self.house.address))
        if self.piped and (point == SWAP_POINT or self.random.random() < 0.2):
            threads.append(pipeline.Editor(self.house.project, self.house.doors["http"], EDITED, self.random.uniform(0.02, 0.2)))
        for thread in threads:
            thread.start()

        def stop():
            for thread in threads:
                thread.stopping.set()
            for thread in threads:
                thread.join(30)

        return stop

    def live_for(self):
        """Seconds. Mostly few, so that many ends fit into an hour; sometimes enough for epochs of the pipelines to pile up."""
        return self.random.uniform(0.02, 0.3) if self.random.random() < 0.7 else self.random.uniform(0.3, 1.5)

    def end_by_kill(self, figures, stop):
        time.sleep(self.live_for())
        figures.flying += self.oracle.flying
        self.house.kill()
        stop()

    def end_by_cut(self, figures, stop):
        time.sleep(self.live_for())
        figures.flying += self.oracle.flying
        self.disk.cut()
        time.sleep(self.random.uniform(0, 0.05))  # what it says now is a promise without a disk
        self.house.kill()
        stop()
        self.disk.remount()

    def end_at_point(self, figures, stop, point):
        """Waits for the house to kill itself. One that does not come there under load is killed all the same, or asked to close, for it may come there then."""
        code = self.house.wait(PATIENCE.get(point, self.random.uniform(0.3, 1.2)))
        figures.flying += self.oracle.flying
        if code is None and self.random.random() < 0.25:
            self.house.terminate()
            code = self.house.process.returncode
            figures.closed += code != -9
        if code == -9:
            figures.reached[point] += 1
        self.house.kill()
        stop()

    def flip_where_there_are_two(self):
        """Changes one bit in one of two files that are kept for each other: a start shall not miss it (decision 0393). Where the end came before the second was there, nothing."""
        checkpoints = [path for path in glob.glob(os.path.join(self.house.data, "log", "CHECKPOINT.*")) if path.rsplit(".", 1)[1].isdigit()]
        firsts = [os.path.join(self.house.data, name) for name in ("FORMAT", "catalog/SNAPSHOT", "epochs/SNAPSHOT")] + sorted(checkpoints)
        pairs = [(path, path + ".copy") for path in firsts if os.path.exists(path) and os.path.exists(path + ".copy")]
        if not pairs:
            return None
        path = self.random.choice(self.random.choice(pairs))
        with open(path, "r+b") as file:
            content = file.read()
            at = self.random.randrange(len(content))
            file.seek(at)
            file.write(bytes([content[at] ^ 1 << self.random.randrange(8)]))
        return path

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
