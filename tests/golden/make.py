"""Writes the data folders of the present format version into tests/golden: to be run once for a version, by hand, and committed.
`stopped` ended by SIGTERM, so everything is in segments and snapshots; `killed` by SIGKILL, so everything is in the journal."""

import pathlib
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "process"))

import story  # noqa: E402
from serving import House  # noqa: E402


def make(version, end):
    with tempfile.TemporaryDirectory(prefix="freshet-golden-") as folder:
        project = pathlib.Path(folder, "project/products")
        project.mkdir(parents=True)
        (project / "trip.yaml").write_text(story.PRODUCT)
        house = House(str(project.parent), folder + "/data")
        story.tell(house)
        house.kill() if end == "killed" else house.stop()
        with tarfile.open(HERE / f"{version}-{end}.tar.xz", "w:xz") as archive:
            archive.add(folder + "/data", "data", filter=lambda entry: None if entry.name.endswith("doors.json") else entry)


if __name__ == "__main__":
    for way in ("stopped", "killed"):
        make(sys.argv[1], way)
