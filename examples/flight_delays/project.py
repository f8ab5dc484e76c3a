"""Puts the example into a project folder of its own, its parameters filled in: project.py DIR WAREHOUSE [--scored-from 9]"""

import argparse
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent


def make(folder, warehouse, scored_from=9, pipelines=("flights", "score", "lake")):
    """`scored_from` is the first month whose flights are scored: models learn from those before."""
    for part in ("products", "services"):
        shutil.copytree(HERE / part, folder / part)
    (folder / "pipelines").mkdir(parents=True)
    for name in pipelines:
        text = (HERE / f"pipelines/{name}.sql").read_text()
        (folder / f"pipelines/{name}.sql").write_text(text.replace("${WAREHOUSE}", str(warehouse)).replace("${SCORED_FROM}", str(scored_from)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("warehouse", type=pathlib.Path)
    parser.add_argument("--scored-from", default=9, type=int)
    words = parser.parse_args()
    make(words.folder, words.warehouse.resolve(), words.scored_from)


if __name__ == "__main__":
    main()
