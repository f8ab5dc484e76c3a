"""What was asked, what was answered, and what a committed reader found: the anomalies between them."""

import collections
import threading


class Oracle:
    """The fate of every transaction of the set workload, by (producer, number)."""

    def __init__(self):
        self.lock = threading.Lock()
        self.fates = {}                                     # open, ending, committed, aborted
        self.values = collections.defaultdict(dict)         # by transaction: value → partition, those acknowledged
        self.seen = {}                                      # by a committed reader while it ran: (partition, offset) → value
        self.fenced = 0
        self.anomalies = collections.Counter()
        self.examples = []

    def anomaly(self, kind, what):
        with self.lock:
            self.anomalies[kind] += 1
            if len(self.examples) < 20:
                self.examples.append(f"{kind}: {what}")

    def set_fate(self, transaction, fate):
        with self.lock:
            self.fates[transaction] = fate

    def may_be_visible(self, transaction):
        return self.fates.get(transaction) in ("committed", "ending")

    def check(self, found):
        """`found`: partition → list of (offset, value), in order, as a committed reader sees them at the end."""
        where = collections.defaultdict(list)
        for partition, records in found.items():
            newest = {}
            for offset, value in records:
                where[value].append((partition, offset))
                producer, number, index = (int(part) for part in value.split(":"))
                if newest.get(producer, (-1, -1)) >= (number, index):
                    self.anomaly("reordered", f"{value} at {partition}/{offset} after {newest[producer]}")
                newest[producer] = (number, index)
                if not self.may_be_visible((producer, number)):
                    self.anomaly("aborted read", f"{value} at {partition}/{offset}, whose transaction is {self.fates.get((producer, number))}")
        for value, places in where.items():
            if len(places) > 1:
                self.anomaly("duplicate", f"{value} at {places}")
        for transaction, values in self.values.items():
            there = sum(value in where for value in values)
            if self.fates[transaction] == "committed" and there < len(values):
                self.anomaly("lost", f"{transaction}: {len(values) - there} of {len(values)} records")
            if 0 < there < len(values):
                self.anomaly("torn", f"{transaction}: {there} of {len(values)} records are there")
        stands = {(partition, offset): value for partition, records in found.items() for offset, value in records}
        for place, value in self.seen.items():
            if stands.get(place) != value:
                self.anomaly("unhappened", f"{value} at {place} was seen, now there is {stands.get(place)}")

    def check_lists(self, lists, sources, offsets):
        """Each list is its source's beginning, as long as the group's offset says."""
        for partition, values in lists.items():
            if values != sources[partition][:len(values)]:
                at = next(i for i, value in enumerate(values) if i >= len(sources[partition]) or value != sources[partition][i])
                self.anomaly("not a prefix", f"list {partition} has {values[at]} at {at}, where the source has {sources[partition][at:at + 1]}")
            if len(values) != offsets[partition]:
                self.anomaly("torn offsets", f"list {partition} has {len(values)} values, the group's offset is {offsets[partition]}")
