"""Runs the tests of another language's runner and leaves their counts for tools/dev/tally.py.

usage: tally_of.py TALLY_NAME COMMAND…
Lines of Go's verbose tests and of TAP are counted, nested ones with them.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

PASSED = re.compile(r"^\s*(--- PASS: |ok \d+ )")
FAILED = re.compile(r"^\s*(--- FAIL: |not ok \d+ )")


def main() -> int:
    name, command = sys.argv[1], sys.argv[2:]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        lines = []
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    passed, failed = (sum(bool(what.match(line)) for line in lines) for what in (PASSED, FAILED))
    if run.returncode != 0 and failed == 0:
        failed = 1  # it did not come to its tests, or did not end well
    if tally := os.environ.get("FRESHET_TALLY"):
        pathlib.Path(tally, f"{name}.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    print(f"{name}: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
