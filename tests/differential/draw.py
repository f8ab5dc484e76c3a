"""Draws expressions and queries. Only what Flink runs as a stream and answers by its data alone is drawn: no faults, no ties that the order of two inputs decides."""

from decimal import Decimal

from aggregates import Aggregate, result_type
from expressions import Call, Column, Exists, InQuery, Literal, Made, Scalar
from functions import FUNCTIONS
from ranks import Anywhere, Deduplicate, Over, Place, Top
from relations import GroupBy, Join, Select, SetOperation, Table, Temporal
from tables import drawn_value
from values import BIGINT, BITS, BOOLEAN, DATE, DOUBLE, INT, STRING, TIMESTAMP, decimal_type, exact, fitted, numeric
from windows import WindowAggregate, WindowRows, WindowTop, Windows

BY_TEMPLATE = {function.template: function for function in FUNCTIONS}
OR = BY_TEMPLATE["({0} OR {1})"]
EQUAL, AND, NULLIF = BY_TEMPLATE["({0} = {1})"], BY_TEMPLATE["({0} AND {1})"], BY_TEMPLATE["NULLIF({0}, {1})"]
SAME = BY_TEMPLATE["({0} IS NOT DISTINCT FROM {1})"]
BETWEEN = BY_TEMPLATE["({0} BETWEEN {1} AND {2})"]
SHIFT = next(function for function in FUNCTIONS if function.template.startswith("({0} + INTERVAL"))
PREDICATES = [function for function in FUNCTIONS if function.gives([INT, INT, INT]) == BOOLEAN and function.takes[0] != "BOOLEAN" and function.template != "COALESCE({0}, {1})"]
KINDS = {
    "any": lambda t: True,
    "ordered": lambda t: t != BOOLEAN,
    "number": numeric,
    "exact": exact,
    "decimal": lambda t: t.name == "DECIMAL",
    "rough": lambda t: t.name == "DECIMAL" or t == DOUBLE,
    "printed": lambda t: t not in (DOUBLE, STRING),
    "key": lambda t: t != DOUBLE,
}
CONSTANTS = {"pattern": ["a%", "%b%", "_", "%", "a_%", "%é", "a long%", "%inlined%", "a long text _hat%"], "letter": ["a", "b", "é", "ab"], "small": [-3, -1, 0, 1, 2, 3, 6], "count": [0, 1, 2, 3, 5, 14]}
ALL_TYPES = [INT, BIGINT, decimal_type(8, 2), DOUBLE, STRING, BOOLEAN, DATE, TIMESTAMP]
SECOND = 1000


def call(function, *arguments, **options):
    return Call(function, list(arguments), function.gives([argument.type for argument in arguments]), options)


class Draw:
    def __init__(self, random):
        self.random = random

    def chance(self, probability):
        return self.random.random() < probability

    # Expressions.
    def leaf(self, fits, columns):
        fitting = [column for column in columns if fits(column.type)]
        if fitting and self.chance(0.85):
            return self.random.choice(fitting)
        type_ = self.random.choice([t for t in ALL_TYPES if fits(t)] or [column.type for column in fitting])
        return Literal(drawn_value(self.random, type_), type_)

    def exactly(self, type_, columns, depth):
        made = self.expression(lambda t: t == type_, columns, depth) if type_.name != "DECIMAL" else None
        fitting = [column for column in columns if column.type == type_]
        return made or (self.random.choice(fitting) if fitting and self.chance(0.7) else Literal(drawn_value(self.random, type_), type_))

    def expression(self, fits, columns, depth=2):
        for _ in range(8 if depth > 0 and self.chance(0.85) else 0):
            function = self.random.choice(FUNCTIONS)
            made = self.call(function, columns, depth - 1)
            if made is not None and fits(made.type):
                return made
        return self.leaf(fits, columns)

    def call(self, function, columns, depth):
        arguments = []
        for wanted in function.takes:
            arguments.append(self.argument(wanted, arguments, columns, depth))
        options = function.options(self.random) if function.options else {}
        return call(function, *arguments, **options)

    def argument(self, wanted, before, columns, depth):
        if wanted in CONSTANTS:
            value = self.random.choice(CONSTANTS[wanted])
            return Literal(value, STRING if isinstance(value, str) else INT)
        if wanted.endswith("divisor"):
            inner = self.expression(KINDS["exact" if wanted.startswith("exact") else "number"], columns, depth)
            return call(NULLIF, inner, Literal(zero(inner.type), inner.type))
        if wanted == "same" and numeric(before[-1].type):
            return self.expression(KINDS["number"], columns, depth)
        if wanted in ("same", "alike"):
            return self.exactly(before[-1].type, columns, depth)
        return self.expression(KINDS.get(wanted) or (lambda t: t.name == wanted), columns, depth)

    def predicate(self, columns, depth=2):
        made = self.call(self.random.choice(PREDICATES), columns, depth - 1)
        while columns and not mentions_column(made):
            made = self.call(self.random.choice(PREDICATES), columns, depth - 1)
        return call(AND, made, self.predicate(columns, depth - 1)) if depth > 0 and self.chance(0.2) else made

    # Relations.
    def columns(self, relation, side=0):
        return [Column(side, column.name, column.type) for column in relation.columns()]

    def items(self, columns, count, plain=False):
        out = []
        for n in range(count):
            kind = KINDS["key" if plain else "any"]
            fitting = [column for column in columns if kind(column.type)]
            out.append((f"o{n}", self.random.choice(fitting) if fitting and self.chance(0.5) else self.expression(kind, columns)))
        return out

    def select(self, source, distinct=False):
        columns = self.columns(source)
        where = self.predicate(columns) if self.chance(0.6) else None
        return Select(source, self.items(columns, self.random.randint(1, 4), distinct), where, distinct)

    def aggregate(self, relation, columns, grows=True):
        name = self.random.choice(["COUNT", "COUNT", "SUM", "SUM", "AVG", "MIN", "MAX"])
        summable = {column.name for column in relation.columns() if column.summable}
        if name == "COUNT" and self.chance(0.4):
            argument = None
        elif name in ("SUM", "AVG"):
            fitting = [column for column in columns if numeric(column.type) and column.name in summable] or [Literal(1, INT)]
            argument = self.random.choice(fitting)
            if exact(argument.type) and self.chance(0.25):
                argument = self.expression(lambda t: t.name in BITS, columns, 1)
        else:
            # Which zero is the least, when there are two, the first one decides.
            fitting = [column for column in columns if KINDS["ordered"](column.type) and (column.type != DOUBLE or column.name in summable)] or [Literal(1, INT)]
            argument = self.random.choice(fitting) if self.chance(0.7) else self.expression(lambda t: KINDS["ordered"](t) and t != DOUBLE, columns, 1)
        out = Aggregate(name, argument, BIGINT if argument is None else result_type(name, argument.type))
        out.distinct = argument is not None and name in ("COUNT", "SUM", "AVG") and self.chance(0.3) and argument.type != DOUBLE
        out.filter = self.predicate(columns, 1) if self.chance(0.25) else None
        return out

    def in_arrival(self, relation):
        """Aggregates that answer by the order of rows, which one table has."""
        columns = self.columns(relation)
        name = self.random.choice(["FIRST_VALUE", "LAST_VALUE", "LISTAGG"])
        fitting = [column for column in columns if column.type == STRING] if name == "LISTAGG" else [column for column in columns if column.type != BOOLEAN]
        if not fitting:
            return []
        argument = self.random.choice(fitting)
        return [("b0", Aggregate(name, argument, argument.type))]

    def shared_distinct(self, relation):
        """Several counts of one column under different conditions: they share what they have seen."""
        columns = self.columns(relation)
        argument = self.random.choice([column for column in columns if column.type != DOUBLE] or columns)
        names = ["COUNT", "COUNT", "SUM" if exact(argument.type) and argument.name in {c.name for c in relation.columns() if c.summable} else "COUNT"]
        out = []
        for n, name in enumerate(names):
            out.append((f"d{n}", Aggregate(name, argument, result_type(name, argument.type), self.chance(0.8), self.predicate(columns, 1) if self.chance(0.7) else None)))
        return out

    def aggregates(self, relation, most=3):
        columns = self.columns(relation)
        return [(f"a{n}", self.aggregate(relation, columns)) for n in range(self.random.randint(1, most))]

    def having(self, keys, calls):
        made = [Made(name, e, e.type) for name, e in [*keys, *calls]]
        return self.predicate(made, 1)

    def keys(self, relation, count):
        columns = [column for column in self.columns(relation) if column.type != DOUBLE]
        if not columns:
            return []
        few = [column for column in columns if column.name in ("k", "n", "ts")] or columns
        out = []
        for n in range(count):
            e = self.random.choice(few) if self.chance(0.6) else self.random.choice(columns) if self.chance(0.6) else self.expression(KINDS["key"], columns, 1)
            if isinstance(e, Literal) or any(same_expression(e, other) for _, other in out) or not mentions_column(e):
                continue
            out.append((f"g{n}", e))
        return out

    def group_by(self, source):
        keys = self.keys(source, self.random.choice([0, 1, 1, 2, 2, 3]))
        calls = self.aggregates(source)
        if self.chance(0.2):
            calls += self.shared_distinct(source)
        if isinstance(source, Table) and source.grows and self.chance(0.25):
            calls += self.in_arrival(source)
        out = GroupBy(source, keys, calls)
        out.having = self.having(keys, calls) if self.chance(0.25) else None
        made = [Made(name, e, e.type) for name, e in [*keys, *calls]]
        out.more = [(f"m{n}", self.expression(KINDS["any"], made)) for n in range(2) if self.chance(0.25)]
        out.where = self.predicate(self.columns(source), 1) if self.chance(0.3) else None
        if len(keys) >= 2 and self.chance(0.35):
            out.kind = self.random.choice(["ROLLUP", "CUBE", "GROUPING SETS"])
            every = list(range(len(keys)))
            if out.kind == "ROLLUP":
                out.sets = [every[:n] for n in range(len(keys), -1, -1)]
            else:
                out.sets = [[n for n in every if mask >> n & 1] for mask in range(1 << len(keys))]
                if out.kind == "GROUPING SETS":
                    out.sets = [one for one in out.sets if self.chance(0.6)] or [every]
                    out.sets = out.sets if all(any(n in one for one in out.sets) for n in every) else [*out.sets, every]
        return out

    def equalities(self, left, right, shift=0):
        """One or two columns of the same kind that are equal."""
        # Two time attributes would make an interval join, which late rows of two inputs answer by their order.
        times = {column.name for column in right.columns() if column.time}
        pairs = [(a, b) for a in self.columns(left, shift) for b in self.columns(right, shift + 1) if a.type == b.type and a.type not in (DOUBLE, BOOLEAN) and b.name not in times]
        pairs += [(a, b) for a in self.columns(left, shift) for b in self.columns(right, shift + 1) if a.type != b.type and exact(a.type) and exact(b.type) and self.chance(0.2)]
        good = [pair for pair in pairs if pair[0].name == pair[1].name and pair[0].name in ("k", "n")]
        if not pairs:
            return None
        chosen = [self.random.choice(good if good and self.chance(0.8) else pairs) for _ in range(self.random.choice([1, 1, 2]))]
        made = call(EQUAL if self.chance(0.93) else SAME, *chosen[0])
        for pair in chosen[1:]:
            if pair != chosen[0]:
                made = call(AND, made, call(EQUAL, *pair))
        return made

    def join(self, left, right, kinds=("INNER", "LEFT", "RIGHT", "FULL")):
        on = self.equalities(left, right)
        if on is None:
            return None
        kind = self.random.choice(kinds)
        columns = [*self.columns(left, 0), *self.columns(right, 1)]
        if self.chance(0.3):
            timeless = [*columns[:len(left.columns())], *[column for column, its in zip(self.columns(right, 1), right.columns()) if not its.time]]
            on = call(AND, on, self.predicate(timeless, 1))
        where = self.predicate(columns, 1) if self.chance(0.35) else None
        return Join(left, right, kind, on, self.items(columns, self.random.randint(1, 4)), where, kind == "INNER" and self.chance(0.3))

    def self_extreme(self, source):
        """The rows that are as large as the largest of their group."""
        columns = [column for column in self.columns(source) if KINDS["ordered"](column.type) and column.type != DOUBLE]
        keys = [column for column in columns if column.name in ("k", "n", "g0", "o0")]
        values = [column for column in columns if column not in keys[:1]]
        if not keys or not values:
            return None
        key, value = keys[0], self.random.choice(values)
        best = GroupBy(source, [("g0", key)], [("a0", Aggregate(self.random.choice(["MAX", "MIN"]), value, value.type))])
        on = call(AND, call(EQUAL, key, Column(1, "g0", key.type)), call(EQUAL if self.chance(0.8) else BY_TEMPLATE["({0} >= {1})"], value, Column(1, "a0", value.type)))
        return Join(source, best, self.random.choice(["INNER", "INNER", "LEFT"]), on, [*self.items(self.columns(source), 2), ("m", Column(1, "a0", value.type))])

    def anywhere_condition(self, source, other):
        """A query as a truth value among others: in SELECT, under OR and NOT."""
        columns = self.columns(source)
        pair = self.pair(source, other)
        if pair is None:
            return None
        inner = Column(0, pair[1].name, pair[1].type)
        asked = InQuery(pair[0], Select(other, [("o0", inner)], self.predicate(self.columns(other), 1) if self.chance(0.4) else None), "o0", self.chance(0.4))
        if self.chance(0.5):
            asked = Exists(other, call(EQUAL, *pair), self.chance(0.4))
        if self.chance(0.5):
            return Select(source, [*self.items(columns, 2), ("q", asked)], self.predicate(columns, 1) if self.chance(0.3) else None)
        return Select(source, self.items(columns, 2), call(self.random.choice([OR, AND]), asked, self.predicate(columns, 1)))

    def within(self, source, other):
        """A query whose condition asks another one."""
        columns = self.columns(source)
        how = self.random.choice(["in", "in", "exists", "exists", "scalar"])
        negated = self.chance(0.4)
        if how == "in":
            pair = self.pair(source, other)
            if pair is None:
                return None
            needle, inner = pair[0], Column(0, pair[1].name, pair[1].type)
            where = self.predicate(self.columns(other), 1) if self.chance(0.4) else None
            condition = InQuery(needle, Select(other, [("o0", inner)], where), "o0", negated)
        elif how == "exists":
            on = self.equalities(source, other)
            if on is None:
                return None
            if self.chance(0.3):
                on = call(AND, on, self.predicate(self.columns(other, 1), 1))
            condition = Exists(other, on, negated)
        else:
            inner = self.columns(other, 1)
            made = self.aggregate(other, inner)
            made.filter = None
            on = call(EQUAL, *pair) if (pair := self.pair(source, other)) and self.chance(0.5) else None
            scalar = Scalar(other, made, on, made.type)
            if self.chance(0.5):
                return Select(source, [*self.items(columns, 2), ("q", scalar)], None)
            fitting = [column for column in columns if column.type == made.type or numeric(column.type) and numeric(made.type) and column.type != BOOLEAN]
            if not fitting or made.type == BOOLEAN:
                return None
            test = BY_TEMPLATE[self.random.choice(["({0} = {1})", "({0} < {1})", "({0} >= {1})"])]
            condition = call(test, self.random.choice(fitting), scalar)
        if self.chance(0.25):
            condition = call(AND, condition, self.predicate(columns, 1))
        return Select(source, self.items(columns, self.random.randint(1, 3)), condition)

    def pair(self, source, other):
        times = {column.name for column in other.columns() if column.time}
        pairs = [(a, b) for a in self.columns(source) for b in self.columns(other, 1) if a.type == b.type and a.type not in (DOUBLE, BOOLEAN) and b.name not in times]
        return self.random.choice(pairs) if pairs else None

    def set_operation(self, left, right):
        lefts, rights = self.columns(left), self.columns(right)
        pairs = [(a, b) for a in lefts for b in rights if a.type == b.type and a.type != DOUBLE]
        if not pairs:
            return None
        chosen = [self.random.choice(pairs) for _ in range(self.random.randint(1, 2))]
        sides = [Select(side, [(f"o{n}", pair[at]) for n, pair in enumerate(chosen)], self.predicate(columns, 1) if self.chance(0.3) else None)
                 for at, (side, columns) in enumerate([(left, lefts), (right, rights)])]
        return SetOperation(*sides, self.random.choice(["UNION ALL", "UNION", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"]))

    def top(self, source, arrival):
        """`arrival`: the order of rows is known, so it may decide between equal ones."""
        columns = [column for column in source.columns() if column.type not in (DOUBLE, BOOLEAN)]
        if not columns:
            return None
        parts = [column.name for column in columns if column.name in ("k", "n", "g0") and self.chance(0.5)]
        rest = [column for column in columns if column.name not in parts]
        if not rest:
            return None
        order = [(column.name, self.chance(0.5)) for column in self.random.sample(rest, min(len(rest), self.random.randint(1, 2)))]
        if not arrival:
            if any(column.type in (DOUBLE, BOOLEAN) for column in source.columns()):
                return None
            order += [(column.name, False) for column in rest if column.name not in [name for name, _ in order]]
        high = self.random.randint(1, 4)
        timed = {column.name for column in source.columns() if column.time}
        if high == 1 and len(order) == 1 and order[0][0] in timed:
            return None  # a deduplication, which has a family of its own
        out = Top(source, parts, order, self.random.randint(1, high) if self.chance(0.2) else 1, high, self.chance(0.5))
        if not parts and out.low == 1 and not out.numbered and self.chance(0.5):
            out.by_limit = True
        return out

    # On event time.
    def calm_view(self, table):
        """A table, or a query of it that keeps its time."""
        if self.chance(0.6):
            return table
        columns = self.columns(table)
        kept = [(column.name, column) for column in columns]
        return Select(table, kept, self.predicate(columns, 1))

    def windows(self, parts=()):
        kind = self.random.choice(["TUMBLE", "HOP", "CUMULATE", "SESSION"])
        step = self.random.choice([1, 2, 5]) * SECOND
        if kind == "SESSION":
            return Windows(kind, self.random.choice([1, 2, 3]) * SECOND, None, 0, tuple(parts))
        size = step * self.random.choice([1, 2, 3, 4])
        offset = self.random.choice([0, 0, 0, 1, -1, 3]) * SECOND
        return Windows(kind, size, None if kind == "TUMBLE" else step, offset if abs(offset) < size else 0)

    def window_aggregate(self, table):
        source = self.calm_view(table)
        keys = [(column.name, column) for column in self.columns(source) if column.name in ("k", "n") and self.chance(0.5)]
        windows = self.windows([name for name, _ in keys])
        out = WindowAggregate(source, windows, "ts", keys, self.aggregates(source))
        out.having = self.having([], out.calls) if self.chance(0.2) else None
        if windows.offset == 0 and windows.kind != "CUMULATE" and self.chance(0.2):
            out.older = True
        elif keys and windows.kind != "SESSION" and self.chance(0.25):
            out.sets = [one for one in ([], *[[n] for n in range(len(keys))], list(range(len(keys)))) if self.chance(0.6)] or [[0]]
            out.sets = out.sets if all(any(n in one for one in out.sets) for n in range(len(keys))) else [*out.sets, list(range(len(keys)))]
            out.sets = [list(one) for one in dict.fromkeys(map(tuple, out.sets))]
        return out

    def chained(self, table):
        inner = self.window_aggregate(table)
        inner.older, inner.sets, inner.timed = False, None, True
        windows = self.windows()
        windows.parts = ()
        return WindowAggregate(inner, windows, "wt", [], self.aggregates(inner))

    def window_top(self, table):
        windows = self.windows()
        while windows.kind == "SESSION":
            windows = self.windows()
        source = WindowRows(self.calm_view(table), windows, "ts")
        columns = [column for column in source.columns() if column.type not in (DOUBLE, BOOLEAN) and column.name not in ("window_start", "window_end")]
        parts = [column.name for column in columns if column.name in ("k", "n") and self.chance(0.5)]
        rest = [column.name for column in columns if column.name not in parts]
        order = [("ts", self.chance(0.5))] if self.chance(0.3) else [(name, self.chance(0.5)) for name in self.random.sample(rest, min(2, len(rest)))]
        high = 1 if self.chance(0.4) else self.random.randint(2, 3)
        if high == 1 and order[0][0] == "ts":  # deduplication: of equal times the later one when the last is asked for
            rest = [name for name in rest if name != "ts"]
            order = [("ts", False)]
        return WindowTop(source, parts, order, high, self.chance(0.5) and high > 1)

    def window_join(self, left, right):
        windows = self.windows()
        while windows.kind == "SESSION":
            windows = self.windows()
        sides = [WindowRows(side, windows, "ts") for side in (left, right)]
        on = self.equalities(left, right)
        for name in ("window_start", "window_end"):
            on = call(AND, on, call(EQUAL, Column(0, name, TIMESTAMP), Column(1, name, TIMESTAMP)))
        columns = [*self.columns(sides[0], 0), *self.columns(sides[1], 1)]
        return Join(*sides, self.random.choice(["INNER", "LEFT", "RIGHT", "FULL"]), on, self.items(columns, 3), windowed=True)

    def interval_join(self, left, right):
        times = Column(0, "ts", TIMESTAMP), Column(1, "ts", TIMESTAMP)
        low, high = (self.random.choice([-5, -2, -1, 0, 1, 3, 6]) for _ in range(2))
        if self.chance(0.85):  # else there may be nothing between them
            low, high = min(low, high), max(low, high)
        bounds = [call(SHIFT, times[1], count=count, unit="SECOND") for count in (low, high)]
        near = call(BETWEEN, times[0], *bounds)
        if self.chance(0.5):
            near = call(AND, call(BY_TEMPLATE[self.random.choice(["({0} > {1})", "({0} >= {1})"])], times[0], bounds[0]), call(BY_TEMPLATE[self.random.choice(["({0} < {1})", "({0} <= {1})"])], times[0], bounds[1]))
        on = call(AND, call(EQUAL, *next((a, b) for a in self.columns(left, 0) for b in self.columns(right, 1) if a.name == b.name == "k")), near)
        columns = [*self.columns(left, 0), *self.columns(right, 1)]
        if self.chance(0.3):
            on = call(AND, on, self.predicate(columns, 1))
        return Join(left, right, self.random.choice(["INNER", "LEFT", "RIGHT", "FULL"]), on, self.items(columns, 3))

    def window_of_pairs(self, left, right):
        pairs = self.interval_join(left, right)
        columns = [*self.columns(left, 0), *self.columns(right, 1)]
        k, n, ts = (next(column for column in columns if column.name == name) for name in ("k", "n", "ts"))
        pairs.kind, pairs.near = "INNER", True
        pairs.items = [("k", k), ("n", n), ("ts", ts), *[item for item in pairs.items if item[1].type != DOUBLE and not (isinstance(item[1], Column) and item[1].name == "ts")]]
        return self.window_aggregate(pairs)

    def window_of_over(self, table):
        over = self.over(table, False)
        over.shown = [column.name for column in over.source.columns()]
        return self.window_aggregate(over)

    def temporal(self, left, versions):
        columns = [*self.columns(left, 0), *self.columns(versions, 1)]
        return Temporal(left, versions, "k", "k", "ts", "ts", self.random.choice(["INNER", "LEFT"]), self.items(columns, 3))

    def window_rows(self, table):
        source = self.calm_view(table)
        parts = [column.name for column in source.columns() if column.name in ("k", "n") and self.chance(0.5)]
        return self.select(WindowRows(source, self.windows(parts), "ts"))

    def union_of(self, left, right):
        """Rows of two tables that keep their time."""
        names = [column.name for column in left.columns() if column.name in ("k", "n", "ts")]
        sides = [Select(side, [(column.name, column) for column in self.columns(side) if column.name in names], self.predicate(self.columns(side), 1) if self.chance(0.3) else None) for side in (left, right)]
        return SetOperation(*sides, "UNION ALL")

    def any_order(self, source):
        columns = [column for column in source.columns() if column.type not in (DOUBLE, BOOLEAN)]
        parts = [column.name for column in columns if column.name in ("k", "n", "g0", "o0") and self.chance(0.4)]
        rest = [column for column in columns if column.name not in parts]
        if not rest or any(column.type == DOUBLE for column in source.columns()):
            return None
        order = [(column.name, self.chance(0.4)) for column in self.random.sample(rest, min(len(rest), self.random.randint(1, 2)))]
        if next(column for column in source.columns() if column.name == order[0][0]).time:
            return None  # the other kind, which drops late rows
        frame, before = self.random.choice([("RANGE", None), ("ROWS", None), ("ROWS", 0), ("ROWS", 2)])
        places = self.chance(0.4)
        if places:
            calls = [("p0", self.random.choice([Place("ROW_NUMBER"), Place("RANK"), Place("DENSE_RANK"), Place("NTILE", self.random.randint(1, 3))]))]
        else:
            calls = [(f"v{n}", one) for n, (_, one) in enumerate(self.aggregates(source))]
            for _, one in calls:
                one.filter, one.distinct = None, False
        if frame == "ROWS" or places:  # equal rows only where nothing tells them apart
            if BOOLEAN in [column.type for column in source.columns()]:
                return None
            order += [(column.name, False) for column in rest if column.name not in [name for name, _ in order]]
        return Anywhere(source, parts, order, frame, before, calls, [column.name for column in source.columns()])

    def deduplicate(self, table):
        source = self.calm_view(table)
        parts = [column.name for column in source.columns() if column.name in ("k", "n") and self.chance(0.6)]
        return Deduplicate(source, parts or ["k"], "ts", self.chance(0.5))

    def over(self, table, late):
        source = self.calm_view(table)
        columns = self.columns(source)
        parts = [column.name for column in columns if column.name in ("k", "n") and self.chance(0.6)]
        frame = self.random.choice(["ROWS", "RANGE"])
        before = None if self.chance(0.4) else self.random.randint(0, 3) if frame == "ROWS" else self.random.choice([1, 2, 5]) * SECOND
        if not late and self.chance(0.2):
            argument = self.random.choice(columns)
            calls = [("a0", Aggregate("LAG", argument, argument.type, steps=self.random.randint(1, 2)))]
        elif not late and self.chance(0.1):
            frame, before, calls = "ROWS", None, [("a0", Aggregate("ROW_NUMBER", None, BIGINT))]
        else:
            calls = self.aggregates(source)
            for _, one in calls:
                one.filter, one.distinct = None, False
        shown = [column.name for column in columns if self.chance(0.7)] or ["ts"]
        return Over(source, parts, "ts", frame, before, calls, shown)


def zero(type_):
    return 0.0 if type_ == DOUBLE else fitted(Decimal(0), type_) if type_.name == "DECIMAL" else 0


def same_expression(one, other):
    return one.sql(["x", "y"]) == other.sql(["x", "y"])


def mentions_column(e):
    return isinstance(e, (Column, Made)) or any(map(mentions_column, e.parts()))
