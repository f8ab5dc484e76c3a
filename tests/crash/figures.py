"""What ends have shown, counted."""

import collections

COLUMNS = ("ends", "closed", "acked", "unknown", "failed", "lost", "duplicated", "reordered", "other wrong", "in flight", "recovery p50 s", "p99 s", "backlog p50 KiB", "p99 KiB")
KINDS = {"lost": "lost", "duplicate": "duplicated", "order": "reordered"}  # of complaints; all others are "other wrong"


def quantiles(values):
    ordered = sorted(values)
    return (ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]) if ordered else (0, 0)


class Figures:
    """What the ends of one kind have shown."""

    def __init__(self):
        self.ends = self.closed = self.flying = self.flips = 0  # closed: of the ends, those in good order: no kills
        self.recoveries = []  # seconds from the start of the process to its first record that was acknowledged and fetched
        self.backlogs = []    # bytes of the journal that those starts replayed
        self.violations = []
        self.states = {}
        self.reached = collections.Counter()  # how often a house has ended at each named point

    def add(self, other):
        self.ends += other.ends
        self.closed += other.closed
        self.flying += other.flying
        self.flips += other.flips
        self.recoveries += other.recoveries
        self.backlogs += other.backlogs
        self.violations += other.violations
        self.merge_states(other.states)
        self.reached += other.reached

    def merge_states(self, counts):
        for state, count in counts.items():
            self.states[state] = self.states.get(state, 0) + count

    def wrong(self):
        counted = dict.fromkeys((*KINDS.values(), "other wrong"), 0)
        for violation in self.violations:
            counted[KINDS.get(violation.split(":")[0], "other wrong")] += 1
        return counted

    def row(self):
        """One value for each of COLUMNS."""
        recovery, backlog = quantiles(self.recoveries), quantiles(self.backlogs)
        wrong = self.wrong()
        unknown = self.states.get("unknown", 0) + self.states.get("sent", 0)
        return (self.ends, self.closed, self.states.get("ok", 0), unknown, self.states.get("failed", 0), wrong["lost"], wrong["duplicated"], wrong["reordered"],
                wrong["other wrong"], self.flying, f"{recovery[0]:.2f}", f"{recovery[1]:.2f}", backlog[0] // 1024, backlog[1] // 1024)

    def line(self):
        return ", ".join(f"{name} {value}" for name, value in zip(COLUMNS, self.row()))
