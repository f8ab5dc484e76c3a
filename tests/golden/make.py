"""Writes data folders of the present format versions into tests/golden: to be run once for a version, by hand, and committed; FRESHET_BUILD says whose they are.
`stopped` ended by SIGTERM, so everything is in segments and snapshots; `killed` by SIGKILL, so everything is in the journal.

make.py v1                      what topics, groups, keys and a feature view hold
make.py snapshot-3 rows groups  the state of these files of pipelines/, left in the middle of their rows
"""

import json
import pathlib
import shutil
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "process"))

import rows  # noqa: E402
import story  # noqa: E402
from serving import House  # noqa: E402


def told(folder):
    project = pathlib.Path(folder, "project/products")
    project.mkdir(parents=True)
    (project / "trip.yaml").write_text(story.PRODUCT)
    house = House(str(project.parent), folder + "/data")
    story.tell(house)
    return house


def in_the_middle(folder, names):
    """What was told and what is to be told stand beside the data, so that the folder asks for nothing that may change."""
    pipelines = pathlib.Path(folder, "project/pipelines")
    pipelines.mkdir(parents=True)
    for name in names:
        shutil.copy(HERE / f"pipelines/{name}.sql", pipelines)
    first, rest = rows.parts()
    pathlib.Path(folder, "rows.json").write_text(json.dumps({"first": first, "rest": rest}))
    house = rows.begin(folder + "/project", folder + "/data")
    rows.tell(house, first, pieces=4)
    return house


def make(version, names, end):
    with tempfile.TemporaryDirectory(prefix="freshet-golden-") as folder:
        house = in_the_middle(folder, names) if names else told(folder)
        house.kill() if end == "killed" else house.stop()
        kept = ["data", "project", "rows.json"] if names else ["data"]
        with tarfile.open(HERE / f"{version}-{end}.tar.xz", "w:xz") as archive:
            for part in kept:
                archive.add(f"{folder}/{part}", part, filter=lambda entry: None if entry.name.endswith("doors.json") else entry)


if __name__ == "__main__":
    for way in ("stopped", "killed"):
        make(sys.argv[1], sys.argv[2:], way)
