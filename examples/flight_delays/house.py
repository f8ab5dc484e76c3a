"""What the example asks of the running house besides its topics: metrics, and decisions for flights that fall due."""

import http.client
import json
import re
import time

import confluent_kafka
import redis

import features

FEATURE_VIEWS = ("weather_features", "origin_features", "carrier_features", "leg_features", "planes")
PATIENCE_S = 120


def wait_until(what, is_so, seconds=PATIENCE_S, pause=0.005):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"flight_delays: waited {seconds} s in vain until {what}")
        time.sleep(pause)


class House:
    def __init__(self, kafka, http_address, resp):
        self.kafka, self.http_address = kafka, http_address
        self.http = http.client.HTTPConnection(http_address)
        host, port = resp.rsplit(":", 1)
        self.keys = redis.Redis(host=host, port=int(port), decode_responses=True)
        self.topics = confluent_kafka.Consumer({"bootstrap.servers": kafka, "group.id": "flight_delays"})

    def request(self, method, path, body=None):
        self.http.request(method, path, body)
        answer = self.http.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text}")
        return text

    def metric(self, name, **labels):
        """The sum of a metric over what has these labels."""
        total = 0.0
        for line in self.request("GET", "/metrics").splitlines():
            found = re.fullmatch(r"(\w+)(?:\{(.*)\})? ([-+.\de]+)", line)
            if found and found[1] == name and all(f'{key}="{value}"' in (found[2] or "") for key, value in labels.items()):
                total += float(found[3])
        return int(total)

    def records(self, topic):
        partitions = self.topics.list_topics(topic, timeout=30).topics[topic].partitions
        ends = [self.topics.get_watermark_offsets(confluent_kafka.TopicPartition(topic, p), timeout=30)[1] for p in partitions]
        return sum(ends)

    def views_have_caught_up(self):
        """Every record of the feature topics is what a reader of the online store sees."""
        return all(self.metric("freshet_features_applied_total", view=view) == self.records(view) for view in FEATURE_VIEWS)


class Decider:
    """Asks for a decision over the online features as they stand. What only the caller knows, it says: the timetable, and how long ago
    the aircraft landed, which it reads under the aircraft's key."""

    def __init__(self, house):
        self.house = house
        self.answers = {}  # by flight

    def decide(self, due):
        tailnum = due["tailnum"] or "unknown"
        leg = json.loads(self.house.keys.get(f"leg:{tailnum}") or "{}")
        age = (due["known"] - leg["known"]) // 60_000 if leg else None
        request = {"month": due["month"], "weekday": due["weekday"], "hour": due["hour"], "distance": due["distance"],
                   "origin_code": features.ORIGINS.index(due["origin"]), "carrier_code": features.CARRIERS.index(due["carrier"]), "leg_age_min": age}
        entities = {"origin": due["origin"], "carrier": due["carrier"], "tailnum": tailnum}
        answer = json.loads(self.house.request("POST", "/v1/decide/delay", json.dumps({"entities": entities, "request": request})))
        values = request | {name: feature["value"] for name, feature in answer["features"].items()}
        self.answers[due["flight_id"]] = {"score": answer["score"], "digest": answer["model"]["digest"], **{name: values[name] for name in features.ALL}}
