"""The file of examples/both_engines as a pipeline, over the data that Flink was given: the output topics hold what Flink's held. Only the broker's
address is another one, since ports are free ones here. Run by the clients lane."""

import pathlib
import socket
import sys
import tempfile
import unittest

from serving import House

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/both_engines"
sys.path.insert(0, str(EXAMPLE))

import broker  # noqa: E402
import data  # noqa: E402

QUIET_SECONDS = 1
QUIETS_MAX = 60


def free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def answers_of_flink():
    return {path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted((EXAMPLE / "flink").glob("*.jsonl"))}


class BothEngines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.folder, self.address = pathlib.Path(folder.name), free_address()
        (self.folder / "project/pipelines").mkdir(parents=True)

    def start(self):
        house = House(str(self.folder / "project"), str(self.folder / "data"), f"doors.kafka.listen={self.address}")
        self.addCleanup(house.stop)
        self.assertEqual(house.first_line, "ready", house.error_text())
        return house

    def test_the_output_topics_are_those_of_flink(self):
        house = self.start()
        broker.make_topics(self.address)
        house.stop()
        sql = (EXAMPLE / "orders.sql").read_text(encoding="utf-8")
        (self.folder / "project/pipelines/orders.sql").write_text(sql.replace("localhost:9092", self.address), encoding="utf-8")
        self.start()

        wanted = answers_of_flink()
        self.assertEqual(sorted(wanted), sorted(broker.UPSERT + broker.APPEND))
        with broker.Outputs(self.address) as outputs:
            broker.play(self.address, data.steps(), outputs)
            for _ in range(QUIETS_MAX):
                outputs.settle(QUIET_SECONDS)
                if not broker.differences(wanted, outputs.tables()):
                    break
            self.assertEqual(broker.differences(wanted, outputs.tables()), [])


if __name__ == "__main__":
    unittest.main()
