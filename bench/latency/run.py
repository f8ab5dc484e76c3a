"""How long one hop takes: a record is produced to a topic, a pipeline reads it, a consumer sees the row in another topic.

usage: run.py [--rate N] [--seconds N] [--cases passed,totals,...]
Each case is a house of its own. A record carries the moment at which it was due; the consumer, on the same clock, takes the
difference when it has the row in its hands, so both clients' librdkafka are in the figure. Beside it, while the records flow: what a
cheap request waits on the same loops (Kafka ApiVersions, Redis GET), the house's own fdatasync, and one of the benchmark's right
before and after. One JSON line a case.
"""

import argparse
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "process"))
from serving import serving  # noqa: E402

WARM_SECONDS = 2  # of records that are not counted
CLIENT_START_SECONDS = 0.5
RECORD_BYTES = 60
CONNECTIONS = 4  # of each door, for cheap requests: some on every loop

TABLES = """
CREATE TABLE clicks (made BIGINT, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE passed (made BIGINT, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'out', 'format' = 'json'{guarantee});
CREATE TABLE totals (made BIGINT, k BIGINT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'out', 'key.format' = 'json', 'value.format' = 'json'{guarantee});
"""
PASSED = "INSERT INTO passed SELECT made, n * 2 FROM clicks WHERE n >= 0;\n"
TOTALS = "INSERT INTO totals SELECT MAX(made), MOD(n, 1000), COUNT(*) FROM clicks GROUP BY MOD(n, 1000);\n"
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
    syncs = sync_waits()
    with serving(files={"pipelines/hop.sql": CASES[name]}) as house:
        http, pid = house.doors["http"], house.process.pid
        words = {"brokers": house.doors["kafka"], "topic": "clicks", "read-topic": "out", "totals": int(name.startswith("totals")), "rate": rate,
                 "seconds": round(seconds), "warm-seconds": WARM_SECONDS, "record-bytes": RECORD_BYTES, "linger-ms": linger_ms}
        client = subprocess.Popen([os.environ["BENCH_CLIENT"], "paced", *(word for key, value in words.items() for word in (f"--{key}", str(value)))],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(CLIENT_START_SECONDS + WARM_SECONDS)
        before, cpu, load = metrics_of(http), cpu_seconds(pid), os.getloadavg()[0]
        urgent = urgent_waits(house.doors, time.monotonic() + seconds)
        after, cpu = metrics_of(http), cpu_seconds(pid) - cpu
        answer, fault = client.communicate(timeout=60 + seconds)
        if client.returncode != 0:
            raise RuntimeError(f"{name}: {fault.strip()}")
        seen = json.loads(answer)
    syncs += sync_waits()
    groups = after["freshet_journal_groups_total"] - before["freshet_journal_groups_total"]
    return {"bench": "latency", "case": name, "rate": rate, "linger_ms": linger_ms, "sent": seen["acked"], "sent_late": seen["late"], "seen": seen["read"],
            "produce_to_visible_ms": seen["produce_to_consume_ms"], "urgent_ms": urgent, "fdatasync_ms": percentiles_ms(syncs),
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
