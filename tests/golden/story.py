"""What was done to the data folders kept here, and what must be read from each for ever: one story, told once by `make.py` to a new
folder, and asked for by `golden_test.py` of every folder of every format version."""

import json
import zlib

import confluent_kafka
import kafka
import redis

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
FAR_AWAY_MS = 4_102_444_800_000  # 2100-01-01
PRODUCT = """name: trip
features:
  topic: trip_features
  entity: [origin]
  columns:
    delay: {type: DOUBLE, default: 0.5}
    tail: {type: STRING}
  resp: {key: "trip:{origin}", as: json}
"""


def records_of(codec):
    """Key, value, headers, timestamp; texts that compress and bytes that do not."""
    yield None, b"", [], 1_700_000_000_000
    for n in range(20):
        noise = zlib.compress(f"{codec}-{n}".encode() * 3)
        yield f"k{n % 3}".encode(), noise + b"x" * n * 50, [("codec", codec.encode()), ("empty", b"")], 1_700_000_000_000 + n * 1000


def large():
    """A batch of about 900 kB that does not compress."""
    out, piece = b"", b"seed"
    while len(out) < 900_000:
        piece = zlib.compress(piece)[2:] + len(out).to_bytes(4, "big")
        out += piece
        piece = piece[-60:]
    return out


def tell(house):
    """First half of a life; the second half is whatever the folder's name says."""
    address = house.doors["kafka"]
    admin = kafka.KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics([kafka.admin.NewTopic(name="orders", num_partitions=2, replication_factor=1, topic_configs={"retention.ms": "-1"}),
                         kafka.admin.NewTopic(name="gone", num_partitions=1, replication_factor=1)])
    for codec in CODECS:
        producer = confluent_kafka.Producer({"bootstrap.servers": address, "compression.type": codec, "linger.ms": 200, "enable.idempotence": codec != "none"})
        for key, value, headers, timestamp in records_of(codec):
            producer.produce("orders", key=key, value=value, headers=headers, timestamp=timestamp, partition=CODECS.index(codec) % 2)
        producer.flush()
    producer = kafka.KafkaProducer(bootstrap_servers=address, max_request_size=2_000_000)
    producer.send("orders", value=large(), partition=1, timestamp_ms=1_700_000_100_000)
    producer.send("gone", value=b"not to be seen")
    producer.send("trip_features", key=json.dumps({"origin": "JFK"}).encode(), value=json.dumps({"delay": 12.25, "tail": "N1"}).encode())
    producer.send("trip_features", key=json.dumps({"origin": "LGA"}).encode(), value=json.dumps({"delay": 1, "tail": "N2"}).encode())
    producer.send("trip_features", key=json.dumps({"origin": "LGA"}).encode(), value=None)
    producer.flush()
    producer.close()
    admin.delete_topics(["gone"])
    admin.close()
    consumer = kafka.KafkaConsumer(bootstrap_servers=address, group_id="readers", enable_auto_commit=False)
    consumer.commit({kafka.TopicPartition("orders", 0): kafka.structs.OffsetAndMetadata(17, "seventeen", -1)})
    consumer.close()
    keys = redis_of(house)
    keys.set("greeting", "hello")
    keys.set("late", "year 2100", pxat=FAR_AWAY_MS)
    keys.hset("a hash", mapping={"f": "1", "g": ""})
    keys.set("removed", "x")
    keys.delete("removed")


def redis_of(house):
    host, port = house.doors["resp"].rsplit(":", 1)
    return redis.Redis(host=host, port=int(port), decode_responses=True)


def read_orders(house):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": house.doors["kafka"], "group.id": "nobody", "auto.offset.reset": "earliest",
                                         "enable.auto.commit": False, "fetch.message.max.bytes": 4 << 20})
    consumer.assign([confluent_kafka.TopicPartition("orders", p, 0) for p in (0, 1)])
    wanted = len(CODECS) * 21 + 1
    found = {0: [], 1: []}
    while sum(map(len, found.values())) < wanted:
        record = consumer.poll(20)
        if record is None or record.error():
            raise AssertionError(f"{sum(map(len, found.values()))} of {wanted} records, then {record and record.error()}")
        found[record.partition()].append((record.offset(), record.key(), record.value(), record.headers() or [], record.timestamp()[1]))
    consumer.close()
    return found


def expected_orders():
    found = {0: [], 1: []}
    for n, codec in enumerate(CODECS):
        for key, value, headers, timestamp in records_of(codec):
            found[n % 2].append((len(found[n % 2]), key, value, headers, timestamp))
    found[1].append((len(found[1]), None, large(), [], 1_700_000_100_000))
    return found
