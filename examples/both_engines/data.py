"""What happened in the shops, from a seed: phases of records, and what must have come out before the next ones are sent.

Rows are out of order, late, twice, broken, of unknown currencies; rates change and end; partitions are silent for a phase, one from the beginning, and
the topic of rates as a whole. An engine may take records of different partitions in any order, and its watermarks as seldom as it likes. So that the
answer is the same for all of them, what is late comes when everything has seen the watermark that makes it late, and a topic that has been silent is
woken by one record a partition before the others follow.
"""

import collections
import datetime
import json
import random

Record = collections.namedtuple("Record", "topic partition key value time_ms", defaults=(None,))
# Records, and texts that must stand in records of output topics before the next step.
Step = collections.namedtuple("Step", "records seen")

BEGIN = datetime.datetime(2026, 3, 1, 9)
PHASES = 5
PHASE_MINUTES = 10
BUSY_SECONDS = 300       # orders come in the first half of a phase; then it closes
LATENESS_SECONDS = 8     # how far behind a newer record one may come: the watermark is ten seconds behind
PARTITIONS = {"orders": 3, "deliveries": 2, "rates": 2}
SILENT = {0: {("orders", 2)}, 2: {("orders", 1), ("deliveries", 0)}, 3: {("rates", 0), ("rates", 1)}}
SHOPS = ["Aarau", "Bern", "Chur", "Davos", "Emmen", "Zürich"]
CURRENCIES = {"CHF": 1.0, "EUR": 0.93, "USD": 0.81, "GBP": 1.09, "JPY": 0.0053}
ENDS_IN_PHASE = {2: "EUR", 4: "JPY"}


def when(phase, seconds):
    return BEGIN + datetime.timedelta(minutes=PHASE_MINUTES * phase, seconds=seconds)


def milliseconds(time):
    return round(time.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


def text(time):
    return time.isoformat(sep=" ", timespec="milliseconds")


class Data:
    def __init__(self, seed, orders):
        self.random = random.Random(f"shops/{seed}")
        self.orders_per_phase = orders // PHASES
        self.next_order = 1000

    def steps(self):
        for phase in range(PHASES):
            yield self.waking(phase)
            if phase in ENDS_IN_PHASE:
                yield Step([self.no_rate(phase, ENDS_IN_PHASE[phase])], set())
            yield self.busy(phase)

    def partitions(self, topic, phase):
        return [p for p in range(PARTITIONS[topic]) if (topic, p) not in SILENT.get(phase, ())]

    def order(self, phase, seconds, partition=None, **says):
        self.next_order += 1
        row = {"order_id": self.next_order, "shop": self.random.choice(SHOPS), "customer": f"customer {self.random.randint(1, 25)}",
               "currency": self.random.choice(list(CURRENCIES)), "amount": self.random.randint(100, 30000) / 100, "ordered": text(when(phase, seconds)), **says}
        return self.record("orders", phase, row, partition)

    def delivery(self, phase, seconds, order, partition=None, **says):
        row = {"order_id": order, "courier": self.random.choice(["Nina", "Otto", "Paul"]), "delivered": text(when(phase, seconds)), **says}
        return self.record("deliveries", phase, row, partition)

    def record(self, topic, phase, row, partition):
        return Record(topic, self.random.choice(self.partitions(topic, phase)) if partition is None else partition, None, json.dumps(row))

    def rate(self, phase, seconds, currency, rate, partition=None):
        return Record("rates", home(currency) if partition is None else partition, json.dumps({"currency": currency}),
                      json.dumps({"currency": currency, "rate": rate}), milliseconds(when(phase, seconds)))

    def no_rate(self, phase, currency):
        return Record("rates", home(currency), json.dumps({"currency": currency}), None, milliseconds(when(phase, 0.5)))

    def waking(self, phase):
        """A record in every partition that has something to say: it counts again, whatever comes next."""
        name = lambda partition: f"first {phase}.{partition}"
        records = [self.order(phase, 0, p, shop=name(p), currency="CHF") for p in self.partitions("orders", phase)]
        records += [self.delivery(phase, 0, 0, p, courier=name(p)) for p in self.partitions("deliveries", phase)]
        records += [self.rate(phase, 0, name(p), 1, p) for p in self.partitions("rates", phase)]
        seen = {(topic, f'"{name(p)}"') for of, topic in {"orders": "largest", "deliveries": "couriers", "rates": "rates_now"}.items() for p in self.partitions(of, phase)}
        return Step(records, seen)

    def busy(self, phase):
        timed = []  # (about when it is sent, record)
        for _ in range(self.orders_per_phase):
            timed += self.ordered(phase, self.random.uniform(1, BUSY_SECONDS - 1))
        if phase > 0:
            timed += [(self.random.uniform(1, BUSY_SECONDS), self.late_order(phase)) for _ in range(self.orders_per_phase // 20)]
        if self.partitions("rates", phase):
            timed += self.changing_rates(phase)
        timed.append((BUSY_SECONDS / 2, Record("orders", self.partitions("orders", phase)[0], None, '{"order_id": ')))
        timed.sort(key=lambda pair: pair[0])
        return Step([record for _, record in timed] + self.closing(phase), self.closed(phase))

    def ordered(self, phase, at):
        """An order, now and then twice, and mostly its delivery."""
        says = {}
        if self.random.random() < 0.05:
            says["currency"] = self.random.choice([None, "XAU"])
        if self.random.random() < 0.03:
            says["customer"] = None
        if self.random.random() < 0.1:
            at = float(int(at))  # on the second, as many rates are
        order = self.order(phase, at, **says)
        sent = at + self.random.uniform(0, LATENESS_SECONDS)
        out = [(sent, order)]
        if self.random.random() < 0.02:
            out.append((sent, order))
        delivered = at + self.random.uniform(20, 400)
        if delivered < BUSY_SECONDS - 1 and self.random.random() < 0.9:
            out.append((delivered + self.random.uniform(0, LATENESS_SECONDS), self.delivery(phase, delivered, self.next_order)))
        return out

    def late_order(self, phase):
        """Of the phase before, whose windows are out; in francs, whose rate never changes."""
        return self.order(phase - 1, self.random.uniform(1, BUSY_SECONDS - 1), self.random.choice(self.partitions("orders", phase)), currency="CHF")

    def changing_rates(self, phase):
        out = [(0.5, self.rate(phase, 0.5, "CHF", 1))] if phase == 0 else []
        for currency in list(CURRENCIES)[1:]:
            begin = BUSY_SECONDS * 0.6 if ENDS_IN_PHASE.get(phase) == currency else 1
            for at in sorted(self.random.uniform(begin, BUSY_SECONDS - 1) for _ in range(6)):
                rate = self.rate(phase, int(at), currency, round(CURRENCIES[currency] * self.random.uniform(0.9, 1.1), 6))
                out.append((at + self.random.uniform(0, LATENESS_SECONDS), rate))
        return out

    def closing(self, phase):
        """Behind all others of a partition: a row whose windows come out, and one that makes them."""
        shop = f"closing {phase}"
        records = []
        for p in self.partitions("orders", phase):
            records.append(self.order(phase, 420, p, shop=shop, customer=shop, currency="CHF"))
            first = self.next_order
            records.append(self.order(phase, 570, p, shop="last", customer="last", currency="CHF"))
        for p in self.partitions("deliveries", phase):
            records += [self.delivery(phase, 430, first, p, courier=shop), self.delivery(phase, 570, 0, p, courier="last")]
        records += [self.rate(phase, 570, f"last {p}", 1, p) for p in self.partitions("rates", phase)]
        return records

    def closed(self, phase):
        return {(topic, f'"closing {phase}"') for topic in ("minutes", "busiest", "visits", "priced", "revenue", "delivered", "largest", "couriers")}


def home(currency):
    """All versions of a currency come in one order."""
    return sum(currency.encode()) % PARTITIONS["rates"]


def steps(seed=1, orders=600):
    return Data(seed, orders).steps()
