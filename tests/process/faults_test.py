"""What a house does on a disk that takes seconds, on one that is full, after having been stopped, and after a flood: who can be served is, who cannot is told so by type,
nothing that was acknowledged is lost or there twice, and all is as before when it is over. Figures are printed; nothing is judged by how fast this machine is, but how soon
after its time a request is refused, by the middle one of several.

    FRESHET_BUILD=build python3 tests/process/faults_test.py [unittest's words]
"""

import contextlib
import os
import pathlib
import select
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from serving import House, serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402
from disks import LoopDisk  # noqa: E402
from kafka_wire import parse_batches, record_batch  # noqa: E402

PATIENCE = 90  # seconds until a test gives up
DISK_MEBIBYTES = 640  # of the disk that is filled
OFFSET_COMMIT, JOIN_GROUP, HEARTBEAT, SYNC_GROUP, CREATE_TOPICS, DELETE_TOPICS, DELETE_RECORDS, ALTER_CONFIGS, CREATE_PARTITIONS = 8, 11, 12, 14, 19, 20, 21, 33, 37
TIMED_OUT, COORDINATOR_NOT_AVAILABLE, UNKNOWN_MEMBER, KAFKA_STORAGE_ERROR = 7, 15, 25, 56
FENCED = (47, 90)  # a producer


def text(word: str) -> bytes:
    return struct.pack(">h", len(word)) + word.encode()


def connection(house: House) -> kafka_wire.Connection:
    return kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)


def ready(house: House) -> int:
    try:
        return urllib.request.urlopen(f"http://{house.doors['http']}/readyz", timeout=PATIENCE).status
    except urllib.error.HTTPError as refused:
        return refused.code


def until(holds, what: str):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {PATIENCE} s: {what}")
        time.sleep(0.05)


def values_of(house: House, topic: str) -> list[bytes]:
    """All there are in its only partition, in their order."""
    client, values = connection(house), []
    error, offset = client.list_offset(topic, 0, -2)  # where it begins
    assert error == 0, error
    while True:
        error, high, data = client.fetch(topic, 0, offset)
        assert error == 0, error
        began = offset
        for _, offset, whole, records in parse_batches(data):
            assert whole
            values += [value for _, value in records]
        assert offset > began or offset >= high, f"nothing is there at {offset}, though {high} is the end"
        if offset >= high:
            client.close()
            return values


class Worker(threading.Thread):
    """Does one thing again and again beside the test. What goes wrong in it goes wrong in end()."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ending, self.trouble = threading.Event(), None

    def run(self):
        try:
            while not self.ending.is_set():
                self.step()
        except Exception as trouble:  # told by end()
            self.trouble = trouble

    def end(self):
        self.ending.set()
        self.join(PATIENCE)
        assert not self.is_alive(), "it does not end"
        if self.trouble is not None:
            raise self.trouble


class Producer(Worker):
    """An idempotent producer, which sends each record until it is acknowledged: `refusals` are the (error, seconds) that it met meanwhile."""

    def __init__(self, house: House, topic: str, timeout_ms: int = 1000, filling: bytes = b"", pause: float = 0.01):
        super().__init__()
        self.connection, self.topic, self.timeout_ms, self.filling, self.pause = connection(house), topic, timeout_ms, filling, pause
        self.connection.create_topic(topic, 1)
        self.producer = self.connection.init_producer_id()
        self.acknowledged, self.refusals = 0, []

    def step(self):
        batch = record_batch([b"%d " % self.acknowledged + self.filling], *self.producer, self.acknowledged)
        begin = time.monotonic()
        self.connection.send_produce(self.topic, 0, batch, timeout_ms=self.timeout_ms)
        error, _ = self.connection.parse_produce(self.connection.receive()[1])
        if error == 0:
            self.acknowledged += 1
        else:
            self.refusals.append((error, time.monotonic() - begin))
        time.sleep(self.pause)

    def assert_kept(self, house: House):
        """Each record that was acknowledged stands there once, and in order; one that was on its way at the end may follow."""
        kept = [int(value.split(b" ")[0]) for value in values_of(house, self.topic)]
        assert kept in (list(range(self.acknowledged)), list(range(self.acknowledged + 1))), f"{self.acknowledged} were acknowledged, {len(kept)} are there"


def last_error(answer: bytes) -> int:
    return struct.unpack(">h", answer[-2:])[0]


class Asker(threading.Thread):
    """Asks once, and keeps what came and after how many seconds."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask, self.seconds, self.outcome = ask, None, None
        self.start()

    def run(self):
        begin = time.monotonic()
        self.outcome = self.ask()
        self.seconds = time.monotonic() - begin


def posted(house: House, path: str, body: str) -> int:
    try:
        return urllib.request.urlopen(urllib.request.Request(f"http://{house.doors['http']}{path}", body.encode(), method="POST"), timeout=PATIENCE).status
    except urllib.error.HTTPError as refused:
        return refused.code


class Reader(Worker):
    """Reads the first record of a topic, and asks for the topics there are."""

    def __init__(self, house: House, topic: str):
        super().__init__()
        self.connection, self.topic, self.served = connection(house), topic, 0

    def step(self):
        error, _, data = self.connection.fetch(self.topic, 0, 0, max_bytes=1000)
        assert error == 0 and len(data) > 0, error
        self.connection.call(kafka_wire.METADATA, 4, struct.pack(">i", -1) + b"\0")
        self.served += 1
        time.sleep(0.01)


class Member(Worker):
    """A member of a classic group of its own, which joins again when it is told that it is none: `fenced` counts that."""

    def __init__(self, house: House, group: str, session_ms: int):
        super().__init__()
        self.connection, self.group, self.session_ms = connection(house), group, session_ms
        self.beats, self.fenced = 0, 0
        self.join_group()

    def join_group(self):
        subscription = b"\0\0\0\0\0\0\0\0\0\0"
        answer = self.connection.call(JOIN_GROUP, 2, text(self.group) + struct.pack(">ii", self.session_ms, 60000) + text("") + text("consumer") +
                                      struct.pack(">i", 1) + text("range") + struct.pack(">i", len(subscription)) + subscription)
        error, self.generation, at = struct.unpack_from(">hih", answer, 4)
        assert error == 0, error
        at += 12  # the protocol
        at += 2 + struct.unpack_from(">h", answer, at)[0]  # the leader
        self.id = answer[at + 2:at + 2 + struct.unpack_from(">h", answer, at)[0]].decode()
        answer = self.connection.call(SYNC_GROUP, 1, self.place() + struct.pack(">i", 1) + text(self.id) + struct.pack(">i", 1) + b"a")
        assert struct.unpack_from(">h", answer, 4)[0] == 0

    def place(self) -> bytes:
        return text(self.group) + struct.pack(">i", self.generation) + text(self.id)

    def commit(self, topic: str, offset: int) -> int:
        answer = self.connection.call(OFFSET_COMMIT, 2, self.place() + struct.pack(">qi", -1, 1) + text(topic) + struct.pack(">iiq", 1, 0, offset) + text(""))
        return struct.unpack(">h", answer[-2:])[0]

    def step(self):
        error = struct.unpack_from(">h", self.connection.call(HEARTBEAT, 1, self.place()), 4)[0]
        if error == UNKNOWN_MEMBER:
            self.fenced += 1
            self.join_group()
        else:
            assert error == 0, error
            self.beats += 1
        time.sleep(0.05)


class Free(Worker):
    """Looks how many bytes are free on the disk that a folder lies on."""

    def __init__(self, path: str):
        super().__init__()
        self.path, self.least = path, 1 << 62

    def step(self):
        disk = os.statvfs(self.path)
        self.least = min(self.least, disk.f_bavail * disk.f_frsize)
        time.sleep(0.02)


class Steady(Worker):
    """Produces as fast as it is answered, with so many requests on their way."""

    IN_FLIGHT = 20

    def __init__(self, house: House):
        super().__init__()
        self.connection = connection(house)
        self.connection.create_topic("steady", 1)
        self.answered = 0

    def step(self):
        for _ in range(self.IN_FLIGHT):
            self.connection.send_produce("steady", 0, record_batch([b"x" * 100]))
        for _ in range(self.IN_FLIGHT):
            error, _ = self.connection.parse_produce(self.connection.receive()[1])
            self.answered += error == 0


class Flood(Worker):
    """Sends without end and reads nothing; a connection that takes no more is left for a new one."""

    def __init__(self, address: str, flood: bytes):
        super().__init__()
        self.address, self.flood, self.sent = address, flood, 0

    def step(self):
        host, _, port = self.address.rpartition(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=0.5) as client:
            while not self.ending.is_set():
                self.sent += client.send(self.flood)


@contextlib.contextmanager
def slow_syncs(house: House, seconds: int):
    """Each fdatasync of the house takes so long, for as long as this lasts."""
    tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:delay_enter={seconds * 1_000_000}", "-p", str(house.process.pid)], stderr=subprocess.PIPE)
    try:
        says, _, _ = select.select([tracer.stderr], [], [], PATIENCE)
        said = tracer.stderr.readline().decode() if says else "it says nothing"
        if "attached" not in said:
            raise unittest.SkipTest(f"strace cannot attach here: {said.strip()}")
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(PATIENCE)
        tracer.stderr.close()


class Faults(unittest.TestCase):
    @unittest.skipUnless(shutil.which("strace"), "strace is not here")
    def test_a_slow_disk_is_told_of_and_holds_up_only_what_it_must(self):
        delay = 5
        with serving() as house:
            producer = Producer(house, "written")
            producer.start()
            until(lambda: producer.acknowledged > 10, "the producer is served")
            reader, member = Reader(house, "written"), Member(house, "alive", 3000)
            reader.start()
            member.start()
            before = producer.acknowledged
            with slow_syncs(house, delay):
                until(lambda: producer.refusals, "a produce request is refused")
                until(lambda: ready(house) == 503, "/readyz tells of the slow disk")
                seen = (reader.served, member.beats)
                slow = len(producer.refusals)
                until(lambda: reader.served >= seen[0] + 20 and member.beats >= seen[1] + 20, "who reads and who is in a group is served")
            refusals = list(producer.refusals)
            until(lambda: ready(house) == 200, "/readyz is well again")
            served = producer.acknowledged
            until(lambda: producer.acknowledged > served + 20, "the producer is served again")
            for worker in (producer, reader, member):
                worker.end()
            print(f"fdatasync takes {delay} s: {before} records before, {len(refusals)} refusals with timeout.ms 1000, the first after {refusals[0][1]:.2f} s ({slow} until /readyz said so); "
                  f"{reader.served} reads, {member.beats} heartbeats; {producer.acknowledged} records at the end")
            self.assertEqual({error for error, _ in refusals}, {TIMED_OUT})
            self.assertGreaterEqual(min(seconds for _, seconds in refusals), 1)
            self.assertLess(refusals[0][1], delay, "it is answered at its deadline, not when the disk has answered")
            self.assertEqual(member.fenced, 0)
            producer.assert_kept(house)

    @unittest.skipUnless(shutil.which("strace"), "strace is not here")
    def test_who_waits_for_a_slow_disk_is_answered_when_its_time_is_over(self):
        delay, times, kinds = 8, 5, {}
        with serving() as house:
            producer = Producer(house, "written")
            for i in range(times):
                for name in ("trimmed", "wider", "gone"):
                    producer.connection.create_topic(f"{name}-{i}", 1)
                producer.connection.send_produce(f"trimmed-{i}", 0, record_batch([b"to be trimmed"]))
                self.assertEqual(producer.connection.parse_produce(producer.connection.receive()[1])[0], 0)
            transactional = []
            for i in range(times):
                writer = connection(house)
                writer.send_init_transactions(f"writer-{i}", 60000)
                error, *identity = writer.parse_inited(writer.receive()[1])
                self.assertEqual(error, 0)
                writer.send_add_partitions(f"writer-{i}", identity, "written", [0])
                self.assertEqual(writer.parse_added(writer.receive()[1]), [0])
                transactional.append((writer, identity))
            producer.start()
            until(lambda: producer.acknowledged > 10, "the producer is served")

            def end(i: int) -> int:
                writer, identity = transactional[i]
                writer.send_end(f"writer-{i}", identity, True)
                return writer.parse_ended(writer.receive()[1])

            def call(key: int, version: int, body: bytes, error):
                return lambda: error(connection(house).call(key, version, body))

            with slow_syncs(house, delay):
                until(lambda: producer.refusals, "a produce request is refused")
                # kind: how long it may wait, its refusal, how it asks
                for i in range(times):
                    made, trimmed, wider, gone = (f"{name}-{i}" for name in ("made", "trimmed", "wider", "gone"))
                    one = struct.pack(">i", 1)
                    kinds.setdefault(("CreateTopics", 1, TIMED_OUT), []).append(Asker(call(CREATE_TOPICS, 2, one + text(made) + struct.pack(">ihii", 1, 1, 0, 0) + struct.pack(">ib", 1000, 0), lambda a, n=len(made): struct.unpack_from(">h", a, 10 + n)[0])))
                    kinds.setdefault(("DeleteTopics", 1, TIMED_OUT), []).append(Asker(call(DELETE_TOPICS, 1, one + text(gone) + struct.pack(">i", 1000), last_error)))
                    kinds.setdefault(("DeleteRecords", 1, TIMED_OUT), []).append(Asker(call(DELETE_RECORDS, 1, one + text(trimmed) + struct.pack(">iiqi", 1, 0, -1, 1000), last_error)))
                    kinds.setdefault(("CreatePartitions", 1, TIMED_OUT), []).append(Asker(call(CREATE_PARTITIONS, 0, one + text(wider) + struct.pack(">ii", 2, -1) + struct.pack(">ib", 1000, 0), lambda a, n=len(wider): struct.unpack_from(">h", a, 10 + n)[0])))
                    kinds.setdefault(("OffsetCommit", 5, COORDINATOR_NOT_AVAILABLE), []).append(Asker(call(OFFSET_COMMIT, 2, text(f"group-{i}") + struct.pack(">i", -1) + text("") + struct.pack(">qi", -1, 1) + text("written") + struct.pack(">iiq", 1, 0, 1) + text(""), last_error)))
                    kinds.setdefault(("EndTxn", 5, COORDINATOR_NOT_AVAILABLE), []).append(Asker(lambda i=i: end(i)))
                    kinds.setdefault(("POST records", 5, 504), []).append(Asker(lambda: posted(house, "/v1/topics/written/records", '{"value":"by the portal"}')))
                for askers in kinds.values():
                    for asker in askers:
                        asker.join(PATIENCE)
            kinds[("Produce", 1, TIMED_OUT)] = producer.refusals
            producer.end()
            until(lambda: ready(house) == 200, "/readyz is well again")
            until(lambda: all(end(i) == 0 for i in range(times)), "the transactions that were committed are committed")
            admin = connection(house)
            there = lambda topic: admin.list_offset(topic, 0, -1)[0] == 0  # noqa: E731
            until(lambda: all(there(f"made-{i}") and not there(f"gone-{i}") and admin.list_offset(f"wider-{i}", 1, -1)[0] == 0 for i in range(times)), "what was begun went on")
            late = {}
            for (kind, patience, refusal), answers in kinds.items():
                outcomes = [(a.outcome, a.seconds) if isinstance(a, Asker) else a for a in answers]
                self.assertEqual({error for error, _ in outcomes}, {refusal}, kind)
                late[kind] = statistics.median(seconds for _, seconds in outcomes) - patience
            print(f"fdatasync takes {delay} s: refused after the time that a request says: " + ", ".join(f"{kind} {seconds * 1000:.0f} ms" for kind, seconds in late.items()))
            for kind, seconds in late.items():
                self.assertLessEqual(seconds, 0.1, kind)

    def test_a_house_that_was_stopped_goes_on_and_fences_whose_time_is_up(self):
        stopped = 4
        with serving() as house:
            producer = Producer(house, "written", timeout_ms=10000)
            member, zombie = Member(house, "alive", 1500), Member(house, "silent", 1500)
            writer = connection(house)
            writer.send_init_transactions("stopped", 2000)
            error, *identity = writer.parse_inited(writer.receive()[1])
            self.assertEqual(error, 0)
            writer.create_topic("transacted", 1)
            writer.send_add_partitions("stopped", identity, "transacted", [0])
            self.assertEqual(writer.parse_added(writer.receive()[1]), [0])
            writer.send_transactional_produce("stopped", "transacted", {0: record_batch([b"never committed"], *identity, 0, attributes=kafka_wire.TRANSACTIONAL)})
            self.assertEqual(writer.parse_produced(writer.receive()[1]), {0: 0})
            producer.start()
            member.start()
            until(lambda: producer.acknowledged > 10, "the producer is served")
            before = producer.acknowledged
            house.process.send_signal(signal.SIGSTOP)
            time.sleep(stopped)
            house.process.send_signal(signal.SIGCONT)
            until(lambda: producer.acknowledged > before + 50, "the producer is served again")
            reader = connection(house)
            until(lambda: reader.fetch_committed("transacted", 0, 0)[1] > 1, "the transaction whose time is up is aborted")
            self.assertEqual(zombie.commit("written", 1), UNKNOWN_MEMBER)
            beaten = member.beats
            until(lambda: member.beats > beaten + 5, "the other one is a member, whether it was one all the while or again")
            writer.send_end("stopped", identity, True)
            self.assertIn(writer.parse_ended(writer.receive()[1]), FENCED)
            self.assertEqual(reader.fetch_committed("transacted", 0, 0)[3], [])
            zombie.join_group()
            self.assertEqual(zombie.commit("written", 1), 0)
            for worker in (producer, member):
                worker.end()
            print(f"stopped for {stopped} s: {before} records before, {producer.acknowledged} in the end; sessions of 1.5 s: one that beats was sent away {member.fenced} times")
            self.assertEqual(producer.refusals, [])
            producer.assert_kept(house)

    @unittest.skipUnless(LoopDisk.possible(), "no file system can be mounted here")
    def test_a_disk_that_fills_while_retention_runs_refuses_by_type_and_goes_on_after_a_trim(self):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="freshet-"))
            if shutil.disk_usage(folder).free < 2 * DISK_MEBIBYTES << 20:
                self.skipTest("the disk below has no room for the one that is to be filled: what is written to that would wait in the kernel, and nobody could end it")
            try:
                disk = LoopDisk(folder, mebibytes=DISK_MEBIBYTES)
            except (OSError, subprocess.CalledProcessError) as refused:
                self.skipTest(f"no file system can be mounted here: {refused}")
            stack.callback(disk.close)
            project = pathlib.Path(folder, "project")
            project.mkdir()
            house = House(str(project), f"{disk.path}/data")
            stack.callback(house.stop)
            self.assertEqual(house.first_line, "ready", house.error_text())
            self.fill_and_trim(house, disk.path)

    def fill_and_trim(self, house: House, path: str):
        kept = Producer(house, "kept", timeout_ms=5000)
        rolling = Producer(house, "rolling", timeout_ms=5000, filling=os.urandom(200_000))
        filling = Producer(house, "filling", timeout_ms=5000, filling=os.urandom(900_000), pause=0)
        self.set_configs(house, "rolling", {"retention.bytes": "2000000", "segment.bytes": "2000000"})
        workers = (kept, rolling, filling)
        free = Free(path)
        free.start()
        for worker in workers:
            worker.start()
        until(lambda: all(worker.refusals for worker in workers), "all who write are refused")
        self.assertEqual(ready(house), 503)
        at_the_end = filling.acknowledged
        filling.ending.set()
        reader = Reader(house, "kept")
        reader.start()
        until(lambda: reader.served > 10, "who reads is served")
        filling.join(PATIENCE)
        admin = connection(house)
        answer = admin.call(DELETE_RECORDS, 1, struct.pack(">i", 1) + text("filling") + struct.pack(">iiqi", 1, 0, -1, 30000))
        self.assertEqual(struct.unpack(">h", answer[-2:])[0], 0)
        begin, refused_until_then = time.monotonic(), (kept.acknowledged, rolling.acknowledged)
        until(lambda: kept.acknowledged > refused_until_then[0] + 10 and rolling.acknowledged > refused_until_then[1] + 1, "those who write are served again")
        resumed = time.monotonic() - begin
        until(lambda: ready(house) == 200, "/readyz is well again")
        for worker in (kept, rolling, reader, free):
            worker.end()
        print(f"a disk of {os.statvfs(path).f_blocks * os.statvfs(path).f_frsize >> 20} MiB: {at_the_end} megabytes until it was full, {free.least >> 20} MiB free at the least, {len(kept.refusals)} refusals of small records; "
              f"written again {resumed:.1f} s after the trim; of {rolling.acknowledged} retained by size {len(values_of(house, 'rolling'))} are left")
        for worker in workers:
            errors = {error for error, _ in worker.refusals}
            self.assertIn(KAFKA_STORAGE_ERROR, errors)
            self.assertLessEqual(errors, {KAFKA_STORAGE_ERROR, TIMED_OUT})
        self.assertGreater(free.least, 0)
        self.assertLess(len(values_of(house, "rolling")), rolling.acknowledged, "retention went on")
        kept.assert_kept(house)

    def set_configs(self, house: House, topic: str, configs: dict):
        body = struct.pack(">ib", 1, 2) + text(topic) + struct.pack(">i", len(configs))
        for name, value in configs.items():
            body += text(name) + text(value)
        answer = connection(house).call(ALTER_CONFIGS, 0, body + b"\0")
        self.assertEqual(struct.unpack_from(">h", answer, 8)[0], 0, answer)

    def test_few_descriptors_refuse_new_connections_and_leave_files_theirs(self):
        limit, asking = 128, 300
        with tempfile.TemporaryDirectory(prefix="freshet-") as folder:
            project = pathlib.Path(folder, "project")
            project.mkdir()
            house = House(str(project), f"{folder}/data", wrapper=["bash", "-c", f'ulimit -n {limit}; exec "$@"', "bash"])
            try:
                self.assertEqual(house.first_line, "ready", house.error_text())
                old = connection(house)
                for topic in range(3):
                    self.assertEqual(old.create_topic(f"t{topic}", 8), 0)
                host, _, port = house.doors["kafka"].rpartition(":")
                many = [socket.create_connection((host, int(port)), timeout=PATIENCE) for _ in range(asking)]
                taken = 0
                for client in many:
                    client.settimeout(0.05 if taken else 2)
                    with contextlib.suppress(ConnectionError):
                        try:
                            client.recv(1)
                        except TimeoutError:
                            taken += 1
                errors = []
                for i in range(120):  # each of the 24 partitions has its segment and its index
                    old.send_produce(f"t{i % 3}", i % 8, record_batch([os.urandom(300_000 if i % 4 == 0 else 100)]), timeout_ms=5000)
                    errors.append(old.parse_produce(old.receive()[1])[0])
                for client in many:
                    client.close()

                def serves_new_ones() -> bool:
                    with contextlib.suppress(ConnectionError):
                        return connection(house).list_offset("t0", 0, 0)[0] == 0
                    return False

                until(serves_new_ones, "a new connection is served")
                lines = house.error_text().count("\n")
                print(f"{limit} descriptors: {taken} of {asking} connections were taken, {errors.count(0)} of {len(errors)} records meanwhile, {lines} lines of log")
                self.assertGreater(taken, 10)
                self.assertLess(taken, asking)
                self.assertEqual(errors, [0] * len(errors))
                self.assertLess(lines, 10)
                self.assertEqual(house.stop(), 0)
            finally:
                house.stop()

    def test_after_a_flood_a_steady_producer_is_served_as_before(self):
        # Beside another house that nobody floods: what else this machine does meanwhile slows down both.
        with serving(f"memory={256 << 20}") as house, serving(f"memory={256 << 20}") as calm:
            steady, other = Steady(house), Steady(calm)

            def share(seconds: float = 2) -> tuple[float, float]:
                """Requests a second, and how many for each of the other house's."""
                begin, answered, others = time.monotonic(), steady.answered, other.answered
                time.sleep(seconds)
                for one in (steady, other):
                    assert one.trouble is None, one.trouble
                answered, others = steady.answered - answered, other.answered - others
                return answered / (time.monotonic() - begin), answered / max(others, 1)

            steady.start()
            other.start()
            share()  # until they have come into their pace
            before, before_each = share(6)
            floods = {"kafka": struct.pack(">ihhih", 10, 18, 0, 1, -1) * 50_000, "resp": b"PING\r\n" * 200_000, "http": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20_000}
            flooding = [Flood(house.doors[door], flood) for door, flood in floods.items() for _ in range(10)]
            for flood in flooding:
                flood.start()
            meanwhile, _ = share()
            for flood in flooding:
                flood.end()
            end, after, after_each = time.monotonic(), 0.0, 0.0
            while after_each < 0.95 * before_each and time.monotonic() < end + 30:
                after, after_each = share()
            took = time.monotonic() - end
            steady.end()
            other.end()
            print(f"{before:.0f} requests/s before, {meanwhile:.0f} under {len(flooding)} floods of {sum(flood.sent for flood in flooding) >> 20} MiB, {after:.0f} within {took:.0f} s after; "
                  f"of a house without floods {before_each * 100:.0f} % before and {after_each * 100:.0f} % after")
            self.assertGreaterEqual(after_each, 0.95 * before_each)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
