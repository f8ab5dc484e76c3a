"""Aggregate functions over a group's rows, by their definition."""

from dataclasses import dataclass
from decimal import Decimal

from values import BIGINT, BITS, EXACT, OF_38, cut, decimal_type, fitted, order_key, wrapped
from functions import quotient_type


@dataclass
class Aggregate:
    name: str
    argument: object  # None: COUNT(*), ROW_NUMBER()
    type: object
    distinct: bool = False
    filter: object = None
    steps: int = 1  # of LAG

    def sql(self, scope):
        if self.name == "ROW_NUMBER":
            return "ROW_NUMBER()"
        inner = "*" if self.argument is None else self.argument.sql(scope)
        if self.name == "LAG":
            return f"LAG({inner}, {self.steps})"
        call = f"{self.name}({'DISTINCT ' if self.distinct else ''}{inner})"
        return call + (f" FILTER (WHERE {self.filter.sql(scope)})" if self.filter else "")

    def of(self, rows, tables, outer=()):
        counted = [row for row in rows if self.filter is None or self.filter.value([*outer, row], tables) is True]
        if self.argument is None:
            return len(counted)
        values = [value for value in (self.argument.value([*outer, row], tables) for row in counted) if value is not None]
        if self.name == "LISTAGG":
            return ",".join(values) if values else None
        if self.distinct:
            values = list(dict.fromkeys(values))
        if self.name == "COUNT":
            return len(values)
        return MEANINGS[self.name](values, self.argument.type, self.type) if values else None

    def in_frame(self, frame, ordered, at, tables):
        if self.name == "LAG":
            return self.argument.value([ordered[at - self.steps]], tables) if at >= self.steps else None
        if self.name == "ROW_NUMBER":
            return at + 1
        return self.of(frame, tables)


def total(values, of, type_):
    if type_.name in BITS:
        return wrapped(sum(values), BITS[type_.name])
    if type_.name == "DOUBLE":
        return float(sum(values))
    out = Decimal(0)
    for value in values:
        out = EXACT.add(out, value)
    return fitted(out, type_)


def mean(values, of, type_):
    if of.name in BITS:
        return wrapped(cut(wrapped(sum(values), 64), len(values)), BITS[of.name])
    if of.name == "DOUBLE":
        return float(sum(values)) / len(values)
    sum_type = decimal_type(38, of.scale)
    quotient = fitted(OF_38.divide(total(values, of, sum_type), Decimal(len(values))), quotient_type([sum_type, BIGINT]))
    return fitted(quotient, type_)


MEANINGS = {
    "SUM": total,
    "AVG": mean,
    "MIN": lambda values, *_: min(values, key=order_key),
    "MAX": lambda values, *_: max(values, key=order_key),
    "FIRST_VALUE": lambda values, *_: values[0],
    "LAST_VALUE": lambda values, *_: values[-1],
}


def result_type(name, of):
    if name == "COUNT":
        return BIGINT
    if of.name == "DECIMAL" and name == "SUM":
        return decimal_type(38, of.scale)
    if of.name == "DECIMAL" and name == "AVG":
        return decimal_type(38, max(6, of.scale))
    return of
