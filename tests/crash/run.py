"""The crash suite with a real process: kill -9 at random and at every named point under load (F1), power cuts of a
loop-mounted ext4 (F2), failing fdatasync (F6), a flipped bit in the journal (F4), and the planted bugs that these must catch.

usage: run.py --binary build/freshet [--planted build-planted/freshet] [--simulated TEST_BINARY…] [--seconds 60 | --hours H]
              [--seed N] [--only kill points cut eio rot planted]
`--simulated`: test binaries of the planted build: crash histories over the simulated disk, and the contract of the log; a planted bug that makes one of
them fail is caught.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

from disks import LoopDisk
from rounds import Figures, run_rounds

# Which end of a house shows which planted bug. (Where the kernel is kinder than POSIX, only the simulated disk can; load.py has no transactions,
# so theirs are left to it, too.)
PLANTED = [
    ("ack_before_fsync", "cut"),
    ("ignore_eio", "eio"),
    ("no_hold_back", "cut"),
    ("skip_directory_fsync", "cut"),
    ("truncate_at_mid_corruption", "rot"),
    ("stale_recycled_bytes", "cut"),
    ("epoch_visible_before_durable", "cut"),
    ("zombie_attempt_commits", "cut"),
    ("stable_before_decided", ""),
    ("aborted_not_named", ""),
    ("late_batch_taken", ""),
    ("zombie_producer_commits", ""),
    ("offsets_of_aborted", ""),
]


def named_points():
    points = set()
    for path in pathlib.Path("src").rglob("*.cc"):
        if not path.name.endswith("_test.cc"):
            points.update(re.findall(r'kill_points\(\)\.Reach\("([^"]+)"\)', path.read_text()))
    return sorted(points)


def fails_under(binaries, bug):
    """What the simulated crash histories say to a planted bug."""
    for binary in binaries:
        done = subprocess.run([binary, "--gtest_brief=1"], env=dict(os.environ, FRESHET_PLANT=bug), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=900)
        if done.returncode != 0:
            return f"caught by {os.path.basename(binary)}"
    return "-" if binaries else "not run"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--planted")
    parser.add_argument("--simulated", nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    seconds = options.hours * 3600 if options.hours else options.seconds
    passed = failed = 0
    print(f"crash suite: seed {options.seed}, {seconds:.0f} s in all, binary {options.binary}", flush=True)

    def wanted(name):
        return not options.only or name in options.only

    def settle(name, figures, good):
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {name}: {figures.line()}", flush=True)
        if not good:
            for violation in figures.violations[:20]:
                print(f"       {violation}", flush=True)

    share = {"kill": 0.2, "points": 0.4, "cut": 0.2, "eio": 0.1, "rot": 0.1}
    if wanted("kill"):
        figures = Figures()
        run_rounds(options.binary, options.seed, figures, time.monotonic() + seconds * share["kill"], "kill")
        settle("kill -9 at random", figures, not figures.violations and figures.ends > 0)
    if wanted("points"):
        figures, points = Figures(), named_points()
        random.Random(options.seed).shuffle(points)  # a short run takes others each time
        run_rounds(options.binary, options.seed + 1000, figures, time.monotonic() + seconds * share["points"], "point", points=points)
        settle("kill -9 at named points", figures, not figures.violations and figures.ends > 0)
        never = sorted(set(points) - figures.reached)
        print(f"     points hit / named: {len(figures.reached)} / {len(points)}{'; not hit: ' + ', '.join(never) if never else ''}", flush=True)
    can_cut = LoopDisk.possible()
    can_fail_syncs = can_cut and shutil.which("strace") is not None
    if not can_cut:
        print("skip power cut: it needs root, loop devices and mkfs.ext4", flush=True)
    if wanted("cut") and can_cut:
        figures = Figures()
        run_rounds(options.binary, options.seed + 2000, figures, time.monotonic() + seconds * share["cut"], "cut", cuts_power=True)
        settle("power cut of ext4", figures, not figures.violations and figures.ends > 0)
        if figures.ends and not figures.violations:
            print(f"     0 violations in {figures.ends} cuts bounds their rate at {300 / figures.ends:.1f} % (95 %)", flush=True)
    if wanted("eio") and can_fail_syncs:
        figures = Figures()
        run_rounds(options.binary, options.seed + 5000, figures, time.monotonic() + seconds * share["eio"], "eio", cuts_power=True)
        settle("failing fdatasync, then a power cut", figures, not figures.violations and figures.ends > 0)
    if wanted("rot"):
        figures = Figures()
        run_rounds(options.binary, options.seed + 3000, figures, time.monotonic() + seconds * share["rot"], "rot")
        settle(f"{figures.flips} flipped bits in the journal", figures, not figures.violations and figures.flips > 0)
    if options.planted and wanted("planted"):
        must = {"ack_before_fsync": can_cut, "no_hold_back": can_cut, "ignore_eio": can_fail_syncs, "truncate_at_mid_corruption": True}
        caught = {}
        for bug, end in PLANTED:
            if (end == "cut" and not can_cut) or (end == "eio" and not can_fail_syncs):
                continue
            if not end:
                caught[bug] = False
                continue
            figures = Figures()
            patience = 60 if must.get(bug) else 15
            run_rounds(options.planted, options.seed + 4000, figures, time.monotonic() + patience, end, cuts_power=end in ("cut", "eio"), plant=bug)
            found = figures.violations[0] if figures.violations else ""
            caught[bug] = bool(found)
            print(f"     planted {bug}, {end}: {'caught after ' + str(figures.ends) + ' ends: ' + found if found else 'not seen in ' + str(figures.ends) + ' ends'}",
                  flush=True)
        simulated = {bug: fails_under(options.simulated, bug) for bug in caught}
        for bug in caught:
            print(f"     {bug:28} real process: {'caught' if caught[bug] else '-':8} simulated disk: {simulated[bug]}", flush=True)
        total = sum(bool(caught[bug] or simulated[bug].startswith("caught")) for bug in caught)
        print(f"     caught / planted: {total} / {len(caught)} ({sum(caught.values())} by the real process)", flush=True)
        missed = sorted(bug for bug, due in must.items() if due and not caught.get(bug))
        passed, failed = passed + (not missed), failed + bool(missed)
        if missed:
            print(f"FAIL planted bugs that must be caught here and were not: {', '.join(missed)}", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    if "FRESHET_TALLY" in os.environ:
        pathlib.Path(os.environ["FRESHET_TALLY"], "crash.json").write_text(json.dumps({"passed": passed, "failed": failed}))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
