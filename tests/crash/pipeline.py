"""Pipelines that run in the house while it is ended: they copy one topic exactly once, count it, blow its large records up, and put it into the lake, into files
and, where there is one, into another cluster; what they have written must be what the topic says, once each, whatever happened in between."""

import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.request

from oracle import identity_of, read_partition

SOURCE, PARTITIONS = "alpha", 3
OUTPUTS = 2    # partitions of what they write
LARGE = 10_000  # bytes of a record
CATCH_UP_SECONDS = 40

SOURCE_TABLE = f"""
CREATE TABLE source (v STRING, p INT METADATA FROM 'partition' VIRTUAL, o BIGINT METADATA FROM 'offset' VIRTUAL)
WITH ('connector' = 'kafka', 'topic' = '{SOURCE}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'raw');
"""
LAKE_TABLE = """
CREATE TABLE lake (p INT, o BIGINT, id STRING)
WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '%s');
"""
FILES_TABLE = """
CREATE TABLE lines (p INT, o BIGINT, id STRING)
WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'json', 'sink.rolling-policy.rollover-interval' = '400 ms', 'sink.rolling-policy.check-interval' = '100 ms');
"""
FAR_PIPELINE = "SET 'execution.checkpointing.interval' = '100 ms';" + SOURCE_TABLE + """
CREATE TABLE far (p INT, o BIGINT, id STRING)
WITH ('connector' = 'kafka', 'topic' = 'far', 'format' = 'json', 'properties.bootstrap.servers' = '%s', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'far');
INSERT INTO far SELECT p, o, SPLIT_INDEX(v, '|', 0) FROM source;
"""
PIPELINES = {
    "copy": SOURCE_TABLE + """
SET 'parallelism.default' = '2';
CREATE TABLE copied (p INT, o BIGINT, id STRING)
WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE counted (p INT, n BIGINT, last BIGINT, PRIMARY KEY (p) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'counted', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
EXECUTE STATEMENT SET BEGIN
INSERT INTO copied SELECT p, o, SPLIT_INDEX(v, '|', 0) FROM source;
INSERT INTO counted SELECT p, COUNT(*), MAX(o) FROM source GROUP BY p;
END;
""",
    # Epochs larger than a unit of the journal, and state with a key a record: both take the way through files.
    "large": SOURCE_TABLE + f"""
CREATE TABLE blown (v STRING) WITH ('connector' = 'kafka', 'topic' = 'blown', 'format' = 'raw', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE twice (id STRING, n BIGINT, PRIMARY KEY (id) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'twice', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
EXECUTE STATEMENT SET BEGIN
INSERT INTO blown SELECT REPEAT(v, 3) FROM source WHERE CHAR_LENGTH(v) >= {LARGE};
INSERT INTO blown SELECT REPEAT(v, 3) FROM source WHERE CHAR_LENGTH(v) >= {LARGE};
INSERT INTO twice SELECT SPLIT_INDEX(v, '|', 0), COUNT(*) FROM source GROUP BY SPLIT_INDEX(v, '|', 0) HAVING COUNT(*) > 1;
END;
""",
    "lines": "SET 'execution.checkpointing.interval' = '100 ms';" + SOURCE_TABLE + FILES_TABLE + "INSERT INTO lines SELECT p, o, SPLIT_INDEX(v, '|', 0) FROM source;",
    "lake": "SET 'execution.checkpointing.interval' = '500 ms';" + SOURCE_TABLE + LAKE_TABLE + "INSERT INTO lake SELECT p, o, SPLIT_INDEX(v, '|', 0) FROM source;",
}
TOPICS = ("copied", "counted", "blown", "twice")
# Three keys, written in each epoch: nearly all of it may go.
COMPACTED = {"cleanup.policy": "compact", "segment.bytes": "1024", "min.cleanable.dirty.ratio": "0"}


def put_into(project, disk, connection, far=""):
    """From the next start on the house runs them. The lake and the files are on the disk whose power is cut. `far`: the address of another cluster."""
    for name in TOPICS:
        connection.create_topic(name, OUTPUTS, COMPACTED if name == "counted" else {})
    folder = os.path.join(project, "pipelines")
    os.makedirs(folder, exist_ok=True)
    for name, sql in PIPELINES.items():
        with open(os.path.join(folder, name + ".sql"), "w", encoding="ascii") as file:
            file.write(sql % os.path.join(disk, name) if name in ("lake", "lines") else sql)
    if far:
        pathlib.Path(folder, "far.sql").write_text(FAR_PIPELINE % far, encoding="ascii")


def are_in(project):
    return os.path.exists(os.path.join(project, "pipelines", "lake.sql"))


def file_of(project, name):
    return pathlib.Path(project, "pipelines", name + ".sql")


class Editor(threading.Thread):
    """Gives a pipeline's file another first line after a while, and has the house put it in the place of what runs."""

    def __init__(self, project, door, name, seconds):
        super().__init__(daemon=True)
        self.file, self.name = file_of(project, name), name
        self.door, self.stopping = door, threading.Event()
        self.seconds = seconds

    def run(self):
        if self.stopping.wait(self.seconds):
            return
        lines = self.file.read_text(encoding="ascii").split("\n")
        edits = int(lines[0].split()[-1]) + 1 if lines[0].startswith("-- edit ") else 1
        text = "\n".join([f"-- edit {edits}", *lines[edits > 1:]])
        self.file.write_text(text, encoding="ascii")
        request = urllib.request.Request(f"http://{self.door}/v1/apply/{self.name}?check=false", data=text.encode(), method="POST")
        try:
            urllib.request.urlopen(request, timeout=20).close()
        except OSError:
            pass  # the house has ended; at its next start it reads what the file says


def ends(connection, topic, partitions):
    return [connection.list_offset(topic, p, -1)[1] for p in range(partitions)]


def values(connection, topic, compacted=False):
    """All its JSON values, in the order of each partition, and the complaints of reading them. One that is compacted has holes."""
    found, wrong = [], []
    for partition in range(OUTPUTS):
        records, complaints, _ = read_partition(connection, topic, partition)
        wrong += [complaint for complaint in complaints if not (compacted and complaint.startswith("hole:") and " jumps from " in complaint)]
        found += [json.loads(records[offset]) for offset in sorted(records)]
    return found, wrong


def caught_up(read, wanted):
    """Reads until there is as much as wanted, or time is over; what there was then."""
    until = time.monotonic() + CATCH_UP_SECONDS
    found = read()
    while len(found) < wanted and time.monotonic() < until:
        time.sleep(0.05)
        found = read()
    return found


def once_each(what, source, rows):
    """Complaints about copies [(place, identity)] of the source's records {place: identity}."""
    wrong, once = [], dict(rows)
    if len(once) < len(rows):
        wrong.append(f"duplicate: {what} has {len(rows) - len(once)} of {len(source)} records more than once")
    missing = sorted(source.keys() - once.keys())
    if missing:
        wrong.append(f"lost: {what} has {len(once)} of {len(source)} records after {CATCH_UP_SECONDS} s; {missing[:3]} are not there")
    strange = [place for place, identity in once.items() if source.get(place) != identity]
    if strange:
        wrong.append(f"phantom: {what} has what the source does not have at {strange[:3]}")
    return wrong


def rows_of_lake(binary, disk):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(LAKE_TABLE % os.path.join(disk, "lake") + "SELECT p, o, id FROM lake;")
        script.flush()
        done = subprocess.run([binary, "run", script.name], capture_output=True, text=True, check=False, timeout=120)
    rows = [json.loads(line) for line in done.stdout.splitlines()]  # none while there is no table yet
    return [((row["p"], row["o"]), row["id"]) for row in rows]


def rows_of_files(disk):
    """Of the files that have their names: nobody looks at others."""
    rows = []
    for file in sorted(pathlib.Path(disk, "lines").glob("[!.]*")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.append(((row["p"], row["o"]), row["id"]))
    return rows


def rows_of_far(connection):
    """What a reader of committed records of the other cluster is given."""
    rows = []
    for partition in range(OUTPUTS):
        at, end = 0, connection.list_offset("far", partition, -1)[1]
        while at < end:
            _, _, following, records = connection.fetch_committed("far", partition, at)
            if following == at:
                break  # one of its transactions is open
            at = following
            rows += [((row["p"], row["o"]), row["id"]) for row in (json.loads(value) for _, value in records)]
    return rows


class Copies:
    """What looks at the copy have found so far, while the pipelines run: each record of the source once at most, and for ever."""

    def __init__(self):
        self.read_to = [0] * OUTPUTS
        self.rows = {}  # place in the source -> identity

    def look(self, connection, names):
        """`names`: (topic, partition) -> [identity at each offset] of the source, all that is there."""
        wrong = []
        for partition in range(OUTPUTS):
            begin = self.read_to[partition]
            end = connection.list_offset("copied", partition, -1)[1]
            if end < begin:
                wrong.append(f"unhappened: partition {partition} of the copy ended at {begin}, and ends at {end} now")
            records, complaints, _ = read_partition(connection, "copied", partition, begin=begin)
            wrong += complaints
            for offset in sorted(offset for offset in records if offset >= begin):
                wrong += self.take(json.loads(records[offset]), names)
                self.read_to[partition] = offset + 1
        return wrong

    def take(self, row, names):
        place = (row["p"], row["o"])
        wrong = [f"duplicate: the copy has {place} a second time"] if place in self.rows else []
        self.rows[place] = row["id"]
        source = names.get((SOURCE, row["p"]), [])
        there = source[row["o"]] if row["o"] < len(source) else None
        return wrong + ([] if there == row["id"] else [f"phantom: the copy has {row['id']} of {place}, where the source has {there}"])


def check_topics(connection, source, large):
    wrong = []
    places = lambda topic: [(p, o) for p, end in enumerate(ends(connection, topic, OUTPUTS)) for o in range(end)]
    caught_up(lambda: places("copied"), len(source))
    copied, complaints = values(connection, "copied")
    wrong += complaints + once_each("the copy", source, [((row["p"], row["o"]), row["id"]) for row in copied])
    blown = len(caught_up(lambda: places("blown"), 2 * large))
    if blown != 2 * large:
        wrong.append(f"{'duplicate' if blown > 2 * large else 'lost'}: {large} large records were blown up into {blown}, not into two each")
    twice, complaints = values(connection, "twice")
    return wrong + complaints + [f"duplicate: the pipeline's state counts {row['id']} {row['n']} times" for row in twice[:3]]


def check(connection, binary, disk, far=None):
    """Nobody writes to the source meanwhile. `far`: a connection to the other cluster."""
    source, large, expected = {}, 0, ends(connection, SOURCE, PARTITIONS)
    for partition in range(PARTITIONS):
        records, _, _ = read_partition(connection, SOURCE, partition)
        source.update({(partition, offset): identity_of(value) for offset, value in records.items()})
        large += sum(len(value) >= LARGE for value in records.values())
    wrong = check_topics(connection, source, large)
    wrong += once_each("the lake", source, caught_up(lambda: rows_of_lake(binary, disk), len(source)))
    wrong += once_each("the files", source, caught_up(lambda: rows_of_files(disk), len(source)))
    if far is not None:
        wrong += once_each("the other cluster", source, caught_up(lambda: rows_of_far(far), len(source)))
    counted, complaints = values(connection, "counted", compacted=True)
    wrong += complaints
    last = {row["p"]: (row["n"], row["last"]) for row in counted}
    for partition, end in enumerate(expected):
        if end and last.get(partition) != (end, end - 1):
            wrong.append(f"other: the pipeline's state counts {last.get(partition)} in partition {partition}; it has {end} records")
    return wrong
