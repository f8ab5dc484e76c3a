"""Sends a year of flight events to Kafka topics in the order in which they became known, with an ordinary client.

    replay.py --kafka 127.0.0.1:9092 --package DIR [--until 2013-12-31] [--minutes 1]

The registry of aircraft goes first, into the topic `planes`. --minutes is how long the whole year would take; 0 sends as fast as the broker takes
it. Every ten simulated minutes, or five real milliseconds when those are longer, each topic gets a heartbeat, a record that has `known` and nothing
else, in each partition, so that a quiet one does not hold the watermark of the busy ones back.
"""

import argparse
import datetime
import json
import pathlib
import time

import confluent_kafka
import confluent_kafka.admin

import flights

TOPICS = {"due": "flights.due", "departure": "flights.departures", "landing": "flights.landings", "weather": "flights.weather"}
PLANES = "planes"
YEAR_SECONDS = 365 * 86400
HEARTBEAT_MS = 600_000
HEARTBEAT_REAL_MS = 5
PARTITIONS = 2


def speed_of(minutes):
    """Simulated seconds a second when the year takes so many minutes; None: as fast as it goes."""
    return YEAR_SECONDS / (minutes * 60) if minutes > 0 else None


class Replay:
    def __init__(self, address, seconds_per_second, partitions=PARTITIONS):
        self.producer = confluent_kafka.Producer({"bootstrap.servers": address, "linger.ms": 5, "enable.idempotence": True, "compression.type": "lz4"})
        self.speed = seconds_per_second  # None: no waiting
        self.heartbeat_ms = max(HEARTBEAT_MS, round(HEARTBEAT_REAL_MS * (self.speed or speed_of(1.0))))
        self.sent = dict.fromkeys(TOPICS, 0)
        self.asked_at = {}  # when each flight was sent as due, by our clock
        self.failed = []
        self.create_topics(address, partitions)

    def create_topics(self, address, partitions):
        """Those that are missing; one that is there keeps its partitions."""
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": address})
        wanted = [confluent_kafka.admin.NewTopic(name, partitions, 1, config={"retention.ms": "-1"}) for name in TOPICS.values()]
        for name, created in admin.create_topics(wanted).items():
            error = created.exception()
            if error and error.args[0].code() != confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS:
                raise SystemExit(f"replay: topic {name} cannot be created: {error}")
        there = self.producer.list_topics(timeout=30).topics
        self.partitions = {topic: len(there[name].partitions) for topic, name in TOPICS.items()}

    def produce(self, topic, key, value, **more):
        while True:
            try:
                self.producer.produce(topic, key=key, value=json.dumps(value), on_delivery=lambda error, _: error and self.failed.append(str(error)), **more)
                return
            except BufferError:
                self.producer.poll(0.1)

    def send(self, topic, value, partition=-1):
        # An aircraft's landings stay in order: one has two in one minute.
        key = value.get("tailnum") if topic == "landing" else value.get("flight_id") or value.get("origin")
        self.produce(TOPICS[topic], key and str(key), value, partition=partition)

    def heartbeats(self, now_ms):
        for topic, partitions in self.partitions.items():
            for partition in range(partitions):
                self.send(topic, {"known": now_ms}, partition)

    def flush(self):
        unsent = self.producer.flush(60)
        if unsent or self.failed:
            raise SystemExit(f"replay: {unsent} records unsent, {len(self.failed)} refused: {self.failed[:1]}")

    def send_planes(self, planes):
        for plane in planes:
            self.produce(PLANES, json.dumps({"tailnum": plane["tailnum"]}), plane)
        self.flush()

    def run(self, events, moments=frozenset(), at_moment=None):
        """Events in the order of knowing, each when it is its turn; how many of each kind were acknowledged so far. Behind the events of one of
        `moments` the replay stands still, all that was sent being complete, while `at_moment` is called with it."""
        begin, first, beat, now = time.monotonic(), None, None, None
        for topic, value in events:
            if now in moments and value["known"] != now:
                begin += self.stand_still(now, at_moment)
            now = value["known"]
            first, beat = first or now, beat or now
            while beat + self.heartbeat_ms <= now:
                beat += self.heartbeat_ms
                self.heartbeats(beat)
            if self.speed is not None:
                wait = begin + (now - first) / 1000 / self.speed - time.monotonic()
                if wait > 0.005:
                    self.producer.poll(0)
                    time.sleep(wait)
            if topic == "due":
                self.asked_at[value["flight_id"]] = time.time()
            self.send(topic, value)
            self.sent[topic] += 1
            self.producer.poll(0)
        self.end_moment(now)
        return self.sent

    def end_moment(self, now_ms):
        """A heartbeat a millisecond later says that no more of this moment comes; later ones would make late what is sent next."""
        self.heartbeats(now_ms + 1)
        self.flush()

    def stand_still(self, now_ms, at_moment):
        """How long it took."""
        begin = time.monotonic()
        self.end_moment(now_ms)
        at_moment(now_ms)
        return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--package", required=True, type=pathlib.Path)
    parser.add_argument("--until", default="2013-12-31", type=datetime.date.fromisoformat, help="last day of departure")
    parser.add_argument("--minutes", default=1.0, type=float)
    words = parser.parse_args()
    tables = flights.Tables(words.package)
    replay = Replay(words.kafka, speed_of(words.minutes))
    replay.send_planes(tables.planes())
    print(json.dumps(replay.run(tables.events(words.until))))


if __name__ == "__main__":
    main()
