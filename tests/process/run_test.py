"""`freshet run` as a process: results on standard output, files with --out, faults and exit codes, --stats."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from serving import House

BINARY = str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet").resolve())

DDL = """
CREATE TABLE t (k STRING, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'filesystem', 'path' = '${DIR}/in.jsonl', 'format' = 'json');
"""
ROWS = [
    {"k": "a", "v": 1, "ts": "2024-01-01 00:00:01"},
    {"k": "b", "v": 2, "ts": "2024-01-01 00:00:12"},
    {"k": "a", "v": 3, "ts": "2024-01-01 00:00:02"},
]

# A join that keeps both sides: more than half of the least that a run may have.
LARGE = """
CREATE TABLE wide (k BIGINT, text STRING) WITH ('connector' = 'filesystem', 'path' = '${DIR}/wide.jsonl', 'format' = 'json');
SELECT COUNT(*) AS pairs, SUM(CHAR_LENGTH(a.text) + CHAR_LENGTH(b.text)) AS letters FROM wide AS a JOIN wide AS b ON a.k = b.k;
"""

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        (self.path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
        (self.path / "ddl.sql").write_text(DDL)

    def run_sql(self, sql, *options):
        (self.path / "q.sql").write_text(sql)
        command = [BINARY, "run", self.path / "ddl.sql", self.path / "q.sql", "--param", f"DIR={self.path}", *options]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def test_state_that_has_no_room_in_memory_lies_in_a_file(self):
        rows, width = 60_000, 400
        (self.path / "wide.jsonl").write_text("".join(json.dumps({"k": k, "text": str(k).ljust(width, ".")}) + "\n" for k in range(rows)))
        done = self.run_sql(LARGE, "--memory", "64MiB", "--stats")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"pairs": rows, "letters": rows * 2 * width})
        stats = json.loads(done.stderr.splitlines()[-1])
        self.assertGreater(sum(op["state_moved_bytes"] for op in stats["operators"]), 10 << 20)
        self.assertGreater(sum(op["state_bytes"] for op in stats["operators"]), 2 * rows * width)

    def test_help_names_every_option_of_a_command_and_no_other(self):
        listed = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  (\w+) ", listed, re.M)
        self.assertIn("preview", commands)
        for command in commands:
            shown = subprocess.run([BINARY, command, "--help"], capture_output=True, text=True, check=True).stdout
            usage, _, help = shown.partition("\n\n")
            self.assertTrue(set(OPTION.findall(usage)) <= set(OPTION.findall(help)), shown)
            for option in sorted(set(OPTION.findall(shown))):
                tried = subprocess.run([BINARY, command, option], capture_output=True, text=True, check=False, cwd=self.path, timeout=60)
                self.assertNotIn("unknown option", tried.stderr, f"{command} {option}")

    def test_memory_says_what_is_wrong_with_it(self):
        for size, why in [("1MiB", "at least 67108864 bytes are needed"), ("much", "'much' is not a whole number")]:
            done = self.run_sql("SELECT 1;", "--memory", size)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"--memory: {why}", done.stderr)

    def test_prints_the_one_result_sorted(self):
        done = self.run_sql("SELECT k, v * 2 AS w FROM t;")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, '{"k":"a","w":2}\n{"k":"a","w":6}\n{"k":"b","w":4}\n')
        self.assertEqual(done.stderr, "")

    def test_changelog_keeps_the_order_of_changes(self):
        done = self.run_sql("SELECT COUNT(*) AS n FROM t;", "--result", "changelog")
        kinds = [json.loads(line)["op"] for line in done.stdout.splitlines()]
        self.assertEqual(kinds, ["+I", "-U", "+U", "-U", "+U"])

    def test_out_writes_into_its_folder_whatever_a_table_is_called(self):
        done = self.run_sql("CREATE TABLE `../a/%b` (k STRING) WITH ('connector' = 'print'); INSERT INTO `../a/%b` SELECT k FROM t WHERE v = 2;", "--out", str(self.path / "out"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([file.name for file in (self.path / "out").iterdir() if "$late" not in file.name], ["..%2Fa%2F%25b.jsonl"])

    def test_out_writes_every_result_and_late_rows(self):
        sql = """CREATE TABLE w (e TIMESTAMP(3), n BIGINT) WITH ('connector' = 'print');
        INSERT INTO w SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
        SELECT k FROM t WHERE v = 2;"""
        done = self.run_sql(sql, "--out", str(self.path / "out"), "--stats")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.path / "out" / "select_1.jsonl").read_text(), '{"k":"b"}\n')
        self.assertEqual((self.path / "out" / "t$late.jsonl").read_text(), '{"ts":"2024-01-01 00:00:02.000"}\n')
        stats = json.loads(done.stderr)
        self.assertEqual((stats["events"], stats["late_rows"]), (6, 1))
        self.assertGreater(stats["peak_memory_bytes"], 0)
        untold = self.run_sql(sql, "--out", str(self.path / "out"))
        self.assertEqual(untold.stderr, "freshet run: 1 rows came later than the watermark allows and are in no result but <view>$late, which --out DIR writes, too\n")

    def test_output_that_cannot_be_written_fails(self):
        (self.path / "q.sql").write_text("SELECT k FROM t;")
        with open("/dev/full", "w") as full:
            done = subprocess.run([BINARY, "run", self.path / "ddl.sql", self.path / "q.sql", "--param", f"DIR={self.path}"], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (1, "freshet run: standard output could not be written whole; what reads it has gone, or its disk is full\n"))

    def test_two_results_need_a_folder(self):
        done = self.run_sql("SELECT k FROM t; SELECT v FROM t;")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--out DIR", done.stderr)

    def test_printed_tables_are_told_apart_by_their_identifiers(self):
        sinks = "".join(f"CREATE TABLE {name} (k STRING) WITH ('connector' = 'print', {options});" for name, options in
                        (("one", "'print-identifier' = 'first'"), ("two", "'print-identifier' = 'second', 'standard-error' = 'true'")))
        done = self.run_sql(sinks + "INSERT INTO one SELECT k FROM t WHERE v < 3; INSERT INTO two SELECT k FROM t WHERE v = 3;")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, 'first> {"k":"a"}\nfirst> {"k":"b"}\n', 'second> {"k":"a"}\n'))

    def test_a_table_without_an_end_ends_at_an_interrupt(self):
        (self.path / "q.sql").write_text("CREATE TABLE made (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000'); SELECT COUNT(*) > 0 AS c FROM made;")
        running = subprocess.Popen([BINARY, "run", self.path / "q.sql"], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        self.assertEqual((running.communicate(timeout=60)[0], running.returncode), ('{"c":true}\n', 0))

    def test_a_fault_names_place_and_remedy(self):
        done = self.run_sql("SELECT K FROM t;")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no column 'K'; did you mean 'k'?", done.stderr)

    def test_a_parameter_without_a_value_is_refused(self):
        done = self.run_sql("SELECT ${WHAT} FROM t;")
        self.assertEqual(done.returncode, 1)
        self.assertIn("${WHAT} has no value", done.stderr)

    def test_a_file_without_a_statement_is_told(self):
        (self.path / "ddl.sql").write_text("-- nothing yet, whatever ${DIR} is\n")
        done = self.run_sql("SELECT 1 AS one;")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '{"one":1}\n', f"freshet run: {self.path}/ddl.sql has no statement\n"))

    def test_a_data_folder_that_is_none_is_refused_and_not_made(self):
        done = self.run_sql("SELECT k FROM t;", "--data", str(self.path / "typo"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no house keeps its data there", done.stderr)
        self.assertFalse((self.path / "typo").exists())

    def test_a_fault_names_its_file_and_nothing_runs_before_all_are_read(self):
        done = self.run_sql("SELECT k FROM t\nWHER k = 'a';")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("q.sql: line 2, column", done.stderr)

    def test_topics_of_a_data_folder_are_written_and_read(self):
        topic = "CREATE TABLE k (k STRING, v BIGINT) WITH ('connector' = 'kafka', 'topic' = 'k', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');"
        data = str(self.path / "data")
        (self.path / "project").mkdir()
        House(str(self.path / "project"), data).stop()
        refused = self.run_sql(topic + "INSERT INTO k SELECT k, v FROM t;")
        wrote = self.run_sql(topic + "INSERT INTO k SELECT k, v FROM t;", "--data", data)
        read = self.run_sql(topic + "SELECT k, SUM(v) AS s FROM k GROUP BY k;", "--data", data)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("add --data DATA", refused.stderr)
        self.assertEqual(wrote.returncode, 0, wrote.stderr)
        self.assertEqual(read.returncode, 0, read.stderr)
        self.assertEqual(read.stdout, '{"k":"a","s":4}\n{"k":"b","s":2}\n')

    def test_a_select_leaves_nothing_behind_in_a_house(self):
        strict = "CREATE TABLE k (k STRING, v BIGINT) WITH ('connector' = 'kafka', 'topic' = 'k', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');"
        raw = "CREATE TABLE r (line STRING) WITH ('connector' = 'kafka', 'topic' = 'k', 'format' = 'raw');"
        data = str(self.path / "data")
        (self.path / "project").mkdir()
        House(str(self.path / "project"), data).stop()
        self.run_sql(raw + """INSERT INTO r VALUES ('{"k":"a","v":1}'), ('broken'), ('{"k":"b","v":2}'), ('}');""", "--data", data)
        shown = self.run_sql(strict + "SELECT v FROM k;", "--data", data)
        self.assertEqual((shown.returncode, shown.stdout), (0, '{"v":1}\n{"v":2}\n'), shown.stderr)
        self.assertRegex(shown.stderr, r"freshet run: 2 records cannot be read and are in no result; the first: table k, topic k partition \d+ offset 1: json: ")
        listed = subprocess.run([BINARY, "inspect", "dump", data], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertNotIn("__dead.k", listed.stdout)
        self.assertIn('"k"', listed.stdout)


class Cases(unittest.TestCase):
    """`freshet test`: the example's cases hold; what differs is told, and --update writes it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name, "shop_totals")
        shutil.copytree("examples/shop_totals", self.project)

    def run_cases(self, *words):
        return subprocess.run([BINARY, "test", *words], cwd=self.project, capture_output=True, text=True, check=False, timeout=60)

    def test_of_the_example_hold(self):
        done = self.run_cases()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(done.stdout.splitlines()[0], "holds    tests/each_minute_comes_once.sql")
        self.assertIn("3 cases, each run 40 times: 3 hold, 0 differ", done.stdout)

    def test_that_differ_are_told_and_written(self):
        pipeline = self.project / "pipelines" / "totals.sql"
        pipeline.write_text(pipeline.read_text().replace("SUM(amount)", "MAX(amount)"))
        case = "tests/minutes_are_summed.sql"
        differs = self.run_cases(case)
        written = self.run_cases(case, "--update")
        holds = self.run_cases(case)
        self.assertEqual(differs.returncode, 1)
        self.assertIn(f"{case}:12: result totals, straight:", differs.stdout)
        self.assertIn('    + {"shop":"north","minute_begin":"2026-01-01 10:00:00.000","orders":2,"amount":"12.50"}\n', differs.stdout)
        self.assertEqual((written.returncode, written.stdout.splitlines()[0]), (0, f"written  {case}"))
        self.assertEqual(holds.returncode, 0)

    def test_that_would_silently_test_nothing_say_so(self):
        (self.project / "empty").mkdir()
        empty = self.run_cases("tests", "empty")
        case = self.project / "tests" / "misspelt.sql"
        case.write_text("-- one\nSELECT 1 AS one;\n/* expects select_1\n{\"one\":2}\n*/\n/* expect select_1\n{\"one\":1}\n*/\n")
        misspelt = self.run_cases("tests/misspelt.sql")
        case.write_text("-- one\nSELECT 1 AS one;\n/* expect select_2\n*/\n")
        unknown = self.run_cases("tests/misspelt.sql")
        self.assertEqual((empty.returncode, empty.stderr), (1, "freshet test: no case in empty: files that end in .sql\n"))
        self.assertEqual((misspelt.returncode, unknown.returncode), (1, 1))
        self.assertIn("line 3: '/* expects select_1' is no answer", misspelt.stdout)
        self.assertIn("there is no result of that name; did you mean 'select_1'?", unknown.stdout)

    def test_without_a_table_in_front_of_a_topic_is_refused_with_the_remedy(self):
        case = self.project / "tests" / "bare.sql"
        case.write_text("-- bare\n-- runs: ../pipelines/totals.sql\n/* expect totals\n*/\n")
        done = self.run_cases("tests/bare.sql")
        self.assertEqual(done.returncode, 1)
        self.assertIn("CREATE TEMPORARY TABLE totals in the case", done.stdout)

    def test_leave_no_file_behind(self):
        case = self.project / "tests" / "files.sql"
        case.write_text(
            "-- round\nCREATE TABLE f (a INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');\n"
            "INSERT INTO f VALUES (1), (2);\nSELECT a FROM f;\n/* expect select_1\n{\"a\":1}\n{\"a\":2}\n*/\n")
        done = self.run_cases("tests/files.sql")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertFalse((self.project / "tests" / "out").exists())


class Lineage(unittest.TestCase):
    """`freshet lineage`: an OpenLineage event a statement, one a line."""

    def test_of_the_example(self):
        done = subprocess.run([BINARY, "lineage", "examples/shop_totals/pipelines/totals.sql"], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        event = json.loads(done.stdout)
        self.assertEqual(event["job"], {"namespace": "freshet", "name": "examples/shop_totals/pipelines/totals.sql:10:totals"})
        self.assertEqual(event["inputs"], [{"namespace": "freshet", "name": "orders"}])
        facet = event["outputs"][0]["facets"]["columnLineage"]
        self.assertEqual(list(facet["fields"]), ["shop", "minute_begin", "orders", "amount"])
        told = [(one["field"], how["type"], how["subtype"]) for one in facet["dataset"] for how in one["transformations"]]
        self.assertEqual(told, [("placed", "INDIRECT", "GROUP_BY"), ("placed", "INDIRECT", "WINDOW"), ("shop", "INDIRECT", "GROUP_BY")])

    def test_names_file_and_line_of_what_is_wrong(self):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write("SELECT a\nFROM nothing;")
            file.flush()
            done = subprocess.run([BINARY, "lineage", file.name], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"{file.name}: line 2, column 6: no table or view 'nothing'", done.stderr)


class Previews(unittest.TestCase):
    """`freshet preview`: rows of a running house's topics, and nothing left behind."""

    TOPIC = "CREATE TABLE k (k STRING, v BIGINT) WITH ('connector' = 'kafka', 'topic' = 'k', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');\n"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        (self.path / "project").mkdir()
        House(str(self.path / "project"), str(self.path / "data")).stop()
        (self.path / "tables.sql").write_text(self.TOPIC)
        (self.path / "fill.sql").write_text("INSERT INTO k VALUES ('a', 1), ('b', 2), ('a', 3);")
        filled = subprocess.run([BINARY, "run", "tables.sql", "fill.sql", "--data", "data"], cwd=self.path, capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(filled.returncode, 0, filled.stderr)

    def preview(self, sql, *options):
        (self.path / "q.sql").write_text(sql)
        return subprocess.run([BINARY, "preview", "tables.sql", "q.sql", "--last", "10m", *options], cwd=self.path, capture_output=True, text=True, check=False, timeout=60)

    def test_without_a_house_say_so(self):
        asked = self.preview("SELECT k FROM k;")
        self.assertEqual(asked.returncode, 1)
        self.assertIn("is it running (freshet up)?", asked.stderr)
        asked = self.preview("SELECT k FROM k;", "--data", "nowhere")
        self.assertIn("nowhere/doors.json is not there", asked.stderr)
        asked = subprocess.run([BINARY, "preview", "q.sql", "--last", "10"], cwd=self.path, capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((asked.returncode, asked.stderr), (1, "freshet preview: --last: '10' has no unit; write 10s, 10m or 10h\n"))

    def test_show_rows_of_topics_and_errors_with_their_place(self):
        house = House(str(self.path / "project"), str(self.path / "data"))
        self.addCleanup(house.errors.close)
        self.addCleanup(house.process.stdout.close)
        self.addCleanup(house.stop)
        self.assertEqual(house.first_line, "ready")
        sums = self.preview("SELECT k, SUM(v) AS s FROM k GROUP BY k;")
        cut = self.preview("SELECT v FROM k;", "--limit", "2")
        narrow = self.preview("CREATE TABLE kk (v INT) WITH ('connector' = 'kafka', 'topic' = 'k', 'format' = 'csv'); SELECT v FROM kk;")
        wrong = self.preview("SELECT v\nFROM k WHERE w = 1;")
        unknown = self.preview("CREATE TABLE x (a INT) WITH ('connector' = 'kafka', 'topic' = 'xs', 'format' = 'json'); SELECT a FROM x;")
        self.assertEqual((sums.returncode, sums.stdout, sums.stderr), (0, '{"k":"a","s":4}\n{"k":"b","s":2}\n', ""))
        self.assertEqual((cut.stdout, cut.stderr), ('{"v":1}\n{"v":2}\n', "freshet preview: 2 of 3 rows; --limit N shows more\n"))
        self.assertEqual((narrow.returncode, narrow.stdout), (0, ""), narrow.stderr)
        self.assertIn("freshet preview: 3 records cannot be read and are in no result; the first: table kk, topic k partition ", narrow.stderr)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("freshet preview: q.sql: line 2, column 14: no column 'w'", wrong.stderr)
        self.assertIn("topic 'xs' does not exist", unknown.stderr)


class Plan(unittest.TestCase):
    """`freshet plan`: what a changed file makes of the state, of a house that runs and of one that does not; exit code 3 when something is lost."""

    PIPELINE = """CREATE TABLE orders (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'orders', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
    CREATE TABLE sums (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'sums', 'key.format' = 'json', 'value.format' = 'json');
    INSERT INTO sums SELECT k, SUM(v) FROM orders GROUP BY k;"""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.file = self.path / "pipelines" / "totals.sql"
        self.file.parent.mkdir()
        self.data = str(self.path / "data")

    def house(self):
        house = House(str(self.path), self.data)
        self.addCleanup(house.errors.close)
        self.addCleanup(house.process.stdout.close)
        self.addCleanup(house.stop)
        self.assertEqual(house.first_line, "ready", house.error_text())
        return house

    def plan(self, *options):
        return subprocess.run([BINARY, "plan", str(self.path), *options], capture_output=True, text=True, check=False, timeout=60)

    def test_tells_what_is_kept_and_what_is_lost(self):
        self.house().stop()
        (self.path / "fill.sql").write_text(self.PIPELINE.split("CREATE TABLE sums")[0] + "INSERT INTO orders VALUES ('a', 1), ('b', 2), ('a', 3);")
        filled = subprocess.run([BINARY, "run", self.path / "fill.sql", "--data", self.data], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(filled.returncode, 0, filled.stderr)
        self.file.write_text(self.PIPELINE)
        new = self.plan()
        self.assertEqual(new.returncode, 0, new.stderr)
        self.assertIn("totals, which has no epoch yet:\n  rebuilt  Source(table=orders", new.stdout)
        self.assertIn("; 3 records, about ", new.stdout)
        house = self.house()
        self.wait_for_state()
        self.file.write_text(self.PIPELINE.replace("SUM(v)", "MAX(v)"))
        running = self.plan()
        house.stop()
        resting = self.plan()
        self.assertEqual(running.returncode, 0, running.stderr)
        self.assertIn("  rebuilt  GroupAggregate(keys=[$0], calls=[MAX($1)])\n", running.stdout)
        self.assertIn("freshet apply builds it from the log while what runs now serves", running.stdout)
        self.assertEqual((resting.returncode, resting.stdout), (0, running.stdout), resting.stderr)
        self.file.write_text(self.PIPELINE.replace("k, SUM(v) FROM orders GROUP", "o.k, SUM(o.v) FROM orders AS o GROUP"))
        kept = self.plan()
        self.assertEqual((kept.returncode, "nothing is lost" in kept.stdout), (0, True), kept.stdout)

    def wait_for_state(self):
        for _ in range(200):
            if "bytes of state" in self.plan().stdout:
                return
            time.sleep(0.05)
        self.fail(self.plan().stdout)

    def test_tells_which_feature_view_does_not_fit_its_pipeline(self):
        self.file.write_text(self.PIPELINE)
        (self.path / "products").mkdir()
        (self.path / "products" / "sums.yaml").write_text("name: sums\nfeatures:\n  topic: sum\n  entity: [k]\n  columns:\n    s: {type: BIGINT}\n")
        house = self.house()
        house.stop()
        planned = self.plan()
        doubt = "products/sums.yaml:3: features.topic: no pipeline writes topic 'sum'; did you mean 'sums'?"
        self.assertIn(doubt, house.error_text())
        self.assertEqual((planned.returncode, doubt in planned.stderr), (0, True), planned.stderr)

    def test_names_the_file_of_what_is_wrong(self):
        self.file.write_text(self.PIPELINE)
        nowhere = self.plan()
        self.house().stop()
        self.file.write_text(self.PIPELINE + "\nINSERT INTO nothing SELECT 1;")
        wrong = self.plan()
        self.assertEqual((nowhere.returncode, wrong.returncode), (1, 1))
        self.assertIn("no house keeps its data in", nowhere.stderr)
        self.assertIn("pipelines/totals.sql: line 4", wrong.stderr)

    def test_goes_on_behind_a_file_that_cannot_be_planned(self):
        self.file.write_text(self.PIPELINE)
        (self.file.parent / "first.sql").write_text("INSERT INTO nothing SELECT 1;")
        house = self.house()
        running = self.plan()
        house.stop()
        resting = self.plan()
        for plan in (running, resting):
            self.assertEqual(plan.returncode, 1, plan.stdout)
            self.assertIn("pipelines/first.sql: line 1, column ", plan.stderr)
            self.assertIn("totals, ", plan.stdout)
            self.assertTrue(plan.stdout.endswith("1 file cannot be planned; of the others nothing is lost; nothing was changed\n"), plan.stdout)


if __name__ == "__main__":
    unittest.main()
