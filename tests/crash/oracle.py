"""What was asked for, promised and seen, written down before and after every request on another file system than the
house's, so that it outlives whatever happens to the house; and the checks of what a restarted house says against it."""

import collections
import hashlib
import threading

import kafka_wire

# Answers after which the records are certainly not in the log. Everything else (time-outs, storage errors, a broken
# connection) leaves them unknown: found or not, both are right.
DEFINITE_FAILURES = {2, 3, 10, 17, 18, 35, 42, 45, 47, 59, 87}
LOOK_BACK = 500  # records in front of the end that the last check saw, which the next one reads again


def make_value(identity, size):
    filler = hashlib.sha256(identity.encode()).hexdigest()
    return f"{identity}|{size}|".encode() + (filler * (size // 64 + 1))[:size].encode()


def identity_of(value):
    """The identity when the value is whole, else None."""
    parts = value.split(b"|", 2)
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    identity = parts[0].decode(errors="replace")
    return identity if value == make_value(identity, int(parts[1])) else None


class Oracle:
    def __init__(self, path):
        self.file = open(path, "a")
        self.lock = threading.Lock()
        self.place = {}      # identity -> (topic, partition) for all that were ever sent
        self.order = {}      # (writer, topic, partition) -> identities in the order they were sent
        self.state = {}      # identity -> "sent", "ok", "failed", "unknown"
        self.offset = {}     # identity -> offset promised
        self.seen = {}       # (topic, partition) -> {offset: identity that a consumer was given}
        # What is new since the last check of a partition, and what that has found.
        self.fresh_promises = collections.defaultdict(list)  # (topic, partition) -> [(offset, identity)…]
        self.fresh_sights = collections.defaultdict(list)    # (topic, partition) -> [(offset, identity)…]
        self.names = {}      # (topic, partition) -> [identity at each offset, or None]
        self.positions = {}  # identity -> offset
        self.ordered = {}    # (writer, topic, partition) -> (how many of its identities were looked at, the highest offset among them)
        self.checks = 0
        self.flying = 0

    def _write(self, line):
        self.file.write(line + "\n")
        self.file.flush()  # it outlives this process, too

    def intend(self, writer, topic, partition, identities):
        with self.lock:
            self._write(f"I {topic} {partition} {' '.join(identities)}")
            for identity in identities:
                self.place[identity] = (topic, partition)
                self.state[identity] = "sent"
            self.order.setdefault((writer, topic, partition), []).extend(identities)
            self.flying += len(identities)

    def again(self, identities):
        with self.lock:
            self._write(f"R {' '.join(identities)}")
            self.flying += len(identities)

    def settle(self, identities, error, base):
        with self.lock:
            self.flying -= len(identities)
            if error == 0:
                self._write(f"A {base} {' '.join(identities)}")
                for delta, identity in enumerate(identities):
                    self.state[identity] = "ok"
                    self.offset[identity] = base + delta
                    self.fresh_promises[self.place[identity]].append((base + delta, identity))
            else:
                kind = "failed" if error in DEFINITE_FAILURES else "unknown"
                self._write(f"{'F' if kind == 'failed' else 'U'} {error} {' '.join(identities)}")
                for identity in identities:
                    self.state[identity] = kind

    def lose_sight(self, identities):
        with self.lock:
            self.flying -= len(identities)
            self._write(f"U - {' '.join(identities)}")
            for identity in identities:
                self.state[identity] = "unknown"

    def observe(self, topic, partition, offset, identity):
        with self.lock:
            self.seen.setdefault((topic, partition), {})[offset] = identity
            self.fresh_sights[(topic, partition)].append((offset, identity))

    def counts(self):
        with self.lock:
            counts = {}
            for state in self.state.values():
                counts[state] = counts.get(state, 0) + 1
            return counts


def read_partition(connection, topic, partition, wanted=(), begin=0):
    """All there is from `begin` on: {offset: value}, [complaints], {offsets refused by a typed error}. `wanted` are offsets to try on their
    own when a range is refused."""
    found, wrong, refused = {}, [], set()
    error, start = connection.list_offset(topic, partition, -2)
    if error == 3:
        return found, wrong, refused
    error, end = (error, start) if error else connection.list_offset(topic, partition, -1)
    if error:
        return found, wrong, {begin, *wanted}
    at = expected = max(start, begin)
    wanted = sorted(wanted)
    while at < end:
        error, high, data = connection.fetch(topic, partition, at)
        if error:
            refused.add(at)
            further = [offset for offset in wanted if offset > at]
            if not further:
                break
            at = expected = further[0]
            continue
        moved = False
        for base, following, crc_holds, records in kafka_wire.parse_batches(data):
            if not crc_holds:
                wrong.append(f"corrupt: {topic}/{partition} served a batch at {base} whose checksum fails")
            if base > expected:
                wrong.append(f"hole: {topic}/{partition} jumps from {expected} to {base}")
            for offset, value in records:
                if offset in found and found[offset] != value:
                    wrong.append(f"changed: {topic}/{partition}@{offset} was served with two contents")
                found[offset] = value
            at = max(at, following)
            expected = following
            moved = True
        if not moved:
            wrong.append(f"hole: {topic}/{partition} serves nothing at {at} below its end {end}")
            break
    return found, wrong, refused


def check(connection, oracle, topics, everything=True, damaged=False):
    """What the house says now against what it promised; the complaints. `damaged`: a typed refusal of a range is allowed. Unless `everything` is to be
    read, one partition is read whole, another each time, and of the others what the last life may have added or changed; what the check before found further
    down is taken to stand there still. What a check has found must stay: it is a reader."""
    wrong = []
    places = [(topic, partition) for topic, partitions in topics for partition in range(partitions)]
    if everything:
        oracle.positions, oracle.ordered = {}, {}
    for number, place in enumerate(places):
        whole = everything or number == oracle.checks % len(places)
        wrong += check_partition(connection, oracle, place, whole, damaged)
    oracle.checks += 1
    return wrong + check_order(oracle)


def check_partition(connection, oracle, place, whole, damaged):
    topic, partition = place
    known = oracle.names.get(place, [])
    begin = 0 if whole else max(0, len(known) - LOOK_BACK)
    promised = oracle.fresh_promises[place]
    sights = [("a consumer", offset, identity) for offset, identity in oracle.fresh_sights[place]]
    if whole:
        promised = [(offset, identity) for identity, offset in oracle.offset.items() if oracle.place[identity] == place]
        sights = [("a consumer", offset, identity) for offset, identity in oracle.seen.get(place, {}).items()]
    sights += [("the last check", offset, known[offset]) for offset in range(begin, len(known))]
    found, wrong, refused = read_partition(connection, topic, partition, dict(promised), begin)
    if refused and not damaged:
        wrong.append(f"refused: {topic}/{partition} answers an error at {sorted(refused)[:3]} though nothing was damaged")
    names, complaints = take_in(oracle, place, known[:begin], found)
    wrong += complaints
    there = lambda offset: names[offset] if offset < len(names) else None
    for offset, identity in promised:
        if there(offset) != identity and offset not in refused:
            if damaged and offset not in found and connection.fetch(topic, partition, offset)[0]:
                continue
            wrong.append(f"lost: {identity} was acknowledged at {topic}/{partition}@{offset}; there is {there(offset)}")
    for reader, offset, identity in sights:
        if there(offset) != identity and not damaged:
            wrong.append(f"unhappened: {reader} was given {identity} at {topic}/{partition}@{offset}; there is {there(offset)}")
    oracle.names[place] = names
    oracle.fresh_promises[place], oracle.fresh_sights[place] = [], []
    return wrong


def take_in(oracle, place, names, found):
    """What stands at each offset: `names`, and behind them what was found. The complaints."""
    topic, partition = place
    wrong = []
    for offset, value in found.items():
        identity = identity_of(value)
        if identity is None or oracle.place.get(identity) != place:
            wrong.append(f"phantom: {topic}/{partition}@{offset} holds what nobody sent there: {value[:40]!r}")
            identity = None
        elif oracle.state[identity] == "failed":
            wrong.append(f"phantom: {identity} is stored though its producer was told it is not")
        if offset < len(names):
            continue  # a batch that begins in front of what was asked for
        names += [None] * (offset - len(names)) + [identity]
        before = oracle.positions.get(identity, offset)
        if identity is not None and before != offset and names[before] == identity:
            wrong.append(f"duplicate: {identity} stands at {before} and {offset} of {topic}/{partition}")
        oracle.positions[identity] = offset
    return names, wrong


def check_order(oracle):
    """Of what was sent since the last time."""
    wrong = []
    for (writer, topic, partition), identities in oracle.order.items():
        count, last = oracle.ordered.get((writer, topic, partition), (0, -1))
        for identity in identities[count:]:
            position = oracle.positions.get(identity, last)
            if position < last:
                wrong.append(f"order: {identity} of {writer} stands before an earlier record in {topic}/{partition}")
            last = max(last, position)
        oracle.ordered[(writer, topic, partition)] = (len(identities), last)
    return wrong
