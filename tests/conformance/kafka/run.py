"""Runs conformance suites against a running house and leaves their counts for tools/dev/tally.py.

usage: run.py TALLY_NAME HOST:PORT SUITE...
"""
import importlib
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(1, str(pathlib.Path(__file__).parent.parent / "resp"))
import house  # noqa: E402


def main():
    name, house.ADDRESS, suites = sys.argv[1], sys.argv[2], sys.argv[3:]
    tests = unittest.TestSuite()
    for suite in suites:
        tests.addTests(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(f"suite_{suite}")))
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(tests)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    if tally := os.environ.get("FRESHET_TALLY"):
        pathlib.Path(tally, f"{name}.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    print(f"{name}: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
