"""Plays the data into a broker and keeps what comes out of it, whoever computes it."""

import collections
import decimal
import json
import time

import kafka
from kafka.admin import KafkaAdminClient, NewTopic

import data

UPSERT = ["busiest", "couriers", "largest", "minutes", "rates_now", "revenue"]
APPEND = ["delivered", "priced", "visits"]
SECONDS_MAX = 120


def make_topics(address):
    """Where an engine has not made them yet."""
    admin = KafkaAdminClient(bootstrap_servers=address)
    wanted = {**data.PARTITIONS, **{topic: 2 for topic in UPSERT + APPEND}}
    admin.create_topics([NewTopic(topic, partitions, 1) for topic, partitions in wanted.items()])
    admin.close()


def play(address, steps, outputs):
    """Sends step by step; a step waits until what the one before it promised has come out."""
    producer = kafka.KafkaProducer(bootstrap_servers=address, acks="all", linger_ms=5)
    sent = 0
    for step in steps:
        for topic, partition, key, value, time_ms in step.records:
            producer.send(topic, value and value.encode(), key and key.encode(), partition=partition, timestamp_ms=time_ms)
        producer.flush()
        sent += len(step.records)
        outputs.wait_for(step.seen)
    producer.close()
    return sent


class Outputs:
    """All that is committed in the output topics. `check` is called while it waits."""

    def __init__(self, address, check=lambda: None):
        self.check = check
        self.records = collections.defaultdict(list)  # (key, value) by topic
        self.consumer = kafka.KafkaConsumer(bootstrap_servers=address, enable_auto_commit=False, auto_offset_reset="earliest", isolation_level="read_committed")
        self.consumer.assign([kafka.TopicPartition(topic, p) for topic in UPSERT + APPEND for p in (0, 1)])

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.consumer.close()  # else it would ask the next broker at this address for its topics, and so make them

    def take(self, milliseconds):
        came = 0
        for records in self.consumer.poll(timeout_ms=milliseconds).values():
            for record in records:
                self.records[record.topic].append((plain(record.key), plain(record.value)))
            came += len(records)
        return came

    def wait_for(self, seen):
        end = time.monotonic() + SECONDS_MAX
        while lacks := [f"{text} in {topic}" for topic, text in sorted(seen) if not self.has(topic, text)]:
            if time.monotonic() > end:
                raise TimeoutError(f"waited {SECONDS_MAX} s in vain for {', '.join(lacks)}")
            self.check()
            self.take(100)

    def has(self, topic, text):
        return any(text in (value or "") for _, value in self.records[topic])

    def settle(self, seconds):
        """Until nothing has come for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.take(200):
                end = time.monotonic() + seconds

    def tables(self):
        """Lines by topic: the newest value of each key, or all values."""
        out = {topic: sorted(value for _, value in self.records[topic]) for topic in APPEND}
        for topic in UPSERT:
            newest = dict(self.records[topic])
            out[topic] = sorted(f"{key} {value}" for key, value in newest.items() if value is not None)
        return out


def plain(text):
    """A row whose numbers are written in one way: Flink writes a decimal 270.30 as 270.3 and 100.00 as 1E+2."""
    if text is None:
        return None
    row = json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    return "{" + ",".join(f"{written(name)}:{written(value)}" for name, value in row.items()) + "}"


def written(value):
    return format(value.normalize(), "f") if isinstance(value, decimal.Decimal) else json.dumps(value, ensure_ascii=False)


def differences(expected, given):
    """Lines that stand in one only, each as often as it does."""
    out = []
    for topic in expected:
        here, there = collections.Counter(expected[topic]), collections.Counter(given[topic])
        out += [f"{topic}: - {line}" for line in sorted((here - there).elements())] + [f"{topic}: + {line}" for line in sorted((there - here).elements())]
    return out
