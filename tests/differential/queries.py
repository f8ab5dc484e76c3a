"""A world of a few tables, and queries over them by family."""

import random
from dataclasses import dataclass

from draw import Draw
from relations import Names, Table
from tables import Tables, changing, declared, grown, lines, timed, versions
from values import INT, STRING, canonical_line


class World:
    """Tables drawn from a seed: g0 and g1 grow, u0 changes, l0 has late rows, e0 and e1 have none, v0 has versions."""

    def __init__(self, seed, small=False, modern=False, partitions=1):
        """`small`: some rows a table, never some hundred; `modern`: no time is before 1970, where Flink's watermarks begin; `partitions`: of the tables with time."""
        draw = random.Random(seed)
        key, large = draw.choice([STRING, INT]), draw.random() < 0.12 and not small
        made = [grown(draw, "g0", large), grown(draw, "g1"), changing(draw, "u0", large), timed(draw, "l0", True, None, large, modern), timed(draw, "e0", False, key, large),
                timed(draw, "e1", False, key), versions(draw, "v0", key, large)]
        self.tables = {table.name: table for table, _ in made}
        for name in ("l0", "e0", "e1"):
            self.tables[name].partitions = partitions
        self.contents = {table.name: contents for table, contents in made}

    def lines(self, name):
        return lines(self.tables[name], self.contents[name])

    def declared(self, name, before, behind=""):
        return declared(self.tables[name], before, behind)


@dataclass
class Query:
    family: str
    relation: object
    number: int = 0

    def statements(self):
        """Its views, then itself."""
        names = Names(f"q{self.number}")
        sql = self.relation.sql(names)
        return [f"CREATE VIEW {name} AS {text}" for name, text in names.views] + [sql]

    def inserted(self, world):
        """The same into a table that prints: (declaration, views, INSERT). The table has a key where the rows have one."""
        *views, sql = self.statements()
        columns = [f"{column.name} {column.type.sql()}" for column in self.relation.columns()]
        key = self.relation.key(Tables(world.contents)) if hasattr(self.relation, "key") and not isinstance(self.relation, Table) else []
        columns += [f"PRIMARY KEY ({', '.join(key)}) NOT ENFORCED"] if key else []
        return f"CREATE TABLE r{self.number} ({', '.join(columns)}) WITH ('connector' = 'print')", views, f"INSERT INTO r{self.number} {sql}"

    def expected(self, world):
        """Canonical rows, sorted by bytes."""
        columns = self.relation.columns()
        rows = self.relation.rows(Tables(world.contents))
        return sorted((canonical_line(row, columns) for row in rows), key=str.encode)

    def tables(self):
        return sorted(table_names(self.relation))


def table_names(relation):
    if hasattr(relation, "outputs"):
        return {relation.name}
    names = set()
    for value in vars(relation).values():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            for part in one if isinstance(one, tuple) else [one]:
                if hasattr(part, "__dataclass_fields__") and not isinstance(part, type):
                    names |= table_names(part)
    return names


class Families:
    def __init__(self, seed, world):
        self.draw = Draw(random.Random(seed))
        self.world = world

    def table(self, *names):
        return self.world.tables[self.draw.random.choice(names)]

    def base(self):
        return self.table("g0", "g0", "g1", "u0", "u0", "e0", "l0")

    def source(self, depth=1):
        """Any relation, as one that others stand on."""
        if depth == 0 or self.draw.chance(0.55):
            return self.base()
        make = self.draw.random.choice([self.projection, self.aggregate, self.aggregate, self.join, self.set_operation, self.top])
        return make(depth - 1) or self.base()

    def projection(self, depth=1):
        return self.draw.select(self.source(depth))

    def distinct(self, depth=1):
        return self.draw.select(self.source(depth), True)

    def aggregate(self, depth=1):
        return self.draw.group_by(self.source(depth))

    def join(self, depth=1):
        return self.draw.join(self.source(depth), self.source(depth))

    def subquery(self, depth=1):
        return self.draw.within(self.source(depth), self.source(depth))

    def set_operation(self, depth=1):
        return self.draw.set_operation(self.source(depth), self.source(depth))

    def top(self, depth=1):
        if self.draw.chance(0.5):
            return self.draw.top(self.table("g0", "g1", "e0", "l0"), True)
        return self.draw.top(self.source(depth), False)

    def window(self):
        return self.draw.window_aggregate(self.table("l0", "l0", "e0"))

    def window_chain(self):
        return self.draw.chained(self.table("l0", "e0"))

    def window_top(self):
        return self.draw.window_top(self.table("l0", "e0"))

    def window_join(self):
        if self.draw.chance(0.5):  # late rows: what both sides say of the time must be one table's, or which row is late would hang on how two are read
            late = self.table("l0")
            return self.draw.window_join(self.draw.calm_view(late), self.draw.calm_view(late))
        return self.draw.window_join(self.table("e0"), self.table("e1"))

    def interval_join(self):
        return self.draw.interval_join(self.table("e0"), self.table("e1"))

    def temporal_join(self):
        return self.draw.temporal(self.table("e0", "e1"), self.table("v0"))

    def over(self):
        late = self.draw.chance(0.3)
        return self.draw.over(self.table("l0" if late else "e0"), late)

    def deduplicate(self):
        return self.draw.deduplicate(self.table("l0", "e0"))

    def window_rows(self):
        return self.draw.window_rows(self.table("l0", "e0"))

    def window_union(self):
        return self.draw.window_aggregate(self.draw.union_of(self.table("e0"), self.table("e0", "e1")))

    def window_first(self):
        first = self.draw.deduplicate(self.table("e0"))  # of l0 a first row may stand at the watermark itself (docs/sql.md)
        first.last = False
        return self.draw.window_aggregate(first)

    def window_pairs(self):
        return self.draw.window_of_pairs(self.table("e0"), self.table("e1"))

    def window_over(self):
        return self.draw.window_of_over(self.table("e0"))

    def self_extreme(self, depth=1):
        return self.draw.self_extreme(self.source(depth))

    def condition(self, depth=1):
        return self.draw.anywhere_condition(self.source(depth), self.source(depth))

    def any_order(self, depth=1):
        return self.draw.any_order(self.source(depth))

    def deep(self):
        make = self.draw.random.choice([self.projection, self.aggregate, self.join, self.set_operation, self.top, self.subquery, self.any_order])
        return make(2)

    def over_windows(self):
        """What is made of windows goes on as any rows do."""
        inner = self.draw.random.choice([self.window, self.window_join, self.interval_join, self.over, self.deduplicate])()
        return inner and self.draw.random.choice([self.draw.select, self.draw.group_by])(inner)


NAMES = ["projection", "distinct", "aggregate", "aggregate", "join", "join", "subquery", "set_operation", "top", "window", "window", "window_chain", "window_top", "window_join",
         "interval_join", "temporal_join", "over", "deduplicate", "over_windows", "window_rows", "window_union", "window_first", "window_pairs", "window_over", "self_extreme", "condition", "any_order", "any_order", "deep", "deep"]


def queries(seed, world, count):
    """`count` queries of all families; each is drawn from its own seed."""
    out = []
    number = 0
    while len(out) < count:
        number += 1
        family = NAMES[number % len(NAMES)]
        relation = getattr(Families(f"{seed}/{number}", world), family)()
        if relation is not None and relation.columns():
            out.append(Query(family, relation, len(out)))
    return out
