"""Runs GoogleTest binaries, two at a time, and leaves their counts for tally.py.

usage: run_gtests.py [--halves] TALLY_NAME BINARY…
With --halves each binary runs twice, each time with every other of its tests. One that crashes counts as one failure and its output is shown.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SECONDS_MAX = 900


def run(binary: str, shard: int, shards: int) -> tuple[str, int, int, str]:
    shard_of = {"GTEST_SHARD_INDEX": str(shard), "GTEST_TOTAL_SHARDS": str(shards)}
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        try:
            done = subprocess.run(
                [binary, "--gtest_brief=1", f"--gtest_output=json:{report.name}"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SECONDS_MAX,
                env={**os.environ, **shard_of})
            output, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            output, code = f"{late.stdout or ''}\nno end after {SECONDS_MAX} s", -1
        try:
            counts = json.loads(pathlib.Path(report.name).read_text())
            tests, failures = counts["tests"], counts["failures"]
        except (ValueError, KeyError):
            tests, failures = 1, 1
    if code != 0 and failures == 0:
        failures, tests = 1, max(tests, 1)
    return binary, tests - failures, failures, output


def main() -> int:
    words = sys.argv[1:]
    halves = words[0] == "--halves"
    name, *binaries = words[1:] if halves else words
    shards = 2 if halves else 1
    runs = [(binary, shard, shards) for binary in binaries for shard in range(shards)]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for binary, good, bad, output in pool.map(lambda one: run(*one), runs):
            print(f"{'FAIL' if bad else 'ok  '} {os.path.basename(binary)}: {good} passed, {bad} failed", flush=True)
            for line in output.splitlines():
                if line.startswith("figure: "):
                    print(f"     {line}", flush=True)
            if bad:
                print(output, flush=True)
            passed, failed = passed + good, failed + bad
    pathlib.Path(os.environ["FRESHET_TALLY"], f"{name}.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
