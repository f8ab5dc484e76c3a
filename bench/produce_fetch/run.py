"""Produce and fetch against a house of its own, with an fdatasync baseline of the same minute. One JSON line a case.

usage: run.py [--records N]
The client is confluent-kafka; server CPU is read from /proc, so clients are not counted. Figures of a shared machine are
orders of magnitude; compare ratios measured in one run.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "process"))
from serving import serving  # noqa: E402

from confluent_kafka import Consumer, Producer, TopicPartition  # noqa: E402


def fdatasync_per_second(record_bytes: int, seconds: float = 1.0) -> float:
    with tempfile.NamedTemporaryFile() as file:
        os.pwrite(file.fileno(), bytes(64 << 20), 0)
        os.fsync(file.fileno())
        begin, count = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            os.pwrite(file.fileno(), bytes(record_bytes), (count * record_bytes) % (60 << 20))
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.monotonic() - begin)


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def case(house, records: int, record_bytes: int, linger_ms: int) -> dict:
    topic = f"bench-{record_bytes}-{linger_ms}"
    pid = house.process.pid
    waits: list[float] = []
    producer = Producer({"bootstrap.servers": house.doors["kafka"], "acks": "all", "linger.ms": linger_ms, "queue.buffering.max.messages": 1000000})
    value = os.urandom(record_bytes)
    producer.list_topics(topic, timeout=10)
    cpu, begin = cpu_seconds(pid), time.monotonic()
    for _ in range(records):
        sent = time.monotonic()
        producer.produce(topic, value, on_delivery=lambda error, _m, sent=sent: waits.append(time.monotonic() - sent if error is None else float("nan")))
        producer.poll(0)
    producer.flush(120)
    produce_s, produce_cpu = time.monotonic() - begin, cpu_seconds(pid) - cpu
    consumer = Consumer({"bootstrap.servers": house.doors["kafka"], "group.id": "bench", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, p, 0) for p in consumer.list_topics(topic, timeout=10).topics[topic].partitions])
    cpu, begin, read = cpu_seconds(pid), time.monotonic(), 0
    while read < records and time.monotonic() - begin < 120:
        read += len(consumer.consume(10000, timeout=1.0))
    fetch_s, fetch_cpu = time.monotonic() - begin, cpu_seconds(pid) - cpu
    consumer.close()
    waits.sort()
    return {"record_bytes": record_bytes, "linger_ms": linger_ms, "records": records, "acked": len(waits), "read": read,
            "produced_per_s": round(records / produce_s), "produce_cpu_s_per_million": round(produce_cpu * 1e6 / records, 2),
            "ack_p50_ms": round(waits[len(waits) // 2] * 1000, 2), "ack_p99_ms": round(waits[len(waits) * 99 // 100] * 1000, 2),
            "fetched_per_s": round(read / fetch_s), "fetch_cpu_s_per_million": round(fetch_cpu * 1e6 / max(read, 1), 2),
            "server_rss_mb": round(memory_mb(pid), 1)}


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--records", type=int, default=200_000)
    options = arguments.parse_args()
    with serving() as house:
        print(json.dumps({"start_ms": round(house.start_seconds * 1000), "idle_rss_mb": round(memory_mb(house.process.pid), 1)}))
        for record_bytes, linger_ms in ((100, 5), (1024, 5)):
            baseline = fdatasync_per_second(4096)
            result = case(house, options.records, record_bytes, linger_ms)
            print(json.dumps({"bench": "produce_fetch", "fsync": "fdatasync before every ack", "fdatasync_4k_per_s": round(baseline), **result}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
