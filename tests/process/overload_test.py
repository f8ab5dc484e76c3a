"""What a house bears: silent clients by the thousand, readers that do not read, floods, frames that announce too much, bombs, records that nobody can read, and
handshakes that lead nowhere. Its peak memory stays within its budget and a tenth, who asks properly is served all the while, and everything works afterwards.
Nothing here is judged by time; figures are printed.

    FRESHET_BUILD=build python3 tests/process/overload_test.py [--connections 20000] [unittest's words]
"""

import contextlib
import gzip
import json
import os
import pathlib
import resource
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from serving import BINARY, House, serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402
from kafka_wire import record_batch  # noqa: E402

BUDGET = 256 << 20
CONNECTIONS = 3000
PATIENCE = 90          # seconds until a test gives up; the house's own patience with a peer is 30
RECORD = 500_000
DESCRIBE_CONFIGS = 32
CORRUPT_MESSAGE = 2


def peak_bytes(house: House) -> int:
    lines = pathlib.Path(f"/proc/{house.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def connect(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def push(client: socket.socket, data: bytes) -> int:
    """Sends what the house takes without being read, and tells how much that was."""
    client.settimeout(0.3)
    sent = 0
    with contextlib.suppress(TimeoutError, ConnectionError):
        while sent < len(data):
            sent += client.send(data[sent:sent + (1 << 20)])
    return sent


def closed_by_the_house(client: socket.socket) -> bool:
    client.settimeout(PATIENCE)
    try:
        while client.recv(1 << 20):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def metric(house: House, name: str) -> float:
    text = urllib.request.urlopen(f"http://{house.doors['http']}/metrics", timeout=PATIENCE).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


class Neighbour(threading.Thread):
    """A client who asks properly the whole time, and counts what was answered as it should be."""

    def __init__(self, connection: kafka_wire.Connection):
        super().__init__(daemon=True)
        self.connection = connection
        self.connection.create_topic("neighbour", 1)
        self.served, self.longest, self.trouble, self.ending = 0, 0.0, None, threading.Event()

    def run(self):
        try:
            while not self.ending.is_set():
                begin = time.monotonic()
                self.connection.send_produce("neighbour", 0, record_batch([b"still there"]))
                error, offset = self.connection.parse_produce(self.connection.receive()[1])
                assert (error, offset) == (0, self.served), (error, offset, self.served)
                self.longest = max(self.longest, time.monotonic() - begin)
                self.served += 1
                time.sleep(0.01)
        except Exception as trouble:  # told by end()
            self.trouble = trouble

    def end(self):
        self.ending.set()
        self.join(PATIENCE)
        self.connection.close()


def fetch_frame(topic: str, bytes_max: int, correlation: int = 7) -> bytes:
    name = struct.pack(">h", len(topic)) + topic.encode()
    body = struct.pack(">iiiib", -1, 0, 1, bytes_max, 0) + struct.pack(">i", 1) + name + struct.pack(">iiqi", 1, 0, 0, bytes_max)
    head = struct.pack(">hhih", kafka_wire.FETCH, 4, correlation, -1)
    return struct.pack(">i", len(head) + len(body)) + head + body


class EncryptedConnection(kafka_wire.Connection):
    def __init__(self, address: str, timeout: float):
        super().__init__(address, timeout)
        self.socket = TRUSTING.wrap_socket(self.socket)


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


TRUSTING = trusting()


def client_hello() -> bytes:
    """What a client says first."""
    answers, says = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        TRUSTING.wrap_bio(answers, says).do_handshake()
    return says.read()


def reset(client: socket.socket):
    """Ends it with an RST: nothing more is sent or taken."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def passing_on(name: str, broken: str) -> str:
    """A pipeline that copies the topic mixed."""
    source = "'connector' = 'kafka', 'topic' = 'mixed', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset'"
    return (f"SET 'execution.checkpointing.interval' = '50 ms';\nCREATE TABLE mixed_{name} (v INT) WITH ({source}{broken});\n"
            f"CREATE TABLE {name} (v INT) WITH ('connector' = 'kafka', 'topic' = '{name}', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');\n"
            f"INSERT INTO {name} SELECT v FROM mixed_{name};\n")


PASSING_ON = {
    "pipelines/kept.sql": passing_on("kept", ""),
    "pipelines/skipped.sql": passing_on("skipped", ", 'json.ignore-parse-errors' = 'true'"),
    "pipelines/failing.sql": passing_on("failing", ", 'json.ignore-parse-errors' = 'false'"),
}
POISON = [b"no json", b"\xff" * 64, b"[" * 500, b'{"v":', b'{"v":1,}']


def good(first: int, last: int) -> bytes:
    return record_batch([b'{"v":%d}' % v for v in range(first, last)])


def not_what_it_says() -> bytes:
    """A batch whose checksum holds, and whose records were never compressed."""
    now = int(time.time() * 1000)
    tail = struct.pack(">hiqqqhii", 1, 4, now, now, -1, -1, -1, 5) + b"no gzip" * 20
    return struct.pack(">qiibI", 0, 9 + len(tail), -1, 2, kafka_wire.crc32c(tail)) + tail


def freshet(*words: str) -> list[dict]:
    done = subprocess.run([BINARY, *words, "--json"], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Overload(unittest.TestCase):
    @contextlib.contextmanager
    def beside_a_neighbour(self, *sets: str, files: dict | None = None, dial=kafka_wire.Connection):
        """A house with a small budget and a proper client; afterwards both must be well, and every door must answer as before."""
        with serving(f"memory={BUDGET}", *sets, files=files) as house:
            neighbour = Neighbour(dial(house.doors["kafka"], timeout=PATIENCE))
            neighbour.start()
            yield house
            before = neighbour.served
            deadline = time.monotonic() + PATIENCE
            while neighbour.served < before + 20 and neighbour.trouble is None and time.monotonic() < deadline:
                time.sleep(0.05)
            neighbour.end()
            self.assertIsNone(neighbour.trouble)
            self.assertGreaterEqual(neighbour.served, before + 20, "the proper client is not served any more")
            self.assert_serves(house, dial)
            peak = peak_bytes(house)
            print(f"{self._testMethodName}: peak {peak >> 20} of {BUDGET >> 20} MiB; the neighbour was answered {neighbour.served} times, {neighbour.longest * 1000:.0f} ms at the longest")
            self.assertLessEqual(peak, BUDGET * 11 // 10, "peak memory above the budget and a tenth")
            self.assertIsNone(house.process.poll())

    def assert_serves(self, house: House, dial=kafka_wire.Connection):
        client = dial(house.doors["kafka"], timeout=PATIENCE)
        client.create_topic("afterwards", 1)
        client.send_produce("afterwards", 0, record_batch([b"x" * 1000]))
        self.assertEqual(client.parse_produce(client.receive()[1]), (0, 0))
        error, high, records = client.fetch("afterwards", 0, 0, wait_ms=PATIENCE * 1000)
        self.assertEqual((error, high, len(list(kafka_wire.parse_batches(records)))), (0, 1, 1))
        client.close()
        with connect(house.doors["resp"]) as redis:
            redis.sendall(b"PING\r\n")
            self.assertEqual(redis.recv(100), b"+PONG\r\n")
        self.assertEqual(urllib.request.urlopen(f"http://{house.doors['http']}/v1/house", timeout=PATIENCE).status, 200)

    def fill(self, house: House, topic: str, megabytes: int):
        filler = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
        filler.create_topic(topic, 1)
        for _ in range(megabytes * 2):
            filler.send_produce(topic, 0, record_batch([os.urandom(1000) * (RECORD // 1000)]))
            self.assertEqual(filler.parse_produce(filler.receive()[1])[0], 0)
        return filler

    def test_silent_connections_cost_little_and_no_more_are_taken_than_allowed(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        allowed = min(CONNECTIONS, hard - 500)
        with self.beside_a_neighbour(f"limits.connections={allowed}") as house:
            before = peak_bytes(house)
            silent = [connect(house.doors["kafka"]) for _ in range(allowed - 10)]
            while metric(house, 'freshet_connections{door="kafka"}') < allowed - 10:
                time.sleep(0.05)
            each = (peak_bytes(house) - before) // len(silent)
            print(f"{len(silent)} silent connections cost {each} bytes each")
            refused = metric(house, 'freshet_connections_refused_total{door="kafka"}')
            beyond = [connect(house.doors["kafka"]) for _ in range(30)]
            while metric(house, 'freshet_connections_refused_total{door="kafka"}') < refused + 20:
                time.sleep(0.05)
            self.assertTrue(closed_by_the_house(beyond[-1]))
            for client in silent + beyond:
                client.close()
            while metric(house, 'freshet_connections{door="kafka"}') > 2:
                time.sleep(0.05)

    def test_readers_that_do_not_read_do_not_take_the_memory_of_others(self):
        with self.beside_a_neighbour() as house:
            self.fill(house, "much", 30)
            deaf = [connect(house.doors["kafka"]) for _ in range(200)]
            for client in deaf:
                client.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    client.send(fetch_frame("much", 4 << 20) * 50)
            reader, offset = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE), 0
            for _ in range(100_000):
                error, high, records = reader.fetch("much", 0, offset, wait_ms=500)
                self.assertEqual(error, 0)
                offset = max([offset, *(following for _, following, _, _ in kafka_wire.parse_batches(records))])
                if offset >= high:
                    break
            self.assertEqual(offset, 60, "a proper reader reads all of it beside them")
            for client in deaf:
                client.close()

    def test_answers_are_not_multiplied_by_asking_for_one_thing_often(self):
        times = 300_000
        with self.beside_a_neighbour() as house:
            client = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
            client.create_topic("wide", 500)
            name = struct.pack(">h", 4) + b"wide"
            metadata = client.call(kafka_wire.METADATA, 4, struct.pack(">i", times) + name * times + b"\0")
            configs = client.call(DESCRIBE_CONFIGS, 1, struct.pack(">i", times) + (b"\2" + name + struct.pack(">i", -1)) * times + b"\0")
            print(f"asked {times} times: {len(metadata)} bytes of metadata, {len(configs)} of configs")
            self.assertLess(len(metadata) + len(configs), 1 << 20)

    def test_a_frame_costs_what_came_of_it_and_is_not_waited_for_for_ever(self):
        with self.beside_a_neighbour() as house:
            before = peak_bytes(house)
            announced = [connect(house.doors["kafka"]) for _ in range(300)]
            for client in announced:
                client.sendall(struct.pack(">ihhih", 90 << 20, kafka_wire.PRODUCE, 3, 1, -1) + b"\0" * 1000)
            time.sleep(1)
            print(f"{len(announced)} announced frames cost {(peak_bytes(house) - before) // len(announced)} bytes each")
            for client in announced:
                client.close()
            halves = [connect(house.doors["kafka"]) for _ in range(30)]
            sent = sum(push(client, struct.pack(">ihhih", 90 << 20, kafka_wire.PRODUCE, 3, 1, -1) + b"\0" * (8 << 20)) for client in halves)
            print(f"halves of frames: the house took {sent >> 20} MiB")
            self.assertTrue(all(closed_by_the_house(client) for client in halves))

    def test_requests_that_are_sent_without_end_wait_for_their_answers_to_be_read(self):
        floods = {"kafka": struct.pack(">ihhih", 10, 18, 0, 1, -1) * 50_000, "resp": b"PING\r\n" * 200_000, "http": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20_000}
        with self.beside_a_neighbour() as house:
            clients = []
            for door, flood in floods.items():
                some = [connect(house.doors[door]) for _ in range(20)]
                for client in some:
                    client.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        for _ in range(50):
                            client.send(flood)
                clients += some
            time.sleep(1)
            for client in clients:
                client.close()

    def test_large_values_asked_for_and_not_read_are_bounded(self):
        with self.beside_a_neighbour() as house:
            with connect(house.doors["resp"]) as redis:
                redis.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n" + b"v" * 1_000_000 + b"\r\n")
                self.assertEqual(redis.recv(100), b"+OK\r\n")
            deaf = [connect(house.doors["resp"]) for _ in range(60)]
            for client in deaf:
                client.sendall(b"GET k\r\n" * 200)
            time.sleep(3)
            for client in deaf:
                client.close()

    def test_bodies_that_do_not_come_to_an_end_are_bounded(self):
        head = b"POST /v1/preview?last=10m HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8000000\r\n\r\n"
        with self.beside_a_neighbour() as house:
            halves = [connect(house.doors["http"]) for _ in range(60)]
            sent = sum(push(client, head + b"-" * 4_000_000) for client in halves)
            answers = 0
            for client in halves:
                client.settimeout(PATIENCE)
                with contextlib.suppress(ConnectionError):
                    answers += client.recv(1000).startswith(b"HTTP/1.1 ")
            print(f"halves of bodies: the house took {sent >> 20} MiB; {answers} of {len(halves)} were refused by an answer, the others closed")

    def test_frames_that_make_no_sense_end_their_own_connection(self):
        kafka = [
            struct.pack(">i", 2**31 - 1) + b"x" * 100, struct.pack(">i", -1), struct.pack(">i", 0), struct.pack(">i", 3) + b"abc",
            struct.pack(">ihhi", 8, 999, 0, 1), struct.pack(">ihhih", 10, 0, 99, 1, -1),  # unknown request, unknown version
            struct.pack(">ihhihhhii", 24, 0, 3, 1, -1, -1, 1, 1000, 2**31 - 1),  # produce with two thousand million topics
            struct.pack(">ihhih", 200, 3, 9, 1, -1) + b"\0" + b"\xff" * 189,  # metadata whose varints never end
            struct.pack(">ihhih", 1_000_011, 3, 9, 1, -1) + b"\0" + struct.pack(">B", 0) + b"\x80" * 999_998 + b"\x01",  # a million bytes of tagged fields
            b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00" + b"\0" * 512, os.urandom(4096),
        ]
        resp = [b"*2147483647\r\n", b"*-5\r\n", b"*1\r\n$2147483647\r\n", b"*1\r\n$-7\r\n", b"*100000\r\n" * 1000, b"$5\r\nab", b"\r\n" * 1000, os.urandom(4096)]
        http = [b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000,
                b"POST /v1/preview HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", b"POST /v1/preview HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                b"POST /v1/preview HTTP/1.1\r\nContent-Length: -1\r\n\r\n", os.urandom(4096)]
        with self.beside_a_neighbour() as house:
            ended = 0
            for door, attempts in (("kafka", kafka), ("resp", resp), ("http", http)):
                for attempt in attempts:
                    with connect(house.doors[door]) as client:
                        with contextlib.suppress(ConnectionError):
                            client.sendall(attempt)
                            client.shutdown(socket.SHUT_WR)
                        ended += closed_by_the_house(client)
            self.assertEqual(ended, len(kafka) + len(resp) + len(http))

    def test_json_that_becomes_many_times_as_large_is_not_read(self):
        def post(path: str, unit: bytes, size: int) -> bytes:
            body = b'{"entities":[' + unit * ((size - 20) // len(unit)) + b"0]}"
            return b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body)) + body

        with self.beside_a_neighbour(files={"services/late.yaml": "name: late\nmodel: late\n"}) as house:
            kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE).create_topic("written", 1)
            answers = {}
            for path, size in (("/v1/decide/nobody", 8_380_000), ("/v1/decide/late", 8_380_000), ("/v1/decide/late", 64 << 10), ("/v1/topics/written/records", 8_380_000), ("/v1/topics/written/records", 200 << 10)):
                for unit in (b"[],", b'{"":{}},', b'"",', b"0,"):
                    asking = [connect(house.doors["http"]) for _ in range(8)]
                    sending = [threading.Thread(target=client.sendall, args=(post(path, unit, size),)) for client in asking]
                    for thread in sending:
                        thread.start()
                    for client in asking:
                        status = client.recv(1 << 16)[9:12].decode()
                        answers.setdefault((path, size), set()).add(status)
                    for thread in sending:
                        thread.join()
                    for client in asking:
                        client.close()
            print(answers)
            for (path, size), statuses in answers.items():  # some find that others have taken all memory of the door
                refusal = "404" if path.endswith("nobody") else "413" if size > 1 << 20 else "400"
                self.assertIn(refusal, statuses, path)
                self.assertLessEqual(statuses, {refusal, "429"}, path)

    def test_requests_that_trickle_in_hold_nobody_up(self):
        with self.beside_a_neighbour() as house:
            words = {"http": b"GET / HTTP/1.1\r\nx: y", "resp": b"*3\r\n$3\r\nSET\r\n$1\r\n", "kafka": struct.pack(">ihhih", 10, 18, 0, 1, -1)}
            slow = [(connect(house.doors[door]), word) for door, word in words.items() for _ in range(200)]
            for i in range(10):
                for client, word in slow:
                    client.send(word[i:i + 1])
                self.assertEqual(urllib.request.urlopen(f"http://{house.doors['http']}/livez", timeout=PATIENCE).status, 200)
            for client, _ in slow:
                client.close()

    def test_a_batch_that_inflates_a_thousandfold_is_refused_before_it_is_inflated(self):
        length = 512 << 20
        body = b"\0" + kafka_wire.varint(0) + kafka_wire.varint(0) + kafka_wire.varint(1) + b"k" + kafka_wire.varint(length)
        packer = gzip.zlib.compressobj(1, gzip.zlib.DEFLATED, 31)
        packed = packer.compress(kafka_wire.varint(len(body) + length + 1) + body)
        zeros = b"\0" * (1 << 20)
        for _ in range(length >> 20):
            packed += packer.compress(zeros)
        packed += packer.compress(kafka_wire.varint(0)) + packer.flush()
        tail = struct.pack(">hiqqqhii", 1, 0, 1000, 1000, -1, -1, -1, 1) + packed
        batch = struct.pack(">qiibI", 0, 9 + len(tail), -1, 2, kafka_wire.crc32c(tail)) + tail
        with self.beside_a_neighbour() as house:
            client = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
            topic = struct.pack(">h", 4) + b"bomb"
            config = lambda name, value: struct.pack(">h", len(name)) + name + struct.pack(">h", len(value)) + value  # noqa: E731
            configs = struct.pack(">i", 2) + config(b"cleanup.policy", b"compact") + config(b"max.message.bytes", b"8000000")
            client.call(kafka_wire.CREATE_TOPICS, 2, struct.pack(">i", 1) + topic + struct.pack(">ihi", 1, 1, 0) + configs + struct.pack(">ib", 10000, 0))
            errors = set()
            for _ in range(5):
                client.send_produce("bomb", 0, batch)
                errors.add(client.parse_produce(client.receive()[1])[0])
            print(f"a bomb of {len(batch)} bytes is refused with {errors}")
            self.assertTrue(errors and 0 not in errors)

    def produce(self, client: kafka_wire.Connection, partition: int, batch: bytes):
        client.send_produce("mixed", partition, batch)
        error, base = client.parse_produce(client.receive()[1])
        self.assertEqual(error, 0)
        return base

    def passed_on(self, client: kafka_wire.Connection, topic: str, count: int) -> list[int]:
        """The rows of a topic of two partitions, in order, once they are so many."""
        rows, offsets, deadline = [], [0, 0], time.monotonic() + PATIENCE
        while len(rows) < count and time.monotonic() < deadline:
            for partition in (0, 1):
                _, _, records = client.fetch(topic, partition, offsets[partition], wait_ms=50)
                for _, following, _, values in kafka_wire.parse_batches(records):
                    rows += [json.loads(value)["v"] for offset, value in values if offset >= offsets[partition]]
                    offsets[partition] = following
        return sorted(rows)

    def test_ten_thousand_records_that_no_table_can_read_do_not_hold_up_the_good_ones(self):
        poison = [POISON[i % len(POISON)] for i in range(10_000)]
        with self.beside_a_neighbour("topics.default_partitions=2", files=PASSING_ON) as house:
            client = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
            client.create_topic("mixed", 2)
            self.produce(client, 0, good(0, 100))
            for first in range(0, len(poison), 500):
                self.produce(client, 0, record_batch(poison[first:first + 500]))
                self.produce(client, 1, good(1000 + first // 10, 1050 + first // 10))
            client.send_produce("mixed", 0, not_what_it_says())
            self.assertEqual(client.parse_produce(client.receive()[1])[0], CORRUPT_MESSAGE)
            self.produce(client, 0, good(100, 200))
            rows = [*range(200), *range(1000, 2000)]
            for topic in ("kept", "skipped"):
                self.assertEqual(self.passed_on(client, topic, len(rows)), rows)
            letters, deadline = 0, time.monotonic() + PATIENCE
            while letters < len(poison) and time.monotonic() < deadline:  # they come with the epoch
                letters = sum(client.list_offset("__dead.mixed", partition, -1)[1] for partition in (0, 1))
                time.sleep(0.1)
            told = metric(house, "freshet_topic_table_dead_letters_total")
            skipped = metric(house, "freshet_topic_table_passed_over_total")
            print(f"{letters} dead letters, {told:.0f} counted, {skipped:.0f} skipped")
            self.assertEqual((letters, told, skipped), (len(poison),) * 3)
            pipelines = json.load(urllib.request.urlopen(f"http://{house.doors['http']}/v1/house", timeout=PATIENCE))["pipelines"]
            failures = {pipeline["name"]: pipeline["failure"] for pipeline in pipelines}
            self.assertEqual((failures["kept"], failures["skipped"]), (None, None))
            self.assertIn("offset 100", failures["failing"])  # the first that it cannot read: said so, it goes no further

    def test_a_group_that_meets_a_record_which_nobody_can_read_is_led_past_it(self):
        with self.beside_a_neighbour() as house:
            client = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
            client.create_topic("mixed", 1)
            self.produce(client, 0, good(0, 10))
            broken = self.produce(client, 0, record_batch([b"not what it says"]))
            behind = self.produce(client, 0, good(10, 20))
            at = ("--bootstrap", house.doors["kafka"])
            freshet("groups", "reset-offsets", "readers", "--topic", "mixed", "--to-offset", str(broken), "--execute", *at)
            (place,) = freshet("groups", "lag", *at)
            for _ in range(200):  # a member that dies of it comes back to it, for as long as nobody helps
                error, _, records = client.fetch("mixed", 0, place["committed"])
                self.assertEqual((error, struct.unpack_from(">q", records)[0]), (0, broken))
            freshet("groups", "reset-offsets", "readers", "--topic", "mixed", "--to-offset", str(behind), "--execute", *at)
            (place,) = freshet("groups", "lag", *at)
            self.assertEqual((place["committed"], place["lag"]), (behind, 10))
            _, _, records = client.fetch("mixed", 0, place["committed"])
            self.assertEqual([json.loads(value)["v"] for *_, values in kafka_wire.parse_batches(records) for _, value in values], list(range(10, 20)))

    @contextlib.contextmanager
    def encrypted(self):
        """A house whose door for Kafka is encrypted, beside a neighbour who is, too."""
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = f"{folder}/house.pem", f"{folder}/house.key"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", certificate, "-keyout", key], check=True, capture_output=True)
            with self.beside_a_neighbour(f"doors.kafka.tls.certificate={certificate}", f"doors.kafka.tls.key={key}", dial=EncryptedConnection) as house:
                yield house

    def test_handshakes_that_are_begun_and_left_are_given_up(self):
        hello = client_hello()
        beginnings = [b"", hello[:1], hello[:5], hello[:len(hello) // 2], hello, b"GET / HTTP/1.1\r\n\r\n", hello[:3] + b"\x40\x00" + b"\x01" * 100, hello + b"\x17\x03\x03\x40\x00" + b"x" * 1000]
        with self.encrypted() as house:
            before = peak_bytes(house)
            left = [connect(house.doors["kafka"]) for _ in range(100 * len(beginnings))]
            for i, client in enumerate(left):
                client.sendall(beginnings[i % len(beginnings)])
            time.sleep(1)
            print(f"{len(left)} handshakes that were begun cost {(peak_bytes(house) - before) // len(left)} bytes each")
            self.assertTrue(all(closed_by_the_house(client) for client in left))
            while metric(house, 'freshet_tls_handshakes_failed_total{door="kafka"}') < len(left):  # counted behind the close
                time.sleep(0.05)
            self.assertEqual(metric(house, 'freshet_tls_handshakes_failed_total{door="kafka"}'), len(left))
            while metric(house, 'freshet_connections{door="kafka"}') > 1:  # the neighbour's
                time.sleep(0.05)

    def test_handshakes_that_trickle_in_or_break_hold_nobody_up(self):
        hello = client_hello()
        with self.encrypted() as house:
            slow = [connect(house.doors["kafka"]) for _ in range(200)]
            for i in range(20):  # a byte at a time, and beside them such as break off
                for client in slow:
                    client.send(hello[i:i + 1])
                for said in (b"", hello[:i + 1], hello):
                    client = connect(house.doors["kafka"])
                    client.sendall(said)
                    if said == hello:
                        client.recv(1)
                    reset(client)
            for client in slow[100:]:
                reset(client)
            self.assertTrue(all(closed_by_the_house(client) for client in slow[:100]))
            while metric(house, 'freshet_tls_handshakes_failed_total{door="kafka"}') < len(slow) + 60:
                time.sleep(0.05)

    def test_what_stops_within_an_encrypted_request_ends_its_own_connection(self):
        with self.encrypted() as house:
            half = struct.pack(">ihhih", 90 << 20, kafka_wire.PRODUCE, 3, 1, -1) + b"\0" * 1000
            clients = [EncryptedConnection(house.doors["kafka"], timeout=PATIENCE) for _ in range(150)]
            for i, client in enumerate(clients):
                client.socket.sendall(half)
                raw = socket.socket(fileno=client.socket.detach())
                if i % 3 == 0:
                    raw.sendall(b"\x17\x03\x03\x10\x00" + b"x" * 50)  # a record that never comes to its end
                if i % 3 == 1:
                    raw.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)  # one that nobody encrypted
                    self.assertTrue(closed_by_the_house(raw))
                reset(raw) if i % 2 == 0 else raw.close()
            while metric(house, 'freshet_connections{door="kafka"}') > 1:
                time.sleep(0.05)


if __name__ == "__main__":
    if "--connections" in sys.argv:
        at = sys.argv.index("--connections")
        CONNECTIONS = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    unittest.main(verbosity=2, warnings="ignore")
