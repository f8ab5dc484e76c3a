"""What the figures of both sides say together: ratios, and which aim is met."""

# Figures that are compared, as paths into a line. Less is better, but for those a second.
COMPARED = ("produced_per_s", "ack_ms.p50", "ack_ms.p99", "produce_cpu_s_per_million.machine", "produce_cpu_s_per_million.process", "fetched_per_s",
            "fetch_cpu_s_per_million.machine", "fetch_cpu_s_per_million.process", "cpu_s_per_million.machine", "cpu_s_per_million.process", "produce_to_consume_ms.p50",
            "produce_to_consume_ms.p99", "produce_to_consume_ms.p99.9", "rss_mb", "peak_mb", "idle_mb", "first_answer_ms", "writable_again_ms")


def at(line: dict, path: str):
    """The figure at a path, or None."""
    name, _, inner = path.partition(".")
    value = line.get(name)
    return value.get(inner) if inner and isinstance(value, dict) else value


def ratios(ours: dict, theirs: dict) -> dict:
    pairs = ((path, at(ours, path), at(theirs, path)) for path in COMPARED)
    return {path: round(mine / other, 3) for path, mine, other in pairs if mine is not None and other}


def compared(case: str, sides: dict[str, dict]) -> list[dict]:
    """A line for each peer. Without all records on both sides there is nothing to compare."""
    lines = []
    for peer in [side for side in sides if side != "freshet"]:
        line = {"bench": "produce_fetch", "case": case, "ratio": f"freshet / {peer}"}
        incomplete = [side for side in ("freshet", peer) if not sides[side]["complete"]]
        lines.append({**line, **({"refused": f"not all records were read back from {', '.join(incomplete)}"} if incomplete else ratios(sides["freshet"], sides[peer]))})
    return lines


def _below(figures: dict, case: str, path: str, bound: float):
    value = at(figures.get(case, {}).get("freshet", {}), path)
    return [] if value is None else [(f"{value:g} in {case}", value < bound)]


def _share(figures: dict, cases, peer: str, path: str, bound: float):
    found = []
    for case in cases:
        ours, theirs = (at(figures.get(case, {}).get(side, {}), path) for side in ("freshet", peer))
        if ours is not None and theirs:
            found.append((f"{ours:g} of {theirs:g} = {ours / theirs:.2f} in {case}", ours <= theirs * bound))
    return found


def _soon(figures: dict, cases):
    found = []
    for case in cases:
        line = figures.get(case, {}).get("freshet")
        if line is None:
            continue
        p99, disk = line["produce_to_consume_ms"]["p99"], line["fdatasync_ms"]["p99"]
        found.append((f"{p99:g} ms in {case} while fdatasync p99 is {disk:g} ms" + ("" if disk <= 2 else " (more than 2: not asked)"), p99 <= 5 or disk > 2))
    return found


def aims(figures: dict[str, dict[str, dict]]) -> list[dict]:
    """Each aim whose cases were run, with what was measured."""
    produce = [case for case in figures if case.startswith(("100B", "1KiB"))]
    steady = ("paced-5000", "paced-50000")
    table = [
        ("server CPU per million records produced at most a third of Kafka's", _share(figures, produce, "kafka", "produce_cpu_s_per_million.machine", 1 / 3)),
        ("the same of records fetched", _share(figures, produce, "kafka", "fetch_cpu_s_per_million.machine", 1 / 3)),
        ("100 producers without linger: p99 at most a fifth of Kafka's with a flush per message", _share(figures, ["many-small"], "kafka-flush", "ack_ms.p99", 1 / 5)),
        ("produce to consume: p99 below Kafka's default", _share(figures, steady, "kafka", "produce_to_consume_ms.p99", 1)),
        ("produce to consume: p99 at most 5 ms while fdatasync p99 is at most 2 ms", _soon(figures, steady)),
        ("start below 300 ms", _below(figures, "start", "first_answer_ms", 300)),
        ("idle below 100 MB", _below(figures, "start", "idle_mb", 100)),
        ("writable again after kill -9 below 1 s", _below(figures, "killed", "writable_again_ms", 1000)),
        ("5,000 partitions idle below 400 MB", _below(figures, "partitions-5000", "idle_mb", 400)),
    ]
    return [{"bench": "produce_fetch", "aim": aim, "met": all(met for _, met in found), "measured": [text for text, _ in found]} for aim, found in table if found]
