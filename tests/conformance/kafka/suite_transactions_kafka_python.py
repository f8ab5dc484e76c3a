"""Transactions by kafka-python (the newest; 2.0.2 has none)."""
import unittest

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

import house


def transactional(name):
    producer = KafkaProducer(bootstrap_servers=house.ADDRESS, transactional_id=name, transaction_timeout_ms=20000)
    producer.init_transactions()
    return producer


def values(topic, isolation):
    consumer = KafkaConsumer(bootstrap_servers=house.ADDRESS, isolation_level=isolation, auto_offset_reset="earliest", enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end, seen = consumer.end_offsets([partition])[partition], []
    while consumer.position(partition) < end:
        for messages in consumer.poll(timeout_ms=500).values():
            seen += [message.value.decode() for message in messages]
    consumer.close()
    return sorted(seen)


class Transactions(unittest.TestCase):
    def test_committed_readers_see_what_was_committed_and_nothing_else(self):
        topic = house.fresh_topic("decided")
        producer = transactional(house.fresh_topic("id"))
        for number, end in enumerate(("commit", "abort", "commit")):
            producer.begin_transaction()
            sent = [producer.send(topic, f"{end} {number} {n}".encode(), partition=0) for n in range(20)]
            producer.flush()
            for future in sent:
                future.get(timeout=30)
            producer.commit_transaction() if end == "commit" else producer.abort_transaction()
        producer.close()

        self.assertEqual(values(topic, "read_committed"), sorted(f"commit {number} {n}" for number in (0, 2) for n in range(20)))
        self.assertEqual(len(values(topic, "read_uncommitted")), 60)

    def test_the_older_of_two_producers_is_fenced(self):
        topic, name = house.fresh_topic("fenced"), house.fresh_topic("id")
        zombie = transactional(name)
        zombie.begin_transaction()
        zombie.send(topic, b"of the zombie", partition=0).get(timeout=30)
        heir = transactional(name)
        heir.begin_transaction()
        heir.send(topic, b"of the heir", partition=0).get(timeout=30)
        heir.commit_transaction()

        with self.assertRaises(Exception) as refused:
            zombie.commit_transaction()
        self.assertIn("Fenced", repr(refused.exception) + repr(refused.exception.__cause__))
        self.assertEqual(values(topic, "read_committed"), ["of the heir"])

    def test_offsets_count_with_the_records(self):
        source, target, group = house.fresh_topic("source"), house.fresh_topic("target"), house.fresh_topic("group")
        plain = KafkaProducer(bootstrap_servers=house.ADDRESS)
        plain.send(source, b"one", partition=0).get(timeout=30)
        partition = TopicPartition(source, 0)
        producer = transactional(house.fresh_topic("id"))
        for end, offset in (("commit", 1), ("abort", 7)):
            producer.begin_transaction()
            producer.send(target, end.encode(), partition=0).get(timeout=30)
            producer.send_offsets_to_transaction({partition: OffsetAndMetadata(offset, "", -1)}, group)
            producer.commit_transaction() if end == "commit" else producer.abort_transaction()

        reader = KafkaConsumer(bootstrap_servers=house.ADDRESS, group_id=group, enable_auto_commit=False)
        self.assertEqual(reader.committed(partition), 1)
        self.assertEqual(values(target, "read_committed"), ["commit"])
