"""A project in which every room has something to do, and a client that keeps it busy: what the portal's tests and its picture look at."""

import contextlib
import datetime
import json
import pathlib
import random
import shutil
import socket
import threading
import time
import urllib.request

import kafka
from serving import House

TESTDATA = pathlib.Path(__file__).parents[2] / "src/engines/models/testdata"
ORIGINS = ["EWR", "JFK", "LGA"]
FEATURES = ["a", "b", "c", "d", "e", "f", "g"]

PRODUCT = """name: trip
features:
  topic: trip_features
  entity: [origin]
  fresh_ms: 3600000
  columns:
""" + "".join(f"    {name}: {{type: DOUBLE}}\n" for name in FEATURES) + """\
  resp: {key: "trip:{origin}", as: json}
"""

SERVICE = """name: delay
model: delay
views: [trip]
deadline_ms: 5000
request:
  h: {type: DOUBLE}
"""

MODEL = """version: '1'
file: binary_logistic.json
format: xgboost-json
inputs: [a, b, c, d, e, f, g, h]
"""

PIPELINE = """
SET 'execution.checkpointing.interval' = '200 ms';
CREATE TABLE flights (origin STRING, delay DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'flights', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE busy (origin STRING, until TIMESTAMP(3), flights BIGINT) WITH ('connector' = 'kafka', 'topic' = 'busy', 'format' = 'json');
CREATE TABLE trip_features (origin STRING, a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, e DOUBLE, f DOUBLE, g DOUBLE, PRIMARY KEY (origin) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'trip_features', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE flights_lake (origin STRING, delay DOUBLE)
WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '%s', 'catalog-database' = 'flights', 'catalog-table' = 'flown');
INSERT INTO busy SELECT origin, window_end, COUNT(*)
FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY origin, window_start, window_end;
INSERT INTO trip_features SELECT origin, SUM(delay), CAST(COUNT(*) AS DOUBLE), AVG(delay), MIN(delay), MAX(delay), 0.5e0, 1.5e0 FROM flights GROUP BY origin;
INSERT INTO flights_lake SELECT origin, delay FROM flights;
"""


class Project:
    """Houses come and go over it; all of them listen where the first one did."""

    def __init__(self, folder: str):
        self.path = pathlib.Path(folder, "project")
        self.data = str(pathlib.Path(folder, "data"))
        self.listen = []
        self.path.mkdir()

    def fill(self) -> None:
        warehouse = self.path.parent / "lake"
        for name, text in {"products/trip.yaml": PRODUCT, "services/delay.yaml": SERVICE, "models/delay/model.yaml": MODEL,
                           "pipelines/flights.sql": PIPELINE.replace("%s", str(warehouse))}.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shutil.copy(TESTDATA / "binary_logistic.json", self.path / "models/delay")

    def start(self) -> House:
        house = House(str(self.path), self.data, "topics.default_partitions=2", *self.listen)
        if house.first_line != "ready":
            raise AssertionError(f"the house did not start: {house.error_text()}")
        self.listen = [f"doors.{door}.listen={address}" for door, address in house.doors.items()]
        return house


def flight(age_s: float = 0) -> bytes:
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age_s)
    return json.dumps({"origin": random.choice(ORIGINS), "delay": round(random.gauss(12, 20), 1), "ts": now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]}).encode()


@contextlib.contextmanager
def flying(house: House, per_second: int = 50, ask: bool = False):
    """Flights arrive all the time, those of partition 1 some seconds old; with `ask`, decisions and keys are asked for as well."""
    over = threading.Event()
    threads = [threading.Thread(target=fly, args=(house, per_second, over))] + [threading.Thread(target=answer, args=(house, over))] * ask
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def fly(house: House, per_second: int, over: threading.Event) -> None:
    producer = kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"], acks="all", max_block_ms=3000, request_timeout_ms=2000, delivery_timeout_ms=3000, linger_ms=0)
    with contextlib.suppress(Exception):  # the house may be killed; that is the test's to say
        while not over.wait(0.1):
            for n in range(max(1, per_second // 10)):
                producer.send("flights", flight(), partition=0)
                producer.send("flights", flight(age_s=3), partition=1)
        producer.flush(5)
    with contextlib.suppress(Exception):
        producer.close(timeout=1)


def answer(house: House, over: threading.Event) -> None:
    host, port = house.doors["resp"].rsplit(":", 1)
    keys = socket.create_connection((host, int(port)))
    while not over.wait(0.02):
        key = f"trip:{random.choice(ORIGINS)}"
        keys.sendall(f"*2\r\n$3\r\nGET\r\n${len(key)}\r\n{key}\r\n".encode())
        keys.recv(65536)
        body = json.dumps({"entities": {"origin": key[-3:]}, "request": {"h": random.random()}}).encode()
        with contextlib.suppress(Exception):
            urllib.request.urlopen(f"http://{house.doors['http']}/v1/decide/delay", data=body, timeout=5).close()
    keys.close()


def until_topic(house: House, topic: str, seconds: float = 30) -> None:
    """A pipeline makes its topics when it begins."""
    end = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(f"http://{house.doors['http']}/v1/house", timeout=5) as reply:
            if any(t["name"] == topic for t in json.load(reply)["topics"]):
                return
        if time.monotonic() > end:
            raise AssertionError(f"topic {topic} did not come")
        time.sleep(0.05)
