"""Compares what the pipelines served with the features computed a second time (features.py)."""

import json

import confluent_kafka

import features


def read_topic(address, topic, wanted, patience_s=60):
    """The JSON values of a topic from its beginning, until `wanted` gives up asking or nothing comes for `patience_s`."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "check", "auto.offset.reset": "earliest", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, p, 0) for p in partitions])
    values = []
    while wanted(values):
        record = consumer.poll(patience_s)
        if record is None:
            break
        if record.error():
            raise RuntimeError(str(record.error()))
        values.append(json.loads(record.value()))
    consumer.close()
    return values


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
            if name in row and differs(row[name], computed[name]):
                found[name] = found.get(name, 0) + 1
    return compared, found, missing
