"""What a house bears: silent clients by the thousand, readers that do not read, floods, frames that announce too much, and bombs. Its peak memory stays within
its budget and a tenth, who asks properly is served all the while, and everything works afterwards. Nothing here is judged by time; figures are printed.

    FRESHET_BUILD=build python3 tests/process/overload_test.py [--connections 20000] [unittest's words]
"""

import contextlib
import gzip
import os
import pathlib
import resource
import socket
import struct
import sys
import threading
import time
import unittest
import urllib.request

from serving import House, serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402

BUDGET = 256 << 20
CONNECTIONS = 3000
PATIENCE = 90          # seconds until a test gives up; the house's own patience with a peer is 30
RECORD = 500_000
DESCRIBE_CONFIGS = 32


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

    def __init__(self, address: str):
        super().__init__(daemon=True)
        self.connection = kafka_wire.Connection(address, timeout=PATIENCE)
        self.connection.create_topic("neighbour", 1)
        self.served, self.longest, self.trouble, self.ending = 0, 0.0, None, threading.Event()

    def run(self):
        try:
            while not self.ending.is_set():
                begin = time.monotonic()
                self.connection.send_produce("neighbour", 0, kafka_wire.record_batch([b"still there"]))
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


class Overload(unittest.TestCase):
    @contextlib.contextmanager
    def beside_a_neighbour(self, *sets: str):
        """A house with a small budget and a proper client; afterwards both must be well, and every door must answer as before."""
        with serving(f"memory={BUDGET}", *sets) as house:
            neighbour = Neighbour(house.doors["kafka"])
            neighbour.start()
            yield house
            before = neighbour.served
            deadline = time.monotonic() + PATIENCE
            while neighbour.served < before + 20 and neighbour.trouble is None and time.monotonic() < deadline:
                time.sleep(0.05)
            neighbour.end()
            self.assertIsNone(neighbour.trouble)
            self.assertGreaterEqual(neighbour.served, before + 20, "the proper client is not served any more")
            self.assert_serves(house)
            peak = peak_bytes(house)
            print(f"{self._testMethodName}: peak {peak >> 20} of {BUDGET >> 20} MiB; the neighbour was answered {neighbour.served} times, {neighbour.longest * 1000:.0f} ms at the longest")
            self.assertLessEqual(peak, BUDGET * 11 // 10, "peak memory above the budget and a tenth")
            self.assertIsNone(house.process.poll())

    def assert_serves(self, house: House):
        client = kafka_wire.Connection(house.doors["kafka"], timeout=PATIENCE)
        client.create_topic("afterwards", 1)
        client.send_produce("afterwards", 0, kafka_wire.record_batch([b"x" * 1000]))
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
            filler.send_produce(topic, 0, kafka_wire.record_batch([os.urandom(1000) * (RECORD // 1000)]))
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


if __name__ == "__main__":
    if "--connections" in sys.argv:
        at = sys.argv.index("--connections")
        CONNECTIONS = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    unittest.main(verbosity=2, warnings="ignore")
