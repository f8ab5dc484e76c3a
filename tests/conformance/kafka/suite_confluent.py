"""confluent-kafka, which is librdkafka: Python, Go, .NET, Node and C++ teams speak through it."""
import time
import unittest

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic, OffsetSpec

import house

SECONDS = 20


def produce(topic, values, partition=0, **options):
    """Sends and waits; returns what was delivered as (value, offset)."""
    delivered, failed = [], []

    def report(error, message):
        (failed if error else delivered).append(error or (message.value(), message.offset()))

    producer = Producer({"bootstrap.servers": house.ADDRESS, **options})
    for value in values:
        producer.produce(topic, value=value, partition=partition, on_delivery=report)
        producer.poll(0)
    producer.flush(SECONDS)
    return delivered, failed


def consumer(**options):
    return Consumer({"bootstrap.servers": house.ADDRESS, "group.id": "unused", "enable.auto.commit": False,
                     "auto.offset.reset": "earliest", **options})


def read(topic, count, partition=0, offset=OFFSET_BEGINNING, **options):
    reader = consumer(**options)
    reader.assign([TopicPartition(topic, partition, offset)])
    got, until = [], time.monotonic() + SECONDS
    while len(got) < count and time.monotonic() < until:
        message = reader.poll(0.2)
        if message is not None and message.error():
            raise KafkaException(message.error())
        if message is not None:
            got.append(message)
    reader.close()
    return got


class Codecs(unittest.TestCase):
    def test_every_codec_plain_and_idempotent(self):
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            for idempotent in (False, True):
                with self.subTest(codec=codec, idempotent=idempotent):
                    topic = house.fresh_topic(codec)
                    values = [(f"{n} " * 20).encode() for n in range(2000)]
                    delivered, failed = produce(topic, values, **{"compression.type": codec, "linger.ms": 20,
                                                                  "enable.idempotence": idempotent})
                    self.assertEqual(failed, [])
                    self.assertEqual(delivered, list(zip(values, range(2000))))
                    self.assertEqual([m.value() for m in read(topic, 2000)], values)


class Fields(unittest.TestCase):
    def test_key_headers_and_timestamp(self):
        topic = house.fresh_topic("fields")
        producer = Producer({"bootstrap.servers": house.ADDRESS})
        producer.produce(topic, key=b"k", value=b"v", headers=[("a", b"1"), ("a", b"2"), ("none", None)], timestamp=1357034400000,
                         partition=0)
        producer.produce(topic, key=None, value=None, partition=0)
        producer.flush(SECONDS)
        first, second = read(topic, 2)
        self.assertEqual((first.key(), first.value(), first.timestamp()[1]), (b"k", b"v", 1357034400000))
        self.assertEqual(first.headers(), [("a", b"1"), ("a", b"2"), ("none", None)])
        self.assertEqual((second.key(), second.value()), (None, None))


class Refusals(unittest.TestCase):
    def test_too_large_for_the_topic(self):
        topic = house.fresh_topic("large")
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        admin.create_topics([NewTopic(topic, 1, 1, config={"max.message.bytes": "50000"})])[topic].result(SECONDS)
        delivered, failed = produce(topic, [b"x" * (10 << 20), b"small"], **{"message.max.bytes": 20 << 20, "linger.ms": 0})
        self.assertEqual([e.name() for e in failed], ["MSG_SIZE_TOO_LARGE"])
        self.assertEqual(delivered, [(b"small", 0)])

    def test_a_config_that_cannot_be_honoured_is_refused_by_name(self):
        topic = house.fresh_topic("compact")
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        for name, value in (("cleanup.policy", "shrink"), ("compression.type", "zstd"), ("no.such.config", "1")):
            with self.assertRaises(KafkaException) as refused:
                admin.create_topics([NewTopic(topic, 1, 1, config={name: value})])[topic].result(SECONDS)
            self.assertEqual(refused.exception.args[0].name(), "INVALID_CONFIG")
            self.assertIn(name, refused.exception.args[0].str())


class Offsets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = house.fresh_topic("offsets")
        producer = Producer({"bootstrap.servers": house.ADDRESS, "linger.ms": 50})
        for n in range(300):
            producer.produce(cls.topic, value=str(n).encode(), partition=0, timestamp=1_000_000 + n * 10)
        producer.flush(SECONDS)

    def test_watermarks_and_times(self):
        reader = consumer()
        self.addCleanup(reader.close)
        self.assertEqual(reader.get_watermark_offsets(TopicPartition(self.topic, 0), timeout=SECONDS), (0, 300))
        for timestamp, offset in ((1, 0), (1_000_001, 1), (1_001_370, 137), (1_002_990, 299), (1_002_991, OFFSET_END)):
            found = reader.offsets_for_times([TopicPartition(self.topic, 0, timestamp)], timeout=SECONDS)[0]
            self.assertIsNone(found.error)
            self.assertEqual(found.offset, offset)

    def test_the_offset_of_the_largest_timestamp(self):
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        partition = TopicPartition(self.topic, 0)
        for spec, offset in ((OffsetSpec.earliest(), 0), (OffsetSpec.latest(), 300), (OffsetSpec.max_timestamp(), 299)):
            found = admin.list_offsets({partition: spec})[partition].result(SECONDS)
            self.assertEqual(found.offset, offset)

    def test_read_from_inside_a_batch(self):
        for offset in (0, 137, 299):
            self.assertEqual([m.offset() for m in read(self.topic, 1, offset=offset)], [offset])

    def test_read_committed(self):
        self.assertEqual(len(read(self.topic, 300, **{"isolation.level": "read_committed"})), 300)

    def test_small_fetches_still_get_on(self):
        values = [m.value() for m in read(self.topic, 300, **{"fetch.message.max.bytes": 1000, "fetch.max.bytes": 1000,
                                                              "message.max.bytes": 1000})]
        self.assertEqual(values, [str(n).encode() for n in range(300)])


class Admin(unittest.TestCase):
    def setUp(self):
        self.admin = AdminClient({"bootstrap.servers": house.ADDRESS})

    def test_topics(self):
        topic = house.fresh_topic("admin")
        self.admin.create_topics([NewTopic(topic, 2, 1)], validate_only=True)[topic].result(SECONDS)
        self.assertNotIn(topic, self.admin.list_topics(timeout=SECONDS).topics)
        self.admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(SECONDS)
        self.admin.create_partitions([NewPartitions(topic, 5)])[topic].result(SECONDS)
        self.assertEqual(len(self.admin.list_topics(topic, timeout=SECONDS).topics[topic].partitions), 5)
        with self.assertRaises(KafkaException):
            self.admin.create_partitions([NewPartitions(topic, 3)])[topic].result(SECONDS)
        self.admin.delete_topics([topic])[topic].result(SECONDS)
        with self.assertRaises(KafkaException):
            self.admin.delete_topics([topic])[topic].result(SECONDS)

    def test_bad_names_are_refused(self):
        for name in ("no spaces", "a/b", "x" * 250):
            with self.assertRaises(KafkaException) as refusal:
                self.admin.create_topics([NewTopic(name, 1, 1)])[name].result(SECONDS)
            self.assertEqual(refusal.exception.args[0].name(), "TOPIC_EXCEPTION")

    def test_configs(self):
        topic = house.fresh_topic("configs")
        self.admin.create_topics([NewTopic(topic, 1, 1, config={"retention.ms": "3600000"})])[topic].result(SECONDS)
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        configs = self.admin.describe_configs([resource])[resource].result(SECONDS)
        self.assertEqual((configs["retention.ms"].value, configs["retention.ms"].is_default), ("3600000", False))
        self.assertTrue(configs["cleanup.policy"].is_default)

    def test_describe_topics_and_cluster(self):
        topic = house.fresh_topic("describe")
        self.admin.create_topics([NewTopic(topic, 3, 1)])[topic].result(SECONDS)
        cluster = self.admin.describe_cluster().result(SECONDS)
        self.assertEqual(len(cluster.nodes), 1)
        self.assertTrue(cluster.cluster_id)

    def test_delete_records(self):
        topic = house.fresh_topic("trim")
        produce(topic, [str(n).encode() for n in range(10)], **{"batch.num.messages": 1})
        partition = TopicPartition(topic, 0, 4)
        done = self.admin.delete_records([partition])[partition].result(SECONDS)
        self.assertEqual(done.low_watermark, 4)
        self.assertEqual([m.value() for m in read(topic, 6)], [str(n).encode() for n in range(4, 10)])


class Compaction(unittest.TestCase):
    def test_the_newest_of_each_key_stays_at_its_offset(self):
        topic = house.fresh_topic("compacted")
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        configs = {"cleanup.policy": "compact", "segment.bytes": "16384", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "0"}
        admin.create_topics([NewTopic(topic, 1, 1, config=configs)])[topic].result(SECONDS)
        producer = Producer({"bootstrap.servers": house.ADDRESS, "linger.ms": 5, "batch.size": 8000})
        rounds, keys = 60, 10
        for n in range(rounds * keys):
            producer.produce(topic, key=f"k{n % keys}", value=f"{n} " + "x" * 1000, partition=0)
        producer.flush(SECONDS)

        until = time.monotonic() + 120
        while len(self.records(topic)) > rounds * keys // 2 and time.monotonic() < until:
            time.sleep(1)

        left = self.records(topic)
        self.assertLess(len(left), rounds * keys // 2)
        self.assertEqual({m.key(): m.offset() for m in left}, {f"k{k}".encode(): (rounds - 1) * keys + k for k in range(keys)})
        self.assertTrue(all(int(m.value().split()[0]) == m.offset() for m in left))

    def records(self, topic):
        reader = consumer(**{"enable.partition.eof": True})
        reader.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        got = []
        while (message := reader.poll(SECONDS)) is not None and not message.error():
            got.append(message)
        reader.close()
        return got

    def test_a_record_without_a_key_is_refused(self):
        topic = house.fresh_topic("keyless")
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        admin.create_topics([NewTopic(topic, 1, 1, config={"cleanup.policy": "compact,delete"})])[topic].result(SECONDS)
        delivered, failed = produce(topic, [b"no key"], **{"message.timeout.ms": 5000})
        self.assertEqual(delivered, [])
        self.assertEqual(failed[0].name(), "INVALID_RECORD")
