"""A query with its tables as a case of tests/sql: the script, then the rows that it expects."""


def written(world, query, intent, expected):
    parts = [f"-- {intent}"]
    for name in query.tables():
        rows = "".join(line + "\n" for line in world.lines(name)).replace("'", "''")
        partitions = world.tables[name].partitions
        dealt = f", 'partitions' = '{partitions}'" if partitions > 1 else ""
        parts.append(world.declared(name, f"'connector' = 'inline'{dealt}", f", 'rows' = '\n{rows}'") + ";")
    parts += [f"{statement};" for statement in query.statements()]
    return "\n".join([*parts, "/* expect select_1", *expected, "*/"]) + "\n"
