"""Producers of a crowd: one thread takes all of them through the same step of a transaction at a time, on a connection each, so that thousands of transactions a second
meet in the house. They speak the protocol themselves and try nothing twice."""

import random
import threading
import time

import kafka_wire

PARTITIONS = 48
TIMEOUT_MS = 20_000


class CrowdProducer:
    def __init__(self, number):
        self.number, self.name = number, f"crowd-{number}"
        self.connection = None
        self.producer = None       # (id, epoch), while it may go on
        self.transactions = 0
        self.sequences = {}
        self.partitions = []       # of its open transaction
        self.commits = False

    def transaction(self):
        return (self.number, self.transactions)

    def batches(self, index_max, choices):
        """partition -> values of this transaction"""
        values = {}
        for index in range(choices.randint(1, index_max)):
            values.setdefault(choices.choice(self.partitions), []).append(f"{self.number}:{self.transactions}:{index}")
        return values


class Crowd(threading.Thread):
    def __init__(self, address, topic, numbers, oracle, seed, stop):
        super().__init__(daemon=True)
        self.address, self.topic, self.oracle, self.stop = address, topic, oracle, stop
        self.producers = [CrowdProducer(number) for number in numbers]
        self.random = random.Random(seed * 1000 + self.producers[0].number)
        self.transactions = 0

    def run(self):
        while not self.stop.is_set():
            try:
                self.connect()
                while not self.stop.is_set():
                    self.transact()
            except OSError:  # the house was killed: nobody knows how far what was asked for has come
                for producer in self.producers:
                    producer.producer = None
                time.sleep(0.02)
        self.disconnect()

    def disconnect(self):
        for producer in self.producers:
            if producer.connection is not None:
                producer.connection.close()
                producer.connection = None

    def connect(self):
        self.disconnect()
        for producer in self.producers:
            producer.connection = kafka_wire.Connection(self.address)

    @staticmethod
    def ask(producers, send, take):
        """Sends for each, then takes the answer of each."""
        for producer in producers:
            send(producer)
        for producer in producers:
            take(producer, producer.connection.receive()[1])

    def transact(self):
        self.ask([p for p in self.producers if p.producer is None], lambda p: p.connection.send_init_transactions(p.name, TIMEOUT_MS), self.begun)
        ready = [p for p in self.producers if p.producer is not None]
        self.ask(ready, self.send_add, self.added)
        self.ask([p for p in ready if p.producer is not None], self.send_values, self.written)
        writers = [p for p in ready if p.producer is not None]
        replaced = {p for p in writers if self.random.random() < 0.02}
        for producer in replaced:
            self.replace(producer)
        self.ask([p for p in writers if p not in replaced], self.send_end, self.ended)

    def begun(self, producer, data):
        error, *identity = producer.connection.parse_inited(data)
        if error == 0:
            producer.producer, producer.sequences = tuple(identity), {}

    def send_add(self, producer):
        producer.transactions += 1
        self.transactions += 1
        self.oracle.set_fate(producer.transaction(), "open")
        producer.partitions = self.random.sample(range(PARTITIONS), self.random.randint(1, 3))
        producer.connection.send_add_partitions(producer.name, producer.producer, self.topic, producer.partitions)

    def added(self, producer, data):
        if any(producer.connection.parse_added(data)):
            producer.producer = None

    def send_values(self, producer):
        producer.values, batches = producer.batches(4, self.random), {}
        for partition, values in producer.values.items():
            sequence = producer.sequences.get(partition, 0)
            batches[partition] = kafka_wire.record_batch([value.encode() for value in values], *producer.producer, sequence, attributes=kafka_wire.TRANSACTIONAL)
            producer.sequences[partition] = sequence + len(values)
        producer.connection.send_transactional_produce(producer.name, self.topic, batches)

    def written(self, producer, data):
        errors = producer.connection.parse_produced(data)
        with self.oracle.lock:
            self.oracle.values[producer.transaction()] = {value: p for p, values in producer.values.items() if errors[p] == 0 for value in values}
        if any(errors.values()):
            producer.producer = None  # what is open is aborted when it begins anew

    def replace(self, producer):
        """Another process takes over and begins a transaction; the first one wakes up and wants to commit. Its heir aborts what it began."""
        heir, old, zombie = kafka_wire.Connection(self.address), producer.producer, producer.connection
        producer.connection, producer.producer = heir, None
        self.ask([producer], lambda p: p.connection.send_init_transactions(p.name, TIMEOUT_MS), self.begun)
        for send, take in ((self.send_add, self.added), (self.send_values, self.written)):
            if producer.producer is not None:
                self.ask([producer], send, take)
        if producer.producer is not None:
            zombie.send_end(producer.name, old, True)
            if zombie.parse_ended(zombie.receive()[1]) == 0:
                self.oracle.anomaly("zombie committed", producer.name)
            self.oracle.fenced += 1
            self.ask([producer], lambda p: self.send_end(p, commits=False), self.ended)
        zombie.close()

    def send_end(self, producer, commits=None):
        producer.commits = self.random.random() < 0.75 if commits is None else commits
        self.oracle.set_fate(producer.transaction(), "ending" if producer.commits else "open")
        producer.connection.send_end(producer.name, producer.producer, producer.commits)

    def ended(self, producer, data):
        if producer.connection.parse_ended(data) == 0:
            self.oracle.set_fate(producer.transaction(), "committed" if producer.commits else "aborted")
        else:
            producer.producer = None


class CommittedWatcher(threading.Thread):
    """A committed reader of the crowd's topic: what it has seen must stay, and must not have been aborted by then."""

    def __init__(self, address, topic, oracle, stop):
        super().__init__(daemon=True)
        self.address, self.topic, self.oracle, self.stop = address, topic, oracle, stop
        self.next = dict.fromkeys(range(PARTITIONS), 0)

    def run(self):
        while not self.stop.is_set():
            try:
                connection = kafka_wire.Connection(self.address)
                while not self.stop.is_set():
                    for partition in range(PARTITIONS):
                        self.look(connection, partition)
                    time.sleep(0.05)
            except OSError:
                time.sleep(0.05)

    def look(self, connection, partition):
        error, _, following, records = connection.fetch_committed(self.topic, partition, self.next[partition], 1 << 20)
        if error:
            return
        self.next[partition] = following
        for offset, value in records:
            value = value.decode()
            self.oracle.seen[(partition, offset)] = value
            producer, number, _ = (int(part) for part in value.split(":"))
            if not self.oracle.may_be_visible((producer, number)):
                self.oracle.anomaly("aborted read", f"{value} was shown while its transaction was {self.oracle.fates.get((producer, number))}")


def end_all(address, numbers):
    """Whatever the crowd left open is aborted by a new producer of its id. Those that may not begin."""
    connection, refused = kafka_wire.Connection(address), []
    for number in numbers:
        connection.send_init_transactions(f"crowd-{number}", TIMEOUT_MS)
        if connection.parse_inited(connection.receive()[1])[0]:
            refused.append(number)
    connection.close()
    return refused


def read_committed(address, topic):
    """(partition -> [(offset, value)…] of all that is committed, [partitions that hold readers back])"""
    connection, found, held = kafka_wire.Connection(address), {}, []
    for partition in range(PARTITIONS):
        end, at, found[partition] = connection.list_offset(topic, partition, -1)[1], 0, []
        while at < end:
            error, stable, following, records = connection.fetch_committed(topic, partition, at)
            found[partition] += [(offset, value.decode()) for offset, value in records]
            if error or following == at:
                held.append(f"partition {partition} serves nothing at {at} of {end} (error {error}, stable up to {stable})")
                break
            at = following
    connection.close()
    return found, held
