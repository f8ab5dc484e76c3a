"""examples/flight_delays from end to end: a month is replayed through the house, which is killed meanwhile."""

import datetime
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/flight_delays"
sys.path.insert(0, str(EXAMPLE))

import check  # noqa: E402
import flights  # noqa: E402
import redis  # noqa: E402
import replay  # noqa: E402
from serving import BINARY, House  # noqa: E402

PACKAGE = pathlib.Path(os.environ["FRESHET_NYCFLIGHTS"])
LAST_DAY = datetime.date(2013, 1, 31)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Flights(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="freshet-flights-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.house = None
        self.addCleanup(lambda: self.house and self.house.stop())

    def start(self, port):
        self.house = House(str(self.folder / "project"), str(self.folder / "data"), f"doors.kafka.listen=127.0.0.1:{port}")
        self.assertEqual(self.house.first_line, "ready", self.house.error_text())

    def make_project(self):
        project = self.folder / "project"
        shutil.copytree(EXAMPLE / "products", project / "products")
        (project / "pipelines").mkdir()
        sql = (EXAMPLE / "pipelines/flights.sql").read_text().replace("${WAREHOUSE}", str(self.folder / "lake"))
        (project / "pipelines/flights.sql").write_text(sql)

    def test_a_month_with_a_kill_in_the_middle(self):
        tables = flights.Tables(PACKAGE)
        events = list(tables.events(LAST_DAY))
        due = sum(topic == "due" for topic, _ in events)
        self.make_project()
        port = free_port()
        self.start(port)
        address = f"127.0.0.1:{port}"
        sender = threading.Thread(target=lambda: replay.Replay(address, None).run(events))
        sender.start()
        check.read_topic(address, "flights.asked", lambda values: len(values) < due // 4)
        self.house.kill()
        self.start(port)
        sender.join(120)
        self.assertFalse(sender.is_alive())

        asked = check.read_topic(address, "flights.asked", lambda values: len({v["flight_id"] for v in values}) < due)

        planes = list(tables.planes())
        compared, wrong, missing = check.mismatches(asked, events, planes)
        self.assertEqual((compared, wrong, missing), (due, {}, []))
        self.assertEqual(self.lake_rows("asked"), (due, due))
        departures = sum(topic == "departure" for topic, _ in events)
        self.assertEqual(self.lake_rows("outcomes"), (departures, departures))
        self.compare_online(events)
        self.assertGreater(len(self.with_clock_error(asked, planes)), 0)

    def lake_rows(self, table):
        """(rows, different flights), once the last epoch has been delivered."""
        query = (f"CREATE TABLE t (flight_id BIGINT) WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', "
                 f"'warehouse' = '{self.folder}/lake', 'catalog-database' = 'flights', 'catalog-table' = '{table}');\n"
                 "SELECT COUNT(*) AS n, COUNT(DISTINCT flight_id) AS flights FROM t;")
        script = self.folder / "count.sql"
        script.write_text(query)
        seen = None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            printed = subprocess.run([BINARY, "run", str(script)], capture_output=True, text=True, timeout=60, check=True).stdout
            numbers = tuple(int(word.strip(' "{}\n').split(":")[-1]) for word in printed.strip().splitlines()[-1].split(","))
            if numbers == seen:
                return numbers
            seen = numbers
            time.sleep(0.5)
        return seen

    def compare_online(self, events):
        """The newest departure of each origin is what the online store answers with."""
        host, port = self.house.doors["resp"].rsplit(":", 1)
        online = redis.Redis(host=host, port=int(port), decode_responses=True)
        newest = {}
        for topic, value in events:
            if topic == "landing" and value["tailnum"]:
                newest[value["tailnum"]] = value
        for tailnum, value in list(newest.items())[::97]:
            served = online.get(f"leg:{tailnum}")
            self.assertIsNotNone(served, tailnum)
            self.assertIn(f'"known":{value["known"]}', served)

    def with_clock_error(self, asked, planes):
        """Arrivals read as if their clocks showed New York's time."""
        wrong = flights.Tables(PACKAGE)
        wrong.zones = dict.fromkeys(wrong.zones, flights.NEW_YORK)
        return check.mismatches(asked, wrong.events(LAST_DAY), planes)[1]


if __name__ == "__main__":
    unittest.main()
