"""Just enough of the Kafka protocol for a load generator: one blocking connection, no retries, nothing hidden."""

import ctypes
import os
import socket
import struct
import subprocess
import tempfile
import time

PRODUCE, FETCH, LIST_OFFSETS, METADATA, CREATE_TOPICS, INIT_PRODUCER_ID, ADD_PARTITIONS_TO_TXN, END_TXN = 0, 1, 2, 3, 19, 22, 24, 26
TRANSACTIONAL, CONTROL = 0x10, 0x20  # attributes of a batch

_CRC_SOURCE = """
#include <stddef.h>
#include <stdint.h>
#include <string.h>
uint32_t crc32c(const unsigned char* p, size_t n) {
#ifdef __SSE4_2__
  unsigned long long sum = 0xffffffffu, eight;
  for (; n >= 8; n -= 8, p += 8) {
    memcpy(&eight, p, 8);
    sum = __builtin_ia32_crc32di(sum, eight);
  }
  uint32_t rest = (uint32_t)sum;
  while (n--) rest = __builtin_ia32_crc32qi(rest, *p++);
  return ~rest;
#else
  static uint32_t table[256];
  if (!table[1]) for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = (c & 1) ? (c >> 1) ^ 0x82f63b78u : c >> 1;
    table[i] = c;
  }
  uint32_t c = ~0u;
  while (n--) c = table[(c ^ *p++) & 255] ^ (c >> 8);
  return ~c;
#endif
}
"""


def _load_crc():
    folder = tempfile.mkdtemp(prefix="freshet-crc-")
    source, library = os.path.join(folder, "crc.c"), os.path.join(folder, "crc.so")
    with open(source, "w") as out:
        out.write(_CRC_SOURCE)
    subprocess.run(["g++", "-x", "c", "-O2", "-march=native", "-shared", "-fPIC", source, "-o", library], check=True)
    function = ctypes.CDLL(library).crc32c
    function.restype = ctypes.c_uint32
    function.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    return lambda data: function(data, len(data))


crc32c = _load_crc()


def varint(number):
    number = (number << 1) ^ (number >> 63)
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data, at):
    shift = number = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return (number >> 1) ^ -(number & 1), at
        shift += 7


def record_batch(values, producer_id=-1, epoch=-1, sequence=-1, timestamp_ms=None, attributes=0):
    timestamp_ms = int(time.time() * 1000) if timestamp_ms is None else timestamp_ms  # older ones are retention's, a minute after the start
    records = b""
    for delta, value in enumerate(values):
        body = b"\0" + varint(0) + varint(delta) + varint(-1) + varint(len(value)) + value + varint(0)
        records += varint(len(body)) + body
    tail = struct.pack(">hiqqqhii", attributes, len(values) - 1, timestamp_ms, timestamp_ms, producer_id, epoch, sequence, len(values)) + records
    return struct.pack(">qiibI", 0, 9 + len(tail), -1, 2, crc32c(tail)) + tail


def parse_batches(data):
    """Yields (base offset, next offset, crc holds, [(offset, value)…]) for each whole batch."""
    at = 0
    while len(data) - at >= 61:
        base, length = struct.unpack_from(">qi", data, at)
        if len(data) - at < 12 + length:
            return
        crc = struct.unpack_from(">I", data, at + 17)[0]
        tail = data[at + 21:at + 12 + length]
        last_delta, count = struct.unpack_from(">i", data, at + 23)[0], struct.unpack_from(">i", data, at + 57)[0]
        records, here = [], at + 61
        for _ in range(count):
            size, here = read_varint(data, here)
            end = here + size
            here += 1
            _, here = read_varint(data, here)
            delta, here = read_varint(data, here)
            key_length, here = read_varint(data, here)
            here += max(0, key_length)
            value_length, here = read_varint(data, here)
            records.append((base + delta, data[here:here + value_length]))
            here = end
        yield base, base + last_delta + 1, crc32c(tail) == crc, records
        at += 12 + length


def committed_records(data, aborted):
    """(next offset, [(offset, value)…]) of what a reader of committed records is given. `aborted`: (producer id, first offset) of transactions."""
    records, following, aborting = [], None, set()
    aborted = sorted(aborted, key=lambda transaction: transaction[1])
    at = 0
    for base, following, _, batch in parse_batches(data):
        attributes, producer_id = struct.unpack_from(">h", data, at + 21)[0], struct.unpack_from(">q", data, at + 43)[0]
        at += 12 + struct.unpack_from(">i", data, at + 8)[0]
        while aborted and aborted[0][1] < following:
            aborting.add(aborted.pop(0)[0])
        if attributes & CONTROL:
            aborting.discard(producer_id)
        elif not (attributes & TRANSACTIONAL and producer_id in aborting):
            records += batch
    return following, records


def _text(word):
    return struct.pack(">h", len(word)) + word.encode()


class Connection:
    def __init__(self, address, timeout=20):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.correlation = 0

    def close(self):
        self.socket.close()

    def send(self, key, version, body):
        self.correlation += 1
        head = struct.pack(">hhi", key, version, self.correlation) + _text("crash")
        self.socket.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
        return self.correlation

    def _exactly(self, count):
        parts = []
        while count:
            part = self.socket.recv(min(count, 1 << 20))
            if not part:
                raise ConnectionError("the house closed the connection")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def receive(self):
        size = struct.unpack(">i", self._exactly(4))[0]
        data = self._exactly(size)
        return struct.unpack_from(">i", data)[0], data[4:]

    def call(self, key, version, body):
        sent = self.send(key, version, body)
        correlation, data = self.receive()
        if correlation != sent:
            raise ConnectionError(f"answer {correlation} to request {sent}")
        return data

    def create_topic(self, name, partitions, configs=None):
        configs = configs or {}
        said = struct.pack(">i", len(configs)) + b"".join(_text(key) + _text(value) for key, value in configs.items())
        body = struct.pack(">i", 1) + _text(name) + struct.pack(">ihi", partitions, 1, 0) + said + struct.pack(">ib", 10000, 0)
        data = self.call(CREATE_TOPICS, 2, body)
        length = struct.unpack_from(">h", data, 8)[0]
        return struct.unpack_from(">h", data, 10 + length)[0]

    def send_produce(self, topic, partition, batch, acks=-1, timeout_ms=10000):
        body = struct.pack(">hhi", -1, acks, timeout_ms) + struct.pack(">i", 1) + _text(topic) + struct.pack(">iii", 1, partition, len(batch)) + batch
        return self.send(PRODUCE, 3, body)

    def send_transactional_produce(self, name, topic, batches):
        """`batches`: partition -> batch"""
        body = _text(name) + struct.pack(">hi", -1, 10000) + struct.pack(">i", 1) + _text(topic) + struct.pack(">i", len(batches))
        for partition, batch in batches.items():
            body += struct.pack(">ii", partition, len(batch)) + batch
        return self.send(PRODUCE, 3, body)

    @staticmethod
    def parse_produced(data):
        """partition -> error code, of the only topic"""
        length = struct.unpack_from(">h", data, 4)[0]
        count, errors = struct.unpack_from(">i", data, 6 + length)[0], {}
        for number in range(count):
            partition, error = struct.unpack_from(">ih", data, 10 + length + 22 * number)
            errors[partition] = error
        return errors

    @staticmethod
    def parse_produce(data):
        """(error code, base offset) of the only partition."""
        length = struct.unpack_from(">h", data, 4)[0]
        _, error, base = struct.unpack_from(">ihq", data, 10 + length)
        return error, base

    def send_fetch(self, topic, partition, offset, max_bytes=4 << 20, wait_ms=0, committed=False):
        body = (struct.pack(">iiiib", -1, wait_ms, 1, max_bytes, committed) + struct.pack(">i", 1) + _text(topic) +
                struct.pack(">iiqi", 1, partition, offset, max_bytes))
        return self.send(FETCH, 4, body)

    def fetch(self, topic, partition, offset, max_bytes=4 << 20, wait_ms=0):
        """(error code, high watermark, record bytes)."""
        self.send_fetch(topic, partition, offset, max_bytes, wait_ms)
        return self.parse_fetch(self.receive()[1])

    @staticmethod
    def parse_fetch(data):
        length = struct.unpack_from(">h", data, 8)[0]
        at = 10 + length + 4
        _, error, high, _, aborted = struct.unpack_from(">ihqqi", data, at)
        at += 26 + max(0, aborted) * 16
        size = struct.unpack_from(">i", data, at)[0]
        return error, high, data[at + 4:at + 4 + max(0, size)]

    def fetch_committed(self, topic, partition, offset, max_bytes=4 << 20, wait_ms=0):
        """(error code, last stable offset, offset to go on from, [(offset, value)…])"""
        self.send_fetch(topic, partition, offset, max_bytes, wait_ms, committed=True)
        data = self.receive()[1]
        length = struct.unpack_from(">h", data, 8)[0]
        _, error, _, stable, count = struct.unpack_from(">ihqqi", data, 14 + length)
        aborted = [struct.unpack_from(">qq", data, 40 + length + 16 * number) for number in range(max(0, count))]
        following, records = committed_records(self.parse_fetch(data)[2], aborted)
        return error, stable, offset if following is None else following, [record for record in records if record[0] >= offset]

    def list_offset(self, topic, partition, timestamp):
        body = struct.pack(">i", -1) + struct.pack(">i", 1) + _text(topic) + struct.pack(">iiq", 1, partition, timestamp)
        data = self.call(LIST_OFFSETS, 1, body)
        length = struct.unpack_from(">h", data, 4)[0]
        _, error, _, offset = struct.unpack_from(">ihqq", data, 10 + length)
        return error, offset

    def init_producer_id(self):
        error, producer_id, epoch = self.parse_inited(self.call(INIT_PRODUCER_ID, 0, struct.pack(">hi", -1, 60000)))
        if error:
            raise ConnectionError(f"no producer id: error {error}")
        return producer_id, epoch

    def send_init_transactions(self, name, timeout_ms):
        return self.send(INIT_PRODUCER_ID, 0, _text(name) + struct.pack(">i", timeout_ms))

    @staticmethod
    def parse_inited(data):
        """(error code, producer id, epoch)"""
        return struct.unpack_from(">ihqh", data)[1:]

    def send_add_partitions(self, name, producer, topic, partitions):
        return self.send(ADD_PARTITIONS_TO_TXN, 0, _text(name) + struct.pack(">qhi", *producer, 1) + _text(topic) +
                         struct.pack(f">i{len(partitions)}i", len(partitions), *partitions))

    @staticmethod
    def parse_added(data):
        """The error codes of the partitions of the only topic."""
        length = struct.unpack_from(">h", data, 8)[0]
        count = struct.unpack_from(">i", data, 10 + length)[0]
        return [struct.unpack_from(">ih", data, 14 + length + 6 * number)[1] for number in range(count)]

    def send_end(self, name, producer, commits):
        return self.send(END_TXN, 0, _text(name) + struct.pack(">qhb", *producer, commits))

    @staticmethod
    def parse_ended(data):
        return struct.unpack_from(">ih", data)[1]
