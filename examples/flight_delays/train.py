"""Trains "leaves more than 15 minutes late" from the lake, with what was known then.

    train.py --warehouse DIR --models DIR [--until 2013-09-01]

The rows of `asked` are what the pipelines served for each flight one hour before its departure, joined as of that moment; the outcome comes from `outcomes`,
and only those known before --until count: a flight that had not left by then is not a training row. Writes models/delay/.
"""

import argparse
import datetime
import hashlib
import json
import pathlib

import numpy
import pyarrow
import pyiceberg.table
import scipy.stats
import xgboost

import features
import flights

LATE_MINUTES = 15
ROUNDS = 100
# Its threads wait for each other by spinning: on two cores that others use, too, a second one makes it three times slower.
PARAMETERS = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.15, "nthread": 1, "seed": 7}
SETS = {"static": features.STATIC, "weather": features.STATIC + features.WEATHER, "streaming": features.ALL}


def open_table(warehouse, name):
    """None before the first row."""
    folder = pathlib.Path(warehouse, "flights", name, "metadata")
    hint = folder / "version-hint.text"
    return pyiceberg.table.StaticTable.from_metadata(str(folder / f"v{hint.read_text()}.metadata.json")) if hint.exists() else None


def count(warehouse, name):
    table = open_table(warehouse, name)
    snapshot = table and table.current_snapshot()
    return int(snapshot.summary["total-records"]) if snapshot else 0


def load(warehouse, name):
    return open_table(warehouse, name).scan().to_arrow()


def with_outcomes(table, warehouse):
    """Those of its flights that left, with `departure_delay`, and when that was known."""
    outcomes = load(warehouse, "outcomes").select(["flight_id", "delay", "known"]).rename_columns(["flight_id", "departure_delay", "outcome_known"])
    return table.join(outcomes, "flight_id", join_type="inner").sort_by("flight_id")


def late(table):
    return table["departure_delay"].to_numpy() > LATE_MINUTES


def matrix(table, names, label=None):
    columns = [table[name].cast(pyarrow.float32()).to_numpy(zero_copy_only=False) for name in names]
    return xgboost.DMatrix(numpy.column_stack(columns), label, feature_names=names)


def auc(scores, is_late):
    ranks = scipy.stats.rankdata(scores)
    hits = is_late.sum()
    return float((ranks[is_late].sum() - hits * (hits + 1) / 2) / (hits * (len(is_late) - hits)))


def fit(table, names):
    return xgboost.train(PARAMETERS, matrix(table, names, late(table)), ROUNDS)


def known_before(table, cut_ms):
    return table.filter(pyarrow.array(table["outcome_known"].to_numpy() < cut_ms))


def put_model(folder, model, names, version):
    """model.yaml comes last and whole: a house that looks meanwhile sees no half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_model(folder / "delay.json")
    digest = hashlib.sha256((folder / "delay.json").read_bytes()).hexdigest()
    text = f"version: '{version}'\nfile: delay.json\nformat: xgboost-json\nsha256: {digest}\ninputs: [{', '.join(names)}]\n"
    (folder / "model.yaml.new").write_text(text)
    (folder / "model.yaml.new").rename(folder / "model.yaml")
    return digest


def train(warehouse, models, until):
    """One model for each set of features; that of all features is put where the house finds it. (models by set, rows they learned from, digest)."""
    cut_ms = flights.millis(datetime.datetime.combine(until, datetime.time(), flights.NEW_YORK))
    table = known_before(with_outcomes(load(warehouse, "asked"), warehouse), cut_ms)
    trained = {name: fit(table, names) for name, names in SETS.items()}
    return trained, table.num_rows, put_model(pathlib.Path(models, "delay"), trained["streaming"], SETS["streaming"], until)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warehouse", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--until", default="2013-09-01", type=datetime.date.fromisoformat)
    words = parser.parse_args()
    _, rows, digest = train(words.warehouse, words.models, words.until)
    print(json.dumps({"rows": rows, "sha256": digest}))


if __name__ == "__main__":
    main()
