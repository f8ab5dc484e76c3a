#!/usr/bin/env python3
"""Writes the cases of tests/sql/oracle, family by family; `./dev oracle write` then fills in what Flink answers.

A case is a few tables with what goes wrong in the field (NULLs, ties, duplicates, late rows, rows that are taken back) and one query of a family.
"""

import pathlib
import sys

# Late rows, ties of time, a NULL key, a NULL value, a duplicate.
CLICKS = """CREATE TABLE c (k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
x,1,1.50,0.5,2024-01-01 00:00:01
y,2,-2.25,1e3,2024-01-01 00:00:02
x,3,10.00,-0.25,2024-01-01 00:00:02
-,4,0.10,-,2024-01-01 00:00:04
x,-,-,2.5,2024-01-01 00:00:07
y,5,7.77,0.125,2024-01-01 00:00:05.500
x,3,10.00,-0.25,2024-01-01 00:00:02
z,-7,0.01,-1e-3,2024-01-01 00:00:11.999
y,2,5.00,8.0,2024-01-01 00:00:08
z,9,99.99,0.0,2024-01-01 00:00:26
y,6,1.00,1.0,2024-01-01 00:00:24
');
"""
IN_ORDER = """CREATE TABLE c (id INT, k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,1,1.50,0.5,2024-01-01 00:00:01
2,y,2,-2.25,1e3,2024-01-01 00:00:02
3,x,3,10.00,-0.25,2024-01-01 00:00:03
4,-,4,0.10,-,2024-01-01 00:00:03
5,x,-,-,2.5,2024-01-01 00:00:04
6,y,5,7.77,0.125,2024-01-01 00:00:06
7,x,3,10.00,-0.25,2024-01-01 00:00:06
8,x,8,0.01,-1e-3,2024-01-01 00:00:06
9,y,2,5.00,8.0,2024-01-01 00:00:08
10,z,9,99.99,0.0,2024-01-01 00:00:16
11,y,6,1.00,1.0,2024-01-01 00:00:24
');
"""
# The same without any delay: rows of the time that the watermark has reached are late, and bounded frames judge that by key.
LATE = IN_ORDER.replace("ts - INTERVAL '1' SECOND", "ts")
# What a group had is taken back by later rows.
CHANGES = """CREATE TABLE t (id INT, k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,5,1.50,0.5,b
2,x,3,2.50,1.5,a
3,y,-,-,-,-
1,y,7,0.05,2.0,c
2,x,9,3.33,-1.0,a
4,-,1,4.00,0.25,d
3,x,2,9.99,8.0,b
1,y,7,0.05,2.0,c
4,x,-,1.00,-0.5,-
5,z,-3,-1.00,16.0,e
2,z,9,3.33,-1.0,a
');
"""
NEWEST = """CREATE VIEW u AS SELECT id, LAST_VALUE(k) AS k, LAST_VALUE(a) AS a, LAST_VALUE(d) AS d, LAST_VALUE(s) AS s FROM t GROUP BY id;
"""
SIDES = """CREATE TABLE l (id INT, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,1,a
2,1,b
3,2,c
4,-,d
5,9,-
3,2,c
6,3,e
');
CREATE TABLE r (id INT, k INT, w STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,1,a
1,1,p
3,2,-
3,2,q
7,-,d
8,4,s
6,3,e
');
"""
TIMED = """CREATE TABLE l (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,2024-01-01 00:00:01
2,y,2024-01-01 00:00:03
3,x,2024-01-01 00:00:04
4,-,2024-01-01 00:00:05
5,x,2024-01-01 00:00:12
6,y,2024-01-01 00:00:10
7,z,2024-01-01 00:00:21
');
CREATE TABLE r (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
11,x,2024-01-01 00:00:01
12,x,2024-01-01 00:00:06
13,y,2024-01-01 00:00:09
14,-,2024-01-01 00:00:05
15,x,2024-01-01 00:00:10
16,w,2024-01-01 00:00:11
17,y,2024-01-01 00:00:12
18,z,2024-01-01 00:00:19
');
"""

out = {}


def case(family, name, intent, tables, query, changelog=False):
    path = f"{family}/{name}.sql"
    assert path not in out, path
    block = "/* expect %sselect_1\n*/\n" % ("changelog " if changelog else "")
    out[path] = f"-- {intent}\n{tables}{query};\n{block}"


def windows():
    shapes = {
        "tumble": "TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '5' SECOND)",
        "tumble_offset": "TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '1' SECOND)",
        "hop": "HOP(TABLE c, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)",
        "hop_offset": "HOP(TABLE c, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '6' SECOND, INTERVAL '-1' SECOND)",
        "cumulate": "CUMULATE(TABLE c, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '8' SECOND)",
        "session": "SESSION(TABLE c PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)",
    }
    calls = {
        "count": "COUNT(*) AS n, COUNT(a) AS na",
        "sum": "SUM(a) AS s, SUM(d) AS sd",
        "avg": "AVG(a) AS m, AVG(d) AS md",
        "min_max": "MIN(a) AS lo, MAX(a) AS hi, MIN(d) AS lod, MAX(f) AS hif",
        "distinct": "COUNT(DISTINCT a) AS n, COUNT(DISTINCT a) FILTER (WHERE a > 2) AS big, SUM(DISTINCT a) AS s",
        "filter": "COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) FILTER (WHERE d < 5) AS s",
        "listed": "LISTAGG(CAST(a AS STRING)) AS l, FIRST_VALUE(a) AS f1, LAST_VALUE(a) AS f2",
        "spread": "VAR_POP(f) AS vp, STDDEV_SAMP(f) AS ss",
    }
    for shape, tvf in shapes.items():
        for call, what in calls.items():
            case("windows", f"{shape}_{call}", f"{shape} by key, with late rows: {call}", CLICKS, f"SELECT k, window_start, window_end, {what}\nFROM TABLE({tvf}) GROUP BY k, window_start, window_end")
        if shape != "session":
            case("windows", f"{shape}_global", f"{shape} over all keys", CLICKS, f"SELECT window_start, window_end, COUNT(*) AS n, SUM(a) AS s, COUNT(DISTINCT k) AS ks FROM TABLE({tvf}) GROUP BY window_start, window_end")
            case("windows", f"{shape}_rows", f"{shape} alone only adds columns and drops nothing", CLICKS, f"SELECT k, a, ts, window_start, window_end FROM TABLE({tvf})", "hop" not in shape)
            case("windows", f"{shape}_start_only", f"{shape} grouped by its start alone is an updating aggregate", CLICKS, f"SELECT window_start, COUNT(*) AS n FROM TABLE({tvf}) GROUP BY window_start", "hop" not in shape)
            case("windows", f"{shape}_sets", f"GROUPING SETS in {shape}", CLICKS, f"SELECT window_start, window_end, k, SUM(a) AS s FROM TABLE({tvf}) GROUP BY GROUPING SETS ((window_start, window_end, k), (window_start, window_end))")
        case("windows", f"{shape}_having", f"HAVING after {shape}", CLICKS, f"SELECT k, window_end, SUM(a) AS s FROM TABLE({tvf}) GROUP BY k, window_start, window_end HAVING SUM(a) > 3")
        case("windows", f"{shape}_chained", f"a window over the windows of {shape}", CLICKS, f"SELECT window_start, window_end, SUM(n) AS n, MAX(n) AS most FROM TABLE(TUMBLE(TABLE counted, DESCRIPTOR(`at`), INTERVAL '20' SECOND)) GROUP BY window_start, window_end")
        path = f"windows/{shape}_chained.sql"
        out[path] = out[path].replace("SELECT window_start", f"CREATE VIEW counted AS SELECT k, window_time AS `at`, COUNT(*) AS n FROM TABLE({tvf}) GROUP BY k, window_start, window_end, window_time;\nSELECT window_start", 1)
        if shape == "session":
            continue  # Flink ranks sessions that end together as one window
        case("windows", f"{shape}_top", f"the largest two of each {shape}", CLICKS, f"SELECT k, s, window_end, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY s DESC, k) AS rn FROM (\n  SELECT k, window_start, window_end, SUM(a) AS s FROM TABLE({tvf}) GROUP BY k, window_start, window_end)) WHERE rn <= 2")
        for end in ("ASC", "DESC"):
            case("windows", f"{shape}_keep_{'first' if end == 'ASC' else 'last'}", f"the {'first' if end == 'ASC' else 'last'} row of each {shape}", CLICKS, f"SELECT k, a, ts, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts {end}) AS rn FROM TABLE({tvf})) WHERE rn <= 1")
    legacy = {"tumble": ("TUMBLE", "ts, INTERVAL '5' SECOND"), "hop": ("HOP", "ts, INTERVAL '2' SECOND, INTERVAL '6' SECOND"), "session": ("SESSION", "ts, INTERVAL '3' SECOND")}
    for shape, (name, args) in legacy.items():
        case("windows", f"legacy_{shape}", f"GROUP BY {name}(…) as it was written before table functions", CLICKS, f"SELECT k, {name}_START({args}) AS s, {name}_END({args}) AS e, COUNT(*) AS n, SUM(a) AS total FROM c GROUP BY k, {name}({args})")
        case("windows", f"legacy_{shape}_rowtime", f"{name}_ROWTIME goes on as a time attribute", CLICKS, f"SELECT TUMBLE_END(rt, INTERVAL '20' SECOND) AS e, SUM(n) AS n FROM (SELECT {name}_ROWTIME({args}) AS rt, COUNT(*) AS n FROM c GROUP BY k, {name}({args})) GROUP BY TUMBLE(rt, INTERVAL '20' SECOND)")


def groups():
    calls = {
        "count": "COUNT(*) AS n, COUNT(a) AS na", "sum": "SUM(a) AS s", "sum_decimal": "SUM(d) AS s", "avg": "AVG(a) AS m", "avg_decimal": "AVG(d) AS m", "min": "MIN(a) AS m", "max": "MAX(a) AS m",
        "min_text": "MIN(s) AS m", "max_text": "MAX(s) AS m", "count_distinct": "COUNT(DISTINCT a) AS n", "sum_distinct": "SUM(DISTINCT a) AS n", "first": "FIRST_VALUE(a) AS v", "last": "LAST_VALUE(a) AS v",
        "filters": "COUNT(*) FILTER (WHERE a > 3) AS n, MAX(a) FILTER (WHERE s = 'a') AS m", "distinct_filters": "COUNT(DISTINCT s) AS n, COUNT(DISTINCT s) FILTER (WHERE a > 3) AS big",
        "listagg": "LISTAGG(s) AS l", "listagg_separator": "LISTAGG(s, '; ') AS l", "listagg_distinct": "LISTAGG(DISTINCT s) AS l", "collect": "COLLECT(a) AS c", "array_agg": "ARRAY_AGG(a) AS c",
        "var_pop": "VAR_POP(d) AS v", "several": "COUNT(*) AS n, SUM(a) AS s, AVG(d) AS m, MIN(s) AS lo, MAX(s) AS hi, COUNT(DISTINCT k) AS ks", "nested": "SUM(a) + COUNT(*) * 2 AS v, CAST(MAX(a) AS BIGINT) - MIN(a) AS w", "case": "SUM(CASE WHEN a > 3 THEN a ELSE 0 END) AS big",
    }
    for name, what in calls.items():
        case("groups", name, f"{what} by key: every change", CHANGES, f"SELECT k, {what} FROM t GROUP BY k", name != "var_pop")  # whose unseen digits change
        case("groups", f"{name}_global", f"{what} over all rows", CHANGES, f"SELECT {what} FROM t", True)
        case("groups", f"{name}_of_updates", f"{what} over rows that are taken back", CHANGES + NEWEST, f"SELECT k, {what} FROM u GROUP BY k")
    for name, what in {"sum": "SUM(f) AS s", "avg": "AVG(f) AS m", "min_max": "MIN(f) AS lo, MAX(f) AS hi", "stddev_pop": "STDDEV_POP(f) AS v", "stddev_samp": "STDDEV_SAMP(f) AS v", "var_samp": "VAR_SAMP(f) AS v"}.items():
        case("groups", f"double_{name}", f"{what}: DOUBLE", CHANGES, f"SELECT k, {what} FROM t GROUP BY k")
    for name, by in {"sets": "GROUPING SETS ((k, s), (k), ())", "rollup": "ROLLUP (k, s)", "cube": "CUBE (k, s)"}.items():
        case("groups", name, f"{by}: what is left out is NULL, and GROUPING tells it from a NULL that is there", CHANGES, f"SELECT k, s, GROUPING(k) AS gk, GROUPING_ID(k, s) AS g, COUNT(*) AS n, SUM(a) AS total FROM t GROUP BY {by}")
        case("groups", f"{name}_changelog", f"{by}: every change", CHANGES, f"SELECT k, s, SUM(a) AS total FROM t GROUP BY {by}", True)
    queries = {
        "having": "SELECT k, SUM(a) AS s FROM t GROUP BY k HAVING SUM(a) > 5", "having_unseen": "SELECT k FROM t GROUP BY k HAVING COUNT(*) > 2 AND MIN(a) < 5", "by_expression": "SELECT MOD(id, 2) AS odd, UPPER(s) AS u, COUNT(*) AS n FROM t GROUP BY MOD(id, 2), UPPER(s)",
        "distinct": "SELECT DISTINCT k, s FROM t", "distinct_expression": "SELECT DISTINCT a > 4 AS big FROM t", "distinct_of_group": "SELECT DISTINCT n FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k)",
        "group_of_group": "SELECT n, COUNT(*) AS ks FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k) GROUP BY n", "max_of_sum": "SELECT MAX(s) AS m FROM (SELECT k, SUM(a) AS s FROM t GROUP BY k)", "min_of_count": "SELECT MIN(n) AS m, COUNT(*) AS c FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k)",
        "no_aggregate": "SELECT k FROM t GROUP BY k", "empty": "SELECT k, SUM(a) AS s FROM t WHERE a > 1000 GROUP BY k", "empty_global": "SELECT SUM(a) AS s, COUNT(*) AS n FROM t WHERE a > 1000", "constant_key": "SELECT 1 AS one, COUNT(*) AS n FROM t GROUP BY 1 + 0",
        "where": "SELECT k, COUNT(*) AS n FROM t WHERE s IS NOT NULL AND a BETWEEN 2 AND 8 GROUP BY k", "in_list": "SELECT k, SUM(a) AS s FROM t WHERE k IN ('x', 'z') GROUP BY k", "null_key": "SELECT k, MAX(id) AS m FROM t WHERE k IS NULL OR k = 'y' GROUP BY k",
    }
    for name, query in queries.items():
        # Behind HAVING Flink's first change of a key may be +U, ours is +I.
        case("groups", f"query_{name}", name.replace("_", " "), CHANGES, query, "having" not in name)


def joins():
    on = {"key": "l.k = r.k", "two_keys": "l.k = r.k AND l.id = r.id", "rest": "l.k = r.k AND l.v <> r.w", "one_side": "l.k = r.k AND l.v = 'a'", "other_side": "l.k = r.k AND r.w = 'p'", "expression": "l.k + 1 = r.k", "null_safe": "l.k IS NOT DISTINCT FROM r.k", "text": "l.v = r.w"}
    for kind in ("INNER", "LEFT", "RIGHT", "FULL"):
        for name, condition in on.items():
            case("joins", f"{kind.lower()}_{name}", f"{kind} JOIN ON {condition}", SIDES, f"SELECT l.id, l.k, l.v, r.id AS rid, r.k AS rk, r.w FROM l {kind} JOIN r ON {condition}")
        case("joins", f"{kind.lower()}_updating_left", f"{kind} JOIN whose left side is taken back", SIDES, f"SELECT x.k, x.n, r.w FROM (SELECT k, COUNT(*) AS n FROM l GROUP BY k) AS x {kind} JOIN r ON x.k = r.k")
        case("joins", f"{kind.lower()}_updating_right", f"{kind} JOIN whose right side is taken back", SIDES, f"SELECT l.id, y.n, y.m FROM l {kind} JOIN (SELECT k, COUNT(*) AS n, MAX(w) AS m FROM r GROUP BY k) AS y ON l.k = y.k")
        case("joins", f"{kind.lower()}_updating_both", f"{kind} JOIN of two aggregates", SIDES, f"SELECT x.k, x.n, y.n AS rn FROM (SELECT k, COUNT(*) AS n FROM l GROUP BY k) AS x {kind} JOIN (SELECT k, COUNT(*) AS n FROM r GROUP BY k) AS y ON x.k = y.k")
        case("joins", f"{kind.lower()}_then_group", f"an aggregate over a {kind} JOIN", SIDES, f"SELECT l.k, COUNT(*) AS n, COUNT(r.id) AS matched FROM l {kind} JOIN r ON l.k = r.k GROUP BY l.k")
        case("joins", f"{kind.lower()}_self", f"{kind} JOIN of a table with itself", SIDES, f"SELECT a.id, b.id AS bid FROM l AS a {kind} JOIN l AS b ON a.k = b.k AND a.id < b.id")
    for name, condition in {"in": "k IN (SELECT k FROM r)", "in_text": "v IN (SELECT w FROM r WHERE w IS NOT NULL)", "exists": "EXISTS (SELECT 1 FROM r WHERE r.k = l.k)", "exists_rest": "EXISTS (SELECT 1 FROM r WHERE r.k = l.k AND r.w <> l.v)", "not_exists": "NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k)", "not_in": "k NOT IN (SELECT k FROM r WHERE k IS NOT NULL)",
                            "not_in_null": "k NOT IN (SELECT k FROM r)", "in_updating": "k IN (SELECT k FROM r GROUP BY k HAVING COUNT(*) > 1)", "not_in_updating": "k NOT IN (SELECT k FROM r WHERE k IS NOT NULL GROUP BY k HAVING COUNT(*) > 1)"}.items():
        case("joins", f"semi_{name}", f"WHERE {condition}", SIDES, f"SELECT id, k, v FROM l WHERE {condition}")
    queries = {
        "cross": "SELECT l.id, r.id AS rid FROM l CROSS JOIN r WHERE l.id < 3", "comma": "SELECT l.id, r.w FROM l, r WHERE l.k = r.k AND r.id > 1", "less": "SELECT l.id, r.id AS rid FROM l JOIN r ON l.id < r.id", "three": "SELECT a.id, b.w, c2.v FROM l AS a JOIN r AS b ON a.k = b.k JOIN l AS c2 ON b.k = c2.k",
        "three_left": "SELECT a.id, b.w, c2.v FROM l AS a LEFT JOIN r AS b ON a.k = b.k LEFT JOIN l AS c2 ON b.w = c2.v", "join_where": "SELECT l.id, r.w FROM l LEFT JOIN r ON l.k = r.k WHERE r.w IS NULL", "scalar": "SELECT id FROM l WHERE k = (SELECT MAX(k) FROM r WHERE k < 3)", "scalar_column": "SELECT id, (SELECT MAX(k) FROM r) AS m FROM l",
        "using": "SELECT v, w FROM l JOIN r USING (k)", "natural": "SELECT * FROM (SELECT k, v FROM l) NATURAL JOIN (SELECT k, w FROM r)", "top_of_join": "SELECT k, v, w FROM (SELECT l.k, v, w, ROW_NUMBER() OVER (PARTITION BY l.k ORDER BY w DESC) AS rn FROM l JOIN r ON l.k = r.k) WHERE rn = 1", "distinct": "SELECT DISTINCT l.k FROM l JOIN r ON l.k = r.k",
    }
    for name, query in queries.items():
        case("joins", f"query_{name}", f"{name.replace('_', ' ')}", SIDES, query)
    bounds = {"around": "l.ts BETWEEN r.ts - INTERVAL '3' SECOND AND r.ts + INTERVAL '3' SECOND", "after": "l.ts >= r.ts AND l.ts < r.ts + INTERVAL '5' SECOND", "before": "r.ts BETWEEN l.ts AND l.ts + INTERVAL '4' SECOND", "equal": "l.ts = r.ts", "strict": "l.ts > r.ts - INTERVAL '3' SECOND AND l.ts < r.ts + INTERVAL '2' SECOND"}
    for kind in ("INNER", "LEFT", "RIGHT", "FULL"):
        for name, bound in bounds.items():
            case("intervals", f"{kind.lower()}_{name}", f"{kind} interval join: {bound}", TIMED, f"SELECT l.id, r.id AS rid FROM l {kind} JOIN r ON l.k = r.k AND {bound}")
        case("intervals", f"{kind.lower()}_rest", f"{kind} interval join with a condition of its own", TIMED, f"SELECT l.id, r.id AS rid FROM l {kind} JOIN r ON l.k = r.k AND {bounds['around']} AND l.id + 10 <> r.id")
        for shape, tvf in {"tumble": "TUMBLE(TABLE {}, DESCRIPTOR(ts), INTERVAL '5' SECOND)", "hop": "HOP(TABLE {}, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)", "cumulate": "CUMULATE(TABLE {}, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)"}.items():
            sides = [f"(SELECT * FROM TABLE({tvf.format(side)}))" for side in "lr"]
            case("window_joins", f"{kind.lower()}_{shape}", f"{kind} window join over {shape}", TIMED, f"SELECT x.id, y.id AS rid, x.window_start, y.window_end FROM {sides[0]} AS x {kind} JOIN {sides[1]} AS y\nON x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end")
    for name, word in {"semi": "EXISTS", "anti": "NOT EXISTS"}.items():
        sides = [f"(SELECT * FROM TABLE(TUMBLE(TABLE {side}, DESCRIPTOR(ts), INTERVAL '5' SECOND)))" for side in "lr"]
        case("window_joins", name, f"{word} in the same window", TIMED, f"SELECT id, window_end FROM {sides[0]} AS x WHERE {word} (SELECT 1 FROM {sides[1]} AS y WHERE x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end)")


def over():
    frames = {"range_unbounded": "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "rows_unbounded": "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "rows_2": "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW", "rows_0": "ROWS BETWEEN 0 PRECEDING AND CURRENT ROW", "range_3s": "RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND CURRENT ROW", "range_0s": "RANGE BETWEEN INTERVAL '0' SECOND PRECEDING AND CURRENT ROW"}
    calls = {"count": "COUNT(*) OVER w AS n, COUNT(a) OVER w AS na", "sum": "SUM(a) OVER w AS s, SUM(d) OVER w AS sd", "avg": "AVG(a) OVER w AS m, AVG(d) OVER w AS md", "min_max": "MIN(a) OVER w AS lo, MAX(a) OVER w AS hi", "first_last": "FIRST_VALUE(a) OVER w AS f1, LAST_VALUE(a) OVER w AS f2", "distinct": "COUNT(DISTINCT a) OVER w AS n"}
    for frame, text in frames.items():
        for call, what in calls.items():
            query = f"SELECT id, {what} FROM c WINDOW w AS (PARTITION BY k ORDER BY ts {text})"
            case("over", f"{frame}_{call}", f"{text}: {call}", IN_ORDER, query, True)
            if "unbounded" not in frame:
                case("over_late", f"{frame}_{call}", f"{text} over late rows: {call}", LATE, query, True)
        case("over", f"{frame}_global", f"{text} without a key", IN_ORDER, f"SELECT id, SUM(a) OVER (ORDER BY ts {text}) AS s FROM c", True)
    for name, call in {"lag": "LAG(a)", "lag_2": "LAG(a, 2)", "lag_default": "LAG(a, 1, -1)", "row_number": "ROW_NUMBER()", "rank": "RANK()", "dense_rank": "DENSE_RANK()", "lead": "LEAD(a)", "ntile": "NTILE(2)"}.items():
        case("over", name, f"{call} by event time", IN_ORDER, f"SELECT id, {call} OVER (PARTITION BY k ORDER BY ts) AS v FROM c", True)


def ranks():
    orders = {"asc": "a", "desc": "a DESC", "nulls_last": "a NULLS LAST", "nulls_first_desc": "a DESC NULLS FIRST", "two": "a DESC, id", "text": "s DESC", "expression": "MOD(a, 4), id DESC"}
    for name, order in orders.items():
        for n in (1, 2, 3):
            if n == 1 and name in ("asc", "two", "nulls_last", "expression"):
                continue  # Flink never takes these back (FLINK-40368)
            case("ranks", f"top{n}_{name}", f"the first {n} by {order}", CHANGES, f"SELECT k, id, a, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY {order}) AS rn FROM t) WHERE rn <= {n}", True)
        case("ranks", f"rank_{name}", f"the first 2 by {order}, with their place", CHANGES, f"SELECT k, id, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY {order}) AS rn FROM t) WHERE rn <= 2", True)
        case("ranks", f"updates_{name}", f"the first 2 by {order} of rows that are taken back", CHANGES + NEWEST, f"SELECT k, id, a, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY {order}) AS rn FROM u) WHERE rn <= 2")
        case("ranks", f"limit_{name}", f"ORDER BY {order} LIMIT 3", CHANGES, f"SELECT id, k, a FROM t ORDER BY {order} LIMIT 3")
    more = {"between": "SELECT id, a, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY a DESC, id) AS rn FROM t) WHERE rn BETWEEN 2 AND 4", "equal": "SELECT id, a FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY a DESC, id) AS rn FROM t) WHERE rn = 2", "qualify": "SELECT id, k, a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC) <= 2",
            "offset": "SELECT id, a FROM t ORDER BY a DESC, id LIMIT 2 OFFSET 2", "fetch": "SELECT id, a FROM t ORDER BY a DESC, id FETCH FIRST 2 ROWS ONLY", "of_sums": "SELECT k, total FROM (SELECT k, total, ROW_NUMBER() OVER (ORDER BY total DESC) AS rn FROM (SELECT k, SUM(a) AS total FROM t GROUP BY k)) WHERE rn <= 2",
            "then_group": "SELECT COUNT(*) AS n, SUM(a) AS s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC) AS rn FROM t) WHERE rn <= 2", "rank_function": "SELECT id, a FROM (SELECT *, RANK() OVER (PARTITION BY k ORDER BY a DESC) AS rn FROM t) WHERE rn <= 2"}
    for name, query in more.items():
        case("ranks", f"query_{name}", name.replace("_", " "), CHANGES, query)
    for end, word in (("ASC", "first"), ("DESC", "last")):
        case("ranks", f"keep_{word}", f"keep-{word} by event time, with late rows and ties", CLICKS, f"SELECT k, a, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts {end}) AS rn FROM c) WHERE rn = 1", True)
        case("ranks", f"keep_{word}_two_keys", f"keep-{word} by two keys", CLICKS, f"SELECT k, a, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, a ORDER BY ts {end}) AS rn FROM c) WHERE rn = 1", True)
        case("ranks", f"keep_{word}_count", f"an aggregate over keep-{word}", CLICKS, f"SELECT COUNT(*) AS n, SUM(a) AS s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts {end}) AS rn FROM c) WHERE rn = 1")
    case("ranks", "keep_first_window", "windows over keep-first", CLICKS, "SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE f, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end")
    out["ranks/keep_first_window.sql"] = out["ranks/keep_first_window.sql"].replace("SELECT window_end", "CREATE VIEW f AS SELECT k, a, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts ASC) AS rn FROM c) WHERE rn = 1;\nSELECT window_end", 1)


def sets():
    pairs = {"keys": ("SELECT k FROM l", "SELECT k FROM r"), "rows": ("SELECT id, k, v FROM l", "SELECT id, k, w FROM r"), "filtered": ("SELECT k, v FROM l WHERE k > 1", "SELECT k, w FROM r WHERE k < 3"), "updating": ("SELECT k, COUNT(*) AS n FROM l GROUP BY k", "SELECT k, COUNT(*) AS n FROM r GROUP BY k"), "types": ("SELECT id FROM l", "SELECT CAST(id AS BIGINT) * 2 FROM r")}
    for name, (left, right) in pairs.items():
        for op in ("UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"):
            case("sets", f"{op.lower().replace(' ', '_')}_{name}", f"{op} of {name}", SIDES, f"{left} {op} {right}")
        case("sets", f"group_{name}", f"an aggregate over UNION ALL of {name}", SIDES, f"SELECT COUNT(*) AS n FROM ({left} UNION ALL {right})")
    case("sets", "three", "set operations from the left", SIDES, "SELECT k FROM l UNION SELECT k FROM r EXCEPT SELECT id FROM l")
    case("sets", "values", "VALUES in a set operation", SIDES, "SELECT k FROM l WHERE k IS NOT NULL UNION ALL VALUES (100), (101)")
    case("sets", "windows", "windows over UNION ALL", TIMED, "SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE both_sides, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end")
    out["sets/windows.sql"] = out["sets/windows.sql"].replace("SELECT window_end", "CREATE VIEW both_sides AS SELECT * FROM l UNION ALL SELECT * FROM r;\nSELECT window_end", 1)


def main():
    for family in (windows, groups, joins, over, ranks, sets):
        family()
    for path, text in out.items():
        file = pathlib.Path(sys.argv[1]) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    print(f"{len(out)} cases")


main()
