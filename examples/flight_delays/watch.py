"""Follows flights.predictions as an application would, and notes when each prediction came."""

import json
import threading
import time

import confluent_kafka

TOPIC = "flights.predictions"


class Predictions:
    def __init__(self, address):
        self.scores, self.seen_at, self.twice = {}, {}, 0
        self.ended = threading.Event()
        self.consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "watch", "enable.auto.commit": False, "fetch.wait.max.ms": 20})
        partitions = self.consumer.list_topics(TOPIC, timeout=30).topics[TOPIC].partitions
        self.consumer.assign([confluent_kafka.TopicPartition(TOPIC, p, 0) for p in partitions])
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        while not self.ended.is_set():
            for record in self.consumer.consume(1000, 0.05):
                if record.error():
                    continue
                now, value = time.time(), json.loads(record.value())
                self.twice += value["flight_id"] in self.scores
                self.seen_at[value["flight_id"]] = now
                self.scores[value["flight_id"]] = value["score"]

    def close(self):
        self.ended.set()
        self.thread.join()
        self.consumer.close()

    def waits_ms(self, asked_at):
        """How long each flight waited, from its producer's send to this consumer's receipt, in order."""
        return sorted((seen - asked_at[flight]) * 1000 for flight, seen in self.seen_at.items())
