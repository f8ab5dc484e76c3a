"""kafka-python, the versions that teams pin: 2.0.2, and the newest."""
import json
import subprocess
import sys
import time
import unittest

import kafka
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import KafkaError, MessageSizeTooLargeError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

import house

OLD = kafka.__version__.startswith("2.0")
WAIT_MS = 20000


def read(topic, count, **options):
    consumer = KafkaConsumer(bootstrap_servers=house.ADDRESS, auto_offset_reset="earliest", enable_auto_commit=False,
                             consumer_timeout_ms=WAIT_MS, **options)
    partitions = sorted(consumer.partitions_for_topic(topic))
    consumer.assign([TopicPartition(topic, p) for p in partitions])
    got = []
    for record in consumer:
        got.append(record)
        if len(got) == count:
            break
    consumer.close()
    return got


ONE_RECORD = """
import json, sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], value_serializer=lambda v: json.dumps(v).encode())
producer.send(sys.argv[2], {"flight": 1545, "delay": 2})
"""


class Produce(unittest.TestCase):
    def producer(self, **options):
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS, **options)
        self.addCleanup(producer.close)
        return producer

    @unittest.skipIf(OLD, "2.0.2 drops unsent records at exit itself (close(timeout=0)): they never reach a socket")
    def test_one_record_and_exit_without_a_flush_keeps_it(self):
        topic = house.fresh_topic("exit")
        for _ in range(3):
            subprocess.run([sys.executable, "-c", ONE_RECORD, house.ADDRESS, topic], check=True, timeout=60)
        got = read(topic, 3)
        self.assertEqual([json.loads(r.value) for r in got], [{"flight": 1545, "delay": 2}] * 3)

    def test_key_value_headers_and_timestamp_come_back(self):
        topic = house.fresh_topic("fields")
        producer = self.producer()
        sent = producer.send(topic, key=b"UA", value=b"departed", headers=[("origin", b"EWR"), ("empty", b"")],
                             timestamp_ms=1357034400000).get(timeout=20)
        producer.send(topic, key=b"DL", value=None, partition=sent.partition).get(timeout=20)
        first, second = read(topic, 2)
        self.assertEqual((first.key, first.value, first.timestamp), (b"UA", b"departed", 1357034400000))
        self.assertEqual(first.headers if OLD else list(first.headers), [("origin", b"EWR"), ("empty", b"")])
        self.assertEqual((first.partition, first.offset), (sent.partition, sent.offset))
        self.assertEqual((second.key, second.value, second.offset), (b"DL", None, sent.offset + 1))

    def test_every_acks_setting_keeps_every_record(self):
        for acks in (0, 1, "all"):
            topic = house.fresh_topic("acks")
            # Idempotence, the newest client's default, needs acks=all.
            options = {} if OLD or acks == "all" else {"enable_idempotence": False}
            producer = self.producer(acks=acks, **options)
            for n in range(500):
                producer.send(topic, value=str(n).encode(), partition=0)
            producer.flush()
            self.assertEqual([int(r.value) for r in read(topic, 500)], list(range(500)))

    def test_gzip(self):
        topic = house.fresh_topic("gzip")
        producer = self.producer(compression_type="gzip", linger_ms=20)
        for n in range(1000):
            producer.send(topic, value=b"x" * 100 + str(n).encode(), partition=1)
        producer.flush()
        got = read(topic, 1000)
        self.assertEqual([r.offset for r in got], list(range(1000)))
        self.assertEqual(got[-1].value, b"x" * 100 + b"999")

    def test_a_record_above_the_topics_limit_is_refused_by_name(self):
        topic = house.fresh_topic("large")
        admin = KafkaAdminClient(bootstrap_servers=house.ADDRESS)
        self.addCleanup(admin.close)
        admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "50000"})])
        producer = self.producer(max_request_size=20 << 20)
        with self.assertRaises(MessageSizeTooLargeError):
            producer.send(topic, value=b"x" * (10 << 20)).get(timeout=30)
        self.producer().send(topic, value=b"small").get(timeout=30)
        self.assertEqual([r.value for r in read(topic, 1)], [b"small"])


class Consume(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = house.fresh_topic("consume")
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS, linger_ms=50)
        for n in range(300):
            producer.send(cls.topic, value=str(n).encode(), partition=0, timestamp_ms=1_000_000 + n * 10)
        producer.close()
        cls.partition = TopicPartition(cls.topic, 0)

    def consumer(self, **options):
        consumer = KafkaConsumer(bootstrap_servers=house.ADDRESS, enable_auto_commit=False, consumer_timeout_ms=WAIT_MS, **options)
        consumer.assign([self.partition])
        self.addCleanup(consumer.close)
        return consumer

    def test_beginning_and_end(self):
        consumer = self.consumer()
        self.assertEqual(consumer.beginning_offsets([self.partition]), {self.partition: 0})
        self.assertEqual(consumer.end_offsets([self.partition]), {self.partition: 300})

    def test_an_offset_inside_a_batch_is_where_reading_starts(self):
        consumer = self.consumer()
        for offset in (0, 1, 137, 298, 299):
            consumer.seek(self.partition, offset)
            self.assertEqual(int(next(consumer).value), offset)

    def test_offsets_by_time(self):
        consumer = self.consumer()
        for timestamp, offset in ((0, 0), (1_000_000, 0), (1_000_001, 1), (1_001_370, 137), (1_002_990, 299)):
            self.assertEqual(consumer.offsets_for_times({self.partition: timestamp})[self.partition].offset, offset)
        self.assertIsNone(consumer.offsets_for_times({self.partition: 1_002_991})[self.partition])

    def test_an_offset_out_of_range_resets(self):
        consumer = self.consumer(auto_offset_reset="earliest")
        consumer.seek(self.partition, 1_000_000)
        self.assertEqual(int(next(consumer).value), 0)

    def test_a_waiting_consumer_sees_what_comes_later(self):
        topic = house.fresh_topic("later")
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS)
        self.addCleanup(producer.close)
        producer.send(topic, value=b"before", partition=0).get(timeout=20)
        consumer = KafkaConsumer(bootstrap_servers=house.ADDRESS, enable_auto_commit=False, consumer_timeout_ms=WAIT_MS)
        self.addCleanup(consumer.close)
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek(TopicPartition(topic, 0), 1)
        consumer.poll(timeout_ms=300)
        producer.send(topic, value=b"later", partition=0)
        record = next(consumer)
        self.assertEqual((record.value, record.offset), (b"later", 1))

    def test_read_committed(self):
        consumer = self.consumer(isolation_level="read_committed") if not OLD else self.consumer()
        consumer.seek_to_beginning()
        self.assertEqual(int(next(consumer).value), 0)


class Admin(unittest.TestCase):
    def setUp(self):
        self.admin = KafkaAdminClient(bootstrap_servers=house.ADDRESS)
        self.addCleanup(self.admin.close)

    def partitions(self, topic):
        consumer = KafkaConsumer(bootstrap_servers=house.ADDRESS)
        self.addCleanup(consumer.close)
        return consumer.partitions_for_topic(topic)

    def test_create_twice_list_and_delete(self):
        topic = house.fresh_topic("admin")
        self.admin.create_topics([NewTopic(topic, 3, 1)])
        self.assertEqual(self.partitions(topic), {0, 1, 2})
        self.assertIn(topic, self.admin.list_topics())
        with self.assertRaises(TopicAlreadyExistsError):
            self.admin.create_topics([NewTopic(topic, 3, 1)])
        self.admin.delete_topics([topic])
        self.assertNotIn(topic, self.admin.list_topics())
        with self.assertRaises(UnknownTopicOrPartitionError):
            self.admin.delete_topics([topic])

    def test_more_partitions(self):
        topic = house.fresh_topic("grow")
        self.admin.create_topics([NewTopic(topic, 1, 1)])
        if OLD:
            self.admin.create_partitions({topic: NewPartitions(total_count=4)})
        else:
            self.admin.create_partitions({topic: 4})
        self.assertEqual(self.partitions(topic), {0, 1, 2, 3})

    def test_configs_say_where_they_come_from(self):
        topic = house.fresh_topic("configs")
        self.admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"retention.ms": "3600000"})])
        options = {} if OLD else {"config_filter": "all"}
        answer = self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], **options)
        text = str(answer)
        self.assertIn("retention.ms", text)
        self.assertIn("3600000", text)
        self.assertIn("cleanup.policy", text)

    def test_a_deleted_topic_that_comes_back_is_empty(self):
        topic = house.fresh_topic("again")
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS)
        producer.send(topic, value=b"old", partition=0).get(timeout=20)
        producer.close()
        self.admin.delete_topics([topic])
        self.admin.create_topics([NewTopic(topic, 1, 1)])
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS)
        sent = producer.send(topic, value=b"new", partition=0).get(timeout=20)
        producer.close()
        self.assertEqual(sent.offset, 0)
        self.assertEqual([r.value for r in read(topic, 1)], [b"new"])

    def test_replication_above_one_is_refused(self):
        with self.assertRaises(KafkaError):
            self.admin.create_topics([NewTopic(house.fresh_topic("copies"), 1, 3)])
