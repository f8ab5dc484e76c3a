"""Runs kafka-python's own integration tests against a running house and leaves their counts for tools/dev/tally.py.

usage: run.py TALLY_NAME HOST:PORT FOLDER_OF_THE_SOURCE_DISTRIBUTION
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).parent
BROKER_VERSION = "4.0"  # whose requests a house advertises

# A consumer of kafka-python 3.0.12 that subscribes while its first metadata, of no topic, is on its way takes that for an answer to its subscription and asks for nothing more for five
# minutes: its log then says "Updated partition assignment: []" and no ListOffsets or Fetch follows. One run in some has a test that meets this; a fault of the house would be there each time.
TRIES = 4


class Counts:
    """What became of each test. A test counts by all its phases."""

    def __init__(self):
        self.collected, self.unfit, self.outcomes, self.skipped = set(), [], {}, []
        self.left_out = [line.split("\t") for line in (HERE / "left_out.tsv").read_text().splitlines() if not line.startswith("#")]

    def pytest_collection_modifyitems(self, config, items):
        names = {item.nodeid.removeprefix("test/integration/"): item for item in items}
        out = {}
        for named, why in self.left_out:
            fits = {name: why for name in names if name == named or name.startswith((f"{named}::", f"{named}["))}
            self.unfit += [] if fits else [named]
            out |= fits
        for name, why in sorted(out.items()):
            print(f"not run: {name}: {why}")
        config.hook.pytest_deselected(items=[names[name] for name in out])
        items[:] = [item for name, item in names.items() if name not in out]

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self.skipped.append(f"{report.nodeid}: {report.longrepr[2]}")
        else:
            self.outcomes[report.nodeid] = self.outcomes.get(report.nodeid, True) and report.passed


class Again:
    """Counts tests that are run once more."""

    def __init__(self, counts):
        self.pytest_runtest_logreport = counts.pytest_runtest_logreport


def main():
    name, address, distribution = sys.argv[1:]
    os.environ |= {"KAFKA_URI": f"tcp://{address}", "KAFKA_VERSION": BROKER_VERSION, "KAFKA_ROOT": str(HERE)}
    tally = os.environ.get("FRESHET_TALLY")
    tally = tally and pathlib.Path(tally, f"{name}.json").resolve()  # from the folder in which it was said
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="kafka-python-tests-") as folder:
        shutil.copytree(pathlib.Path(distribution, "test/integration"), f"{folder}/test/integration")
        shutil.copy(pathlib.Path(distribution, "test/testutil.py"), f"{folder}/test/")
        shutil.copytree(HERE / "test", f"{folder}/test", dirs_exist_ok=True)
        pathlib.Path(folder, "test/__init__.py").touch()  # or it is the standard library's
        sys.path.insert(0, folder)
        os.chdir(folder)
        words = ["-p", "no:cacheprovider", "-q", "-rfEs", "--no-header", "--tb=short", "--show-capture=no", "--disable-warnings"]
        code = pytest.main([*words, "test/integration"], plugins=[counts])
        for _ in range(TRIES - 1):
            again = [test for test, passed in counts.outcomes.items() if not passed]
            if not again:
                break
            for test in again:
                print(f"once more: {test}")
                del counts.outcomes[test]
            code = pytest.main([*words, *again], plugins=[Again(counts)])
        os.chdir("/")
    trouble = [f"left_out.tsv names {named}, which is no test" for named in counts.unfit] + [f"skipped without a line in left_out.tsv: {test}" for test in counts.skipped]
    print(*trouble, sep="\n")
    passed = sum(counts.outcomes.values())
    failed = len(counts.outcomes) - passed + len(trouble)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        failed += 1  # it did not come to its tests
    if tally:
        tally.write_text(json.dumps({"passed": passed, "failed": failed}))
    print(f"{name}: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
