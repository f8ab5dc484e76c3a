"""Transactions under load, one after the other: a record in each partition of a topic, committed or aborted. What became of each must be the same in all of
its partitions, and what was answered must hold."""

import threading
import time

import kafka_wire

TOPIC, PARTITIONS = "ledger", 2
NAME = "bookkeeper"
CONCURRENT = 51  # the end of the one before is not written everywhere yet
CATCH_UP_SECONDS = 20


def begin_anew(connection):
    """(producer id, epoch); whatever was open is aborted."""
    until = time.monotonic() + CATCH_UP_SECONDS
    while True:
        connection.send_init_transactions(NAME, 60000)
        error, *producer = connection.parse_inited(connection.receive()[1])
        if error == 0:
            return tuple(producer)
        if error != CONCURRENT or time.monotonic() > until:
            raise ConnectionError(f"no transactions: error {error}")
        time.sleep(0.01)


class Bookkeeper(threading.Thread):
    """`fates`: number of a transaction -> "open", "committed", "aborted", or "committing" and "aborting" of one whose end was asked for and not answered."""

    def __init__(self, fates, address):
        super().__init__(daemon=True)
        self.fates, self.address = fates, address
        self.stopping = threading.Event()

    def run(self):
        try:
            connection = kafka_wire.Connection(self.address)
            producer = begin_anew(connection)
            sequence = 0
            while not self.stopping.is_set():
                self.write_one(connection, producer, sequence)
                sequence += 1
        except OSError:
            pass

    def write_one(self, connection, producer, sequence):
        number = len(self.fates)
        self.fates[number] = "open"
        self.add_partitions(connection, producer)
        batch = kafka_wire.record_batch([str(number).encode()], *producer, sequence, attributes=kafka_wire.TRANSACTIONAL)
        connection.send_transactional_produce(NAME, TOPIC, dict.fromkeys(range(PARTITIONS), batch))
        self.must_be_well(connection.parse_produced(connection.receive()[1]).values())
        commits = number % 4 != 3
        self.fates[number] = "committing" if commits else "aborting"
        connection.send_end(NAME, producer, commits)
        self.must_be_well([connection.parse_ended(connection.receive()[1])])
        self.fates[number] = "committed" if commits else "aborted"

    def add_partitions(self, connection, producer):
        while True:
            connection.send_add_partitions(NAME, producer, TOPIC, range(PARTITIONS))
            errors = connection.parse_added(connection.receive()[1])
            if CONCURRENT not in errors:
                return self.must_be_well(errors)
            time.sleep(0.002)

    @staticmethod
    def must_be_well(errors):
        if any(errors):
            raise ConnectionError(f"refused with {[*errors]}")


def committed_in(connection, partition):
    """The numbers that a reader of committed records is given; None when it never comes to the end."""
    numbers, at, until = [], 0, time.monotonic() + CATCH_UP_SECONDS
    end = connection.list_offset(TOPIC, partition, -1)[1]
    while at < end:
        _, _, at, records = connection.fetch_committed(TOPIC, partition, at, wait_ms=50)
        numbers += [int(value) for _, value in records]
        if time.monotonic() > until:
            return None
    return numbers


def check(connection, fates):
    """Nobody writes meanwhile; the complaints."""
    begin_anew(connection)
    found = [committed_in(connection, partition) for partition in range(PARTITIONS)]
    if None in found:
        return [f"other: a reader of committed records is held up in {TOPIC} though no transaction is open"]
    wrong = []
    for partition, numbers in enumerate(found):
        there = set(numbers)
        if len(there) < len(numbers):
            wrong.append(f"duplicate: {len(numbers) - len(there)} transactions stand in {TOPIC}/{partition} more than once")
        wrong += [f"lost: transaction {n} was committed, and is not in {TOPIC}/{partition}" for n, fate in fates.items() if fate == "committed" and n not in there]
        wrong += [f"phantom: transaction {n} is in {TOPIC}/{partition}, and was {fates.get(n, 'never begun')}" for n in numbers if fates.get(n) not in ("committed", "committing")]
    halves = sorted(set(found[0]) ^ set(found[1]))
    return wrong + ([f"other: of transactions {halves[:3]} one partition has the record, and the other has not"] if halves else [])
