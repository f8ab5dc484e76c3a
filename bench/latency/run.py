"""How long one hop takes: a record is produced to a topic, a pipeline reads it, a consumer sees the row in another topic.

usage: run.py [--rate N] [--seconds N] [--cases passed,exactly,...]
Each case is a house of its own. A record carries the moment of its produce() call; the consumer, a process of its own on the same
clock, takes the difference when it has the row in its hands, so both clients' librdkafka are in the figure. Beside it, while the
records flow: what a cheap request waits on the same loops (Kafka ApiVersions, Redis GET), the house's own fdatasync, and one of the
benchmark's right before and after. One JSON line a case.
"""

import argparse
import array
import gc
import json
import multiprocessing
import os
import pathlib
import socket
import struct
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "process"))
from serving import serving  # noqa: E402

from confluent_kafka import Consumer, Producer, TopicPartition  # noqa: E402

WARM_SECONDS = 2  # of records that are not counted
TICK_SECONDS = 0.001
KEYS = 1000
CONNECTIONS = 4  # of each door, for cheap requests: some on every loop

TABLES = """
CREATE TABLE clicks (made BIGINT, k INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE passed (made BIGINT, k INT) WITH ('connector' = 'kafka', 'topic' = 'out', 'format' = 'json'{guarantee});
CREATE TABLE totals (made BIGINT, k INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'out', 'key.format' = 'json', 'value.format' = 'json'{guarantee});
"""
PASSED = "INSERT INTO passed SELECT made, k * 2 FROM clicks WHERE k >= 0;\n"
TOTALS = "INSERT INTO totals SELECT MAX(made), k, COUNT(*) FROM clicks GROUP BY k;\n"
EXACTLY_ONCE = ", 'sink.delivery-guarantee' = 'exactly-once'"
EPOCHS_OF_50_MS = "SET 'execution.checkpointing.interval' = '50 ms';\n"

CASES = {
    "passed": TABLES.format(guarantee="") + PASSED,
    "passed-exactly-once": EPOCHS_OF_50_MS + TABLES.format(guarantee=EXACTLY_ONCE) + PASSED,
    "totals": TABLES.format(guarantee="") + TOTALS,
    "totals-exactly-once": EPOCHS_OF_50_MS + TABLES.format(guarantee=EXACTLY_ONCE) + TOTALS,
}


def percentiles_ms(seconds) -> dict:
    """p50, p99, p99.9 of waits in seconds."""
    waits = sorted(seconds)
    if not waits:
        return {}
    return {f"p{q}": round(waits[min(int(len(waits) * q / 100), len(waits) - 1)] * 1000, 2) for q in (50, 99, 99.9)}


def sync_waits(seconds: float = 1.0, record_bytes: int = 4096) -> list[float]:
    with tempfile.NamedTemporaryFile() as file:
        os.pwrite(file.fileno(), bytes(8 << 20), 0)
        os.fsync(file.fileno())
        waits, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            os.pwrite(file.fileno(), bytes(record_bytes), len(waits) * record_bytes % (8 << 20))
            begin = time.monotonic()
            os.fdatasync(file.fileno())
            waits.append(time.monotonic() - begin)
        return waits


def produce(kafka: str, rate: int, seconds: float, linger_ms: float, answer) -> None:
    """As many records each millisecond as the rate asks for; one that comes too late says when it came."""
    gc.disable()
    producer = Producer({"bootstrap.servers": kafka, "acks": "all", "linger.ms": linger_ms, "queue.buffering.max.messages": 1000000})
    producer.list_topics("clicks", timeout=10)
    keys = [b',"k":%d}' % k for k in range(KEYS)]
    sent, begin = 0, time.monotonic()
    while (now := time.monotonic()) < begin + seconds:
        due = int((now - begin) * rate)
        made = b'{"made":%d' % time.monotonic_ns()
        for n in range(sent, due):
            producer.produce("clicks", made + keys[n % KEYS])
        sent = due
        producer.poll(0)
        time.sleep(max(0.0, now + TICK_SECONDS - time.monotonic()))
    left = producer.flush(60)
    answer.send({"sent": sent, "unsent": left})


def told_of(row: dict, newest: dict) -> list[int]:
    """When the records were made of which this row tells. One that tells of several of its key, which come evenly, tells of all of them."""
    if "n" not in row:
        return [row["made"]]
    made, n = newest.get(row["k"], (row["made"], row["n"] - 1))
    newest[row["k"]] = row["made"], row["n"]
    count = row["n"] - n
    return [row["made"] - (row["made"] - made) * i // count for i in range(count)]


def consume(kafka: str, begin: float, end: float, answer) -> None:
    """Waits of rows that were produced in the time that counts."""
    gc.disable()
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "latency", "enable.auto.commit": False, "isolation.level": "read_committed"})
    partitions = []
    while not partitions:
        partitions = list(consumer.list_topics("out", timeout=10).topics["out"].partitions)
    consumer.assign([TopicPartition("out", p, 0) for p in partitions])
    seen, last = [], time.monotonic()
    while time.monotonic() < end + 10 and time.monotonic() - last < 3 + max(0.0, end - time.monotonic()):
        first = consumer.poll(0.1)
        if first is None:
            continue
        messages = [first, *consumer.consume(10000, timeout=0)]
        seen.append((time.monotonic_ns(), [message.value() for message in messages]))  # read when all is over: what follows is not to wait for it
        last = time.monotonic()
    consumer.close()
    newest: dict[int, tuple[int, int]] = {}
    waits, begin_ns, end_ns = array.array("d"), int(begin * 1e9), int(end * 1e9)
    for now_ns, values in seen:
        for made_ns in (made_ns for value in values for made_ns in told_of(json.loads(value), newest)):
            if begin_ns <= made_ns < end_ns:
                waits.append((now_ns - made_ns) / 1e9)
    answer.send({"rows": len(waits), "produce_to_visible_ms": percentiles_ms(waits)})


class Asker:
    """One connection that asks the same cheap question again and again."""

    def __init__(self, address: str, question: bytes, sized: bool):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.question, self.sized = question, sized

    def ask(self) -> float:
        begin = time.monotonic()
        self.socket.sendall(self.question)
        answer = self.socket.recv(65536)
        while self.sized and len(answer) < 4 + struct.unpack(">i", answer[:4])[0]:
            answer += self.socket.recv(65536)
        assert answer, "the house has closed the connection"
        return time.monotonic() - begin


API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)
GET = b"*2\r\n$3\r\nGET\r\n$7\r\nnothing\r\n"


def urgent_waits(doors: dict, end: float) -> dict:
    """What cheap requests wait while the records flow."""
    askers = {"api_versions": [Asker(doors["kafka"], API_VERSIONS, True) for _ in range(CONNECTIONS)],
              "get": [Asker(doors["resp"], GET, False) for _ in range(CONNECTIONS)]}
    waits: dict[str, list[float]] = {name: [] for name in askers}
    turn = 0
    while time.monotonic() < end:
        for name, connections in askers.items():
            waits[name].append(connections[turn % CONNECTIONS].ask())
        turn += 1
        time.sleep(0.005)
    return {name: percentiles_ms(of) for name, of in waits.items()}


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def metrics_of(http: str) -> dict[str, float]:
    text = urllib.request.urlopen(f"http://{http}/metrics", timeout=10).read().decode()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line and not line.startswith("#")}


def bucket_p99_ms(before: dict, after: dict, name: str) -> float:
    """Upper bound of the bucket: they double."""
    counts = []
    for key, value in after.items():
        if key.startswith(name + "_bucket") and "+Inf" not in key:
            counts.append((float(key.split('le="')[1].split('"')[0]), value - before.get(key, 0)))
    counts.sort()
    return next((bound * 1000 for bound, count in counts if counts[-1][1] > 0 and count >= 0.99 * counts[-1][1]), 0.0)


def case(name: str, rate: int, seconds: float, linger_ms: float) -> dict:
    clients = multiprocessing.get_context("spawn")
    syncs = sync_waits()
    with serving(files={"pipelines/hop.sql": CASES[name]}) as house:
        kafka, http, pid = house.doors["kafka"], house.doors["http"], house.process.pid
        out_begin = time.monotonic() + 2  # the clients' own start
        begin, end = out_begin + WARM_SECONDS, out_begin + WARM_SECONDS + seconds
        (sent_in, sent_out), (rows_in, rows_out) = clients.Pipe(False), clients.Pipe(False)
        consumer = clients.Process(target=consume, args=(kafka, begin, end, rows_out))
        producer = clients.Process(target=produce, args=(kafka, rate, WARM_SECONDS + seconds + 2, linger_ms, sent_out))
        consumer.start()
        producer.start()
        time.sleep(max(0.0, begin - time.monotonic()))
        before, cpu, load = metrics_of(http), cpu_seconds(pid), os.getloadavg()[0]
        urgent = urgent_waits(house.doors, end)
        after, cpu = metrics_of(http), cpu_seconds(pid) - cpu
        sent, rows = sent_in.recv(), rows_in.recv()
        producer.join()
        consumer.join()
    syncs += sync_waits()
    groups = after["freshet_journal_groups_total"] - before["freshet_journal_groups_total"]
    return {"bench": "latency", "case": name, "rate": rate, "linger_ms": linger_ms, "rows_per_s": round(rows["rows"] / seconds), "unsent": sent["unsent"],
            "produce_to_visible_ms": rows["produce_to_visible_ms"], "urgent_ms": urgent, "fdatasync_ms": percentiles_ms(syncs),
            "house_fdatasync_p99_ms_below": round(bucket_p99_ms(before, after, "freshet_journal_sync_seconds"), 2), "house_fdatasyncs_per_s": round(groups / seconds),
            "house_cpu_s_per_s": round(cpu / seconds, 2), "load": round(load, 1), "cores": os.cpu_count()}


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rate", type=int, default=50_000)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--linger-ms", type=float, default=1)
    arguments.add_argument("--cases", default=",".join(CASES), help=f"of {', '.join(CASES)}")
    options = arguments.parse_args()
    for name in options.cases.split(","):
        print(json.dumps(case(name, options.rate, options.seconds, options.linger_ms)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
