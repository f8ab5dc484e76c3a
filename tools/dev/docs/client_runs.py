"""What the last whole run of `./dev test clients` counted, for docs/compatibility.md.

client_runs.py keep TALLY   writes the counts of the suites that the tally folder holds into client_runs.tsv; others stay as they were
client_runs.py table        prints client_runs.tsv as a table
"""

import json
import pathlib
import sys

RUNS = pathlib.Path(__file__).with_name("client_runs.tsv")
HEAD = "suite\tpassed\tfailed"


def known() -> dict[str, tuple[int, int]]:
    rows = (line.split("\t") for line in RUNS.read_text().splitlines()[1:])
    return {suite: (int(passed), int(failed)) for suite, passed, failed in rows}


def keep(tally: str) -> None:
    runs = known()
    for suite in runs:
        counted = pathlib.Path(tally, f"{suite}.json")
        if counted.exists():
            count = json.loads(counted.read_text())
            runs[suite] = (count["passed"], count["failed"])
    RUNS.write_text("\n".join([HEAD, *(f"{suite}\t{passed}\t{failed}" for suite, (passed, failed) in sorted(runs.items()))]) + "\n")


def table() -> str:
    lines = ["| suite (`./dev test clients`) | passed | failed |", "|---|---|---|"]
    lines += [f"| {suite} | {passed} | {failed} |" for suite, (passed, failed) in sorted(known().items())]
    return "\n".join(lines) + "\n"


def main() -> int:
    if sys.argv[1] == "keep":
        keep(sys.argv[2])
    else:
        print("## What the suites of clients counted\n\n" + table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
