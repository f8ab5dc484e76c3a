"""The lives of one house after another on one disk, their sudden ends, and the check of what each next life says."""

import time
import traceback

from figures import Figures
from site_under_load import Site

ROUNDS_PER_DISK = 16  # then a fresh one, so that the checks stay short
VIOLATIONS_ENOUGH = 20


class GivenUp(Exception):
    """Something is wrong that lets no further life on this disk show anything."""


class Course:
    """What becomes of one disk. `end`: "kill", "cut", "point", "rot", or "eio": from some fdatasync on all of them fail, and then the power is cut."""

    def __init__(self, site, figures, end, points):
        self.site, self.figures, self.end, self.points = site, figures, end, points

    def run(self, until):
        for number in range(2 if self.end == "rot" else ROUNDS_PER_DISK):
            point = self.begin(self.points[(number - 1) % len(self.points)] if self.points and number else "")
            self.look(point)
            if self.has_found_enough():
                return
            self.live_and_end(point)
            self.figures.ends += 1
            if time.monotonic() > until:
                break
        self.look_at_everything()

    def has_found_enough(self):
        return len(self.figures.violations) > (0 if self.site.plant else VIOLATIONS_ENOUGH)

    def start_or_give_up(self, why):
        if not self.site.start(self.figures):
            raise GivenUp(f"no start {why} (exit {self.site.house.process.returncode}): {self.site.last_words()}")

    def begin(self, point):
        """Starts the house. The point at which it will end itself; "" when there is none or it has ended there already, and lives again."""
        if not point:
            self.start_or_give_up("of a house that nobody kills")
            if not self.site.made:
                self.site.make_topics()
            return ""
        often = point.startswith("journal.") and "rename" not in point
        if self.site.start(self.figures, f"{point}#{self.site.random.randint(1, 60) if often else 1}"):
            return point
        if self.site.house.process.returncode != -9:
            raise GivenUp(f"the house did not start (exit {self.site.house.process.returncode}): {self.site.last_words()}")
        self.end_at_start(point)
        return ""

    def end_at_start(self, point):
        self.figures.ends += 1
        self.figures.reached[point] += 1
        self.site.house.kill()
        self.start_or_give_up(f"after the end at {point}")

    def look(self, point):
        try:
            self.site.verify(self.figures)
        except OSError as broken:
            if self.site.house.wait(1) != -9:
                raise GivenUp(f"the check was cut off: {broken}") from broken
            self.figures.reached[point] += 1  # reading, too, passes some points

    def live_and_end(self, point):
        site = self.site
        if not site.house.alive():
            site.house.kill()
            return
        stop = site.load(point)
        if self.end == "eio":
            site.house.fail_syncs(site.random.randint(1, 60))
        if self.end in ("eio", "cut"):
            site.end_by_cut(self.figures, stop)
        elif point:
            site.end_at_point(self.figures, stop, point)
        else:
            site.end_by_kill(self.figures, stop)

    def look_at_everything(self):
        damaged = self.end == "rot" and self.site.flip_in_journal() is not None
        self.figures.flips += damaged
        self.site.flip_where_there_are_two()
        self.start_or_give_up("for the last check")
        self.site.verify(self.figures, everything=True, damaged=damaged)
        if self.site.plant and self.figures.violations:
            return
        code = self.site.house.terminate()
        if code != 0 and not damaged:
            self.figures.violations.append(f"other: an orderly close ended with {code}")


def run_disk(binary, seed, until, end, cuts_power=False, plant="", points=()):
    """Lives and ends on a fresh disk, until some were seen or the time is over, or, with a plant, until something was found. The disk of a house that broke a promise stays."""
    figures = Figures()
    site = Site(binary, seed, cuts_power, plant, has_neighbour=end == "point")
    try:
        Course(site, figures, end, points).run(until)
    except GivenUp as why:
        figures.violations.append(f"other: {why}")
    except Exception:  # hours of other disks shall not be lost with this one
        figures.violations.append(f"other: {traceback.format_exc()}")
    figures.merge_states(site.oracle.counts())
    keeps = bool(figures.violations) and not plant
    site.close(keeps)
    if keeps:
        figures.violations[-1] += f" (kept: {site.work}, {site.notes})"
    return figures


def run_disks(binary, seed, until, end, cuts_power=False, plant=""):
    """One disk after another until the time is over or something was found."""
    figures = Figures()
    while time.monotonic() < until and not figures.violations:
        figures.add(run_disk(binary, seed + figures.ends, until, end, cuts_power, plant))
    return figures
