"""`freshet apply`: a pipeline's file is changed under a running house, and the new version goes on where the old one stood; every row comes out once, also
when the house is killed between the two."""

import json
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from serving import BINARY, House

TABLES = """SET 'execution.checkpointing.interval' = '30 ms';
CREATE TABLE clicks (k STRING, v INT, w INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE raw (v INT, w INT) WITH ('connector' = 'kafka', 'topic' = 'raw', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
CREATE TABLE totals (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO totals SELECT k, SUM(v) FROM clicks GROUP BY k;
"""
OLD = TABLES + "INSERT INTO raw SELECT v, 0 FROM clicks;\n"
NEW = TABLES + "INSERT INTO raw SELECT v, w FROM clicks;\n"  # reads a column more
SECONDS_MAX = 60


class Apply(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "project")
        self.file = self.path / "pipelines" / "p.sql"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(OLD)
        self.data = str(pathlib.Path(folder.name, "data"))

    def house(self, kill_at=""):
        house = House(str(self.path), self.data, env={"FRESHET_KILL_AT": kill_at} if kill_at else None)
        self.addCleanup(house.errors.close)
        self.addCleanup(house.process.stdout.close)
        self.addCleanup(house.kill)
        self.assertEqual(house.first_line, "ready", house.error_text())
        return house

    def ask(self, house, path, body=None):
        """The pipeline makes its topics when it begins: until then they are not found."""
        data = None if body is None else json.dumps(body).encode()
        end = time.monotonic() + SECONDS_MAX
        while True:
            try:
                with urllib.request.urlopen(urllib.request.Request(f"http://{house.doors['http']}{path}", data=data), timeout=10) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 404 or time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def produce(self, house, numbers):
        for v in numbers:
            self.ask(house, "/v1/topics/clicks/records", {"value": json.dumps({"k": "ab"[v % 2], "v": v, "w": 1})})

    def rows(self, house, topic):
        answer = self.ask(house, f"/v1/topics/{topic}/records?from=earliest&limit=500")
        return [json.loads(record["value"]["text"]) for record in answer["records"]]

    def wait_for_rows(self, house, count):
        end = time.monotonic() + SECONDS_MAX
        rows = []
        while len(rows) < count and time.monotonic() < end:
            time.sleep(0.05)
            rows = self.rows(house, "raw")
        return rows

    def apply(self, *options):
        return subprocess.run([BINARY, "apply", str(self.path), "--data", self.data, *options], capture_output=True, text=True, check=False, timeout=60)

    def plan(self):
        return subprocess.run([BINARY, "plan", str(self.path), "--data", self.data], capture_output=True, text=True, check=False, timeout=60)

    def assert_each_once(self, rows, old, new):
        self.assertEqual(sorted((row["w"], row["v"]) for row in rows), [(0, v) for v in old] + [(1, v) for v in new])

    def totals(self, house, topic="totals"):
        return {row["k"]: row["s"] for row in self.rows(house, topic)}

    def wait_for(self, what):
        end = time.monotonic() + SECONDS_MAX
        while not what():
            self.assertLess(time.monotonic(), end, "in vain")
            time.sleep(0.05)

    def test_a_new_file_that_does_not_begin_is_tried_again_by_the_next_apply(self):
        house = self.house()
        other = self.file.with_name("q.sql")
        gone = "CREATE TABLE gone (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'gone', 'format' = 'csv', 'source.monitor-interval' = '1 s');\n"
        other.write_text(gone + TABLES.replace("totals", "others").replace("FROM clicks", "FROM gone"))
        self.produce(house, range(4))
        refused = self.apply()
        failing = self.ready(house, "?pipelines=true")
        other.write_text(TABLES.replace("totals", "others"))
        applied = self.apply()
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertIn("pipelines/q.sql: it does not begin: ", refused.stderr)
        self.assertIn("q", failing[1])
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.wait_for(lambda: self.totals(house, "others") == {"a": 2, "b": 4})

    def test_a_changed_file_goes_on_where_the_old_one_stood(self):
        house = self.house()
        self.produce(house, range(20))
        self.wait_for_rows(house, 20)
        self.file.write_text(NEW)
        applied = self.apply()
        self.produce(house, range(20, 40))
        rows = self.wait_for_rows(house, 40)
        again = self.apply("--only", "p")
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertIn("p goes on with what its file says, from epoch ", applied.stdout)
        self.assertIn("nothing behind it keeps rows, so it goes on where its table stands", applied.stdout)
        self.assert_each_once(rows, range(20), range(20, 40))
        self.assertEqual(self.totals(house), {"a": sum(range(0, 40, 2)), "b": sum(range(1, 40, 2))})
        self.assertEqual((again.returncode, again.stdout.split(",")[0]), (0, "p runs already as its file says"), again.stderr)
        self.assertEqual(house.stop(), 0)

    def ready(self, house, query=""):
        try:
            with urllib.request.urlopen(f"http://{house.doors['http']}/readyz{query}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def test_a_file_that_cannot_be_planned_keeps_nobody_else_down(self):
        other = self.file.with_name("q.sql")
        other.write_text(OLD.replace("SELECT v, 0 FROM", "SELECT v, x FROM").replace("'topic' = 'raw'", "'topic' = 'more'").replace("'topic' = 'totals'", "'topic' = 'others'"))
        house = self.house()
        self.produce(house, range(10))
        self.assertEqual(len(self.wait_for_rows(house, 10)), 10)
        self.assertEqual(self.ready(house), (200, "ok\npipeline q fails\n"))
        self.assertEqual(self.ready(house, "?pipelines=true"), (503, "pipeline q fails\n"))
        told = [pipeline for pipeline in self.ask(house, "/v1/house")["pipelines"] if pipeline["name"] == "q"][0]
        self.assertIn("pipelines/q.sql: line 7, column 27: no column 'x'", told["failure"])
        self.assertIn("a pipeline's file cannot be planned", house.error_text())
        other.write_text(other.read_text().replace("SELECT v, x FROM", "SELECT v, 0 FROM"))
        applied = self.apply()
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertIn("q goes on with what its file says", applied.stdout)
        self.assertEqual(self.ready(house, "?pipelines=true"), (200, "ok\n"))
        end = time.monotonic() + SECONDS_MAX
        while len(self.rows(house, "more")) < 10 and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(len(self.rows(house, "more")), 10)
        self.assertEqual(house.stop(), 0)

    def test_tells_which_feature_view_lacks_what_its_pipeline_wrote(self):
        products = self.path / "products"
        products.mkdir()
        (products / "totals.yaml").write_text("name: totals\nfeatures:\n  topic: totals\n  entity: [k]\n  columns:\n    s: {type: BIGINT}\n")
        house = self.house()
        self.produce(house, range(2))
        self.wait_for_rows(house, 2)
        fits = self.apply()
        (products / "seen.yaml").write_text("name: seen\nfeatures:\n  topic: totals\n  entity: [k]\n  columns:\n    s: {type: BIGINT}\n")
        waits = (self.plan(), self.apply())
        self.file.write_text(OLD.replace("k STRING, s INT", "k STRING, sum_of_v INT"))
        lacks = self.apply("--accept-loss")
        self.assertEqual((fits.returncode, fits.stderr), (0, ""))
        self.assertNotIn("waits for the next start", fits.stdout)
        for told in waits:
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertIn("products/seen.yaml is new, and waits for the next start: until then the house serves the feature views that it knows", told.stdout)
        self.assertEqual(lacks.returncode, 0, lacks.stderr)
        self.assertIn("freshet apply: products/totals.yaml:6: features.columns.s: table totals of ", lacks.stderr.replace(f"{self.path}/", ""))
        self.assertIn("has no column 's', so its rows have no value there", lacks.stderr)

    def test_files_that_are_new_or_bad_do_not_leave_an_apply_half_done(self):
        house = self.house()
        self.produce(house, range(10))
        self.wait_for_rows(house, 10)
        self.file.write_text(NEW)
        other = self.file.with_name("q.sql")
        other.write_text(TABLES.replace("totals", "others"))
        plan_of_new = self.plan()
        other.write_text("INSERT INTO nothing SELECT 1;")
        refused = self.apply()
        other.write_text(TABLES.replace("totals", "others"))
        applied = self.apply()
        self.assertEqual((plan_of_new.returncode, refused.returncode, refused.stdout), (0, 1, ""), plan_of_new.stderr)
        self.assertIn("pipelines/q.sql: line 1", refused.stderr)
        self.assertIn("nothing was applied", refused.stderr)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertTrue(applied.stdout.startswith("p goes on with what its file says"), applied.stdout)
        self.assertIn("\nq is new, and has begun with epoch 1\n", applied.stdout)
        again = self.apply()
        self.assertIn("q runs already as its file says", again.stdout)
        self.produce(house, range(10, 20))
        sums = {"a": sum(range(0, 20, 2)), "b": sum(range(1, 20, 2))}
        self.wait_for(lambda: self.totals(house, "others") == sums and self.totals(house) == sums)
        self.assertEqual(house.stop(), 0)
        house = self.house()
        self.produce(house, [100])
        sums["a"] += 100
        self.wait_for(lambda: self.totals(house, "others") == sums and self.totals(house) == sums)
        self.file.unlink()
        told = self.plan()
        self.assertIn("p, which has no file any more:", told.stdout)

    def test_a_table_by_key_gets_what_its_changed_statement_says_of_every_key(self):
        house = self.house()
        self.produce(house, range(20))
        self.wait_for_rows(house, 20)
        self.file.write_text(OLD.replace("SUM(v)", "SUM(v) + 1000"))
        planned = self.plan()
        applied = self.apply()
        self.assertEqual((planned.returncode, applied.returncode), (0, 0), applied.stderr)
        self.assertIn("  kept     GroupAggregate", planned.stdout)
        self.assertIn("  rebuilt  Sink(table=totals)\n           its rows are others", planned.stdout)
        self.assertEqual(self.totals(house), {"a": 1000 + sum(range(0, 20, 2)), "b": 1000 + sum(range(1, 20, 2))})

    def test_a_house_killed_between_the_versions_gives_the_same(self):
        house = self.house("pipeline.between_versions#1")
        self.produce(house, range(20))
        self.wait_for_rows(house, 20)
        self.file.write_text(NEW)
        applied = self.apply()
        self.assertEqual(house.process.wait(20), -signal.SIGKILL)
        self.assertEqual(applied.returncode, 1)
        house = self.house()
        self.produce(house, range(20, 40))
        self.assert_each_once(self.wait_for_rows(house, 40), range(20), range(20, 40))
        self.assertEqual(self.totals(house), {"a": sum(range(0, 40, 2)), "b": sum(range(1, 40, 2))})
        self.assertIn("runs already", self.apply().stdout)

    def test_a_changed_aggregate_is_built_from_the_log_and_the_table_gets_what_it_lacks(self):
        house = self.house()
        self.produce(house, range(20))
        self.wait_for_rows(house, 20)
        self.file.write_text(OLD.replace("SUM(v)", "SUM(v + w)"))
        applied = self.apply()
        at_once = self.totals(house)
        self.produce(house, range(20, 40))
        rows = self.wait_for_rows(house, 40)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertIn("built anew from the log", applied.stdout)
        self.assertEqual(at_once, {"a": sum(range(0, 20, 2)) + 10, "b": sum(range(1, 20, 2)) + 10})
        self.assertEqual(self.totals(house), {"a": sum(range(0, 40, 2)) + 20, "b": sum(range(1, 40, 2)) + 20})
        self.assert_each_once(rows, range(40), [])

    def test_a_house_killed_while_it_builds_takes_it_up_again(self):
        house = self.house("pipeline.between_versions#1")
        self.produce(house, range(20))
        self.wait_for_rows(house, 20)
        self.file.write_text(OLD.replace("SUM(v)", "MAX(v)"))
        self.apply()
        self.assertEqual(house.process.wait(20), -signal.SIGKILL)
        house = self.house()
        self.assertEqual(self.totals(house), {"a": sum(range(0, 20, 2)), "b": sum(range(1, 20, 2))})
        applied = self.apply()
        self.produce(house, range(20, 40))
        rows = self.wait_for_rows(house, 40)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertEqual(self.totals(house), {"a": 38, "b": 39})
        self.assert_each_once(rows, range(40), [])

    def test_what_would_be_lost_is_refused_and_the_old_version_runs_on(self):
        house = self.house()
        self.produce(house, range(10))
        self.wait_for_rows(house, 10)
        self.file.write_text("".join(line + "\n" for line in OLD.splitlines() if not line.startswith("INSERT INTO totals")))
        refused = self.apply()
        elsewhere = self.apply("--only", "q")
        self.produce(house, range(10, 20))
        rows = self.wait_for_rows(house, 20)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("would be lost: the file has it no more", refused.stderr)
        self.assertIn("--accept-loss lets it go", refused.stderr)
        self.assertIn("there is no pipelines/q.sql", elsewhere.stderr)
        self.assert_each_once(rows, range(20), [])
        self.assertEqual(self.totals(house), {"a": sum(range(0, 20, 2)), "b": sum(range(1, 20, 2))})
        told = self.apply("--accept-loss")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("  lost     GroupAggregate(keys=[$0], calls=[SUM($1)])", told.stdout)


if __name__ == "__main__":
    unittest.main()
