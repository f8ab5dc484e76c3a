"""A pipeline that runs in the house while it is ended: it copies one topic exactly once and counts it, and what it has written must be what the topic
says, once each, whatever happened in between."""

import json
import os
import time

from oracle import identity_of, read_partition

SOURCE, PARTITIONS = "alpha", 3
OUTPUTS = 2  # partitions of what it writes
CATCH_UP_SECONDS = 40

SQL = f"""
SET 'parallelism.default' = '2';
CREATE TABLE source (v STRING, p INT METADATA FROM 'partition' VIRTUAL, o BIGINT METADATA FROM 'offset' VIRTUAL)
WITH ('connector' = 'kafka', 'topic' = '{SOURCE}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'raw');
CREATE TABLE copied (p INT, o BIGINT, id STRING)
WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE counted (p INT, n BIGINT, last BIGINT, PRIMARY KEY (p) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'counted', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
EXECUTE STATEMENT SET BEGIN
INSERT INTO copied SELECT p, o, SPLIT_INDEX(v, '|', 0) FROM source;
INSERT INTO counted SELECT p, COUNT(*), MAX(o) FROM source GROUP BY p;
END;
"""


def put_into(project, connection):
    """From the next start on the house runs it."""
    for name in ("copied", "counted"):
        connection.create_topic(name, OUTPUTS)
    os.makedirs(os.path.join(project, "pipelines"), exist_ok=True)
    with open(os.path.join(project, "pipelines", "copy.sql"), "w", encoding="ascii") as file:
        file.write(SQL)


def is_in(project):
    return os.path.exists(os.path.join(project, "pipelines", "copy.sql"))


def ends(connection, topic, partitions):
    return [connection.list_offset(topic, p, -1)[1] for p in range(partitions)]


def values(connection, topic):
    """All its JSON values, in the order of each partition, and the complaints of reading them."""
    found, wrong = [], []
    for partition in range(OUTPUTS):
        records, complaints, _ = read_partition(connection, topic, partition)
        wrong += complaints
        found += [json.loads(records[offset]) for offset in sorted(records)]
    return found, wrong


def check(connection):
    """Nobody writes to the source meanwhile."""
    expected = ends(connection, SOURCE, PARTITIONS)
    until = time.monotonic() + CATCH_UP_SECONDS
    while sum(ends(connection, "copied", OUTPUTS)) < sum(expected) and time.monotonic() < until:
        time.sleep(0.05)
    source = {}
    for partition in range(PARTITIONS):
        records, _, _ = read_partition(connection, SOURCE, partition)
        source.update({(partition, offset): identity_of(value) for offset, value in records.items()})
    copied, wrong = values(connection, "copied")
    once = {(row["p"], row["o"]): row["id"] for row in copied}
    if len(once) < len(copied):
        wrong.append(f"duplicate: the pipeline copied {len(copied) - len(once)} of {len(source)} records more than once")
    missing = sorted(source.keys() - once.keys())
    if missing:
        wrong.append(f"lost: the pipeline copied {len(once)} of {len(source)} records in {CATCH_UP_SECONDS} s; {missing[:3]} are not there")
    strange = [place for place, identity in once.items() if source.get(place) != identity]
    if strange:
        wrong.append(f"phantom: the pipeline copied what the source does not have at {strange[:3]}")
    counted, complaints = values(connection, "counted")
    wrong += complaints
    last = {row["p"]: (row["n"], row["last"]) for row in counted}
    for partition, end in enumerate(expected):
        if end and last.get(partition) != (end, end - 1):
            wrong.append(f"other: the pipeline's state counts {last.get(partition)} in partition {partition}; it has {end} records")
    return wrong
