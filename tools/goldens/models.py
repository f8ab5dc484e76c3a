"""Trains small XGBoost models and an ONNX one and writes them with the library's own predictions for 10,000 rows.

usage: python tools/goldens/models.py src/engines/models/testdata
Needs xgboost-cpu==3.2.0 and onnx (see tools/goldens/README.md). The rows come from a generator that the C++ test
repeats, so only models and predictions are files.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnx.helper as helper
import xgboost

FEATURES = 8
ROWS = 10_000
MASK = (1 << 64) - 1


def splitmix64(seed: int, count: int) -> np.ndarray:
    """SplitMix64 (Steele, Lea, Flood 2014), vectorised."""
    with np.errstate(over="ignore"):
        z = (np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) + np.uint64(seed)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def rows(seed: int, count: int) -> np.ndarray:
    draws = splitmix64(seed, count * FEATURES)
    values = ((draws >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24) * np.float32(4) - np.float32(2)).astype(np.float32)
    values[draws % np.uint64(17) == 0] = np.nan
    return values.reshape(count, FEATURES)


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    train, test = rows(1, 4_000), rows(2, ROWS)
    filled = np.nan_to_num(train, nan=0.5)
    signal = filled[:, 0] * filled[:, 1] + np.sin(filled[:, 2]) - 0.3 * filled[:, 3]
    labels = {
        "binary:logistic": (signal > 0.2).astype(np.float32),
        "binary:logitraw": (signal > 0.2).astype(np.float32),
        "reg:squarederror": signal,
        "count:poisson": np.maximum(np.round(signal + 2), 0),
        "multi:softprob": np.clip(np.round(signal + 1), 0, 2),
    }
    for objective, label in labels.items():
        extra = {"num_class": 3} if objective.startswith("multi") else {}
        data = xgboost.DMatrix(train, label=label)
        booster = xgboost.train({"objective": objective, "max_depth": 4, "eta": 0.3, "nthread": 1, "seed": 7, **extra}, data, 25)
        name = objective.replace(":", "_")
        booster.save_model(out / f"{name}.json")
        booster.predict(xgboost.DMatrix(test)).astype("<f4").tofile(out / f"{name}.predictions.f32")

    weights = rows(3, 3).T.copy()
    weights[np.isnan(weights)] = 0.25
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Sigmoid", ["h"], ["score"])], "linear",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["rows", FEATURES])],
        [helper.make_tensor_value_info("score", onnx.TensorProto.FLOAT, ["rows", 3])],
        [helper.make_tensor("w", onnx.TensorProto.FLOAT, weights.shape, weights.ravel())])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, out / "linear.onnx")
    (1 / (1 + np.exp(-(np.nan_to_num(test, nan=0.0) @ weights)))).astype("<f4").tofile(out / "linear.predictions.f32")


if __name__ == "__main__":
    main()
