"""Rows that the pipelines of `pipelines/` read, and what they have written: a part before the data folder was left, the rest after it is opened."""

import collections
import json
import random
import tempfile
import time
import urllib.request

import confluent_kafka
import kafka
from serving import House

ACCOUNTS, ITEMS, PAGES, SHELVES = ["ann", "bob", "cec", "dot"], ["ink", "jar", "kit", "lid", "map", "nut"], ["/", "/cart", "/help"], ["low", "mid", "top"]
BEGIN_S = 1_767_225_600  # 2026-01-01
TOPICS = ["sales", "shipments", "prices", "stock", "visits"]
SECONDS_MAX = 120


def stamp(seconds, millis=0):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(BEGIN_S + seconds)) + f".{millis:03}"


def draw():
    """Topic, key, value of all rows in the order in which they come. Of 240 seconds; no time stands twice in a topic, and no sum hangs on an order."""
    chance, rows = random.Random(20), []
    for n in range(240):
        item = chance.choice(ITEMS) if chance.random() > 0.05 else None
        rows.append(("sales", None, {"id": n, "account": chance.choice(ACCOUNTS), "item": item, "amount": chance.randrange(1, 10), "price": chance.randrange(100, 9999) / 100,
                                     "weight": chance.randrange(1, 64) / 4, "paid": chance.random() < 0.7, "ts": stamp(n + chance.randrange(-3, 4), n)}))
        if n % 2 == 0:
            sale = max(0, n + chance.randrange(-40, 15))
            rows.append(("shipments", None, {"id": 1000 + n, "sale": sale, "carrier": chance.choice(["post", "van"]), "ts": stamp(n, n)}))
        if n % 6 == 0:
            key = {"item": chance.choice(ITEMS)}
            rows.append(("prices", key, {**key, "price": chance.randrange(100, 999) / 100, "ts": stamp(n, n)}))
        if n % 3 == 0:
            is_gone = chance.random() < 0.2
            key, shelf, amount = {"item": chance.choice(ITEMS)}, chance.choice(SHELVES), chance.randrange(1, 20)
            rows.append(("stock", key, None if is_gone else {**key, "shelf": shelf, "amount": amount}))
        is_late = chance.random() < 0.05
        rows.append(("visits", None, {"id": n, "account": chance.choice(ACCOUNTS), "page": chance.choice(PAGES), "spent_ms": chance.randrange(10, 5000),
                                      "ts": stamp(max(0, n - 45) if is_late else n + chance.randrange(-4, 5), n)}))
    return rows


def last_rows():
    """One of each topic with event time, an hour later: whatever waits for a watermark comes out."""
    end = stamp(7200)
    return [("sales", None, {"id": 9000, "account": "end", "item": "end", "amount": 0, "price": 0, "weight": 0, "paid": False, "ts": end}),
            ("shipments", None, {"id": 9001, "sale": 8999, "carrier": "end", "ts": end}),
            ("prices", {"item": "end"}, {"item": "end", "price": 0, "ts": end}),
            ("visits", None, {"id": 9002, "account": "end", "page": "end", "spent_ms": 0, "ts": end})]


def parts():
    rows = draw()
    middle = len(rows) * 11 // 20
    return rows[:middle], rows[middle:] + last_rows()


def begin(project, data):
    """A house over a project whose pipelines find their topics, of one partition each."""
    with tempfile.TemporaryDirectory(prefix="freshet-golden-") as nothing:
        house = House(nothing, data)
        admin = kafka.KafkaAdminClient(bootstrap_servers=house.doors["kafka"])
        admin.create_topics([kafka.admin.NewTopic(name=topic, num_partitions=1, replication_factor=1, topic_configs={"retention.ms": "-1"}) for topic in TOPICS])
        admin.close()
        house.stop()
    return go_on(project, data)


def go_on(project, data):
    house = House(project, data, "topics.default_partitions=1")
    if house.first_line != "ready":
        raise AssertionError(f"the house did not start: {house.error_text()}")
    return house


def tell(house, rows, pieces=1):
    """Sends the rows, one piece after what came before it is in an epoch."""
    producer = confluent_kafka.Producer({"bootstrap.servers": house.doors["kafka"], "linger.ms": 20})
    size = -(-len(rows) // pieces)
    for begin in range(0, len(rows), size):
        for topic, key, value in rows[begin:begin + size]:
            producer.produce(topic, key=key and json.dumps(key), value=value and json.dumps(value), partition=0)
        producer.flush()
        wait_until_read(house)


def wait_until_read(house):
    """Until every pipeline has read its topics to their ends, and for a second no epoch has ended: an epoch in which nothing happens does not."""
    epochs, since, limit = {}, time.monotonic(), time.monotonic() + SECONDS_MAX
    while True:
        with urllib.request.urlopen(f"http://{house.doors['http']}/v1/house", timeout=10) as reply:
            seen = json.load(reply)
        ends = {topic["name"]: topic["partitions"][0]["end"] for topic in seen["topics"]}
        now = {pipeline["name"]: pipeline["epoch"] for pipeline in seen["pipelines"] if has_read_all(pipeline, ends)}
        if now != epochs or len(now) < len(seen["pipelines"]):
            epochs, since = now, time.monotonic()
        if now and time.monotonic() - since > 1:
            return
        if time.monotonic() > limit:
            raise AssertionError(f"the pipelines have not read their topics: {json.dumps(seen['pipelines'])}")
        time.sleep(0.05)


def has_read_all(pipeline, ends):
    if pipeline["failure"]:
        raise AssertionError(f"{pipeline['name']}: {pipeline['failure']}")
    places = [place for source in pipeline["sources"] for place in source["partitions"]]
    return bool(places) and all(place.get("next") == ends.get(place.get("topic")) for place in places)


def written(house):
    """Of every topic that a pipeline wrote, its rows as a text and how often each stands there at the end."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": house.doors["kafka"], "group.id": "nobody", "auto.offset.reset": "earliest",
                                         "enable.auto.commit": False, "isolation.level": "read_committed", "enable.partition.eof": True})
    names = sorted(name for name in consumer.list_topics(timeout=20).topics if name not in TOPICS and not name.startswith("__"))
    consumer.assign([confluent_kafka.TopicPartition(name, 0, 0) for name in names])
    rows, at_end = {name: collections.Counter() for name in names}, 0
    last = {name: {} for name in names}
    while at_end < len(names):
        record = consumer.poll(20)
        if record is None:
            raise AssertionError(f"{len(names) - at_end} of {names} were not read to their end")
        if record.error():
            at_end += record.error().code() == confluent_kafka.KafkaError._PARTITION_EOF
        elif record.key() is not None:
            last[record.topic()][record.key()] = record.value()
        else:
            apply(rows[record.topic()], record.value())
    consumer.close()
    for name in names:
        rows[name].update(f"{key.decode()} {value.decode()}" for key, value in last[name].items() if value is not None)
    return {name: dict(+counts) for name, counts in rows.items()}


def apply(rows, text):
    """A row, or a change of one as debezium-json says it."""
    value = json.loads(text)
    if set(value) != {"before", "after", "op"}:
        rows[text.decode()] += 1
        return
    for side, times in (("before", -1), ("after", 1)):
        if value[side] is not None:
            line = json.dumps(value[side])
            rows[line] += times
            if rows[line] < 0:
                raise AssertionError(f"a row is taken back that is not there: {line}")
