"""One function a kind of case. Each is given a broker that does not run yet, and returns figures; `complete` says whether all records were read back."""

import statistics
import time
from functools import partial

import machine
from brokers import Freshet

PARTITIONS = 4
WARM_RECORDS = 200_000
SETTLE_SECONDS = 5

PIPELINE = """
CREATE TABLE records (made BIGINT, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'records', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE passed (made BIGINT, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'passed', 'format' = 'json');
INSERT INTO passed SELECT made, n * 2 FROM records WHERE n >= 0;
"""


def warm(broker, options, record_bytes: int = 100) -> None:
    """Records that nobody counts, so that the peer's compiler has seen the way of a record. Freshet gets the same."""
    records = min(WARM_RECORDS, options.records)
    broker.client("create", topic="warm", partitions=PARTITIONS)
    broker.client("produce", topic="warm", records=records, record_bytes=record_bytes, producers=10)
    broker.client("fetch", topic="warm", records=records // 10 * 10)


def fetched(broker, topic: str, produced: dict) -> dict:
    with broker.server_cpu(produced["acked"]) as cpu:
        read = broker.client("fetch", topic=topic, records=produced["acked"])
    return {"fetched_per_s": round(read["read"] / max(read["seconds"], 1e-3)), "fetch_cpu_s_per_million": cpu.per_million,
            "complete": (read["read"], read["checksum"]) == (produced["acked"], produced["checksum"])}


def produce(broker, options, record_bytes: int, producers: int, linger_ms: int = 5, window: int = 20_000, share: float = 1.0) -> dict:
    """As fast as it goes, `window` records in flight over all producers; then they are read again, from memory and page cache."""
    records = int(options.records * share) // producers * producers
    broker.start()
    warm(broker, options, record_bytes)
    broker.client("create", topic="records", partitions=PARTITIONS)
    with broker.server_cpu(records) as cpu:
        produced = broker.client("produce", topic="records", records=records, record_bytes=record_bytes, producers=producers, linger_ms=linger_ms, window=window)
    read = fetched(broker, "records", produced)
    read["complete"] = read["complete"] and produced["acked"] == records
    return {"record_bytes": record_bytes, "producers": producers, "linger_ms": linger_ms, "in_flight": window, "records": records, "acked": produced["acked"],
            "produced_per_s": round(records / produced["seconds"]), "ack_ms": produced["ack_ms"], "produce_cpu_s_per_million": cpu.per_million, **read,
            "peak_mb": broker.peak_mb()}


def cold(broker, options) -> dict:
    """Read by a broker that has started again, after the page cache of its files was dropped."""
    broker.start()
    broker.client("create", topic="records", partitions=PARTITIONS)
    produced = broker.client("produce", topic="records", records=options.records, record_bytes=1024, producers=10)
    broker.stop()
    broker.start()
    warm(broker, options)
    machine.drop_page_cache(str(broker.folder))
    return {"record_bytes": 1024, "records": produced["acked"], **fetched(broker, "records", produced)}


def paced(broker, options, rate: int) -> dict:
    """From the moment at which a record is due to the one at which a consumer has it."""
    records = rate * (options.seconds + options.warm_seconds)
    broker.start()
    warm(broker, options)
    broker.client("create", topic="records", partitions=PARTITIONS)
    with broker.server_cpu(records) as cpu:
        seen = broker.client("paced", topic="records", rate=rate, seconds=options.seconds, warm_seconds=options.warm_seconds)
    complete = seen["acked"] == seen["read"] == records and seen["checksum"] == seen["read_checksum"]
    return {"rate": rate, "records": records, "late": seen["late"], "produce_to_consume_ms": seen["produce_to_consume_ms"], "cpu_s_per_million": cpu.per_million,
            "complete": complete, "rss_mb": broker.rss_mb()}


def paced_beside_sql(broker, options, rate: int) -> dict:
    figures = paced(broker, options, rate)
    rows = broker.client("fetch", topic="passed", records=figures["records"])["read"]
    return {**figures, "sql": "filter and projection of every record into another topic", "sql_rows": rows, "complete": figures["complete"] and rows == figures["records"]}


def start(broker, options) -> dict:
    """From the start of the process to its first answer, five times over the same folder; then what it takes when nobody comes."""
    waits = []
    for _ in range(5):
        waits.append(broker.start()["first_answer_ms"])
        last = len(waits) == 5
        if not last:
            broker.stop()
    time.sleep(SETTLE_SECONDS)
    return {"first_answer_ms": statistics.median(waits), "first_answers_ms": waits, "idle_mb": broker.rss_mb(), "complete": True}


def killed(broker, options) -> dict:
    """kill -9 right behind the last acknowledgement; from the next start to a durable record, and whether all others are there."""
    broker.start()
    broker.client("create", topic="records", partitions=PARTITIONS)
    broker.client("create", topic="after", partitions=1)
    produced = broker.client("produce", topic="records", records=options.records, record_bytes=1024, producers=10)
    broker.kill()
    broker.spawn()
    back = broker.client("first", topic="after", since=broker.started_ns)
    read = broker.client("fetch", topic="records", records=produced["acked"])
    return {"records": produced["acked"], "record_bytes": 1024, "answers_again_ms": back["first_answer_ms"], "writable_again_ms": back["first_ack_ms"],
            "complete": (read["read"], read["checksum"]) == (produced["acked"], produced["checksum"])}


def partitions(broker, options, count: int) -> dict:
    """A record in each of so many partitions; then nobody comes."""
    broker.start()
    begin = time.monotonic()
    broker.client("create", topic="records", partitions=count)
    create_seconds = time.monotonic() - begin
    produced = broker.client("produce", topic="records", records=count, window=count, every_partition=1)
    time.sleep(SETTLE_SECONDS)
    idle = broker.rss_mb()
    read = broker.client("fetch", topic="records", records=count)
    return {"partitions": count, "create_s": round(create_seconds, 2), "idle_mb": idle, "complete": (read["read"], read["checksum"]) == (count, produced["checksum"])}


def with_pipeline(folder: str) -> Freshet:
    return Freshet(folder, {"passed.sql": PIPELINE})


SIDES = ("freshet", "kafka")
# name: (function, sides). A side that has no such thing is left out.
CASES = {
    "start": (start, SIDES),
    **{f"{name}-{count}": (partial(produce, record_bytes=size, producers=count), SIDES) for name, size in (("100B", 100), ("1KiB", 1024)) for count in (1, 10, 100)},
    "many-small": (partial(produce, record_bytes=100, producers=100, linger_ms=0, window=100, share=0.05), (*SIDES, "kafka-flush")),
    "cold": (cold, SIDES),
    "paced-5000": (partial(paced, rate=5_000), SIDES),
    "paced-50000": (partial(paced, rate=50_000), SIDES),
    "paced-5000-sql": (partial(paced_beside_sql, rate=5_000), ("freshet",)),
    "paced-50000-sql": (partial(paced_beside_sql, rate=50_000), ("freshet",)),
    "killed": (killed, SIDES),
    **{f"partitions-{count}": (partial(partitions, count=count), SIDES) for count in (1, 100, 5_000)},
}
