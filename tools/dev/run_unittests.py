"""Runs Python unittest files and leaves their counts for tally.py: run_unittests.py TALLY_NAME FILE…"""

import json
import os
import pathlib
import sys
import unittest


def main() -> int:
    name, files = sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]]
    suite = unittest.TestSuite()
    for file in files:
        sys.path.insert(0, str(file.parent.resolve()))
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(file.stem))
    result = unittest.TextTestRunner(stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    pathlib.Path(os.environ["FRESHET_TALLY"], f"{name}.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
