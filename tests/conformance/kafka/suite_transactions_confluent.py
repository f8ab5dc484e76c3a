"""Transactions by librdkafka: all or nothing, for records and offsets, and the older of two producers is fenced."""
import time
import unittest

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

import house
from suite_groups_confluent import filled_topic

SECONDS = 30


def transactional(name, **settings):
    producer = Producer({"bootstrap.servers": house.ADDRESS, "transactional.id": name, "transaction.timeout.ms": 10000, **settings})
    producer.init_transactions(SECONDS)
    return producer


def values(topic, isolation, partitions=(0,)):
    """Everything that a reader of this isolation sees, up to the end that it is told."""
    reader = Consumer({"bootstrap.servers": house.ADDRESS, "group.id": "unused", "enable.auto.commit": False, "auto.offset.reset": "earliest",
                       "isolation.level": isolation, "enable.partition.eof": True})
    reader.assign([TopicPartition(topic, partition, 0) for partition in partitions])
    seen, ended, until = [], set(), time.monotonic() + SECONDS
    while len(ended) < len(partitions) and time.monotonic() < until:
        message = reader.poll(0.2)
        if message is None:
            continue
        if message.error():
            ended.add(message.partition())
            continue
        seen.append(message.value().decode())
    reader.close()
    assert len(ended) == len(partitions), "the reader never came to the end"
    return sorted(seen)


class Records(unittest.TestCase):
    def test_committed_readers_see_what_was_committed_and_nothing_else(self):
        topic = filled_topic("decided", 3, 0)
        producer = transactional(house.fresh_topic("id"))
        for number, end in enumerate(("commit", "abort", "commit", "abort")):
            producer.begin_transaction()
            for n in range(30):
                producer.produce(topic, f"{end} {number} {n}", partition=n % 3)
            producer.commit_transaction(SECONDS) if end == "commit" else producer.abort_transaction(SECONDS)

        committed = values(topic, "read_committed", (0, 1, 2))
        everything = values(topic, "read_uncommitted", (0, 1, 2))

        self.assertEqual(committed, sorted(f"commit {number} {n}" for number in (0, 2) for n in range(30)))
        self.assertGreaterEqual(len(everything), 60)

    def test_nothing_behind_an_open_transaction_is_shown_to_committed_readers(self):
        topic = filled_topic("open", 1, 0)
        producer = transactional(house.fresh_topic("id"))
        producer.begin_transaction()
        producer.produce(topic, "inside", partition=0)
        producer.flush(SECONDS)
        plain = Producer({"bootstrap.servers": house.ADDRESS})
        plain.produce(topic, "behind", partition=0)
        plain.flush(SECONDS)

        self.assertEqual(values(topic, "read_committed"), [])
        self.assertEqual(values(topic, "read_uncommitted"), ["behind", "inside"])
        producer.commit_transaction(SECONDS)
        self.assertEqual(values(topic, "read_committed"), ["behind", "inside"])

    def test_every_codec_and_large_batches(self):
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            with self.subTest(codec):
                topic = filled_topic(codec, 1, 0)
                producer = transactional(house.fresh_topic("id"), **{"compression.type": codec, "linger.ms": 20})
                for end in ("abort", "commit"):
                    producer.begin_transaction()
                    for n in range(300):
                        producer.produce(topic, f"{end} {n} " + "x" * 2000, partition=0)
                    producer.commit_transaction(SECONDS) if end == "commit" else producer.abort_transaction(SECONDS)
                self.assertEqual({value.split()[0] for value in values(topic, "read_committed")}, {"commit"})


class Fencing(unittest.TestCase):
    def test_the_older_of_two_producers_is_fenced_and_its_transaction_aborted(self):
        topic, name = filled_topic("fenced", 1, 0), house.fresh_topic("id")
        zombie = transactional(name)
        zombie.begin_transaction()
        zombie.produce(topic, "of the zombie", partition=0)
        zombie.flush(SECONDS)

        heir = transactional(name)
        heir.begin_transaction()
        heir.produce(topic, "of the heir", partition=0)
        heir.commit_transaction(SECONDS)

        with self.assertRaises(KafkaException) as refused:
            zombie.commit_transaction(SECONDS)
        self.assertTrue(refused.exception.args[0].fatal(), refused.exception)
        self.assertEqual(values(topic, "read_committed"), ["of the heir"])

    def test_a_transaction_whose_time_is_up_is_aborted(self):
        topic = filled_topic("overdue", 1, 0)
        producer = transactional(house.fresh_topic("id"), **{"transaction.timeout.ms": 1000, "message.timeout.ms": 1000})
        producer.begin_transaction()
        producer.produce(topic, "too late", partition=0)
        producer.flush(SECONDS)
        plain = Producer({"bootstrap.servers": house.ADDRESS})
        plain.produce(topic, "plain", partition=0)
        plain.flush(SECONDS)

        until = time.monotonic() + SECONDS
        while values(topic, "read_committed") != ["plain"] and time.monotonic() < until:
            time.sleep(0.2)

        self.assertEqual(values(topic, "read_committed"), ["plain"])
        with self.assertRaises(KafkaException):
            producer.commit_transaction(SECONDS)

    def test_a_timeout_above_the_highest_is_refused(self):
        producer = Producer({"bootstrap.servers": house.ADDRESS, "transactional.id": house.fresh_topic("id"), "transaction.timeout.ms": 2_000_000_000})
        with self.assertRaises(KafkaException) as refused:
            producer.init_transactions(SECONDS)
        self.assertEqual(refused.exception.args[0].name(), "INVALID_TRANSACTION_TIMEOUT")


class Offsets(unittest.TestCase):
    def consume_transform_produce(self, source, target, group, name, ends):
        """One transaction for each end: reads ten, writes ten, sends the offsets."""
        consumer = Consumer({"bootstrap.servers": house.ADDRESS, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
                             "isolation.level": "read_committed", "session.timeout.ms": 6000})
        consumer.subscribe([source])
        producer = transactional(name)
        for end in ends:
            got, until = [], time.monotonic() + SECONDS
            while len(got) < 10 and time.monotonic() < until:
                got += [m for m in consumer.consume(10 - len(got), timeout=0.5) if m.error() is None]
            producer.begin_transaction()
            for message in got:
                producer.produce(target, message.value(), partition=0)
            producer.send_offsets_to_transaction(consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), SECONDS)
            producer.commit_transaction(SECONDS) if end == "commit" else producer.abort_transaction(SECONDS)
        committed = consumer.committed([TopicPartition(source, 0)], SECONDS)[0].offset
        consumer.close()
        return committed

    def test_offsets_count_with_the_records(self):
        source, target, group, name = filled_topic("source", 1, 40), filled_topic("target", 1, 0), house.fresh_topic("group"), house.fresh_topic("id")

        first = self.consume_transform_produce(source, target, group, name, ("commit", "abort"))
        second = self.consume_transform_produce(source, target, group, name, ("commit", "commit", "commit"))

        self.assertEqual(first, 10)
        self.assertEqual(second, 40)
        self.assertEqual(values(target, "read_committed"), sorted(str(n) for n in range(40)))

    def test_a_member_that_is_not_in_the_group_brings_no_offsets(self):
        source, group = filled_topic("strange", 1, 1), house.fresh_topic("group")
        consumer = Consumer({"bootstrap.servers": house.ADDRESS, "group.id": group, "auto.offset.reset": "earliest", "session.timeout.ms": 6000})
        consumer.subscribe([source])
        until = time.monotonic() + SECONDS
        while not consumer.assignment() and time.monotonic() < until:
            consumer.poll(0.2)
        membership = consumer.consumer_group_metadata()
        consumer.close()
        producer = transactional(house.fresh_topic("id"))
        producer.begin_transaction()
        with self.assertRaises(KafkaException):
            producer.send_offsets_to_transaction([TopicPartition(source, 0, 1)], membership, SECONDS)
        producer.abort_transaction(SECONDS)
