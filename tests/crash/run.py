"""The crash suite with a real process: kill -9 at random and at every named point under load (F1), power cuts of a
loop-mounted ext4 (F2), failing fdatasync (F6), a flipped bit in the journal (F4), and the planted bugs that these must catch.

usage: run.py --binary build/freshet [--planted build-planted/freshet] [--simulated TEST_BINARY…] [--seconds 60 | --hours H]
              [--seed N] [--houses N] [--only kill points cut eio rot planted]
Prints a table with a row for each way to end, and in a long run one line a minute; told to end (SIGTERM), it prints what it has seen.
`--houses`: so many houses side by side, each on a disk of its own. `--simulated`: test binaries of the planted build, which fail when the bug that
they are to see is planted.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait

from disks import LoopDisk
from figures import COLUMNS, Figures
from rounds import ROUNDS_PER_DISK, run_disk, run_disks

BUG_SECONDS_MAX = 600  # until each must be seen

# (bug, which end of a real house shows it, "" for none, which test of the simulated world does). Where the kernel is kinder than POSIX, and where the
# load has nothing for it (groups, retention), or too little (transactions, compaction), only the simulated world can.
PLANTED = [
    ("ack_before_fsync", "cut", "journal_test"),
    ("ignore_eio", "eio", "journal_test"),
    ("no_hold_back", "cut", "log_crash_test"),
    ("skip_directory_fsync", "cut", "log_crash_test"),
    ("truncate_at_mid_corruption", "rot", "journal_test"),
    ("stale_recycled_bytes", "cut", "journal_test"),
    ("unfinished_unit_applied", "", "journal_test"),
    ("durable_before_too_far", "", "journal_test"),
    ("sync_again_after_failure", "", "journal_test"),
    ("recovered_tail_not_synced", "", "journal_test"),
    ("trimmed_before_flushed", "", "journal_test"),
    ("renamed_before_written", "", "log_crash_test"),
    ("high_watermark_from_before", "kill", "log_crash_test"),
    ("written_once", "", "log_test"),
    ("older_checkpoint_unlooked", "", "log_test"),
    ("index_not_renewed", "", "log_test"),
    ("deadline_not_kept", "", "log_test"),
    ("interval_without_end", "", "log_test"),
    ("producers_forgotten_by_checkpoint", "", "log_test"),
    ("producers_kept_past_refusal", "", "log_test"),
    ("duplicate_answered_early", "", "log_test"),
    ("time_index_off_by_one", "", "log_test"),
    ("checkpoint_names_unsynced", "", "log_crash_test"),
    ("large_batch_unsynced", "cut", "log_crash_test"),
    ("gap_served_over", "rot", "log_test"),
    ("rotten_block_served", "", "log_test"),
    ("inputs_removed_before_checkpoint", "", "compaction_crash_test"),
    ("cleanup_takes_compaction", "", "log_test"),
    ("replay_tells_producers_twice", "", "log_test"),
    ("tombstone_dropped_early", "", "log_test"),
    ("compacts_past_open_transaction", "", "log_test"),
    ("retention_takes_one_more", "", "log_test"),
    ("stable_before_decided", "", "transactions_crash_test"),
    ("aborted_not_named", "", "transactions_crash_test"),
    ("late_batch_taken", "", "event_log_contract_test"),
    ("zombie_producer_commits", "", "transactions_crash_test"),
    ("offsets_of_aborted", "", "transactions_crash_test"),
    ("marker_misses_a_partition", "", "transactions_crash_test"),
    ("offsets_lost_on_rebalance", "", "coordinators_test"),
    ("offsets_answered_before_durable", "", "coordinators_test"),
    ("zombie_member_commits", "", "coordinators_test"),
    ("topic_answered_before_durable", "", "catalog_test"),
    ("epoch_visible_before_durable", "cut", "epochs_crash_test"),
    ("zombie_attempt_commits", "", "epochs_contract_test"),
    ("state_file_unsynced", "", "epochs_crash_test"),
    ("rows_before_their_epoch", "", "epoch_schedules_test"),
    ("outbox_retried_without_asking", "", "epoch_schedules_test"),
    ("uncommitted_lines_not_cut", "", "epoch_schedules_test"),
    ("state_from_before_the_exchange", "", "epoch_schedules_test"),
    ("key_groups_dealt_otherwise", "", "epoch_schedules_test"),
]
MUST = {"ack_before_fsync", "no_hold_back", "ignore_eio", "truncate_at_mid_corruption"}  # be seen by the real house, where it can end that way


def named_points():
    points = set()
    for path in pathlib.Path("src").rglob("*.cc"):
        if not path.name.endswith("_test.cc"):
            points.update(re.findall(r'kill_points\(\)\.Reach\("([^"]+)"\)', path.read_text()))
    return sorted(points)


class Ways:
    """How a house may end here."""

    def __init__(self):
        self.cut = LoopDisk.possible()
        self.fail_syncs = self.cut and shutil.which("strace") is not None

    def has(self, end):
        return {"cut": self.cut, "eio": self.fail_syncs}.get(end, True)


# name, what the table calls it, its share of the time, the end that rounds.py knows, whether on a disk whose power is cut
MODES = [
    ("kill", "kill -9 at random", 0.25, "kill", False),
    ("points", "kill -9 at named points", 0.3, "point", False),
    ("cut", "power cut of ext4", 0.3, "cut", True),
    ("eio", "failing fdatasync, then a power cut", 0.08, "eio", True),
    ("rot", "kill -9, then a flipped bit in the journal", 0.07, "rot", False),
]
DISK_SECONDS = 15  # that one takes, about
TELLS_EVERY = 60


class Mode:
    """One way to end, and what it has shown."""

    def __init__(self, name, title, share, end, cuts_power, points=()):
        self.name, self.title, self.share, self.end, self.cuts_power = name, title, share, end, cuts_power
        self.points = list(points)
        self.figures, self.spent, self.running = Figures(), 0.0, 0

    def due(self):
        """The least is next."""
        return (self.spent + DISK_SECONDS * self.running) / self.share

    def next_points(self):
        count = ROUNDS_PER_DISK - 1  # the first life makes the topics
        batch, self.points = self.points[:count], self.points[count:] + self.points[:count]
        return batch


class Suite:
    def __init__(self, options):
        self.options = options
        self.ways = Ways()
        self.passed = self.failed = 0
        self.told_to_end = False
        points = named_points()
        random.Random(options.seed).shuffle(points)  # a short run takes others each time
        self.modes = [Mode(*mode, points if mode[0] == "points" else ()) for mode in MODES if self.wants(mode[0]) and self.ways.has(mode[3])]

    def wants(self, name):
        return not self.options.only or name in self.options.only

    def settle(self, title, good, text, complaints=()):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {title}: {text}", flush=True)
        for complaint in complaints[:20]:
            print(f"       {complaint}", flush=True)

    def run_modes(self, seconds):
        if not self.ways.cut:
            print("skip power cut: it needs root, loop devices and mkfs.ext4", flush=True)
        if not self.modes:
            return
        signal.signal(signal.SIGTERM, self.end_soon)
        with ProcessPoolExecutor(self.options.houses) as houses:
            self.run_disks_until(houses, time.monotonic() + seconds)
        for mode in self.modes:
            did = mode.figures.flips if mode.end == "rot" else mode.figures.ends
            self.settle(mode.title, not mode.figures.violations and did > 0, mode.figures.line(), mode.figures.violations)
            if mode.points:
                never = sorted(set(mode.points) - set(mode.figures.reached))
                for point in sorted(set(mode.points) & set(mode.figures.reached)):
                    print(f"     killed at {point:34} {mode.figures.reached[point]:6}", flush=True)
                print(f"     points hit / named: {len(mode.figures.reached)} / {len(mode.points)}{'; not hit: ' + ', '.join(never) if never else ''}", flush=True)

    def end_soon(self, *_):
        self.told_to_end = True

    def run_disks_until(self, houses, until):
        """Each house that is free takes the mode that has had least of its share."""
        running, seed, told = {}, self.options.seed * 1000, time.monotonic()
        while True:
            while len(running) < self.options.houses and time.monotonic() < until and not self.told_to_end:
                mode, seed = min(self.modes, key=Mode.due), seed + 1
                mode.running += 1
                disk = houses.submit(run_disk, self.options.binary, seed, until, mode.end, mode.cuts_power, points=mode.next_points())
                running[disk] = (mode, time.monotonic())
            if not running:
                return
            for disk in wait(running, timeout=5, return_when=FIRST_COMPLETED).done:
                mode, begun = running.pop(disk)
                mode.running, mode.spent = mode.running - 1, mode.spent + time.monotonic() - begun
                mode.figures.add(disk.result())
            if time.monotonic() - told > TELLS_EVERY:
                told = time.monotonic()
                self.tell()

    def tell(self):
        every = self.every()
        print(f"     {self.cuts()} cuts, {self.kills()} kills, {every.states.get('ok', 0)} records acknowledged, {len(every.violations)} violations", flush=True)
        for violation in every.violations[:3]:
            print(f"       {violation}", flush=True)

    def every(self):
        every = Figures()
        for mode in self.modes:
            every.add(mode.figures)
        return every

    def cuts(self):
        return sum(mode.figures.ends for mode in self.modes if mode.cuts_power)

    def kills(self):
        return sum(mode.figures.ends - mode.figures.closed for mode in self.modes if not mode.cuts_power)

    def print_table(self):
        """What every end has shown, and all together."""
        if not self.modes:
            return
        every = self.every()
        lines = [("how the house ended", *COLUMNS)] + [(title, *figures.row()) for title, figures in [*((mode.title, mode.figures) for mode in self.modes), ("all", every)]]
        widths = [max(len(str(line[i])) for line in lines) for i in range(len(lines[0]))]
        print(flush=True)
        for line in lines:
            print("  ".join(f"{str(cell):>{width}}" if i else f"{cell:{width}}" for i, (cell, width) in enumerate(zip(line, widths))), flush=True)
        print(f"cuts {self.cuts()}, kills {self.kills()}; {len(every.violations)} violations in {every.ends} ends" +
              ("" if every.violations else f" bounds their rate at {300 / max(1, every.ends):.2f} % (95 %)") + f"; seed {self.options.seed}\n", flush=True)

    def run_planted(self):
        with ProcessPoolExecutor(self.options.houses) as places:
            tests = sorted({test for _, _, test in PLANTED})
            sick = [test for test, seen in zip(tests, places.map(seen_by_test, [self.options] * len(tests), [""] * len(tests), tests)) if seen[0]]
            if sick:
                return self.settle("planted bugs", False, f"tests that fail without a bug: {', '.join(sick)}")
            ends = [end if self.options.planted and self.ways.has(end) else "" for _, end, _ in PLANTED]
            tried = []
            for one in places.map(try_bug, [self.options] * len(PLANTED), PLANTED, ends):
                print(f"     {one[2]}", flush=True)
                tried.append(one)
        caught = [bug for (bug, _, _), (in_test, said, _) in zip(PLANTED, tried) if in_test or said]
        missed = [f"not caught: {bug}" for bug, _, _ in PLANTED if bug not in caught]
        missed += [f"must be seen by the real house, and was not: {bug} by {end}" for (bug, _, _), end, (_, said, _) in zip(PLANTED, ends, tried) if bug in MUST and end and not said]
        self.settle("planted bugs", not missed, f"caught / planted: {len(caught)} / {len(PLANTED)} ({sum(bool(said) for _, said, _ in tried)} by the real process)", missed)


def seen_by_house(options, bug, end):
    """What the ends of a real house with this bug show: (first complaint or "", seconds)."""
    begin = time.monotonic()
    figures = run_disks(options.planted, options.seed + 10_000, begin + (60 if bug in MUST else 20), end, cuts_power=end in ("cut", "eio"), plant=bug)
    return figures.violations[0] if figures.violations else "", time.monotonic() - begin


def seen_by_test(options, bug, test):
    """Which test of the simulated world fails with this bug ("" for none) and the seconds it took; None when it is not built."""
    binary = next((path for path in options.simulated if os.path.basename(path) == test), None)
    if binary is None:
        return None, 0.0
    begin = time.monotonic()
    try:
        done = subprocess.run([binary, "--gtest_brief=1"], env=dict(os.environ, FRESHET_PLANT=bug), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=BUG_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return "", time.monotonic() - begin
    failed = re.search(rb"\[  FAILED  \] (\S+)", done.stdout)
    name = failed[1].decode() if failed else f"it ended with {done.returncode}" if done.returncode else ""
    return name, time.monotonic() - begin


def try_bug(options, planted, end):
    """(which test of its fails, what a real house showed, a line about both)"""
    bug, _, test = planted
    in_test, seconds = seen_by_test(options, bug, test)
    word = "not built" if in_test is None else f"fails after {seconds:.1f} s: {in_test}" if in_test else f"passes ({seconds:.1f} s)"
    said, ends = "", ""
    if end:
        said, seconds = seen_by_house(options, bug, end)
        ends = f"; {end}: {f'seen after {seconds:.0f} s: {said}' if said else f'not seen in {seconds:.0f} s'}"
    return in_test, said, f"planted {bug:34} {test} {word}{ends}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--planted")
    parser.add_argument("--simulated", nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--houses", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    seconds = options.hours * 3600 if options.hours else options.seconds
    print(f"crash suite: seed {options.seed}, {seconds:.0f} s in all, binary {options.binary}", flush=True)
    suite = Suite(options)
    suite.run_modes(seconds)
    suite.print_table()
    if options.simulated and suite.wants("planted"):
        suite.run_planted()
    print(f"{suite.passed} passed, {suite.failed} failed", flush=True)
    if "FRESHET_TALLY" in os.environ:
        pathlib.Path(os.environ["FRESHET_TALLY"], "crash.json").write_text(json.dumps({"passed": suite.passed, "failed": suite.failed}))
    return 1 if suite.failed or suite.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
