"""Trains "leaves more than 15 minutes late" from the lake, with what was known then.

    train.py --warehouse DIR --models DIR [--until 2013-09-01]

The rows of `asked` are what the pipelines served for each flight one hour before its departure; the outcome is joined from `outcomes`, and only
those known before --until count: a flight whose departure was not known then is not a training row. Writes models/delay/.
"""

import argparse
import datetime
import hashlib
import json
import pathlib

import numpy
import pyarrow
import pyiceberg.table
import xgboost

import features
import flights

LATE_MINUTES = 15
ROUNDS = 150
PARAMETERS = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "nthread": 2, "seed": 7}
SETS = {"static": features.STATIC, "weather": features.STATIC + features.WEATHER}


def load(warehouse, name):
    folder = pathlib.Path(warehouse, "flights", name, "metadata")
    version = (folder / "version-hint.text").read_text()
    return pyiceberg.table.StaticTable.from_metadata(str(folder / f"v{version}.metadata.json")).scan().to_arrow()


def rows(warehouse):
    """Asked flights with their outcomes, as one Arrow table."""
    outcomes = load(warehouse, "outcomes").select(["flight_id", "delay", "known"]).rename_columns(["flight_id", "departure_delay", "outcome_known"])
    return load(warehouse, "asked").join(outcomes, "flight_id", join_type="inner")


def matrix(table, names):
    columns = [table[name].cast(pyarrow.float32()).to_numpy(zero_copy_only=False) for name in names]
    return numpy.column_stack(columns)


def auc(scores, late):
    order = numpy.argsort(scores, kind="stable")
    ranks = numpy.empty(len(scores))
    ranks[order] = numpy.arange(1, len(scores) + 1)
    count = late.sum()
    return (ranks[late].sum() - count * (count + 1) / 2) / (count * (len(late) - count))


def fit(table, names):
    late = table["departure_delay"].to_numpy() > LATE_MINUTES
    return xgboost.train(PARAMETERS, xgboost.DMatrix(matrix(table, names), late, feature_names=names), ROUNDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warehouse", required=True)
    parser.add_argument("--models", required=True, type=pathlib.Path)
    parser.add_argument("--until", default="2013-09-01", type=datetime.date.fromisoformat)
    words = parser.parse_args()
    table = rows(words.warehouse)
    cut = flights.millis(datetime.datetime.combine(words.until, datetime.time(), flights.NEW_YORK))
    known = table["outcome_known"].to_numpy()
    training = table.filter(pyarrow.array(known < cut))
    names = [name for name in features.ALL if name in table.column_names]
    folder = words.models / "delay"
    folder.mkdir(parents=True, exist_ok=True)
    model = fit(training, names)
    model.save_model(folder / "delay.json")
    digest = hashlib.sha256((folder / "delay.json").read_bytes()).hexdigest()
    yaml = f"version: '{words.until}'\nfile: delay.json\nformat: xgboost-json\nsha256: {digest}\ninputs: [{', '.join(names)}]\n"
    (folder / "model.yaml.new").write_text(yaml)
    (folder / "model.yaml.new").rename(folder / "model.yaml")
    print(json.dumps({"training_rows": training.num_rows, "late": float(numpy.mean(training["departure_delay"].to_numpy() > LATE_MINUTES)), "digest": digest}))


if __name__ == "__main__":
    main()
