"""Clients that write and read as fast as they are answered, until they are stopped or the house dies."""

import random
import threading

import kafka_wire
from oracle import identity_of, make_value

WINDOW = 4  # requests of one producer on their way
SIZES = (10, 100, 400, 1000)
LARGE_SIZES = (20_000, 20_000, 90_000, 300_000)  # the last is large enough to go to its segment first


class Producer(threading.Thread):
    """Pipelines batches. An idempotent one stays with its partition and sends again, after a crash, what it has no answer for."""

    def __init__(self, name, oracle, topics, seed, idempotent):
        super().__init__(daemon=True)
        self.label, self.oracle, self.topics = name, oracle, topics
        self.random = random.Random(seed)
        self.idempotent = idempotent
        self.home = None
        self.producer = (-1, -1)
        self.sequence = 0
        self.number = 0
        self.unanswered = []  # (topic, partition, batch bytes, identities), oldest first
        self.address = None
        self.stopping = threading.Event()

    def again(self, address):
        """A fresh thread with the same memory, for the restarted house."""
        twin = Producer(self.label, self.oracle, self.topics, self.random.random(), self.idempotent)
        for field in ("home", "producer", "sequence", "number", "unanswered"):
            setattr(twin, field, getattr(self, field))
        twin.address = address
        return twin

    def run(self):
        resend = [entry for entry in self.unanswered] if self.idempotent else []
        self.unanswered = []
        try:
            connection = kafka_wire.Connection(self.address)
            if self.idempotent and self.producer[0] < 0:
                self.producer = connection.init_producer_id()
        except OSError:
            self.unanswered = resend
            return
        try:
            for entry in resend:
                self.oracle.again(entry[3])
                self.unanswered.append(entry)
            for topic, partition, batch, _ in resend:
                connection.send_produce(topic, partition, batch)
            while not self.stopping.is_set():
                while len(self.unanswered) < WINDOW:
                    self.send_one(connection)
                self.take_answer(connection)
            while self.unanswered:
                self.take_answer(connection)
        except OSError:
            for entry in self.unanswered:
                self.oracle.lose_sight(entry[3])
        finally:
            connection.close()

    def send_one(self, connection):
        topic, partitions = self.random.choice(self.topics)
        partition = self.random.randrange(partitions)
        if self.idempotent:
            self.home = self.home or (topic, partition)
            topic, partition = self.home
        identities, values = [], []
        for _ in range(self.random.choice((1, 1, 1, 2, 5, 20))):
            if sum(map(len, values)) > 600_000:
                break
            identity = f"{self.label}-{self.number}"
            self.number += 1
            size = self.random.choice(SIZES if self.random.random() < 0.98 else LARGE_SIZES)
            identities.append(identity)
            values.append(make_value(identity, size))
        batch = kafka_wire.record_batch(values, *self.producer, self.sequence if self.idempotent else -1)
        self.sequence += len(values)
        self.oracle.intend(self.label, topic, partition, identities)
        self.unanswered.append((topic, partition, batch, identities))
        connection.send_produce(topic, partition, batch)

    def take_answer(self, connection):
        _, data = connection.receive()
        error, base = connection.parse_produce(data)
        identities = self.unanswered.pop(0)[3]
        self.oracle.settle(identities, error, base)
        if error and self.idempotent:
            # The sequence has a gap now; a new identity at the broker begins a new one.
            self.sequence = 0
            for entry in self.unanswered:
                self.oracle.lose_sight(entry[3])
            self.unanswered = []
            self.producer = (-1, -1)
            raise ConnectionError(f"refused with {error}")


class Consumer(threading.Thread):
    """Reads one partition at its end, again and again."""

    def __init__(self, oracle, topic, partition, address, start):
        super().__init__(daemon=True)
        self.oracle, self.topic, self.partition, self.address = oracle, topic, partition, address
        self.offset = start
        self.stopping = threading.Event()

    def run(self):
        try:
            connection = kafka_wire.Connection(self.address)
            while not self.stopping.is_set():
                error, _, data = connection.fetch(self.topic, self.partition, self.offset, 1 << 20, wait_ms=100)
                if error:
                    return
                for _, following, _, records in kafka_wire.parse_batches(data):
                    for offset, value in records:
                        self.oracle.observe(self.topic, self.partition, offset, identity_of(value))
                    self.offset = following
        except OSError:
            pass
