"""Compares what the house served with the features computed a second time (features.py) from the raw topics."""

import json

import confluent_kafka

import features
import replay


def open_topic(address, topic):
    """A consumer at the beginning of all partitions, and how many records there are now. A comparison needs every one there ever was."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "check", "auto.offset.reset": "error", "enable.auto.commit": False})
    partitions = [confluent_kafka.TopicPartition(topic, p, 0) for p in consumer.list_topics(topic, timeout=30).topics[topic].partitions]
    bounds = [consumer.get_watermark_offsets(partition, timeout=30) for partition in partitions]
    lost = sum(begin for begin, _ in bounds)
    if lost:
        raise SystemExit(f"check: the first {lost:,} records of {topic} are gone: give it retention.ms=-1")
    consumer.assign(partitions)
    return consumer, sum(end for _, end in bounds)


def values_of(records):
    for record in records:
        if record.error():
            raise RuntimeError(str(record.error()))
        yield json.loads(record.value())


def read_topic(address, topic):
    """The JSON values of a topic from its beginning to its present end."""
    consumer, left = open_topic(address, topic)
    values = []
    while len(values) < left:
        values += values_of(consumer.consume(min(left - len(values), 10_000), 10))
    consumer.close()
    return values


def follow_topic(address, topic, wanted, patience_s=60):
    """The JSON values of a topic from its beginning, until `wanted` says no to them or nothing comes for `patience_s`."""
    consumer, _ = open_topic(address, topic)
    values = []
    while wanted(values):
        record = consumer.poll(patience_s)
        if record is None:
            break
        values += values_of([record])
    consumer.close()
    return values


def raw_events(address):
    """What was told, back from the topics, in the order of knowing; heartbeats tell nothing."""
    found = [(topic, value) for topic, name in replay.TOPICS.items() for value in read_topic(address, name) if "origin" in value]
    found.sort(key=lambda event: event[1]["known"])
    return found


def differs(served, computed):
    if served is None or computed is None:
        return served is not computed
    return abs(served - computed) > 1e-9


def mismatches(served, events, planes):
    """(flights compared, {feature: flights whose served value is not the computed one}, flights that were never asked)."""
    by_flight = {row["flight_id"]: row for row in served}
    found, missing, compared = {}, [], 0
    for due, computed in features.rows(events, planes):
        row = by_flight.get(due["flight_id"])
        if row is None:
            missing.append(due["flight_id"])
            continue
        compared += 1
        for name in features.ALL:
            if differs(row[name], computed[name]):
                found[name] = found.get(name, 0) + 1
    return compared, found, missing
