"""Clients: producers with transactions, workers that move records, readers of what is committed."""

import multiprocessing
import random
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

PARTITIONS = 4
PATIENCE = 15


def settings(address):
    return {"bootstrap.servers": address, "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 200, "retry.backoff.ms": 20,
            "socket.timeout.ms": 10000, "log_level": 0}


def begin(address, name, stop, seconds_max=300):
    """A producer that has begun, over as many restarts as it takes; None when it is time to stop."""
    until = time.monotonic() + seconds_max
    while not stop.is_set() and time.monotonic() < until:
        producer = Producer({**settings(address), "transactional.id": name, "transaction.timeout.ms": 20000, "linger.ms": 0})
        try:
            producer.init_transactions(PATIENCE)
            return producer
        except KafkaException:
            continue
    return None


def finish(producer, commits):
    """Ends it and says how it ended: committed, aborted, or unknown."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            producer.commit_transaction(PATIENCE) if commits else producer.abort_transaction(PATIENCE)
            return "committed" if commits else "aborted"
        except KafkaException as refused:
            if refused.args[0].retriable() and time.monotonic() < until:
                continue
            return "unknown"


class SetProducer(threading.Thread):
    """Writes unique values, each transaction to several partitions, and tells the oracle what it knows."""

    def __init__(self, address, topic, number, oracle, seed, stop):
        super().__init__(daemon=True)
        self.address, self.topic, self.number, self.oracle, self.stop = address, topic, number, oracle, stop
        self.random = random.Random(seed * 1000 + number)
        self.transactions = 0

    def run(self):
        name, producer = f"set-{self.topic}-{self.number}", None
        while not self.stop.is_set():
            producer = producer or begin(self.address, name, self.stop)
            if producer is None:
                return
            transaction = (self.number, self.transactions)
            self.transactions += 1
            if not self.write(producer, transaction):
                producer = None
            elif self.random.random() < 0.03:
                producer = self.replace(producer, name)
            elif not self.end(producer, transaction):
                producer = None

    def write(self, producer, transaction):
        self.oracle.set_fate(transaction, "open")
        acknowledged, failed = {}, []

        def report(error, message):
            failed.append(error) if error else acknowledged.__setitem__(message.value().decode(), message.partition())

        try:
            producer.begin_transaction()
            for index in range(self.random.randint(1, 5)):
                value = f"{transaction[0]}:{transaction[1]}:{index}"
                producer.produce(self.topic, value.encode(), partition=self.random.randrange(PARTITIONS), on_delivery=report)
            left = producer.flush(PATIENCE)
        except KafkaException:
            return False
        with self.oracle.lock:
            self.oracle.values[transaction] = acknowledged
        return not failed and not left

    def end(self, producer, transaction):
        commits = self.random.random() < 0.75
        self.oracle.set_fate(transaction, "ending" if commits else "open")
        ended = finish(producer, commits)
        if ended != "unknown":
            self.oracle.set_fate(transaction, ended)
        return ended != "unknown"

    def replace(self, zombie, name):
        """Another process takes over; the first one wakes up and wants to commit."""
        heir = begin(self.address, name, self.stop)
        if heir is None:
            return None
        if finish(zombie, True) == "committed":
            self.oracle.anomaly("zombie committed", name)
        self.oracle.fenced += 1
        return heir


class Mover:
    """A worker of a group, in a process of its own: what it reads goes to the list of the same number, with the offsets, in one transaction."""

    def __init__(self, address, source, lists, group, number, seed, stop, moved, moves):
        self.address, self.source, self.lists, self.group, self.number, self.stop = address, source, lists, group, number, stop
        self.random = random.Random(seed * 2000 + number)
        self.moved, self.moves = moved, moves  # how many it did, and when it last did: the shift looks at both

    def run(self):
        while not self.stop.is_set():
            self.moves.value = time.monotonic()
            consumer = Consumer({**settings(self.address), "group.id": self.group, "auto.offset.reset": "error", "enable.auto.commit": False,
                                 "isolation.level": "read_committed", "session.timeout.ms": 6000, "heartbeat.interval.ms": 300,
                                 "max.poll.interval.ms": 8000})
            consumer.subscribe([self.source])
            producer = begin(self.address, f"{self.group}-{self.number}", self.stop)
            try:
                while producer is not None and not self.stop.is_set() and self.random.random() > 0.02:
                    self.moves.value = time.monotonic()
                    if not self.move(consumer, producer):
                        break
            except KafkaException:
                pass
            finally:
                consumer.close()

    def move(self, consumer, producer):
        came = consumer.consume(50, timeout=0.3)
        if any(m.error() is not None and m.error().code() == KafkaError._AUTO_OFFSET_RESET for m in came):
            return False  # librdkafka lost its place: see begin_at_zero
        messages = [m for m in came if m.error() is None]
        if not messages:
            return True
        producer.begin_transaction()
        for message in messages:
            producer.produce(self.lists, message.value(), partition=message.partition())
        ends = {}
        for message in messages:
            ends[message.partition()] = max(ends.get(message.partition(), 0), message.offset() + 1)
        commits = self.random.random() < 0.9
        try:
            producer.send_offsets_to_transaction([TopicPartition(self.source, p, o) for p, o in ends.items()], consumer.consumer_group_metadata(), PATIENCE)
        except KafkaException as refused:
            if refused.args[0].txn_requires_abort():
                finish(producer, False)
            return False
        ended = finish(producer, commits)
        self.moved.value += ended == "committed"
        return ended == "committed"  # after anything else the positions are read again


def work_as_mover(*arguments):
    Mover(*arguments).run()


class Worker:
    """A mover's process as its shift sees it."""

    SPAWN = multiprocessing.get_context("spawn")  # librdkafka's threads do not live through a fork

    def __init__(self, arguments, number, seed):
        self.number, self.stop = number, self.SPAWN.Event()
        self.moved, self.moves = self.SPAWN.Value("q", 0), self.SPAWN.Value("d", time.monotonic())
        self.process = self.SPAWN.Process(target=work_as_mover, args=(*arguments, number, seed, self.stop, self.moved, self.moves), daemon=True)
        self.process.start()

    def stands_still(self, seconds):
        return time.monotonic() - self.moves.value > seconds


class Shift(threading.Thread):
    """Keeps a number of movers at work. One that stands still is killed as a machine is, and a successor takes over its id: librdkafka's
    send_offsets_to_transaction may wait for ever when the coordinator's connection was lost, whatever timeout it was given."""

    STILL = 8

    def __init__(self, count, *arguments):
        super().__init__(daemon=True)
        *self.arguments, self.seed, self.stop = arguments
        self.count, self.at_work, self.left_behind = count, [], []

    def hire(self, number):
        self.seed += 1
        return Worker(self.arguments, number, self.seed)

    def moved(self):
        return sum(worker.moved.value for worker in self.at_work + self.left_behind)

    def run(self):
        self.at_work = [self.hire(number) for number in range(self.count)]
        while not self.stop.wait(0.5):
            for worker in [w for w in self.at_work if w.stands_still(self.STILL)]:
                worker.process.kill()
                self.left_behind.append(worker)
                self.at_work[worker.number] = self.hire(worker.number)
        for worker in self.at_work:
            worker.stop.set()
        until = time.monotonic() + PATIENCE
        for worker in self.at_work:
            worker.process.join(max(0, until - time.monotonic()))
            worker.process.kill()


def begin_at_zero(address, topic, group):
    """Commits offset 0 everywhere, so that a mover never needs a place to begin. While an open transaction holds a group's offsets, a fetch of them
    answers UNSTABLE_OFFSET_COMMIT and -1, as Kafka's does; librdkafka asks some more times, then takes the -1 for "none" and goes where
    auto.offset.reset says. Told "error", it says so and nothing is moved twice."""
    consumer = Consumer({**settings(address), "group.id": group, "enable.auto.commit": False})
    consumer.commit(offsets=[TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)], asynchronous=False)
    consumer.close()


class Feeder(threading.Thread):
    """Makes the source grow, each value once, in order."""

    def __init__(self, address, source, stop):
        super().__init__(daemon=True)
        self.address, self.source, self.stop = address, source, stop

    def run(self):
        producer = Producer({**settings(self.address), "enable.idempotence": True, "linger.ms": 20})
        number = 0
        while not self.stop.is_set():
            for _ in range(20):
                producer.produce(self.source, str(number).encode(), partition=number % PARTITIONS)
                number += 1
            producer.poll(0)
            time.sleep(0.02)
        producer.flush(60)


def reader(address, topic):
    consumer = Consumer({**settings(address), "group.id": f"reader-{topic}", "enable.auto.commit": False, "auto.offset.reset": "earliest",
                         "isolation.level": "read_committed", "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
    return consumer


class Watcher(threading.Thread):
    """A committed reader of the set: what it has seen must stay, and must not have been aborted by then."""

    def __init__(self, address, topic, oracle, stop):
        super().__init__(daemon=True)
        self.address, self.topic, self.oracle, self.stop = address, topic, oracle, stop

    def run(self):
        consumer = reader(self.address, self.topic)
        while not self.stop.is_set():
            message = consumer.poll(0.2)
            if message is None or message.error():
                continue
            value = message.value().decode()
            self.oracle.seen[(message.partition(), message.offset())] = value
            producer, number, _ = (int(part) for part in value.split(":"))
            if not self.oracle.may_be_visible((producer, number)):
                self.oracle.anomaly("aborted read", f"{value} was shown while its transaction was {self.oracle.fates.get((producer, number))}")
        consumer.close()


def read_all(address, topic, seconds_max=120):
    """partition → list of (offset, value), up to the ends; None for what never came to its end."""
    consumer, found, ended = reader(address, topic), {p: [] for p in range(PARTITIONS)}, set()
    until = time.monotonic() + seconds_max
    while len(ended) < PARTITIONS and time.monotonic() < until:
        for message in consumer.consume(1000, timeout=0.5):
            if message.error():
                ended.add(message.partition())
                continue
            ended.discard(message.partition())
            found[message.partition()].append((message.offset(), message.value().decode()))
    consumer.close()
    return found if len(ended) == PARTITIONS else None


def bounds(address, topic):
    """partition → (what a committed reader sees as the end, the high watermark)."""
    plain = Consumer({**settings(address), "group.id": "bounds"})
    committed = Consumer({**settings(address), "group.id": "bounds", "isolation.level": "read_committed"})
    ends = {p: (committed.get_watermark_offsets(TopicPartition(topic, p), PATIENCE)[1], plain.get_watermark_offsets(TopicPartition(topic, p), PATIENCE)[1])
            for p in range(PARTITIONS)}
    plain.close()
    committed.close()
    return ends
