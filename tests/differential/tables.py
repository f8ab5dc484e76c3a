"""Tables with their rows: drawn from a seed, written as files for the product and as inline rows for a case."""

import json
from dataclasses import dataclass
from decimal import Decimal

from relations import Output, Table
from values import BIGINT, BITS, BOOLEAN, DATE, DAY_MS, DOUBLE, INT, SMALLINT, STRING, TIMESTAMP, TINYINT, canonical, decimal_type, fitted

JANUARY = 19723 * DAY_MS  # 2024-01-01
TEXTS = ["a", "b", "ab", "ba", "", " a ", "A", "é", "日本", "h😀", "12", " -3 ", "1.9", "x1", "a_b", "a%", "it's", "zz", "a long text that is not inlined", "a long text that is neither", "a long te", "a long text t", "2024-02-29", "TRUE", "1e3"]
KEYS = ["x", "y", "z", "a key of many letters, one", "a key of many letters, two"]
INTS = [0, 1, 2, 3, 5, 7, -1, -2, -7, 10, 100, 2147483647, -2147483648]
BIGINTS = [0, 1, 2, 3, -1, -5, 10, 1000, 2147483648, -4294967296, 9223372036854775807, -9223372036854775808]
DOUBLES = [0.0, 0.125, 1.0, -1.5, 2.25, 3.0, 100.5, -0.25, 7.75, 512.0]
TYPES = [INT, INT, BIGINT, TINYINT, SMALLINT, decimal_type(8, 2), decimal_type(4, 1), decimal_type(20, 4), DOUBLE, STRING, STRING, BOOLEAN, DATE, TIMESTAMP]


@dataclass
class Contents:
    """A table's changes in order: pairs of '+' or '-' and a row. Only a table of updates has '-'."""
    changes: list

    def standing(self):
        left = []
        for sign, row in self.changes:
            if sign == "+":
                left.append(row)
            else:
                left.remove(row)
        return left


class Tables:
    """What the recompute reads; a relation's rows are made once."""

    def __init__(self, contents):
        self.contents = contents
        self.made = {}

    def __getitem__(self, name):
        return self.contents[name]

    def rows_of(self, relation):
        if id(relation) not in self.made:
            self.made[id(relation)] = (relation, relation.rows(self))
        return self.made[id(relation)][1]


def drawn_value(random, type_):
    if type_ == BOOLEAN:
        return random.random() < 0.5
    if type_.name in BITS:
        most = 1 << (BITS[type_.name] - 1)
        pool = [value for value in BIGINTS + INTS if -most <= value < most] + [most - 1, -most]
        return random.choice(pool) if random.random() < 0.4 else random.randint(-3, 9)
    if type_ == DOUBLE:
        return random.choice(DOUBLES)
    if type_ == STRING:
        return random.choice(TEXTS)
    if type_ == DATE:
        return 19723 + random.choice([0, 0, 1, 30, 59, -1, -19723, -19724, 366])
    if type_ == TIMESTAMP:
        return random.choice([JANUARY, JANUARY, 0, 59 * DAY_MS + JANUARY]) + random.choice([0, 1, 999, -1, 5000, 61_000, 3_600_000, -86_400_000])
    digits = random.choice(["0", "1", "2", "5", "15", "-1", "-25", "99999999999999999999999"])
    most = 10 ** type_.precision - 1
    value = Decimal(max(-most, min(most, int(digits) * random.choice([1, 10, 10 ** type_.scale])))).scaleb(-type_.scale)
    return fitted(value, type_)


def drawn_row(random, columns):
    return {column.name: None if random.random() < 0.15 else drawn_value(random, column.type) for column in columns}


def key_value(random, type_, large=False):
    """Of few values, so that rows meet."""
    if random.random() < 0.12:
        return None
    return random.choice(KEYS) if type_ == STRING else random.randint(1, 50 if large else 5)


def drawn_columns(random, count):
    return [Output(f"c{n}", random.choice(TYPES)) for n in range(count)]


def row_count(random, large):
    return random.choice([60, 150, 300]) if large else random.choice([0, 1, 5, 10, 16])


def grown(random, name, large=False):
    """Rows that stay, without times of their own."""
    key = Output("k", random.choice([STRING, INT]))
    columns = [key, Output("n", INT), *drawn_columns(random, random.randint(1, 4))]
    changes = []
    for _ in range(row_count(random, large)):
        row = drawn_row(random, columns) | {"k": key_value(random, key.type, large), "n": random.choice([None, 1, 2, 3, 4])}
        changes.append(("+", dict(changes[-1][1]) if changes and random.random() < 0.12 else row))
    return Table(name, columns), Contents(changes)


def changing(random, name, large=False):
    """Rows that are updated and taken back."""
    table, contents = grown(random, name, large)
    changes, standing = [], []
    for sign, row in contents.changes:
        changes.append((sign, row))
        standing.append(row)
        while standing and random.random() < 0.4:
            gone = standing.pop(random.randrange(len(standing)))
            changes.append(("-", gone))
            if random.random() < 0.6:
                new = gone | {column.name: drawn_value(random, column.type) for column in table.outputs[2:] if random.random() < 0.6}
                if random.random() < 0.4:  # to another group, maybe another shard
                    new |= {"k": key_value(random, table.outputs[0].type, large), "n": random.choice([None, 1, 2, 3, 4])}
                changes.append(("+", new))
                standing.append(new)
    if random.random() < 0.1:
        changes += [("-", row) for row in standing]
    table.grows = False
    return table, Contents(changes)


def timed(random, name, late, key=None, large=False, modern=False):
    """Events with a watermark; `late`: some come behind it."""
    key = Output("k", key or random.choice([STRING, INT]))
    columns = [key, Output("n", INT), Output("ts", TIMESTAMP, True, True), *drawn_columns(random, random.randint(1, 3))]
    delay = random.choice([0, 1000, 2000, 5000]) if late else 60_000
    time = random.choice([JANUARY, JANUARY, -10_000]) if late and not modern else JANUARY
    changes = []
    for _ in range(row_count(random, large)):
        time += random.choice([0, 0, 500, 999, 1000, 1000, 2000, 3000, 9000])
        at = time - (random.choice([500, 1000, 3000, 8000, 20_000]) if random.random() < 0.25 else 0)
        if not late:
            at = max(at, time - 9000)
        row = drawn_row(random, columns) | {"k": key_value(random, key.type, large), "n": random.choice([None, 1, 2, 3, 4]), "ts": at}
        changes.append(("+", changes[-1][1] | {"ts": at} if changes and random.random() < 0.1 else row))
    return Table(name, columns, delay), Contents(changes)


def json_row(table, row):
    return {column.name: canonical(row[column.name], column.type) for column in table.outputs}


def versions(random, name, key, large=False):
    """Rows that replace each other by key as time goes."""
    table, contents = timed(random, name, False, key, large)
    table.key = "k"
    return table, Contents([("+", row) for _, row in contents.changes if row["k"] is not None])


def lines(table, contents):
    """JSON records; of a table of updates those of Debezium."""
    out = []
    changes = list(contents.changes)
    while changes:
        sign, row = changes.pop(0)
        record = json_row(table, row)
        if table.grows:
            out.append(record)
        elif sign == "+":
            out.append({"before": None, "after": record, "op": "c"})
        elif changes and changes[0][0] == "+":
            out.append({"before": record, "after": json_row(table, changes.pop(0)[1]), "op": "u"})
        else:
            out.append({"before": record, "after": None, "op": "d"})
    return [json.dumps(record, ensure_ascii=False) for record in out]


def declared(table, before, behind):
    """CREATE TABLE, with options before the format's and behind it."""
    columns = [f"{column.name} {column.type.sql()}" for column in table.outputs]
    if table.delay_ms is not None:
        time = next(column.name for column in table.outputs if column.time)
        columns.append(f"WATERMARK FOR {time} AS {time} - INTERVAL '{table.delay_ms // 1000}' SECOND")
    if table.key:
        columns.append(f"PRIMARY KEY ({table.key}) NOT ENFORCED")
    format_ = "json" if table.grows else "debezium-json"
    return f"CREATE TABLE {table.name} ({', '.join(columns)}) WITH ({before}, 'format' = '{format_}'{behind})"
