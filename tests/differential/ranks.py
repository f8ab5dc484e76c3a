"""What stands on the order of rows: Top-N, deduplication, OVER by time and in any order."""

from dataclasses import dataclass

from relations import Output, Scope, Table, freeze, grouped, listed, never_null, own, step_before, summable_type, watermarks
from values import BIGINT, order_key


def in_order(rows, order):
    """By several columns; rows that are equal in them keep their order."""
    out = list(rows)
    for name, down in reversed(order):
        out.sort(key=lambda row, name=name: order_key(row[name]), reverse=down)
    return out


@dataclass
class Top:
    """ROW_NUMBER under a bound, or ORDER BY with LIMIT where nothing parts the rows."""
    source: object
    parts: list   # names
    order: list   # (name, descending)
    low: int
    high: int
    numbered: bool
    by_limit: bool = False

    @property
    def number(self):
        return "rn" if all(column.name != "rn" for column in self.source.columns()) else "rm"

    def sql(self, names):
        item, alias = names.item(self.source)
        order = listed(f"{alias}.{name}{' DESC' if down else ''}" for name, down in self.order)
        items = listed(f"{alias}.{column.name}" for column in self.source.columns())
        if self.by_limit:
            return f"SELECT {items} FROM {item} ORDER BY {order} LIMIT {self.high}"
        part = f"PARTITION BY {listed(f'{alias}.{name}' for name in self.parts)} " if self.parts else ""
        bound = f"{self.number} <= {self.high}" if self.low == 1 else f"{self.number} BETWEEN {self.low} AND {self.high}"
        shown = listed([column.name for column in self.source.columns()] + ([self.number] if self.numbered else []))
        return f"SELECT {shown} FROM (SELECT {items}, ROW_NUMBER() OVER ({part}ORDER BY {order}) AS {self.number} FROM {item}) AS {names.alias()} WHERE {bound}"

    def columns(self):
        out = [column._replace(time=False) for column in self.source.columns()]
        return out + ([Output(self.number, BIGINT)] if self.numbered else [])

    def key(self, tables):
        if not self.numbered or self.by_limit or self.parts and not never_null(self.source, own(self.source, self.parts), tables):
            return []
        return [*self.parts, self.number] if isinstance(self.source, Table) else []

    def rows(self, tables):
        out = []
        for members in grouped(tables.rows_of(self.source), self.parts).values():
            for number, row in enumerate(in_order(members, self.order), 1):
                if self.low <= number <= self.high:
                    out.append(row | ({self.number: number} if self.numbered else {}))
        return out

    def relations(self):
        return [self.source]


@dataclass
class Deduplicate:
    """One row for each key, by its time attribute: the first, when the watermark has passed it, or the last."""
    source: object
    keys: list
    time: str
    last: bool

    def sql(self, names):
        item, alias = names.item(self.source)
        items = listed(f"{alias}.{column.name}" for column in self.source.columns())
        part = listed(f"{alias}.{name}" for name in self.keys)
        shown = listed(column.name for column in self.source.columns())
        order = f"{alias}.{self.time} {'DESC' if self.last else 'ASC'}"
        return f"SELECT {shown} FROM (SELECT {items}, ROW_NUMBER() OVER (PARTITION BY {part} ORDER BY {order}) AS rn FROM {item}) AS {names.alias()} WHERE rn = 1"

    def columns(self):
        return [column._replace(time=column.time and not self.last) for column in self.source.columns()]

    def key(self, tables):
        return never_null(self.source, own(self.source, self.keys), tables)

    def stream(self, tables):
        """The first rows leave in time order, before the watermark that lets them go."""
        steps = watermarks(self.source, tables)
        return [(row, step_before(steps, row[self.time])) for row in sorted(self.rows(tables), key=lambda row: row[self.time])]

    def rows(self, tables):
        arrived = self.source.stream(tables)
        taken = [row for row, watermark in arrived if self.last or watermark is None or row[self.time] >= watermark]
        out = []
        for members in grouped(taken, self.keys).values():
            time = (max if self.last else min)(row[self.time] for row in members)
            equal = [row for row in members if row[self.time] == time]
            out.append(equal[-1 if self.last else 0])
        return out

    def relations(self):
        return [self.source]


@dataclass
class Over:
    source: object
    parts: list
    time: str
    frame: str      # ROWS or RANGE
    before: object  # rows, or milliseconds, or None: all of them
    calls: list     # (name, Aggregate); one of LAG and ROW_NUMBER has no frame
    shown: list

    @property
    def unframed(self):
        return all(call.name in ("LAG", "ROW_NUMBER") for _, call in self.calls)

    def sql(self, names):
        item, alias = names.item(self.source)
        scope = Scope([alias], names)
        part = f"PARTITION BY {listed(f'{alias}.{name}' for name in self.parts)} " if self.parts else ""
        before = "UNBOUNDED" if self.before is None else str(self.before) if self.frame == "ROWS" else f"INTERVAL '{self.before // 1000}' SECOND"
        frame = f" {self.frame} BETWEEN {before} PRECEDING AND CURRENT ROW"
        window = f"({part}ORDER BY {alias}.{self.time}{'' if self.unframed else frame})"
        items = [f"{alias}.{name} AS {name}" for name in self.shown] + [f"{call.sql(scope)} OVER w AS {name}" for name, call in self.calls]
        return f"SELECT {listed(items)} FROM {item} WINDOW w AS {window}"

    def columns(self):
        inner = {column.name: column for column in self.source.columns()}
        return [inner[name] for name in self.shown] + [Output(name, call.type, summable_type(call.type)) for name, call in self.calls]

    def stream(self, tables):
        """Rows leave in time order."""
        steps = watermarks(self.source, tables)
        return [(row, step_before(steps, row[self.time])) for row in sorted(self.rows(tables), key=lambda row: row[self.time])]

    def rows(self, tables):
        arrived = self.source.stream(tables)
        if self.before is not None and not self.unframed:
            return self.bounded(arrived, tables)
        taken = [row for row, watermark in arrived if watermark is None or row[self.time] > watermark]
        out = []
        for members in grouped(taken, self.parts).values():
            ordered = sorted(members, key=lambda row: row[self.time])
            for at in range(len(ordered)):
                out.append(self.made(ordered, at, self.members(ordered, at), tables))
        return out

    def made(self, ordered, at, members, tables):
        return {name: ordered[at][name] for name in self.shown} | {name: call.in_frame(members, ordered, at, tables) for name, call in self.calls}

    def bounded(self, arrived, tables):
        """A row is late by what its own key has seen (docs/decisions/0343), so each key is a stream of its own."""
        partitions = {}
        for row, watermark in arrived:
            partition = partitions.setdefault(freeze(row[name] for name in self.parts), Partition(self.time, self.before if self.frame == "RANGE" else None))
            partition.take(row, watermark)
        out = []
        for partition in partitions.values():
            partition.advance(END_OF_TIME)
            for left, first in partition.left:  # rows that left together, and those before them that are not forgotten
                ordered = first + left
                for at in range(len(first), len(ordered)):
                    out.append(self.made(ordered, at, self.members(ordered, at), tables))
        return out

    def members(self, ordered, at):
        if self.frame == "ROWS":
            return ordered[0 if self.before is None else max(0, at - self.before):at + 1]
        time = ordered[at][self.time]
        return [row for row in ordered if row[self.time] <= time and (self.before is None or row[self.time] >= time - self.before)]

    def relations(self):
        return [self.source]


END_OF_TIME = 1 << 62


class Partition:
    """The rows of one key as a bounded OVER sees them: they wait for the watermark, leave in the order of time, and what is not behind the last time of the key is late. By RANGE (`reach`: its
    milliseconds) the timers that forget a key count as such times, too."""

    def __init__(self, time, reach):
        self.time, self.reach = time, reach
        self.waiting, self.left = [], []
        self.watermark, self.last, self.known = None, None, []
        self.timers, self.forgotten_at = [], None

    def take(self, row, watermark):
        if watermark is not None:
            self.advance(watermark)
        at = row[self.time]
        behind = self.watermark is not None and at <= self.watermark
        if behind and self.last is not None and at <= self.last:
            return
        self.waiting.append(row)
        kept = self.forgotten_at is not None and self.forgotten_at >= at + (self.reach or 0) + 1
        if self.reach is not None and not kept:
            self.forgotten_at = at + self.reach + self.reach // 2 + 1
            self.timers.append(self.forgotten_at)

    def advance(self, watermark):
        if self.watermark is not None and watermark <= self.watermark:
            return
        self.watermark = watermark
        due = [row for row in self.waiting if row[self.time] <= watermark]
        self.waiting = [row for row in self.waiting if row[self.time] > watermark]
        for at in sorted({row[self.time] for row in due}):
            self.ring(at)
            together = [row for row in due if row[self.time] == at]
            self.left.append((together, list(self.known)))
            self.known += together
            self.last = at
        self.ring(watermark)

    def ring(self, until):
        for timer in sorted(timer for timer in self.timers if timer <= until):
            self.timers.remove(timer)
            if self.forgotten_at <= timer:
                self.last, self.known, self.timers, self.forgotten_at = None, [], [], None
                return
            self.last = timer


@dataclass
class Anywhere:
    """OVER in any order, over rows that may be taken back: each row says what stands up to it."""
    source: object
    parts: list
    order: list     # (name, descending)
    frame: str      # RANGE: rows that are equal in the order see each other
    before: object  # rows, or None: all of them
    calls: list     # (name, Aggregate or Place)
    shown: list

    def sql(self, names):
        item, alias = names.item(self.source)
        scope = Scope([alias], names)
        part = f"PARTITION BY {listed(f'{alias}.{name}' for name in self.parts)} " if self.parts else ""
        before = "UNBOUNDED" if self.before is None else str(self.before)
        frame = "" if any(isinstance(call, Place) for _, call in self.calls) else f" {self.frame} BETWEEN {before} PRECEDING AND CURRENT ROW"
        order = listed(f"{alias}.{name}{' DESC' if down else ''}" for name, down in self.order)
        items = [f"{alias}.{name} AS {name}" for name in self.shown] + [f"{call.sql(scope)} OVER w AS {name}" for name, call in self.calls]
        return f"SELECT {listed(items)} FROM {item} WINDOW w AS ({part}ORDER BY {order}{frame})"

    def columns(self):
        inner = {column.name: column for column in self.source.columns()}
        return [inner[name]._replace(time=False) for name in self.shown] + [Output(name, call.type, summable_type(call.type)) for name, call in self.calls]

    def rows(self, tables):
        out = []
        for members in grouped(tables.rows_of(self.source), self.parts).values():
            ordered = in_order(members, self.order)
            ranks = [[row[name] for name, _ in self.order] for row in ordered]
            for at, row in enumerate(ordered):
                made = {name: row[name] for name in self.shown}
                made |= {name: call.of(ranks, at) if isinstance(call, Place) else call.of(self.members(ordered, ranks, at), tables) for name, call in self.calls}
                out.append(made)
        return out

    def members(self, ordered, ranks, at):
        if self.frame == "ROWS":
            return ordered[0 if self.before is None else max(0, at - self.before):at + 1]
        return ordered[:last_equal(ranks, at) + 1]

    def relations(self):
        return [self.source]


@dataclass
class Place:
    """ROW_NUMBER, RANK, DENSE_RANK or NTILE."""
    name: str
    tiles: int = 0
    type: object = BIGINT

    def sql(self, _):
        return f"{self.name}({self.tiles or ''})"

    def of(self, ranks, at):
        first = ranks.index(ranks[at])
        if self.name == "NTILE":
            small, bigger = divmod(len(ranks), self.tiles)
            sizes = [small + (n < bigger) for n in range(self.tiles)]
            return next(n + 1 for n in range(self.tiles) if at < sum(sizes[:n + 1]))
        return {"ROW_NUMBER": at + 1, "RANK": first + 1, "DENSE_RANK": 1 + sum(ranks[n] != ranks[n - 1] for n in range(1, first + 1))}[self.name]


def last_equal(ranks, at):
    while at + 1 < len(ranks) and ranks[at + 1] == ranks[at]:
        at += 1
    return at
