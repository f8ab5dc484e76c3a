"""A table by key, written at least once, shows rows before their epoch. The house is killed, what it showed has gone meanwhile: the next house takes it back."""

import json
import pathlib
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from serving import House

UPSERT = "'connector' = 'upsert-kafka', 'key.format' = 'json', 'value.format' = 'json'"
PIPELINE = f"""SET 'execution.checkpointing.interval' = '1 h';
CREATE TABLE a (id INT, g INT, PRIMARY KEY (id) NOT ENFORCED) WITH ({UPSERT}, 'topic' = 'a');
CREATE TABLE counts (g INT, n BIGINT, PRIMARY KEY (g) NOT ENFORCED) WITH ({UPSERT}, 'topic' = 'counts');
INSERT INTO counts SELECT g, COUNT(*) FROM a GROUP BY g;
"""
SECONDS_MAX = 60


class Retrace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name, "project")
        (self.project / "pipelines").mkdir(parents=True)
        (self.project / "pipelines" / "p.sql").write_text(PIPELINE)
        self.data = str(pathlib.Path(folder.name, "data"))

    def house(self):
        house = House(str(self.project), self.data, "topics.default_partitions=1")
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

    def put(self, house, row_id, group):
        value = None if group is None else json.dumps({"id": row_id, "g": group})
        self.ask(house, "/v1/topics/a/records", {"key": '{"id":%d}' % row_id, "value": value})

    def counts(self, house):
        rows = {}
        for record in self.ask(house, "/v1/topics/counts/records?from=earliest&limit=500")["records"]:
            group = json.loads(record["key"]["text"])["g"]
            rows.pop(group, None)
            if record["value"] is not None:
                rows[group] = json.loads(record["value"]["text"])["n"]
        return rows

    def wait_for_group(self, house, group):
        end = time.monotonic() + SECONDS_MAX
        while group not in self.counts(house) and time.monotonic() < end:
            time.sleep(0.05)
        return self.counts(house)

    def test_a_row_that_came_and_went_before_the_kill_does_not_stay(self):
        house = self.house()
        self.put(house, 1, 1)
        self.put(house, 50, 7)
        self.assertEqual(self.wait_for_group(house, 7), {1: 1, 7: 1})
        self.put(house, 50, None)
        house.kill()
        house = self.house()
        self.put(house, 2, 2)
        self.assertEqual(self.wait_for_group(house, 2), {1: 1, 2: 1})
        self.assertEqual(house.stop(), 0)


if __name__ == "__main__":
    unittest.main()
