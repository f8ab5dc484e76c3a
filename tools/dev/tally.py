"""Adds up the counts that the test lanes left and prints the closing line: 'N passed, N failed'."""

import json
import pathlib
import sys


def main() -> int:
    passed = failed = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        count = json.loads(path.read_text())
        passed += count["passed"]
        failed += count["failed"]
        print(f"  {path.stem}: {count['passed']} passed, {count['failed']} failed")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
