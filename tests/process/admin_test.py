"""`freshet topics` and `freshet groups` against a house that is up. Run by the process lane."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from serving import BINARY, serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crash"))
import kafka_wire  # noqa: E402

PASSWORD = "through the wardrobe"


def freshet(*words: str, env: dict | None = None):
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60, env=None if env is None else os.environ | env)


class Admin(unittest.TestCase):
    def rows(self, *words: str) -> list[dict]:
        done = freshet(*words, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def refusal(self, *words: str) -> str:
        done = freshet(*words)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        return done.stderr.strip()

    def append(self, house, origin: str) -> int:
        """What a page of that origin is answered that appends a record for somebody whose login the browser knows."""
        request = urllib.request.Request(f"http://{house.doors['http']}/v1/topics/orders/records", data=b'{"value":"x"}', method="POST")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode())
        request.add_header("Origin", origin)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def test_topics_are_made_shown_changed_and_deleted(self):
        with serving() as house:
            at = ("--bootstrap", house.doors["kafka"])
            self.assertEqual(self.rows("topics", "create", "orders", "--partitions", "2", "--config", "retention.ms=1000000", *at), [{"topic": "orders", "done": "created"}])
            self.assertIn({"topic": "orders", "partitions": 2, "internal": False}, self.rows("topics", "list", *at))
            connection = kafka_wire.Connection(house.doors["kafka"])
            connection.send_produce("orders", 1, kafka_wire.record_batch([b"a", b"b", b"c"]))
            self.assertEqual(kafka_wire.Connection.parse_produce(connection.receive()[1])[0], 0)
            self.assertEqual(self.rows("topics", "describe", "orders", *at)[1], {"topic": "orders", "partition": 1, "leader": 1, "start": 0, "end": 3})
            freshet("topics", "alter", "orders", "--partitions", "3", "--unset", "retention.ms", *at)
            configs = {row["config"]: (row["value"], row["from"]) for row in self.rows("topics", "describe", "orders", "--configs", *at)}
            self.assertEqual(configs["retention.ms"], ("604800000", "default"))
            self.assertIn("TOPIC_ALREADY_EXISTS", self.refusal("topics", "create", "orders", *at))
            people = freshet("topics", "describe", "orders", *at).stdout.splitlines()
            self.assertEqual(people[:2], ["topic   partition  leader  start  end", "orders          0       1      0    0"])
            freshet("topics", "create", "returns", *at)
            self.assertEqual(self.rows("topics", "delete", "orders", "returns", *at), [{"topic": "orders", "done": "deleted"}, {"topic": "returns", "done": "deleted"}])
            again = freshet("topics", "delete", "orders", *at, "--json")
            self.assertEqual((again.returncode, json.loads(again.stdout)), (1, {"topic": "orders", "done": "refused"}))
            self.assertIn("topic 'orders': UNKNOWN_TOPIC_OR_PARTITION", again.stderr)
            self.assertIn("UNKNOWN_TOPIC_OR_PARTITION", self.refusal("topics", "describe", "orders", *at))

    def test_a_group_goes_on_where_it_is_told(self):
        with serving() as house:
            at = ("--bootstrap", house.doors["kafka"])
            freshet("topics", "create", "orders", "--partitions", "1", *at)
            connection = kafka_wire.Connection(house.doors["kafka"])
            connection.send_produce("orders", 0, kafka_wire.record_batch([b"a", b"b", b"c"]))
            connection.receive()
            shown = freshet("groups", "reset-offsets", "billing", "--topic", "orders", "--to-latest", *at)
            self.assertEqual(shown.stderr, "freshet groups: nothing was committed; --execute does it\n")
            self.assertEqual(self.rows("groups", "list", *at), [])
            moved = self.rows("groups", "reset-offsets", "billing", "--topic", "orders:0", "--to-offset", "1", "--execute", *at)
            self.assertEqual(moved, [{"group": "billing", "topic": "orders", "partition": 0, "before": None, "now": 1, "committed": True}])
            shifted = self.rows("groups", "reset-offsets", "billing", "--all-topics", "--shift-by", "-5", *at)
            self.assertEqual((shifted[0]["before"], shifted[0]["now"]), (1, 0))
            self.assertEqual(self.rows("groups", "lag", *at), [{"group": "billing", "topic": "orders", "partition": 0, "committed": 1, "end": 3, "lag": 2, "member": None}])
            with urllib.request.urlopen(f"http://{house.doors['http']}/metrics", timeout=10) as answer:
                metrics = answer.read().decode()
            self.assertIn('\nkafka_consumergroup_lag{consumergroup="billing",topic="orders",partition="0"} 2\n', metrics)
            self.assertIn("\nkafka_server_brokertopicmetrics_messagesin_total 3\n", metrics)
            self.assertEqual(self.rows("groups", "delete-offsets", "billing", "--topic", "orders", *at)[0]["deleted"], True)
            self.assertIn("group 'billing' does not exist", self.refusal("groups", "delete", "billing", *at))

    def test_a_house_is_found_by_its_data_and_by_its_project(self):
        with serving() as house:
            self.assertEqual(self.rows("topics", "create", "orders", "--partitions", "1", "--data", str(house.data)), [{"topic": "orders", "done": "created"}])
            (house.data.parent / "project" / "freshet.yaml").write_text("data: ../data\n")
            listed = subprocess.run([BINARY, "topics", "list", "--json"], cwd=house.data.parent / "project", capture_output=True, text=True, timeout=60)
            self.assertEqual(listed.returncode, 0, listed.stderr)
            self.assertIn("orders", [json.loads(line)["topic"] for line in listed.stdout.splitlines()])
            house.stop()
            self.assertIn(f"where {house.data}/doors.json says that the Kafka door is; is that house running (freshet up)?", self.refusal("groups", "list", "--data", str(house.data)))

    def test_words_that_are_off_are_refused_by_name(self):
        for words, says in ((("topics",), "write one of"),
                            (("topics", "lst"), "freshet topics does not know 'lst'; did you mean 'list'?"),
                            (("topics", "list", "--bootstap", "x"), "unknown option '--bootstap'; did you mean '--bootstrap'?"),
                            (("topics", "list", "--data", "nowhere"), "nowhere/doors.json is not there"),
                            (("topics", "list", "--data", "x", "--bootstrap", "y"), "--bootstrap and --data both say where the broker is"),
                            (("topics", "list", "orders"), "write freshet topics list"),
                            (("topics", "list", "--tls"), "unknown option '--tls'"),
                            (("topics", "list", "--partitions", "2"), "list takes no --partitions"),
                            (("topics", "list", "--bootstrap", "9092"), "--bootstrap: address '9092' has no port"),
                            (("topics", "list", "--user", "admin"), "--user admin: its password belongs into a file (--password-file FILE) or into the environment variable FRESHET_PASSWORD"),
                            (("topics", "list", "--password-file", "f"), "--password-file is of who asks: say --user NAME, too"),
                            (("topics", "alter", "orders"), "nothing to alter"),
                            (("topics", "create", "orders", "--config", "retention.ms"), "write NAME=VALUE"),
                            (("groups", "reset-offsets", "billing", "--topic", "orders"), "say where to by one of --to-earliest"),
                            (("groups", "reset-offsets", "billing", "--topic", "orders", "--to-earliest", "--to-latest"), "say where to by one of --to-earliest"),
                            (("groups", "reset-offsets", "billing", "--to-earliest"), "say where: --topic"),
                            (("groups", "reset-offsets", "billing", "--topic", "orders", "--to-datetime", "noon"), "'noon' is no time"),
                            (("groups", "delete-offsets", "billing"), "say where: --topic"),
                            (("groups", "lag", "--bootstrap", "127.0.0.1:1"), "--bootstrap HOST:PORT or --data DATA say where")):
            self.assertIn(says, self.refusal(*words))

    def test_a_misspelt_command_is_told_the_nearest(self):
        done = freshet("topcs", "list")
        self.assertEqual((done.returncode, done.stderr.splitlines()[0]), (2, "freshet: no command 'topcs'; did you mean 'topics'?"))

    def test_a_closed_house_wants_a_login(self):
        with tempfile.NamedTemporaryFile("w") as password, tempfile.NamedTemporaryFile("w") as wrong:
            password.write(PASSWORD + "\n")
            wrong.write("through the mirror\n")
            password.flush()
            wrong.flush()
            with serving("identities.first.password_env=FIRST_PASSWORD", env={"FIRST_PASSWORD": PASSWORD}) as house:
                at = ("--bootstrap", house.doors["kafka"], "--user", "admin", "--password-file")
                self.rows("topics", "create", "orders", *at, password.name)
                self.assertIn("orders", freshet("topics", "list", *at[:-1], env={"FRESHET_PASSWORD": PASSWORD}).stdout)
                self.assertIn("SASL_AUTHENTICATION_FAILED", self.refusal("topics", "list", *at, wrong.name))
                self.assertEqual(self.append(house, "http://127.0.0.1:1"), 403)
                self.assertEqual(self.append(house, f"http://{house.doors['http']}"), 201)
                self.assertIn("a door that wants a login (--user) ends so", self.refusal("topics", "list", *at[:2]))


if __name__ == "__main__":
    unittest.main()
