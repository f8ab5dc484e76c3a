"""Functions in Python as processes: `freshet run`, `test` and `lineage` call those of --functions, pipelines those of their project, and no child outlives who started it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from serving import BINARY, House

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402

SCORES = '''
import os

from pyflink.table.udf import udf


def grade(points: int, name: str | None = None) -> str:
    return f"{name or 'nobody'}: {points // 10}"


@udf(result_type="ARRAY<STRING>")
def words(text):
    return None if text is None else text.split()


def endless(path: str) -> int:
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    while True:
        pass


def secrets() -> str:
    return ",".join(sorted(os.environ))
'''

ROWS = [{"name": "ada", "points": 97}, {"name": None, "points": 12}]
TABLE = """CREATE TABLE t (name STRING, points INT) WITH ('connector' = 'filesystem', 'path' = '${DIR}/in.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION grade AS 'scores.grade' LANGUAGE PYTHON;
CREATE TEMPORARY FUNCTION words AS 'scores.words' LANGUAGE PYTHON;
"""
CASE = """-- A case calls the functions of --functions.
CREATE TEMPORARY FUNCTION grade AS 'scores.grade' LANGUAGE PYTHON;
SELECT grade(x) AS g, COUNT(*) AS n FROM (VALUES (10), (11), (20)) AS t (x) GROUP BY grade(x);
/* expect select_1
{"g":"nobody: 1","n":2}
{"g":"nobody: 2","n":1}
*/
"""


def is_gone(pid):
    """Ended, whether or not somebody has taken note of it."""
    try:
        return "State:\tZ" in pathlib.Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


class Functions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        (self.path / "functions").mkdir()
        (self.path / "functions" / "scores.py").write_text(SCORES)
        (self.path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))

    def command(self, verb, sql, *options):
        (self.path / "q.sql").write_text(sql)
        return [BINARY, verb, self.path / "q.sql", *options]

    def freshet(self, verb, sql, *options):
        return subprocess.run(self.command(verb, sql, *options), capture_output=True, text=True, check=False, timeout=120)

    def run_sql(self, sql, *options):
        return self.freshet("run", TABLE + sql, "--param", f"DIR={self.path}", "--functions", self.path / "functions", *options)

    def test_run_calls_the_functions_of_the_folder(self):
        done = self.run_sql("SELECT grade(points, UPPER(name)) AS g, words(name || ' b') AS w FROM t WHERE grade(points) <> 'x';")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, '{"g":"ADA: 9","w":["ada","b"]}\n{"g":"nobody: 1","w":null}\n')

    def test_explain_shows_what_is_called(self):
        done = self.run_sql("EXPLAIN SELECT grade(points) AS g FROM t;")
        self.assertRegex(done.stdout, r"PythonCalls\(GRADE:scores\.grade@[0-9a-f]{12}\(\$\d+\)\)")

    def test_on_several_shards_the_answer_is_the_same(self):
        done = self.run_sql("SELECT grade(points) AS g, COUNT(*) AS n FROM t GROUP BY grade(points);", "--parallelism", "2", "--stats")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, '{"g":"nobody: 1","n":1}\n{"g":"nobody: 9","n":1}\n')

    def test_an_exception_ends_the_run_and_says_where(self):
        done = self.run_sql("CREATE TEMPORARY FUNCTION g2 AS 'scores.grade' LANGUAGE PYTHON; SELECT g2(CAST(NULL AS INT)) AS g;")
        self.assertEqual(done.returncode, 1)
        self.assertIn("function scores.grade: grade(None) raised TypeError: unsupported operand type(s)", done.stderr)
        self.assertIn("(scores.py, line 8)", done.stderr)

    def test_without_a_folder_no_python_is_started(self):
        done = self.freshet("run", "CREATE TEMPORARY FUNCTION Grade AS 'scores.grade' LANGUAGE PYTHON; SELECT grade(1) AS g;")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no Python functions are called here", done.stderr)
        self.assertNotIn("no function is named", done.stderr, "of what a wrong statement would have declared")
        self.assertIn("--functions DIR", done.stderr)

    def test_a_python_that_is_not_there_is_named(self):
        done = self.run_sql("SELECT 1 AS one;", "--python", "no-such-python")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Python functions cannot be called: no-such-python: ", done.stderr)

    def test_the_environment_of_the_program_stays_here(self):
        os.environ["FRESHET_TEST_SECRET"] = "sesame"
        done = self.run_sql("CREATE TEMPORARY FUNCTION secrets AS 'scores.secrets' LANGUAGE PYTHON; SELECT secrets() AS s;")
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)["s"].split(",")
        self.assertIn("PATH", seen)
        self.assertNotIn("FRESHET_TEST_SECRET", seen)

    def test_a_case_calls_them_too(self):
        done = self.freshet("test", CASE, "--functions", self.path / "functions")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        of_the_project = subprocess.run([BINARY, "test", "q.sql"], cwd=self.path, capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(of_the_project.returncode, 0, of_the_project.stdout + of_the_project.stderr)

    def test_lineage_names_the_function(self):
        sql = TABLE.replace("${DIR}", "x") + "CREATE TABLE o (g STRING) WITH ('connector' = 'print'); INSERT INTO o SELECT grade(points) FROM t;"
        done = self.freshet("lineage", sql, "--functions", self.path / "functions")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Python function scores.grade", done.stdout)

    def test_a_child_does_not_outlive_a_killed_program(self):
        told = self.path / "pid"
        sql = f"CREATE TEMPORARY FUNCTION endless AS 'scores.endless' LANGUAGE PYTHON; SELECT endless('{told}') AS e;"
        program = subprocess.Popen(self.command("run", sql, "--functions", self.path / "functions"))
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        while not (told.exists() and told.read_text()):
            self.assertIsNone(program.poll())
            time.sleep(0.01)
        pid = int(told.read_text())
        self.assertFalse(is_gone(pid))

        program.kill()
        program.wait()

        deadline = time.monotonic() + 60
        while not is_gone(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(is_gone(pid))


PIPELINE = """CREATE TABLE points (name STRING, points INT) WITH ('connector' = 'kafka', 'topic' = 'points', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE grades (name STRING, grade STRING) WITH ('connector' = 'kafka', 'topic' = 'grades', 'format' = 'json');
CREATE FUNCTION grade AS 'scores.FUNCTION' LANGUAGE PYTHON;
INSERT INTO grades SELECT DISTINCT name, grade(points) FROM points;
"""


class InAHouse(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        for name in ("functions", "pipelines"):
            (self.path / name).mkdir()
        (self.path / "functions" / "scores.py").write_text(SCORES)

    def start(self, function="grade", *sets):
        (self.path / "pipelines" / "grades.sql").write_text(PIPELINE.replace("scores.FUNCTION", f"scores.{function}"))
        house = House(str(self.path), str(self.path / "data"), *sets)
        self.addCleanup(house.kill)
        return house

    def kafka(self, house):
        connection = kafka_wire.Connection(house.doors["kafka"])
        self.addCleanup(connection.close)
        return connection

    def send(self, house, points):
        connection = self.kafka(house)
        connection.create_topic("points", 1)  # the pipeline may be about to
        connection.send_produce("points", 0, kafka_wire.record_batch([json.dumps({"name": "ada", "points": points}).encode()]))
        self.assertEqual(connection.parse_produce(connection.receive()[1])[0], 0)

    def grades(self, house, count):
        """The values of the topic, once there are so many."""
        connection = self.kafka(house)
        connection.create_topic("grades", 1)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            _, _, data = connection.fetch("grades", 0, 0, wait_ms=500)
            values = [json.loads(value) for _, _, _, records in kafka_wire.parse_batches(data) for _, value in records]
            if len(values) >= count:
                return values
        self.fail(f"not {count} records")

    def test_a_pipeline_calls_the_functions_of_its_project_and_goes_on_after_a_restart(self):
        for life in (1, 2):
            house = self.start()
            self.assertEqual(house.first_line, "ready", house.error_text())
            self.send(house, 10 * life)
            self.assertEqual(self.grades(house, life), [{"name": "ada", "grade": f"nobody: {one}"} for one in range(1, life + 1)])
            self.assertEqual(house.stop(), 0)

    def test_a_function_that_is_not_there_keeps_its_pipeline_down_by_file_and_name(self):
        house = self.start("nothing")
        self.assertEqual(house.first_line, "ready")
        self.assertIn("grades.sql: line 3", house.error_text())
        self.assertIn("file scores.py has no function 'nothing'", house.error_text())

    def test_a_python_that_is_not_there_keeps_the_pipeline_down_that_needs_it(self):
        house = self.start("grade", "functions.python=no-such-python")
        self.assertEqual(house.first_line, "ready")
        self.assertIn("Python functions cannot be called: no-such-python", house.error_text())

    def test_a_preview_may_declare_and_calls_nobody(self):
        house = self.start()
        sql = PIPELINE.replace("scores.FUNCTION", "scores.grade").encode()
        request = urllib.request.Request(f"http://{house.doors['http']}/v1/preview?last=10m", data=sql, method="POST")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        self.assertIn("a preview calls no Python functions, and this result needs", refused.exception.read().decode())
        request = urllib.request.Request(f"http://{house.doors['http']}/v1/preview?last=10m", data=sql + b"SELECT 1 AS one;", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.read(), b'{"one":1}\n')

    def test_plan_tells_a_changed_file_by_its_digest(self):
        house = self.start()
        self.send(house, 7)
        self.grades(house, 1)
        self.assertEqual(house.stop(), 0)
        plan = [BINARY, "plan", self.path]
        done = subprocess.run(plan, capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with (self.path / "functions" / "scores.py").open("a") as file:
            file.write("# changed\n")
        done = subprocess.run(plan, capture_output=True, text=True, check=False, timeout=60)
        self.assertIn("its rows are others, was PythonCalls(GRADE:scores.grade@", done.stdout)

    def test_metrics_count_the_rows_of_each_function(self):
        house = self.start()
        self.send(house, 7)
        self.grades(house, 1)
        with urllib.request.urlopen(f"http://{house.doors['http']}/metrics", timeout=30) as answer:
            self.assertIn('freshet_function_rows_total{function="scores.grade"} 1', answer.read().decode())


if __name__ == "__main__":
    unittest.main()
