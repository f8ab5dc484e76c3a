"""Makes a find small: rows, clauses, columns and parts of expressions go as long as the answers still differ."""

import copy
import dataclasses

from expressions import Call
from product import complaint
from queries import Query
from tables import Contents

CLAUSES = ("where", "having", "filter", "sets")
SWITCHES = ("distinct", "numbered", "older", "timed", "negated", "by_limit", "by_comma")
MAY_BE_EMPTY = ("keys", "parts", "more")
NOT_PARTS = ("function", "type", "options", "outputs", "made")
CHECKS_MOST = 600


def trouble(product, world, query, ways):
    """What is wrong with the answer, or None; a query that cannot be asked is no trouble."""
    try:
        expected = query.expected(world)
        answer = product.answers(world, [query], ways)[query.number]
    except (KeyError, ValueError, StopIteration, TypeError, IndexError, AttributeError, NotImplementedError):
        return None
    return None if isinstance(answer, str) else complaint(expected, answer)


def minimised(product, world, query, ways):
    """(world, query) as small as it gets."""
    checks = 0
    world, query = copy.deepcopy(world), Query(query.family, query.relation)
    world = only(world, query)
    while True:
        for smaller_world, smaller_query in candidates(world, query):
            checks += 1
            if trouble(product, smaller_world, smaller_query, ways):
                world, query = only(smaller_world, smaller_query), smaller_query
                break
            if checks > CHECKS_MOST:
                return world, query
        else:
            return world, query


def only(world, query):
    """The tables that the query reads."""
    names = query.tables()
    out = copy.copy(world)
    out.tables = {name: world.tables[name] for name in names}
    out.contents = {name: world.contents[name] for name in names}
    return out


def candidates(world, query):
    for inner in query.relation.relations():
        if not hasattr(inner, "outputs"):
            yield world, Query(query.family, inner)
    for name, contents in world.contents.items():
        for size in (8, 4, 2, 1):
            for at in range(0, len(contents.changes), size):
                yield with_changes(world, name, contents.changes[:at] + contents.changes[at + size:]), query
        for column in world.tables[name].outputs:
            if column.name.startswith(("c", "n")):
                yield without(world, name, column), query
    for relation in smaller(query.relation):
        yield world, Query(query.family, relation)


def with_changes(world, name, changes):
    """Without what takes back a row that is gone as well."""
    kept, standing = [], []
    for sign, row in changes:
        if sign == "-" and row not in standing:
            continue
        standing.append(row) if sign == "+" else standing.remove(row)
        kept.append((sign, row))
    out = copy.copy(world)
    out.contents = world.contents | {name: Contents(kept)}
    return out


def without(world, name, gone):
    """A table without a column; the tables of queries are found by name, so that theirs stay as they are."""
    out = copy.copy(world)
    table = world.tables[name]
    out.tables = world.tables | {name: dataclasses.replace(table, outputs=[column for column in table.outputs if column != gone])}
    changes = [(sign, {key: value for key, value in row.items() if key != gone.name}) for sign, row in world.contents[name].changes]
    out.contents = world.contents | {name: Contents(changes)}
    return out


def smaller(node):
    """Nodes that have one part less."""
    if hasattr(node, "outputs"):
        return
    if isinstance(node, Call):
        yield from (part for part in below(node) if part.type == node.type)
    for field in dataclasses.fields(node):
        name, value = field.name, getattr(node, field.name)
        if name in NOT_PARTS or value is None:
            continue
        if name in CLAUSES:
            yield dataclasses.replace(node, **{name: None})
        if name in SWITCHES and value is True:
            yield dataclasses.replace(node, **{name: False})
        for part in smaller_values(name, value, getattr(node, "sets", None)):
            yield dataclasses.replace(node, **{name: part})


def smaller_values(name, value, sets):
    if isinstance(value, (list, tuple)):
        if (len(value) > 1 or name in MAY_BE_EMPTY) and not (name == "keys" and sets):
            yield from ([*value[:at], *value[at + 1:]] for at in range(len(value)))
        for at, one in enumerate(value):
            for part in smaller_elements(one):
                yield [*value[:at], part, *value[at + 1:]]
    elif is_node(value):
        if hasattr(value, "relations"):
            yield from (inner for inner in value.relations() if stands_for(inner, value))
        yield from smaller(value)


def smaller_elements(one):
    if isinstance(one, tuple) and is_node(one[-1]):
        yield from ((one[0], part) for part in smaller(one[-1]))
    elif is_node(one):
        yield from smaller(one)


def is_node(value):
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def stands_for(inner, outer):
    """Whether columns that both have are the same."""
    types = {column.name: (column.type, column.time) for column in inner.columns()}
    return all(types.get(column.name, (column.type, column.time)) == (column.type, column.time) for column in outer.columns())


def below(node):
    for part in node.parts():
        yield part
        yield from below(part)
