"""From a feature topic to an answer: unmodified Kafka and Redis clients, HTTP, a model that is swapped, a house that is killed.
Run by the clients lane with its Python environment."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import kafka
import redis
from serving import BINARY, House

TESTDATA = pathlib.Path(__file__).parents[2] / "src/engines/models/testdata"
FEATURES = ["a", "b", "c", "d", "e", "f", "g"]

PRODUCT = """name: trip
features:
  topic: trip_features
  entity: [origin, carrier]
  fresh_ms: 3600000
  columns:
""" + "".join(f"    {name}: {{type: DOUBLE{', default: 0.5' if name == 'g' else ''}}}\n" for name in FEATURES) + """\
  resp: {key: "trip:{origin}:{carrier}", as: %s}
"""

SERVICE = """name: delay
model: delay
views: [trip]
deadline_ms: 5000
request:
  h: {type: DOUBLE}
"""


def write_model(project, version, file, more=""):
    folder = pathlib.Path(project, "models/delay")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TESTDATA / file, folder / file)
    inputs = ", ".join(FEATURES + ["h"])
    text = f"version: '{version}'\nfile: {file}\nformat: {'onnx' if file.endswith('onnx') else 'xgboost-json'}\ninputs: [{inputs}]\n{more}"
    (folder / "model.yaml.new").write_text(text)
    (folder / "model.yaml.new").rename(folder / "model.yaml")


def make_project(folder, shape="json"):
    project = pathlib.Path(folder, "project")
    for part in ("products", "services"):
        (project / part).mkdir(parents=True)
    (project / "products/trip.yaml").write_text(PRODUCT % shape)
    (project / "services/delay.yaml").write_text(SERVICE)
    return str(project)


def decide(house, body, service="delay"):
    request = urllib.request.Request(f"http://{house.doors['http']}/v1/decide/{service}", method="POST", data=json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def redis_of(house):
    host, port = house.doors["resp"].rsplit(":", 1)
    return redis.Redis(host=host, port=int(port), decode_responses=True)


def produce(house, key, value, topic="trip_features"):
    producer = kafka.KafkaProducer(bootstrap_servers=house.doors["kafka"])
    producer.send(topic, key=json.dumps(key).encode(), value=None if value is None else json.dumps(value).encode())
    producer.flush()
    producer.close()


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (outcome := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true in time")
        time.sleep(0.02)
    return outcome


class Serve(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="freshet-serve-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.house = None
        self.addCleanup(lambda: self.house and self.house.stop())

    def start(self, project):
        self.house = House(project, self.folder + "/data")
        self.assertEqual(self.house.first_line, "ready", self.house.error_text())
        return self.house

    def test_from_a_feature_topic_to_a_decision_and_over_a_kill(self):
        project = make_project(self.folder)
        write_model(project, "1", "binary_logistic.json")
        house = self.start(project)
        row = {name: 0.25 * (n + 1) for n, name in enumerate(FEATURES[:-1])}
        produce(house, {"origin": "JFK", "carrier": "UA"}, row)
        r = redis_of(house)
        shown = until(lambda: r.get("trip:JFK:UA"))
        self.assertEqual(json.loads(shown), {**row, "g": 0.5})
        self.assertEqual(r.type("trip:JFK:UA"), "string")
        self.assertIn("trip:JFK:UA", list(r.scan_iter(match="trip:*")))
        with self.assertRaisesRegex(redis.ResponseError, "read-only"):
            r.set("trip:JFK:UA", "x")
        r.set("ordinary", "kept", ex=10000)
        r.hset("a hash", mapping={"f": "1"})

        asked = {"entities": {"origin": "JFK", "carrier": "UA"}, "request": {"h": 2}}
        status, answer = decide(house, asked)
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["model"]["version"], "1")
        self.assertEqual(len(answer["model"]["digest"]), 64)
        self.assertEqual(answer["features"]["a"]["value"], 0.25)
        self.assertEqual(answer["features"]["a"]["source"], "fresh")
        self.assertGreaterEqual(answer["features"]["a"]["age_ms"], 0)
        self.assertEqual(answer["features"]["g"], {"value": 0.5, "source": "default", "event_time": None, "age_ms": None})
        self.assertTrue(0 < answer["score"] < 1)
        self.assertGreater(answer["timing_us"]["total"], 0)
        status, refusal = decide(house, {**asked, "entities": {"origin": "XXX", "carrier": "UA"}})
        self.assertEqual((status, refusal["error"]["code"]), (404, "not found"))
        status, refusal = decide(house, {**asked, "deadline_ms": 0})
        self.assertEqual((status, refusal["error"]["code"]), (504, "deadline exceeded"))
        self.assertEqual(decide(house, asked, "nobody")[0], 404)
        self.assertEqual(decide(house, {**asked, "surprise": 1})[0], 400)

        house.kill()
        house = self.start(project)
        r = redis_of(house)
        self.assertEqual(json.loads(r.get("trip:JFK:UA")), {**row, "g": 0.5})
        self.assertEqual(r.get("ordinary"), "kept")
        self.assertGreater(r.ttl("ordinary"), 9000)
        self.assertEqual(r.hgetall("a hash"), {"f": "1"})
        status, again = decide(house, asked)
        self.assertEqual((status, again["score"]), (200, answer["score"]))
        consumer = kafka.KafkaConsumer("delay.decisions", bootstrap_servers=house.doors["kafka"], auto_offset_reset="earliest",
                                       consumer_timeout_ms=4000, group_id=None)
        records = {}
        for record in consumer:
            value = json.loads(record.value)
            records[value["request_id"]] = value
            if len(records) == 2:
                break
        consumer.close()
        self.assertEqual(set(records), {answer["request_id"], again["request_id"]})
        kept = records[answer["request_id"]]
        self.assertEqual(kept["features"], answer["features"])
        self.assertEqual(kept["request"], {"h": 2})
        self.assertEqual(kept["entities"], {"carrier": "UA", "origin": "JFK"})

        produce(house, {"origin": "JFK", "carrier": "UA"}, None)
        until(lambda: r.get("trip:JFK:UA") is None)

    def test_a_model_is_swapped_and_a_bad_one_is_not(self):
        project = make_project(self.folder, "hash")
        house = self.start(project)
        produce(house, {"origin": "LGA", "carrier": "AA"}, {name: 1 for name in FEATURES})
        r = redis_of(house)
        self.assertEqual(until(lambda: r.hgetall("trip:LGA:AA")), {name: "1" for name in FEATURES})
        self.assertEqual(r.hget("trip:LGA:AA", "c"), "1")
        asked = {"entities": {"origin": "LGA", "carrier": "AA"}, "request": {"h": 1.5}}
        self.assertEqual(decide(house, asked)[0], 503)  # no model yet

        write_model(project, "1", "reg_squarederror.json")
        first = until(lambda: (answer := decide(house, asked))[0] == 200 and answer[1])
        write_model(project, "2", "binary_logistic.json", "sha256: " + "0" * 64)
        metrics = lambda: urllib.request.urlopen(f"http://{house.doors['http']}/metrics", timeout=5).read().decode()
        until(lambda: "freshet_model_load_failures_total 0" not in metrics())
        self.assertEqual(decide(house, asked)[1]["model"], first["model"])
        write_model(project, "3", "linear.onnx")
        swapped = until(lambda: (answer := decide(house, asked)[1])["model"]["version"] == "3" and answer)
        self.assertEqual(len(swapped["scores"]), 3)
        self.assertIn("sha256", house.error_text())

    def test_what_redis_was_told_ok_survives_kills_under_load(self):
        project = make_project(self.folder)
        told = {}
        for round_number in range(4):
            house = self.start(project)
            kept = redis_of(house)
            for key, value in told.items():
                self.assertEqual(kept.get(key), value, f"{key} was answered OK and is lost after kill {round_number}")
            threads = [threading.Thread(target=self.write_until_killed, args=(house, round_number, n, told)) for n in range(4)]
            for thread in threads:
                thread.start()
            enough = len(told) + 150
            until(lambda: len(told) > enough)
            house.kill()  # with writes in flight
            for thread in threads:
                thread.join()
        house = self.start(project)
        kept = redis_of(house)
        self.assertEqual([key for key, value in told.items() if kept.get(key) != value], [])

    @staticmethod
    def write_until_killed(house, round_number, writer, told):
        with contextlib.suppress(redis.ConnectionError):
            client = redis_of(house)
            for n in range(1_000_000):
                key = f"{writer}:{n % 50}"
                told.pop(key, None)  # in flight: either value may be found
                client.set(key, f"{round_number}-{n}")
                told[key] = f"{round_number}-{n}"
                client.set(f"{round_number}:{writer}:{n}", "v")
                told[f"{round_number}:{writer}:{n}"] = "v"

    def test_internal_topics_are_not_deleted_by_kafka_clients(self):
        house = self.start(make_project(self.folder))
        redis_of(house).set("k", "v")
        admin = kafka.KafkaAdminClient(bootstrap_servers=house.doors["kafka"])
        with self.assertRaises(kafka.errors.KafkaError):
            admin.delete_topics(["__kv"])
        admin.close()
        redis_of(house).set("k", "w")
        self.assertEqual(redis_of(house).get("k"), "w")

    def test_an_unknown_key_in_a_product_refuses_to_start(self):
        project = make_project(self.folder)
        path = pathlib.Path(project, "products/trip.yaml")
        path.write_text(path.read_text().replace("fresh_ms", "fresh"))
        done = subprocess.run([BINARY, "up", project, "--data", self.folder + "/data"], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("products/trip.yaml:5: unknown key 'features.fresh'", done.stderr)


if __name__ == "__main__":
    unittest.main()
