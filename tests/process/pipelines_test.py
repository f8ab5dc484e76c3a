"""A project folder with a pipeline, from a Kafka client's JSON to windows, an upsert topic, files and a key that a Redis client reads;
then the same with houses that are killed on the way. What comes out is the same, exactly once. Run by the clients lane."""

import json
import pathlib
import signal
import tempfile
import time
import unittest

import kafka
import redis
from serving import House

PRODUCT = """name: clicks
features:
  topic: user_clicks
  entity: [user_id]
  fresh_ms: 3600000
  columns:
    clicks: {type: BIGINT}
    until: {type: STRING}
  resp: {key: "user:{user_id}:clicks", as: json}
"""

PIPELINE = """
SET 'execution.checkpointing.interval' = '30 ms';
CREATE TABLE clicks (user_id STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE VIEW counted AS SELECT user_id, window_end, COUNT(*) AS clicks
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY user_id, window_start, window_end;
CREATE TABLE windows (user_id STRING, until TIMESTAMP(3), clicks BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE user_clicks (user_id STRING, clicks BIGINT, `until` STRING, PRIMARY KEY (user_id) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'user_clicks', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE files (user_id STRING, until TIMESTAMP(3), clicks BIGINT) WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'json',
  'sink.rolling-policy.rollover-interval' = '200 ms', 'sink.rolling-policy.check-interval' = '50 ms');
INSERT INTO windows SELECT user_id, window_end, clicks FROM counted;
INSERT INTO user_clicks SELECT user_id, clicks, CAST(window_end AS STRING) FROM counted;
INSERT INTO files SELECT user_id, window_end, clicks FROM counted;
"""

MINUTES = 12
USERS = ["ann", "bob", "cec"]
SECONDS_MAX = 60
# A client whose house is gone says so soon.
IMPATIENT = {"bootstrap_timeout_ms": 3000, "max_block_ms": 3000, "request_timeout_ms": 2000, "delivery_timeout_ms": 3000, "linger_ms": 0}


def clicks_of(minute):
    """Minute m has m + 1 clicks of ann, two of bob, one of cec in every third."""
    return [("ann", n) for n in range(minute + 1)] + [("bob", 7), ("bob", 8)] + ([("cec", 30)] if minute % 3 == 0 else [])


def expected():
    rows = []
    for minute in range(MINUTES):
        users = [user for user, _ in clicks_of(minute)]
        rows += [(user, f"2026-01-01 00:{minute + 1:02}:00", users.count(user)) for user in sorted(set(users))]
    return sorted(rows)


class World:
    """A project and a data folder; houses come and go over them."""

    def __init__(self, folder):
        self.project = pathlib.Path(folder, "project")
        self.files = pathlib.Path(folder, "files")
        for part in ("products", "pipelines"):
            (self.project / part).mkdir(parents=True)
        (self.project / "products/clicks.yaml").write_text(PRODUCT)
        (self.project / "pipelines/count.sql").write_text(PIPELINE.replace("%s", str(self.files)))
        self.data = str(pathlib.Path(folder, "data"))

    def start(self, kill_at=""):
        house = House(str(self.project), self.data, "topics.default_partitions=2", env={"FRESHET_KILL_AT": kill_at} if kill_at else None)
        if house.first_line != "ready":
            raise AssertionError(f"the house did not start: {house.error_text()}")
        return house

    def produce(self, house, minute):
        producer = kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"], acks="all", **IMPATIENT)
        try:
            self.send(producer, minute)
        finally:
            producer.close(timeout=1)

    def send(self, producer, minute):
        for user, second in clicks_of(minute) if minute is not None else [("end", 0)]:
            value = {"user_id": user, "ts": f"2026-01-01 00:{minute:02}:{second:02}" if minute is not None else "2026-01-02 00:00:00"}
            for partition in (0, 1) if minute is None else (ord(user[0]) % 2,):
                producer.send("clicks", json.dumps(value).encode(), partition=partition).get(5)

    def windows(self, house):
        consumer = kafka.KafkaConsumer(bootstrap_servers=house.doors["kafka"], auto_offset_reset="earliest", enable_auto_commit=False, consumer_timeout_ms=1500)
        consumer.assign([kafka.TopicPartition("windows", p) for p in (0, 1)])
        consumer.seek_to_beginning()
        rows = [json.loads(record.value) for record in consumer]
        consumer.close()
        return sorted((row["user_id"], row["until"], row["clicks"]) for row in rows)

    def file_rows(self):
        rows = []
        for path in self.files.iterdir() if self.files.exists() else []:
            if path.name.startswith("."):
                continue
            rows += [json.loads(line) for line in path.read_text().splitlines()]
        return sorted((row["user_id"], row["until"], row["clicks"]) for row in rows)


def wait_for(read, wanted):
    """Reads until it is what was wanted, or time is over; whatever it was then."""
    end = time.monotonic() + SECONDS_MAX
    seen = read()
    while seen != wanted and time.monotonic() < end:
        time.sleep(0.1)
        seen = read()
    return seen


class Pipelines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.world = World(folder.name)

    def finish(self, house):
        self.world.produce(house, None)
        rows = expected()
        self.assertEqual(wait_for(lambda: self.world.windows(house), rows), rows, house.error_text())
        self.assertEqual(wait_for(self.world.file_rows, rows), rows)
        host, port = house.doors["resp"].rsplit(":", 1)
        keys = redis.Redis(host=host, port=int(port))
        last = {user: (until, count) for user, until, count in rows}
        for user in USERS:
            wanted = {"clicks": last[user][1], "until": last[user][0] + ".000"}
            read = lambda user=user: {k: json.loads(keys.get(f"user:{user}:clicks") or "{}").get(k) for k in wanted}
            self.assertEqual(wait_for(read, wanted), wanted)

    def test_json_in_windows_out_features_read(self):
        house = self.world.start()
        self.addCleanup(house.stop)
        for minute in range(MINUTES):
            self.world.produce(house, minute)
        self.finish(house)

    def test_houses_killed_at_every_step_of_an_epoch_give_the_same(self):
        points = ["pipeline.before_commit#2", "pipeline.after_commit#2", "pipeline.before_delivered#1", "journal.before_sync#9"]
        for turn, point in enumerate(points):
            house = self.world.start(point)
            self.addCleanup(house.kill)
            minutes = range(turn * 3, turn * 3 + 3)
            for minute in minutes:
                try:
                    self.world.produce(house, minute)
                except Exception:  # the client lost its house: the rest of the minute is told to the next one
                    break
                if house.process.poll() is not None:
                    break
            house.process.poll() or house.kill()
            self.assertEqual(house.process.returncode, -signal.SIGKILL)
            house = self.world.start()
            self.told(house, minutes)
            house.kill()  # in the middle of whatever it does
        house = self.world.start()
        self.addCleanup(house.stop)
        self.finish(house)

    def told(self, house, minutes):
        """Sends what of these minutes is not in the topic: a client whose house dies does not know."""
        consumer = kafka.KafkaConsumer(bootstrap_servers=house.doors["kafka"], auto_offset_reset="earliest", enable_auto_commit=False, consumer_timeout_ms=1000)
        consumer.assign([kafka.TopicPartition("clicks", p) for p in (0, 1)])
        consumer.seek_to_beginning()
        there = {(record.partition, record.value) for record in consumer}
        consumer.close()
        producer = kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"], acks="all")
        for minute in minutes:
            for user, second in clicks_of(minute):
                value = json.dumps({"user_id": user, "ts": f"2026-01-01 00:{minute:02}:{second:02}"}).encode()
                if (ord(user[0]) % 2, value) not in there:
                    producer.send("clicks", value, partition=ord(user[0]) % 2).get(5)
        producer.close()

    def test_sigterm_ends_a_last_epoch(self):
        house = self.world.start()
        for minute in range(MINUTES):
            self.world.produce(house, minute)
        self.world.produce(house, None)
        self.assertEqual(house.stop(), 0)
        house = self.world.start()
        self.addCleanup(house.stop)
        rows = expected()
        self.assertEqual(wait_for(lambda: self.world.windows(house), rows), rows)


if __name__ == "__main__":
    unittest.main()
