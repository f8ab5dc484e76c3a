"""What `freshet up` promises as a process: start, refusals, restart, drain. Run by the process lane."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from serving import BINARY, House, serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402


def fetch(address: str, path: str, method: str = "GET"):
    request = urllib.request.Request(f"http://{address}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def refusal(yaml: str, *words: str) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "freshet.yaml").write_text(yaml)
        done = subprocess.run([BINARY, "up", folder, *words], capture_output=True, text=True, timeout=30)
        return done.returncode, done.stderr.replace(folder, "DIR").strip()


class Up(unittest.TestCase):
    def test_serves_an_empty_project_and_says_where(self):
        with serving() as house:
            self.assertEqual(house.first_line, "ready")
            self.assertEqual(fetch(house.doors["http"], "/livez"), (200, "ok\n"))
            self.assertEqual(fetch(house.doors["http"], "/readyz"), (200, "ok\n"))
            host, port = house.doors["kafka"].rsplit(":", 1)
            socket.create_connection((host, int(port)), timeout=5).close()

    def test_metrics_are_prometheus_text_and_unknown_paths_are_refused(self):
        with serving() as house:
            status, text = fetch(house.doors["http"], "/metrics")
            self.assertEqual(status, 200)
            self.assertIn("# TYPE freshet_journal_sync_seconds histogram", text)
            self.assertEqual(fetch(house.doors["http"], "/nothing")[0], 404)
            status, body = fetch(house.doors["http"], "/metrics", "DELETE")
            self.assertEqual((status, json.loads(body)["error"]["code"]), (405, "unsupported"))

    def test_refuses_a_bad_configuration_by_file_and_line(self):
        code, text = refusal("doors:\n  kafka:\n    listne: 127.0.0.1:0\n")
        self.assertEqual(code, 1)
        self.assertEqual(text, "freshet up: DIR/freshet.yaml:3: unknown key 'doors.kafka.listne'; did you mean 'doors.kafka.listen'?")
        self.assertIn("DIR/freshet.yaml:1: loops: 'two' is not a whole number", refusal("loops: two")[1])
        self.assertIn("neither authentication nor TLS", refusal("", "--set", "doors.kafka.listen=0.0.0.0:9092")[1])
        self.assertIn("unknown option '--dta'", refusal("", "--dta", "x")[1])

    def test_a_missing_project_folder_is_named(self):
        done = subprocess.run([BINARY, "up", "/nonexistent/project"], capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr.strip()),
                         (1, "freshet up: project folder /nonexistent/project does not exist; make it (an empty one is valid)"))

    def test_a_data_folder_is_not_made_where_no_folder_is(self):
        self.assertIn("data folder DIR/disks/fast/data: there is no folder DIR/disks/fast that it could lie in; make it, or mount its disk", refusal("data: disks/fast/data")[1])

    def test_paths_of_tables_begin_at_the_project_folder_wherever_it_is_started(self):
        with tempfile.TemporaryDirectory(prefix="freshet-") as folder:
            project, elsewhere = pathlib.Path(folder, "project"), pathlib.Path(folder, "elsewhere")
            (project / "pipelines").mkdir(parents=True)
            elsewhere.mkdir()
            (project / "pipelines" / "p.sql").write_text("""SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '3');
CREATE TABLE files (id INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv');
INSERT INTO files SELECT id FROM numbers;
""")
            for project_by, data in (("../project", "../data"), (str(project), "../data")):
                house = House(project_by, data, folder=str(elsewhere))
                self.assertEqual(house.first_line, "ready", house.error_text())
                end = time.monotonic() + 30
                while not (project / "out").exists() and time.monotonic() < end:
                    time.sleep(0.05)
                self.assertEqual(house.stop(), 0)
                self.assertEqual(sorted(path.name for path in pathlib.Path(folder).iterdir()), ["data", "elsewhere", "project"])
                self.assertEqual(list(elsewhere.iterdir()), [])
            rows = "".join(path.read_text() for path in (project / "out").iterdir() if not path.name.startswith("."))
            self.assertEqual(sorted(rows.split()), ["1", "2", "3"])

    def test_a_second_process_on_the_same_data_refuses_and_disturbs_nothing(self):
        with serving() as house:
            second = House(str(house.data.parent / "project"), str(house.data))
            self.assertEqual(second.first_line, "")
            self.assertIn("is in use by another freshet process", second.error_text())
            self.assertEqual(second.process.wait(10), 1)
            self.assertEqual(fetch(house.doors["http"], "/readyz")[0], 200)

    def test_a_port_that_is_taken_is_named_and_nothing_hangs(self):
        with serving() as house:
            with tempfile.TemporaryDirectory() as folder:
                other = House(folder, folder + "/data", f"doors.kafka.listen={house.doors['kafka']}")
                self.assertEqual(other.process.wait(20), 1)
                self.assertIn(house.doors["kafka"], other.error_text())

    def test_sigterm_and_sigint_end_it_with_zero_and_it_starts_again(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("SIGTERM", "SIGINT"):
                house = House(folder, folder + "/data")
                self.assertEqual(house.first_line, "ready", house.error_text())
                os.kill(house.process.pid, getattr(signal, name))
                self.assertEqual(house.process.wait(20), 0)

    def test_a_long_poll_does_not_hold_up_the_end(self):
        with tempfile.TemporaryDirectory() as folder:
            house = House(folder, folder + "/data")
            reader = kafka_wire.Connection(house.doors["kafka"], timeout=60)
            reader.create_topic("quiet", 1)
            reader.send_fetch("quiet", 0, 0, wait_ms=55_000)
            self.until_taken_in(house)
            self.assertEqual(house.stop(seconds=25), 0)
            self.assertEqual(reader.parse_fetch(reader.receive()[1]), (0, 0, b""))

    def until_taken_in(self, house):
        """Until the house has read every byte that its Kafka clients sent."""
        ending = f":{int(house.doors['kafka'].split(':')[1]):04X}"
        while True:
            rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
            mine = [row[4].split(":")[1] for row in rows if row[1].endswith(ending) and row[3] == "01"]
            if mine and set(mine) == {"00000000"}:
                return

    def test_a_newer_format_is_refused_and_nothing_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            house = House(folder, folder + "/data")
            house.stop()
            format_file = house.data / "FORMAT"
            content = bytearray(format_file.read_bytes())
            content[8] = 9  # the version, little-endian behind the magic number
            content[32:36] = kafka_wire.crc32c(bytes(content[:32])).to_bytes(4, "little")
            format_file.write_bytes(content)
            before = {p: p.stat().st_mtime_ns for p in house.data.rglob("*") if p.name != "LOCK"}
            newer = House(folder, folder + "/data")
            self.assertEqual(newer.process.wait(10), 1)
            self.assertIn("start the newer one", newer.error_text())
            self.assertEqual(before, {p: p.stat().st_mtime_ns for p in house.data.rglob("*") if p.name != "LOCK"})


class Documents(unittest.TestCase):
    """Generated tables in docs/ are what the binary prints: `./dev docs` writes them again."""

    def test_compatibility_and_config_pages_are_current(self):
        for command, page in (("compatibility", "docs/compatibility.md"), ("config", "docs/config.md")):
            printed = subprocess.run([BINARY, command], capture_output=True, text=True, timeout=30, check=True).stdout
            self.assertIn(printed, pathlib.Path(page).read_text(), f"run ./dev docs: {page} is out of date")

    def test_the_page_on_clients_says_what_was_counted(self):
        page = pathlib.Path("docs/compatibility.md").read_text()
        counted = subprocess.run([sys.executable, "tools/dev/docs/client_runs.py", "table"], capture_output=True, text=True, timeout=30, check=True).stdout
        self.assertIn(counted, page, "run ./dev docs: docs/compatibility.md is out of date")
        spoken = page[page.index("## Kafka: requests spoken"):].split("\n\n")[0].splitlines()[3:]
        versions = [[int(number) for number in row.split("|")[3].split("–")] for row in spoken]
        self.assertIn(f"({len(spoken)} requests, {sum(span[-1] - span[0] + 1 for span in versions)} versions)", page)
        own = next(row for row in counted.splitlines() if row.startswith("| kafka-python-own-")).split("|")[2].strip()
        self.assertIn(f"own integration tests run, {own} of", page)

    def test_the_page_of_cases_that_are_not_flinks_is_current(self):
        printed = subprocess.run([sys.executable, "tools/dev/docs/sql_differences.py"], capture_output=True, text=True, timeout=30, check=True).stdout
        self.assertEqual(printed, pathlib.Path("docs/sql_differences.md").read_text(), "run ./dev docs")


if __name__ == "__main__":
    unittest.main()
