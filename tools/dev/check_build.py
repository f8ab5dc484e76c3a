"""Times a clean build without ccache and the way from one changed .cc to its running test, against the house's limits.

usage: check_build.py BUILD_DIR
Limits: clean build ≤ 720 s, one changed unit to a running test ≤ 20 s, no unit > 12 s, mean ≤ 2.5 s.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

CLEAN_MAX_S, CHANGE_MAX_S, UNIT_MAX_S, MEAN_MAX_S = 720, 20, 12, 2.5
# A unit in the middle of the house and the test that covers it.
CHANGED, TARGET, FILTER = "src/engines/log/partition.cc", "log_test", "--gtest_filter=*"


# Both of the machine's places for a compile (tools/dev/in_turn.sh), so that nobody else builds while it is timed.
ALONE = ["flock", "/tmp/freshet-build-1.lock", "flock", "/tmp/freshet-build-2.lock"]


def ninja(build: str, *targets: str) -> float:
    begin = time.monotonic()
    subprocess.run([*ALONE, "ninja", "-C", build, "-j2", "--quiet", *targets], check=True, stdout=sys.stderr)
    return time.monotonic() - begin


def units(build: str) -> dict[str, float]:
    found = {}
    for line in pathlib.Path(build, ".ninja_log").read_text().splitlines()[1:]:
        begin, end, _, output, _ = line.split("\t")
        if output.endswith(".o"):
            found[output] = (int(end) - int(begin)) / 1000
    return found


def main() -> int:
    build = sys.argv[1]
    subprocess.run(["cmake", "-S", ".", "-B", build, "-G", "Ninja"], check=True, stdout=subprocess.DEVNULL)
    clean = ninja(build)
    times = units(build)
    slowest = sorted(times.items(), key=lambda unit: -unit[1])[:5]
    os.utime(CHANGED)
    begin = time.monotonic()
    ninja(build, TARGET)
    binary = next(pathlib.Path(build).rglob(TARGET))
    subprocess.run([str(binary), "--gtest_brief=1", FILTER], check=True, stdout=subprocess.DEVNULL)
    change = time.monotonic() - begin
    mean = sum(times.values()) / len(times)
    print(json.dumps({
        "clean_build_s": round(clean, 1), "clean_build_max_s": CLEAN_MAX_S, "units": len(times), "mean_unit_s": round(mean, 2),
        "slowest": [[pathlib.Path(name).name, seconds] for name, seconds in slowest],
        "change_to_test_s": round(change, 1), "change_to_test_max_s": CHANGE_MAX_S}))
    good = clean <= CLEAN_MAX_S and change <= CHANGE_MAX_S and slowest[0][1] <= UNIT_MAX_S and mean <= MEAN_MAX_S
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
