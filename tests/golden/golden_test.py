"""Data folders that earlier versions left must open, whatever the version, and hold what was told to them."""

import json
import pathlib
import sys
import tarfile
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "process"))

import kafka  # noqa: E402
import rows  # noqa: E402
import story  # noqa: E402
from serving import House  # noqa: E402


class Golden(unittest.TestCase):
    maxDiff = 2000

    def test_every_folder_opens_and_holds_the_story(self):
        archives = sorted(HERE.glob("v*.tar.xz"))
        self.assertGreaterEqual(len(archives), 2)
        for archive in archives:
            with self.subTest(archive.name), tempfile.TemporaryDirectory(prefix="freshet-golden-") as folder:
                with tarfile.open(archive) as tar:
                    tar.extractall(folder)
                project = pathlib.Path(folder, "project/products")
                project.mkdir(parents=True)
                (project / "trip.yaml").write_text(story.PRODUCT)
                for life in ("first", "second"):  # opened as it was left, then as this version leaves it
                    house = House(str(project.parent), folder + "/data")
                    try:
                        self.assertEqual(house.first_line, "ready", f"{life} life: {house.error_text()}")
                        self.ask(house)
                    finally:
                        house.stop()

    def ask(self, house):
        found, wanted = story.read_orders(house), story.expected_orders()
        for partition in wanted:
            self.assertEqual(len(found[partition]), len(wanted[partition]))
            for one, other in zip(found[partition], wanted[partition]):
                self.assertEqual(one, other)
        consumer = kafka.KafkaConsumer(bootstrap_servers=house.doors["kafka"], group_id="readers")
        self.assertNotIn("gone", consumer.topics())
        committed = consumer.committed(kafka.TopicPartition("orders", 0), metadata=True)
        self.assertEqual((committed.offset, committed.metadata), (17, "seventeen"))
        consumer.close()
        keys = story.redis_of(house)
        self.assertEqual(keys.get("greeting"), "hello")
        self.assertEqual((keys.get("late"), keys.pexpiretime("late")), ("year 2100", story.FAR_AWAY_MS))
        self.assertEqual(keys.hgetall("a hash"), {"f": "1", "g": ""})
        self.assertIsNone(keys.get("removed"))
        self.assertEqual(json.loads(keys.get("trip:JFK")), {"delay": 12.25, "tail": "N1"})
        self.assertIsNone(keys.get("trip:LGA"))

    def test_pipelines_go_on_from_the_state_that_an_older_version_wrote(self):
        archives = sorted(HERE.glob("snapshot-*.tar.xz"))
        self.assertGreaterEqual(len(archives), 4)
        for archive in archives:
            with self.subTest(archive.name), tempfile.TemporaryDirectory(prefix="freshet-golden-") as folder:
                with tarfile.open(archive) as tar:
                    tar.extractall(folder)
                told = json.loads(pathlib.Path(folder, "rows.json").read_text())
                project, rest = folder + "/project", told["rest"]
                wanted = self.of_one_version(project, folder + "/other", told["first"] + rest)
                middle = len(rest) // 2
                self.live(rows.go_on(project, folder + "/data"), rest[:middle])  # as it was left
                self.live(rows.go_on(project, folder + "/data"), rest[middle:])  # as this version leaves it
                seen = self.written(folder + "/data")
                self.assertEqual(sorted(seen), sorted(wanted))
                for topic, expected in wanted.items():
                    self.assertEqual(seen[topic], expected, f"{archive.name}: {topic}")

    def of_one_version(self, project, data, told):
        self.live(rows.begin(project, data), told)
        return self.written(data)

    def live(self, house, told):
        """A house that has read all of it ends with a last epoch."""
        try:
            rows.tell(house, told)
        finally:
            code = house.stop()
        self.assertEqual(code, 0, house.error_text())

    def written(self, data):
        with tempfile.TemporaryDirectory(prefix="freshet-golden-") as nothing:
            house = rows.go_on(nothing, data)
            try:
                return rows.written(house)
            finally:
                house.stop()


if __name__ == "__main__":
    unittest.main()
