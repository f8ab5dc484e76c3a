"""Window table functions, and what stands on them: aggregates, Top-N, the rows themselves."""

from dataclasses import dataclass

from ranks import in_order
from relations import Output, Scope, freeze, grouped, listed, step_before, summable, summable_type, watermarks
from values import BIGINT, TIMESTAMP


def interval(ms):
    return f"INTERVAL '{ms // 1000}' SECOND"


@dataclass
class Windows:
    kind: str
    size: int
    step: int = None  # of HOP and CUMULATE
    offset: int = 0
    parts: tuple = ()  # of SESSION

    def call(self, table, time):
        part = f" PARTITION BY ({listed(self.parts)})" if self.parts else ""
        sizes = ([interval(self.step)] if self.step else []) + [interval(self.size)] + ([interval(self.offset)] if self.offset else [])
        return f"TABLE({self.kind}(TABLE {table}{part}, DESCRIPTOR({time}), {listed(sizes)}))"

    def of(self, time):
        """The windows that a row of this time is in."""
        if self.kind == "TUMBLE":
            start = time - (time - self.offset) % self.size
            return [(start, start + self.size)]
        if self.kind == "HOP":
            last = time - (time - self.offset) % self.step
            return [(start, start + self.size) for start in range(last, last - self.size, -self.step) if start + self.size > time]
        start = time - (time - self.offset) % self.size
        return [(start, end) for end in range(start + self.step, start + self.size + 1, self.step) if end > time]


def fired(window, watermark):
    return watermark is not None and window[1] - 1 <= watermark


def sessions(arrived, time, gap, key):
    """(window, rows) of each session; a row that comes late joins a session that is open, or none."""
    done, open_ = [], {}
    for row, watermark in arrived:
        mine = open_.setdefault(key(row), [])
        for session in [session for session in mine if fired(session[0], watermark)]:
            mine.remove(session)
            done.append(session)
        window, members = (row[time], row[time] + gap), [row]
        touched = [session for session in mine if session[0][0] <= window[1] and window[0] <= session[0][1]]
        for session in touched:
            window = (min(window[0], session[0][0]), max(window[1], session[0][1]))
            members = session[1] + members
        if fired(window, watermark):
            continue
        for session in touched:
            mine.remove(session)
        mine.append((window, members))
    return done + [session for mine in open_.values() for session in mine]


@dataclass
class WindowRows:
    """The rows with their windows: nothing is dropped, but what comes late for its session."""
    source: object
    windows: Windows
    time: str

    def sql(self, names):
        shown = listed([column.name for column in self.source.columns()] + ["window_start", "window_end"])
        return f"SELECT {shown} FROM {self.windows.call(names.table(self.source), self.time)}"

    def columns(self):
        return self.source.columns() + [Output("window_start", TIMESTAMP), Output("window_end", TIMESTAMP)]

    def stream(self, tables):
        arrived = self.source.stream(tables)
        if self.windows.kind == "SESSION":
            return self.of_sessions(arrived, tables)
        return [(row | {"window_start": start, "window_end": end}, watermark) for row, watermark in arrived for start, end in self.windows.of(row[self.time])]

    def of_sessions(self, arrived, tables):
        """Their rows leave together when they fire."""
        steps = watermarks(self.source, tables)
        found = sessions(arrived, self.time, self.windows.size, lambda row: freeze(row[name] for name in self.windows.parts))
        return [(row | {"window_start": start, "window_end": end}, step_before(steps, end - 1)) for (start, end), members in sorted(found, key=lambda session: session[0][1]) for row in members]

    def in_time(self, tables):
        """What a join of windows takes: rows whose window is not over."""
        return [row for row, watermark in self.stream(tables) if not fired((row["window_start"], row["window_end"]), watermark)]

    def rows(self, tables):
        return [row for row, _ in self.stream(tables)]

    def relations(self):
        return [self.source]


@dataclass
class WindowAggregate:
    source: object
    windows: Windows
    time: str
    keys: list   # (name, column)
    calls: list
    having: object = None
    sets: list = None   # of lists of numbers of keys, the window's columns in each
    older: bool = False  # GROUP BY TUMBLE(…)
    timed: bool = False  # window_time is shown

    def sql(self, names):
        return self.older_sql(names) if self.older else self.newer_sql(names)

    def newer_sql(self, names):
        scope = Scope(["w"], names)
        keys = [e.sql(scope) for _, e in self.keys]
        shown = ["w.window_start AS ws", "w.window_end AS we"] + (["w.window_time AS wt"] if self.timed else [])
        items = [f"{e.sql(scope)} AS {name}" for name, e in self.keys] + shown + [f"{call.sql(scope)} AS {name}" for name, call in self.calls]
        bounds = ["w.window_start", "w.window_end"] + (["w.window_time"] if self.timed else [])
        by = listed(keys + bounds)
        if self.sets is not None:
            by = f"GROUPING SETS ({listed('(' + listed([keys[n] for n in one] + bounds) + ')' for one in self.sets)})"
        sql = f"SELECT {listed(items)} FROM {self.windows.call(names.table(self.source), self.time)} AS w GROUP BY {by}"
        return sql + (f" HAVING {self.having.sql(scope)}" if self.having else "")

    def older_sql(self, names):
        item, alias = names.item(self.source)
        scope = Scope([alias], names)
        sizes = ([self.windows.step] if self.windows.step else []) + [self.windows.size]
        window = f"{self.windows.kind}{{}}({alias}.{self.time}, {listed(map(interval, sizes))})"
        items = [f"{e.sql(scope)} AS {name}" for name, e in self.keys] + [window.format("_START") + " AS ws", window.format("_END") + " AS we"]
        items += [f"{call.sql(scope)} AS {name}" for name, call in self.calls]
        by = listed([e.sql(scope) for _, e in self.keys] + [window.format("")])
        return f"SELECT {listed(items)} FROM {item} GROUP BY {by}" + (f" HAVING {self.having.sql(scope)}" if self.having else "")

    def columns(self):
        inner = {column.name: column for column in self.source.columns()}
        keys = [Output(name, e.type, summable(e, inner)) for name, e in self.keys]
        bounds = [Output("ws", TIMESTAMP), Output("we", TIMESTAMP)] + ([Output("wt", TIMESTAMP, True, True)] if self.timed else [])
        return keys + bounds + [Output(name, call.type, summable_type(call.type)) for name, call in self.calls]

    def groups(self, tables):
        arrived = self.source.stream(tables)
        if self.windows.kind == "SESSION":
            parts = self.windows.parts if not self.older else [e.name for _, e in self.keys]
            found = sessions(arrived, self.time, self.windows.size, lambda row: freeze(row[name] for name in parts))
            return [(window, members) for window, members in found]
        groups = {}
        for row, watermark in arrived:
            for window in self.windows.of(row[self.time]):
                if not fired(window, watermark):
                    groups.setdefault(window, []).append(row)
        return list(groups.items())

    def rows(self, tables):
        out = []
        for (start, end), rows in self.groups(tables):
            for kept in self.sets if self.sets is not None else [range(len(self.keys))]:
                by_key = {}
                for row in rows:
                    by_key.setdefault(freeze(e.value([row], tables) if n in kept else None for n, (_, e) in enumerate(self.keys)), []).append(row)
                for key, members in by_key.items():
                    made = dict(zip((name for name, _ in self.keys), key)) | {"ws": start, "we": end} | ({"wt": end - 1} if self.timed else {})
                    made |= {name: call.of(members, tables) for name, call in self.calls}
                    if self.having is None or self.having.value([made], tables) is True:
                        out.append(made)
        return out

    def stream(self, tables):
        """Each row comes behind the last watermark that did not fire it yet, those that fire together in the order of their ends."""
        steps = watermarks(self.source, tables)
        return [(row, step_before(steps, row["we"] - 1)) for row in sorted(self.rows(tables), key=lambda row: row["we"])]

    def watermarks(self, tables):
        return watermarks(self.source, tables)

    def relations(self):
        return [self.source]


@dataclass
class WindowTop:
    """The first rows of each window, which it gives when it fires."""
    source: WindowRows
    parts: list
    order: list
    high: int
    numbered: bool

    def sql(self, names):
        items = listed(column.name for column in self.source.columns())
        order = listed(f"{name}{' DESC' if down else ''}" for name, down in self.order)
        table = self.source.windows.call(names.table(self.source.source), self.source.time)
        shown = items + (", rn" if self.numbered else "")
        part = listed(["window_start", "window_end", *self.parts])
        return f"SELECT {shown} FROM (SELECT {items}, ROW_NUMBER() OVER (PARTITION BY {part} ORDER BY {order}) AS rn FROM {table}) WHERE rn <= {self.high}"

    def columns(self):
        out = [column._replace(time=False) for column in self.source.columns()]
        return out + ([Output("rn", BIGINT)] if self.numbered else [])

    def rows(self, tables):
        taken = [row for row, watermark in self.source.stream(tables) if not fired((row["window_start"], row["window_end"]), watermark)]
        out = []
        for members in grouped(taken, ["window_start", "window_end", *self.parts]).values():
            for number, row in enumerate(in_order(members, self.order)[:self.high], 1):
                out.append(row | ({"rn": number} if self.numbered else {}))
        return out

    def relations(self):
        return [self.source]
