"""What the recompute says where its reader can tell the answer, and that a wrong one is found and made small."""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import aggregates
import case_file
from aggregates import Aggregate
from draw import EQUAL, call
from expressions import Column
from minimise import minimised, trouble
from product import WAYS, Product, environment_binary, folded
from queries import Query, World
from ranks import Deduplicate, Over
from relations import GroupBy, Join, Output, SetOperation, Table
from tables import Contents, Tables
from values import BIGINT, INT, TIMESTAMP
from windows import WindowAggregate, WindowRows, Windows

COLUMNS = [Output("k", INT), Output("ts", TIMESTAMP, True, True)]
EVENTS = Table("t", COLUMNS, 0)


def events(*pairs):
    return Tables({"t": Contents([("+", {"k": k, "ts": ts}) for k, ts in pairs])})


def counted(windows, rows):
    out = WindowAggregate(EVENTS, windows, "ts", [], [("n", Aggregate("COUNT", None, BIGINT))]).rows(rows)
    return sorted((row["ws"], row["we"], row["n"]) for row in out)


def summed(frame, before, rows):
    """(time, how many rows its frame has) of each row that is not late."""
    out = Over(EVENTS, ["k"], "ts", frame, before, [("n", Aggregate("COUNT", None, BIGINT))], ["ts"]).rows(rows)
    return sorted((row["ts"], row["n"]) for row in out)


class Recompute(unittest.TestCase):
    def test_a_late_row_counts_in_the_windows_that_are_open(self):
        rows = events((1, 9_000), (1, 10_000), (1, 8_000))
        self.assertEqual(counted(Windows("TUMBLE", 10_000), rows), [(0, 10_000, 1), (10_000, 20_000, 1)])
        self.assertEqual(counted(Windows("HOP", 10_000, 5_000), rows), [(0, 10_000, 1), (5_000, 15_000, 3), (10_000, 20_000, 1)])

    def test_sessions_join_at_exactly_the_gap(self):
        self.assertEqual(counted(Windows("SESSION", 5_000), events((1, 15_000), (1, 20_000), (1, 25_001))), [(15_000, 25_000, 2), (25_001, 30_001, 1)])

    def test_a_late_row_joins_a_session_that_is_open(self):
        self.assertEqual(counted(Windows("SESSION", 5_000), events((1, 10_000), (1, 12_000), (1, 7_000))), [(7_000, 17_000, 3)])
        self.assertEqual(counted(Windows("SESSION", 5_000), events((1, 1_000), (1, 12_000), (1, 2_000))), [(1_000, 6_000, 1), (12_000, 17_000, 1)])

    def test_windows_before_1970_begin_before_their_rows(self):
        self.assertEqual(counted(Windows("TUMBLE", 10_000), events((1, -1))), [(-10_000, 0, 1)])

    def test_the_first_row_of_a_key_is_the_earliest_that_is_not_late(self):
        rows = Deduplicate(EVENTS, ["k"], "ts", False).rows(events((1, 5_000), (2, 5_000), (3, 4_000)))
        self.assertEqual([row["k"] for row in rows], [1, 2])

    def test_a_bounded_frame_is_late_by_its_own_key(self):
        self.assertEqual(summed("ROWS", 1, events((1, 5_000), (2, 9_000), (1, 6_000), (1, 4_000))), [(5_000, 1), (6_000, 2), (9_000, 1)])  # 6 s is behind the watermark, and not behind its key
        self.assertEqual(summed("ROWS", 1, events((1, 5_000), (2, 9_000), (2, 9_001), (1, 4_000))), [(5_000, 1), (9_000, 1), (9_001, 2)])
        self.assertEqual(summed("RANGE", 2_000, events((1, 5_000), (2, 9_000), (2, 9_001), (1, 4_000))), [(4_000, 1), (5_000, 1), (9_000, 1), (9_001, 2)])  # at 8 001 the key was forgotten

    def test_lag_looks_beyond_any_frame(self):
        out = Over(EVENTS, ["k"], "ts", "RANGE", 2_000, [("n", Aggregate("LAG", Column(0, "ts", TIMESTAMP), TIMESTAMP, steps=1))], ["ts"]).rows(events((1, 1_000), (1, 90_000)))
        self.assertEqual([row["n"] for row in out], [None, 1_000])

    def test_late_rows_are_in_no_window_of_a_join(self):
        rows, windows = events((1, 9_000), (1, 10_000), (2, 8_000), (3, 19_000)), Windows("TUMBLE", 10_000)
        sides = [WindowRows(EVENTS, windows, "ts") for _ in range(2)]
        self.assertEqual([row["k"] for row in sides[0].in_time(rows)], [1, 1, 3])
        on = call(EQUAL, Column(0, "window_end", TIMESTAMP), Column(1, "window_end", TIMESTAMP))
        self.assertEqual(len(Join(*sides, "FULL", on, [("k", Column(0, "k", INT))], windowed=True).rows(rows)), 1 + 4)

    def test_the_rows_of_a_session_leave_with_it(self):
        rows = WindowRows(EVENTS, Windows("SESSION", 5_000), "ts").rows(events((1, 1_000), (2, 4_000), (3, 12_000), (4, 2_000)))
        self.assertEqual([(row["k"], row["window_start"], row["window_end"]) for row in rows], [(1, 1_000, 9_000), (2, 1_000, 9_000), (3, 12_000, 17_000)])

    def test_null_keys_are_one_group_and_never_join(self):
        rows = events((None, 1), (None, 2))
        self.assertEqual(GroupBy(EVENTS, [("k", Column(0, "k", INT))], [("n", Aggregate("COUNT", None, BIGINT))]).rows(rows), [{"k": None, "n": 2}])
        on = call(EQUAL, Column(0, "k", INT), Column(1, "k", INT))
        self.assertEqual(Join(EVENTS, EVENTS, "INNER", on, [("k", Column(0, "k", INT))]).rows(rows), [])
        self.assertEqual(len(Join(EVENTS, EVENTS, "FULL", on, [("k", Column(0, "k", INT))]).rows(rows)), 4)

    def test_set_operations_count_rows(self):
        two, one = Table("two", [Output("k", INT)]), Table("one", [Output("k", INT)])
        tables = Tables({"two": Contents([("+", {"k": None})] * 2), "one": Contents([("+", {"k": None})])})
        sizes = {kind: len(SetOperation(two, one, kind).rows(tables)) for kind in ("UNION ALL", "UNION", "INTERSECT ALL", "INTERSECT", "EXCEPT ALL", "EXCEPT")}
        self.assertEqual(sizes, {"UNION ALL": 3, "UNION": 1, "INTERSECT ALL": 1, "INTERSECT": 1, "EXCEPT ALL": 1, "EXCEPT": 0})

    def test_a_changelog_that_takes_back_what_is_not_there_is_wrong(self):
        self.assertEqual(folded(['{"op":"+I","a":1}', '{"op":"-U","a":1}', '{"op":"+U","a":2}']), (['{"a":2}'], None))
        self.assertIsNotNone(folded(['{"op":"-U","a":1}', '{"op":"+I","a":1}'])[1])


class Finds(unittest.TestCase):
    def test_a_wrong_mean_is_found_and_made_small(self):
        """The recompute is made wrong, since the product is right."""
        seed = next(seed for seed in range(100) if len(World(seed).contents["g0"].changes) > 5)
        world = World(seed)
        column = Column(0, "n", INT)
        query = Query("aggregate", GroupBy(world.tables["g0"], [("g0", Column(0, "k", world.tables["g0"].outputs[0].type))], [("a0", Aggregate("COUNT", None, BIGINT)), ("a1", Aggregate("AVG", column, INT))]))
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(aggregates.MEANINGS, AVG=lambda values, *_: 1000):
            product = Product(environment_binary(), folder)
            self.assertIsNotNone(trouble(product, world, query, WAYS))
            small, found = minimised(product, world, query, WAYS[:1])
            text = case_file.written(small, found, "a find", found.expected(small))

        self.assertEqual(sum(len(contents.changes) for contents in small.contents.values()), 1, text)
        self.assertIn("SELECT AVG(x1.n) AS a1 FROM g0 AS x1;", text)


if __name__ == "__main__":
    unittest.main()
