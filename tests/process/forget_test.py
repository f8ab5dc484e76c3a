"""`freshet pipelines`: the name of a pipeline whose file is gone is given back, and whoever takes it begins from nothing."""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from serving import BINARY, House

PIPELINE = """SET 'execution.checkpointing.interval' = '30 ms';
CREATE TABLE clicks (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE counts (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = '%s', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO counts SELECT k, COUNT(*) FROM clicks GROUP BY k;
"""
SECONDS_MAX = 60


class Forget(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "project")
        self.file = self.path / "pipelines" / "totals.sql"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(PIPELINE % "counts")
        self.data = str(pathlib.Path(folder.name, "data"))

    def house(self):
        house = House(str(self.path), self.data)
        self.addCleanup(house.errors.close)
        self.addCleanup(house.process.stdout.close)
        self.addCleanup(house.kill)
        self.assertEqual(house.first_line, "ready", house.error_text())
        return house

    def run_verb(self, *words):
        return subprocess.run([BINARY, "pipelines", *words, "--data", self.data], capture_output=True, text=True, check=False, timeout=60)

    def kept(self):
        listed = self.run_verb("list", "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        return {row["pipeline"]: row for row in map(json.loads, listed.stdout.splitlines())}

    def produce(self, house):
        """The pipeline makes its topics when it begins: until then they are not found."""
        body = json.dumps({"value": json.dumps({"k": "a", "v": 1})}).encode()
        try:
            urllib.request.urlopen(urllib.request.Request(f"http://{house.doors['http']}/v1/topics/clicks/records", data=body), timeout=10).close()
        except urllib.error.HTTPError as error:
            error.close()

    def rows(self, house, topic):
        try:
            with urllib.request.urlopen(f"http://{house.doors['http']}/v1/topics/{topic}/records?from=earliest&limit=500", timeout=10) as answer:
                return [json.loads(record["value"]["text"]) for record in json.loads(answer.read())["records"]]
        except urllib.error.HTTPError as error:
            error.close()
            return []

    def counted(self, house, topic):
        return max((row["n"] for row in self.rows(house, topic)), default=0)

    def wait_for(self, what):
        end = time.monotonic() + SECONDS_MAX
        while not what():
            self.assertLess(time.monotonic(), end, "in vain")
            time.sleep(0.05)

    def test_a_name_is_given_back_when_neither_a_file_nor_a_job_has_it(self):
        house = self.house()
        self.wait_for(lambda: self.counted(house, "counts") > 0 or self.produce(house))
        with_a_file = self.run_verb("forget", "totals")
        self.file.unlink()
        while_it_runs = self.run_verb("forget", "totals")
        house.stop()

        house = self.house()
        kept = self.kept()
        unknown = self.run_verb("forget", "total")
        forgotten = self.run_verb("forget", "totals")
        twice = self.run_verb("forget", "totals")
        nothing_kept = self.kept()
        house.stop()

        self.file.write_text(PIPELINE % "counts_anew")
        house = self.house()
        clicks = len(self.rows(house, "clicks"))
        self.wait_for(lambda: self.counted(house, "counts_anew") == clicks)  # all of them are read again

        self.assertGreater(clicks, 0)
        self.assertEqual(with_a_file.returncode, 1)
        self.assertIn("has a file, pipelines/totals.sql: take it away first", with_a_file.stderr)
        self.assertEqual(while_it_runs.returncode, 1)
        self.assertIn("runs in this house, though its file is gone", while_it_runs.stderr)
        self.assertFalse(kept["totals"]["file"])
        self.assertFalse(kept["totals"]["runs"])
        self.assertGreater(kept["totals"]["epoch"], 0)
        self.assertIn("no pipeline 'total' has begun here", unknown.stderr)
        self.assertEqual(forgotten.returncode, 0, forgotten.stderr)
        self.assertEqual(forgotten.stdout, "totals is forgotten; a file of that name begins from nothing\n")
        self.assertEqual(twice.returncode, 1)
        self.assertEqual(nothing_kept, {})

    def test_words_that_are_no_verb_are_refused(self):
        for words in ([], ["forget"], ["list", "totals"], ["list", "--accept-loss"], ["forget", "totals", "--json"], ["drop", "totals"]):
            refused = self.run_verb(*words)
            self.assertEqual(refused.returncode, 1, words)
            self.assertIn("freshet pipelines", refused.stderr)


if __name__ == "__main__":
    unittest.main()
