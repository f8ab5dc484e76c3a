"""A socket and the standard library: what no client library does on purpose."""
import socket
import struct
import unittest

import house

CRC_TABLE = []
for index in range(256):
    crc = index
    for _ in range(8):
        crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    CRC_TABLE.append(crc)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def varint(n):
    n = (n << 1) ^ (n >> 63)
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def batch(value):
    record = b"\0" + varint(0) + varint(0) + varint(-1) + varint(len(value)) + value + varint(0)
    body = struct.pack(">hiqqqhii", 0, 0, 1000, 1000, -1, -1, -1, 1) + varint(len(record)) + record
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def frame(key, version, correlation, body):
    request = struct.pack(">hhi", key, version, correlation) + text("raw") + body
    return struct.pack(">i", len(request)) + request


def produce(topic, value, correlation=1, acks=-1):
    records = batch(value)
    body = struct.pack(">hhii", -1, acks, 5000, 1) + text(topic) + struct.pack(">iii", 1, 0, len(records)) + records
    return frame(0, 3, correlation, body)


def metadata(topic, correlation=1):
    return frame(3, 4, correlation, struct.pack(">i", 1) + text(topic) + b"\1")


def end_offset(topic, correlation=1):
    return frame(2, 1, correlation, struct.pack(">ii", -1, 1) + text(topic) + struct.pack(">iiq", 1, 0, -1))


class Connection:
    def __init__(self):
        self.socket = socket.create_connection(house.host_port(), timeout=20)

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        size = struct.unpack(">i", self.exactly(4))[0]
        data = self.exactly(size)
        return struct.unpack(">i", data[:4])[0], data[4:]

    def exactly(self, n):
        data = b""
        while len(data) < n:
            piece = self.socket.recv(n - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def ended(self):
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def create(topic):
    connection = Connection()
    connection.send(metadata(topic))
    connection.answer()
    connection.socket.close()


def count(topic):
    connection = Connection()
    connection.send(end_offset(topic))
    _, body = connection.answer()
    connection.socket.close()
    return struct.unpack(">q", body[-8:])[0]


class Raw(unittest.TestCase):
    def wait_for(self, topic, n):
        for _ in range(200):
            if count(topic) == n:
                return
            import time
            time.sleep(0.05)
        self.assertEqual(count(topic), n)

    def test_a_whole_request_is_appended_though_the_client_closes_at_once(self):
        topic = house.fresh_topic("close")
        create(topic)
        for acks in (0, 1, -1):
            connection = Connection()
            connection.send(produce(topic, b"kept", acks=acks))
            connection.socket.close()
        self.wait_for(topic, 3)

    def test_a_whole_request_is_appended_though_the_client_resets(self):
        topic = house.fresh_topic("reset")
        create(topic)
        connection = Connection()
        connection.send(produce(topic, b"acknowledged"))
        connection.answer()
        # Linger 0 makes close send a reset; the answer to the first request is left unread on purpose.
        connection.send(produce(topic, b"one", 2) + produce(topic, b"two", 3))
        connection.answer()
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.socket.close()
        self.wait_for(topic, 3)

    def test_half_a_request_is_not_appended(self):
        topic = house.fresh_topic("half")
        create(topic)
        connection = Connection()
        connection.send(produce(topic, b"whole"))
        connection.send(produce(topic, b"half")[:-1])
        connection.socket.shutdown(socket.SHUT_WR)
        connection.answer()
        self.assertTrue(connection.ended())
        self.assertEqual(count(topic), 1)

    def test_pipelined_requests_are_answered_in_order(self):
        topic = house.fresh_topic("order")
        create(topic)
        connection = Connection()
        connection.send(b"".join(produce(topic, str(n).encode(), n) for n in range(100)) + end_offset(topic, 100))
        answers = [connection.answer() for _ in range(101)]
        self.assertEqual([correlation for correlation, _ in answers], list(range(101)))
        offsets = [struct.unpack(">q", body[4 + 2 + len(topic) + 4 + 4 + 2:][:8])[0] for _, body in answers[:100]]
        self.assertEqual(offsets, list(range(100)))
        self.assertEqual(struct.unpack(">q", answers[100][1][-8:])[0], 100)

    def test_acks_0_has_no_answer(self):
        topic = house.fresh_topic("silent")
        create(topic)
        connection = Connection()
        connection.send(produce(topic, b"a", 1, acks=0) + end_offset(topic, 2))
        correlation, body = connection.answer()
        self.assertEqual((correlation, struct.unpack(">q", body[-8:])[0]), (2, 1))

    def test_an_unknown_api_versions_version_gets_the_oldest_answer(self):
        connection = Connection()
        connection.send(struct.pack(">ihhi", 12, 18, 99, 7) + b"\0\0\0\0")
        correlation, body = connection.answer()
        self.assertEqual(correlation, 7)
        self.assertEqual(struct.unpack(">hihhh", body), (35, 1, 18, 0, 4))
        connection.send(frame(18, 0, 8, b""))
        correlation, body = connection.answer()
        self.assertEqual(correlation, 8)
        error, rows = struct.unpack(">hi", body[:6])
        table = {key: (low, high) for key, low, high in struct.iter_unpack(">hhh", body[6:])}
        self.assertEqual((error, rows), (0, len(table)))
        self.assertEqual(table[0][0], 0, "librdkafka turns compression off when Produce does not start at 0")

    def test_a_damaged_batch_is_refused_and_the_connection_goes_on(self):
        topic = house.fresh_topic("damage")
        create(topic)
        good = produce(topic, b"value", 1)
        connection = Connection()
        connection.send(good[:-3] + bytes([good[-3] ^ 1]) + good[-2:])
        _, body = connection.answer()
        self.assertEqual(struct.unpack(">h", body[4 + 2 + len(topic) + 4 + 4:][:2])[0], 2)
        connection.send(good)
        connection.answer()
        self.assertEqual(count(topic), 1)

    def test_nonsense_ends_its_own_connection_only(self):
        for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff\xff\xff", struct.pack(">i", 2) + b"ab", frame(999, 0, 1, b""),
                         frame(0, 2, 1, b""), frame(3, 4, 1, b"\x7f\xff\xff\xff")):
            connection = Connection()
            connection.send(nonsense)
            self.assertTrue(connection.ended(), nonsense)
        create(house.fresh_topic("after"))
