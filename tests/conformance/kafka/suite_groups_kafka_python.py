"""Consumer groups by kafka-python, old and new."""
import contextlib
import threading
import time
import unittest

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

import house

SECONDS = 40


class Groups(unittest.TestCase):
    def fill(self, word, records):
        topic = house.fresh_topic(word)
        producer = KafkaProducer(bootstrap_servers=house.ADDRESS)
        for n in range(records):
            producer.send(topic, str(n).encode())
        producer.flush(SECONDS)
        producer.close()
        return topic

    def consumer(self, group, topic):
        return KafkaConsumer(topic, bootstrap_servers=house.ADDRESS, group_id=group, auto_offset_reset="earliest", session_timeout_ms=6000,
                             heartbeat_interval_ms=500, enable_auto_commit=False, consumer_timeout_ms=1000)

    def test_two_members_read_everything_and_their_commits_last(self):
        topic, group = self.fill("python", 200), house.fresh_topic("group")
        seen, lock, stop = [], threading.Lock(), threading.Event()

        def run():
            consumer = self.consumer(group, topic)
            while not stop.is_set():
                for records in consumer.poll(timeout_ms=200).values():
                    with lock:
                        seen.extend(int(r.value) for r in records)
                with contextlib.suppress(KafkaError):  # a rebalance may be under way: the next turn commits
                    consumer.commit()
            consumer.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
            time.sleep(0.3)  # kafka-python 3 has a race of its own when two join in the same instant
        end = time.monotonic() + SECONDS
        while len(set(seen)) < 200 and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join(SECONDS)
        self.assertEqual(sorted(set(seen)), list(range(200)))
        reader = self.consumer(group, topic)
        committed = sum(reader.committed(TopicPartition(topic, p)) or 0 for p in reader.partitions_for_topic(topic))
        reader.close()
        self.assertEqual(committed, 200)
