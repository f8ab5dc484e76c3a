"""Expressions: each knows its SQL, its type and, of a row, its value.

An expression is a call of a function, a column, a literal or a query's answer. A row is a dictionary; `rows` holds one for each
relation of the FROM, those of the outer queries before those of the inner ones.
"""

from dataclasses import dataclass, field

from values import BOOLEAN, literal


def either(values, _):
    return True if True in values else None if None in values else False


def equal_or_unknown(one, other):
    if one is None or other is None:
        return None
    return one == other


@dataclass
class Column:
    side: int
    name: str
    type: object

    def sql(self, names):
        return f"{names[self.side]}.{self.name}"

    def value(self, rows, _):
        return rows[self.side][self.name]

    def parts(self):
        return []


@dataclass
class Literal:
    constant: object
    type: object

    def sql(self, _):
        return literal(self.constant, self.type)

    def value(self, *_):
        return self.constant

    def parts(self):
        return []


@dataclass
class Call:
    function: "Function"
    arguments: list
    type: object
    options: dict = field(default_factory=dict)  # words of the template that are no expressions

    def sql(self, names):
        return self.function.template.format(*[argument.sql(names) for argument in self.arguments], **self.options, to=self.type.sql())

    def value(self, rows, tables):
        values = [argument.value(rows, tables) for argument in self.arguments]
        if self.function.strict and any(value is None for value in values):
            return None
        return self.function.meaning(values, self)

    def parts(self):
        return self.arguments


@dataclass
class Made:
    """A column of a group, in HAVING: written as what it is made of."""
    name: str
    made: object
    type: object

    def sql(self, names):
        return self.made.sql(names)

    def value(self, rows, _):
        return rows[0][self.name]

    def parts(self):
        return []


@dataclass
class InQuery:
    needle: object
    query: object
    column: str
    negated: bool
    type: object = BOOLEAN

    def sql(self, names):
        return f"({self.needle.sql(names)} {'NOT ' if self.negated else ''}IN ({self.query.sql(names.fresh)}))"

    def value(self, rows, tables):
        needle = self.needle.value(rows, tables)
        found = [row[self.column] for row in tables.rows_of(self.query)]
        inside = False if not found else either([equal_or_unknown(needle, value) for value in found], None)
        return None if inside is None else inside != self.negated

    def parts(self):
        return [self.needle]


@dataclass
class Exists:
    source: object
    where: object  # its last side is the source's row
    negated: bool
    type: object = BOOLEAN

    def sql(self, names):
        item, alias = names.fresh.item(self.source)
        return f"({'NOT ' if self.negated else ''}EXISTS (SELECT 1 FROM {item} WHERE {self.where.sql(names.with_(alias))}))"

    def value(self, rows, tables):
        found = any(self.where.value([*rows, row], tables) is True for row in tables.rows_of(self.source))
        return found != self.negated

    def parts(self):
        return []


@dataclass
class Scalar:
    """An aggregate over another relation, as a value."""
    source: object
    call: object   # its sides as in `where`
    where: object
    type: object

    def sql(self, names):
        item, alias = names.fresh.item(self.source)
        inner = names.with_(alias)
        return f"(SELECT {self.call.sql(inner)} FROM {item}" + (f" WHERE {self.where.sql(inner)}" if self.where else "") + ")"

    def value(self, rows, tables):
        found = [row for row in tables.rows_of(self.source) if self.where is None or self.where.value([*rows, row], tables) is True]
        # Over a stream of nothing there is no row, which is NULL; what asks by key counts to 0.
        return self.call.of(found, tables, rows) if found or self.where is not None else None

    def parts(self):
        return []
