"""Queries as trees: each relation knows its SQL, its columns and, of tables of rows, its own rows, recomputed by definition.

A row is a dictionary by column. `rows(tables)` gives what is there in the end, in any order but that of arrival where the relation is a stream; `stream(tables)`
gives pairs of a row and the watermark that the rows before it imply.
"""

import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

from expressions import Column


class Output(NamedTuple):
    name: str
    type: object
    summable: bool = True  # whether sums of it do not depend on their order
    time: bool = False     # a time attribute


class Names:
    """Aliases of one query, and the views that it needs."""

    def __init__(self, prefix=""):
        self.numbers = itertools.count(1)
        self.prefix = prefix
        self.views = []

    def alias(self):
        return f"x{next(self.numbers)}"

    def item(self, relation):
        """(text for FROM, alias)."""
        alias = self.alias()
        inner = relation.name if isinstance(relation, Table) else f"({relation.sql(self)})"
        return f"{inner} AS {alias}", alias

    def table(self, relation):
        """A name that stands behind TABLE."""
        if isinstance(relation, Table):
            return relation.name
        sql = relation.sql(self)
        self.views.append((f"{self.prefix}v{len(self.views) + 1}", sql))
        return self.views[-1][0]


class Scope(list):
    """Aliases by side, and where fresh ones come from."""

    def __init__(self, aliases, fresh):
        super().__init__(aliases)
        self.fresh = fresh

    def with_(self, alias):
        return Scope([*self, alias], self.fresh)


def listed(items):
    return ", ".join(items)


def freeze(values):
    """A key of a group: NULL is a value like others."""
    return tuple(values)


@dataclass
class Table:
    """A table of the case: where its rows are, tables[name] knows."""
    name: str
    outputs: list
    delay_ms: int = None  # of its watermark
    grows: bool = True    # nothing is taken back
    key: str = None       # of its versions
    partitions: int = 1   # that its rows are dealt out to in turn

    def sql(self, names):
        return f"SELECT * FROM {self.name}"

    def columns(self):
        return self.outputs

    def rows(self, tables):
        return tables[self.name].standing()

    def stream(self, tables):
        return list(zip(tables[self.name].standing(), [None, *self.watermarks(tables)]))

    def watermarks(self, tables):
        """Behind each row the one that the rows so far imply: the least of the partitions', None while one has had no row."""
        time = next(column.name for column in self.outputs if column.time)
        out, greatest = [], [None] * self.partitions
        for number, row in enumerate(tables[self.name].standing()):
            at, implied = number % self.partitions, row[time] - self.delay_ms
            greatest[at] = implied if greatest[at] is None else max(greatest[at], implied)
            out.append(None if None in greatest else min(greatest))
        return out

    def relations(self):
        return []


def watermarks(relation, tables):
    """All that pass through, but for the last one, which ends everything."""
    if hasattr(relation, "watermarks"):
        return relation.watermarks(tables)
    return watermarks(relation.relations()[0], tables)


def step_before(steps, time):
    """The last watermark that a time had not been reached by, None if the first one has."""
    return max((step for step in steps if step is not None and step < time), default=None)


@dataclass
class Select:
    source: object
    items: list  # (name, expression)
    where: object = None
    distinct: bool = False

    def sql(self, names):
        item, alias = names.item(self.source)
        scope = Scope([alias], names)
        sql = f"SELECT {'DISTINCT ' if self.distinct else ''}{listed(f'{e.sql(scope)} AS {name}' for name, e in self.items)} FROM {item}"
        return sql + (f" WHERE {self.where.sql(scope)}" if self.where else "")

    def columns(self):
        inner = {column.name: column for column in self.source.columns()}
        return [Output(name, e.type, summable(e, inner), isinstance(e, Column) and inner[e.name].time and not self.distinct) for name, e in self.items]

    def key(self, tables):
        return never_null(self.source, self.items, tables) if self.distinct else []

    def passing(self, rows, tables):
        return [row for row in rows if self.where is None or self.where.value([row], tables) is True]

    def projected(self, row, tables):
        return {name: e.value([row], tables) for name, e in self.items}

    def rows(self, tables):
        out = [self.projected(row, tables) for row in self.passing(tables.rows_of(self.source), tables)]
        return unique(out) if self.distinct else out

    def stream(self, tables):
        return [(self.projected(row, tables), watermark) for row, watermark in self.source.stream(tables) if self.passing([row], tables)]

    def relations(self):
        return [self.source]


def summable(expression, inner):
    if expression.type.name != "DOUBLE":
        return summable_type(expression.type)
    return isinstance(expression, Column) and inner[expression.name].summable


def summable_type(type_):
    """Not so large that a sum of a few may have too many digits."""
    return type_.name != "DOUBLE" and (type_.name != "DECIMAL" or type_.precision - type_.scale <= 24)


def unique(rows):
    seen = {}
    for row in rows:
        seen.setdefault(freeze(row.values()), row)
    return list(seen.values())


@dataclass
class GroupBy:
    source: object
    keys: list   # (name, expression)
    calls: list  # (name, Aggregate)
    having: object = None  # over the outputs
    where: object = None
    sets: list = None      # of lists of numbers of keys
    kind: str = ""         # how the sets are written: ROLLUP, CUBE or GROUPING SETS
    more: list = field(default_factory=list)  # (name, expression over keys and calls)

    def sql(self, names):
        item, alias = names.item(self.source)
        scope = Scope([alias], names)
        items = [f"{e.sql(scope)} AS {name}" for name, e in self.keys] + [f"{e.sql(scope)} AS {name}" for name, e in [*self.calls, *self.more]]
        sql = f"SELECT {listed(items)} FROM {item}" + (f" WHERE {self.where.sql(scope)}" if self.where else "")
        if self.keys:
            sql += f" GROUP BY {self.grouping(scope)}"
        return sql + (f" HAVING {self.having.sql(scope)}" if self.having else "")

    def grouping(self, scope):
        keys = [e.sql(scope) for _, e in self.keys]
        if self.sets is None:
            return listed(keys)
        if self.kind != "GROUPING SETS":
            return f"{self.kind} ({listed(keys)})"
        return f"GROUPING SETS ({listed('(' + listed(keys[n] for n in one) + ')' for one in self.sets)})"

    def columns(self):
        inner = {column.name: column for column in self.source.columns()}
        keys = [Output(name, e.type, summable(e, inner)) for name, e in self.keys]
        return keys + [Output(name, e.type, summable_type(e.type)) for name, e in [*self.calls, *self.more]]

    def key(self, tables):
        return never_null(self.source, self.keys, tables) if self.sets is None else []

    def rows(self, tables):
        rows = [row for row in tables.rows_of(self.source) if self.where is None or self.where.value([row], tables) is True]
        out = []
        for kept in self.sets if self.sets is not None else [range(len(self.keys))]:
            groups = {}
            for row in rows:
                key = freeze(e.value([row], tables) if n in kept else None for n, (_, e) in enumerate(self.keys))
                groups.setdefault(key, []).append(row)
            for key, members in groups.items():
                made = {name: value for (name, _), value in zip(self.keys, key)}
                made |= {name: call.of(members, tables) for name, call in self.calls}
                if self.having is None or self.having.value([made], tables) is True:
                    out.append(made | {name: e.value([made], tables) for name, e in self.more})
        return out

    def relations(self):
        return [self.source]


@dataclass
class Join:
    left: object
    right: object
    kind: str  # INNER, LEFT, RIGHT, FULL
    on: object
    items: list
    where: object = None
    by_comma: bool = False  # of INNER: FROM l, r WHERE …
    near: bool = False      # an interval join, which keeps time attributes
    windowed: bool = False  # of two WindowRows

    def sql(self, names):
        (left, a), (right, b) = names.item(self.left), names.item(self.right)
        scope = Scope([a, b], names)
        if self.by_comma:
            more = f" AND {self.where.sql(scope)}" if self.where else ""
            return f"SELECT {listed(f'{e.sql(scope)} AS {name}' for name, e in self.items)} FROM {left}, {right} WHERE {self.on.sql(scope)}{more}"
        sql = f"SELECT {listed(f'{e.sql(scope)} AS {name}' for name, e in self.items)} FROM {left} {self.kind} JOIN {right} ON {self.on.sql(scope)}"
        return sql + (f" WHERE {self.where.sql(scope)}" if self.where else "")

    def columns(self):
        inner = [{column.name: column for column in side.columns()} for side in (self.left, self.right)]
        return [Output(name, e.type, summable_type(e.type) or isinstance(e, Column) and inner[e.side][e.name].summable, self.near and isinstance(e, Column) and inner[e.side][e.name].time) for name, e in self.items]

    def stream(self, tables):
        """Of two inputs without late rows."""
        return [(row, None) for row in tables.rows_of(self)]

    def rows(self, tables):
        lefts, rights = (side.in_time(tables) if self.windowed else tables.rows_of(side) for side in (self.left, self.right))
        pairs, met = [], [False] * len(rights)
        for one in lefts:
            alone = True
            for n, other in enumerate(rights):
                if self.on.value([one, other], tables) is True:
                    pairs.append([one, other])
                    alone, met[n] = False, True
            if alone and self.kind in ("LEFT", "FULL"):
                pairs.append([one, nothing(self.right)])
        if self.kind in ("RIGHT", "FULL"):
            pairs += [[nothing(self.left), other] for other, found in zip(rights, met) if not found]
        kept = [pair for pair in pairs if self.where is None or self.where.value(pair, tables) is True]
        return [{name: e.value(pair, tables) for name, e in self.items} for pair in kept]

    def relations(self):
        return [self.left, self.right]


def nothing(relation):
    return {column.name: None for column in relation.columns()}


@dataclass
class SetOperation:
    left: object
    right: object
    kind: str  # UNION, UNION ALL, INTERSECT, ...

    def sql(self, names):
        return f"{self.left.sql(names)} {self.kind} {self.right.sql(names)}"

    def columns(self):
        right = self.right.columns()
        kept = self.kind == "UNION ALL"
        return [column._replace(time=kept and column.time and other.time, summable=column.summable and other.summable) for column, other in zip(self.left.columns(), right)]

    def key(self, tables):
        sides = self.left, self.right
        there = not self.kind.endswith("ALL") and all(isinstance(side, Select) and never_null(side.source, side.items, tables) for side in sides)
        return [column.name for column in self.columns()] if there else []

    def rows(self, tables):
        order = [column.name for column in self.left.columns()]
        lefts = [freeze(row.values()) for row in tables.rows_of(self.left)]
        rights = [freeze(row.values()) for row in tables.rows_of(self.right)]
        counts = {row: (lefts.count(row), rights.count(row)) for row in [*lefts, *rights]}
        how_often = {"UNION ALL": lambda a, b: a + b, "UNION": lambda a, b: 1, "INTERSECT": lambda a, b: min(a, b, 1), "INTERSECT ALL": min,
                     "EXCEPT": lambda a, b: int(a > 0 and b == 0), "EXCEPT ALL": lambda a, b: max(0, a - b)}[self.kind]
        return [dict(zip(order, row)) for row, (a, b) in counts.items() for _ in range(how_often(a, b))]

    def stream(self, tables):
        """Of two inputs without late rows: the lower watermark makes none."""
        return [(row, None) for row in self.rows(tables)]

    def relations(self):
        return [self.left, self.right]


def never_null(source, items, tables):
    """Names of expressions that are never NULL, whatever changes a table takes; nothing when one may be."""
    if not isinstance(source, Table) or any(e.type.name == "DOUBLE" for _, e in items):
        return []
    every = [[e.value([row], tables) for _, e in items] for sign, row in tables[source.name].changes if sign == "+"]
    return [name for name, _ in items] if not any(None in key for key in every) else []


def own(source, names):
    """Columns of a source as expressions of themselves."""
    return [(column.name, Column(0, column.name, column.type)) for column in source.columns() if column.name in names]


def grouped(rows, names):
    groups = {}
    for row in rows:
        groups.setdefault(freeze(row[name] for name in names), []).append(row)
    return groups


@dataclass
class Temporal:
    """The version of the right that was valid at the left row's time."""
    left: object
    right: object  # a table with a key
    left_key: str
    right_key: str
    left_time: str
    right_time: str
    kind: str  # INNER, LEFT
    items: list

    def sql(self, names):
        left, a = names.item(self.left)
        b = names.alias()
        items = listed(f"{e.sql(Scope([a, b], names))} AS {name}" for name, e in self.items)
        return f"SELECT {items} FROM {left} {self.kind} JOIN {self.right.name} FOR SYSTEM_TIME AS OF {a}.{self.left_time} AS {b} ON {a}.{self.left_key} = {b}.{self.right_key}"

    def columns(self):
        return [Output(name, e.type, summable_type(e.type)) for name, e in self.items]

    def rows(self, tables):
        out = []
        for one in tables.rows_of(self.left):
            versions = [other for other in tables.rows_of(self.right)
                        if one[self.left_key] is not None and other[self.right_key] == one[self.left_key] and other[self.right_time] <= one[self.left_time]]
            newest = sorted(versions, key=lambda row: row[self.right_time])[-1:]
            if not newest and self.kind == "LEFT":
                newest = [nothing(self.right)]
            out += [{name: e.value([one, other], tables) for name, e in self.items} for other in newest]
        return out

    def relations(self):
        return [self.left, self.right]
