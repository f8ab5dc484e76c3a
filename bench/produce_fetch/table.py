"""The figures as the tables of README.md."""

from report import aims, at

FAST = (("produced a second", "produced_per_s"), ("ack p50 ms", "ack_ms.p50"), ("p99", "ack_ms.p99"), ("CPU s per million", "produce_cpu_s_per_million.machine"),
        ("of the process", "produce_cpu_s_per_million.process"), ("fetched a second", "fetched_per_s"), ("CPU s per million", "fetch_cpu_s_per_million.machine"),
        ("of the process", "fetch_cpu_s_per_million.process"), ("peak MB", "peak_mb"))
PACED = (("p50 ms", "produce_to_consume_ms.p50"), ("p99", "produce_to_consume_ms.p99"), ("p99.9", "produce_to_consume_ms.p99.9"), ("CPU s per million", "cpu_s_per_million.machine"),
         ("of the process", "cpu_s_per_million.process"), ("MB", "rss_mb"))
STANDING = (("first answer ms", "first_answer_ms"), ("idle MB", "idle_mb"), ("writable again ms", "writable_again_ms"))
DISK = ("fdatasync p50 / p99", "fdatasync_ms")


def cell(sides: dict[str, dict], peer: str | None, path: str) -> str:
    """Freshet's figure, the peer's, and their ratio where everything was read back."""
    texts = [f"{value:,.3g}" if value < 100 else f"{value:,.0f}" for side in ("freshet", peer) if side in sides and (value := at(sides[side], path)) is not None]
    ours, theirs = (at(sides.get(side, {}), path) for side in ("freshet", peer))
    whole = all(sides[side]["complete"] for side in ("freshet", peer) if side in sides)
    return " / ".join(texts) + (f" ({ours / theirs:.2f})" if ours is not None and theirs and whole else "" if whole else " (not all read back)")


def disk(sides: dict[str, dict], peer: str | None) -> str:
    return "; ".join(f"{sides[side]['fdatasync_ms']['p50']:g} / {sides[side]['fdatasync_ms']['p99']:g}" for side in ("freshet", peer) if side in sides)


def table(figures: dict, columns) -> list[str]:
    """One row a case and peer; columns that nobody has a figure for are left out, and a table without rows."""
    rows = [(case, sides, peer) for case, sides in figures.items() for peer in ([side for side in sides if side != "freshet"] or [None])
            if any(at(sides["freshet"], path) is not None for _, path in columns)]
    used = [(name, path) for name, path in columns if any(cell(sides, peer, path) for _, sides, peer in rows)]
    lines = [["Freshet / Kafka (ratio)", *(name for name, _ in used), DISK[0]], ["---"] * (len(used) + 2)]
    for case, sides, peer in rows:
        name = f"`{case}`" + (", Kafka flushes each" if peer == "kafka-flush" else "")
        lines.append([name, *(cell(sides, peer, path) or "–" for _, path in used), disk(sides, peer)])
    return [f"| {' | '.join(line)} |" for line in lines] + [""] if rows else []


def markdown(figures: dict) -> str:
    lines = [line for columns in (FAST, PACED, STANDING) for line in table(figures, columns)]
    lines += ["| aim | measured | |", "|---|---|---|"]
    lines += [f"| {aim['aim']} | {'; '.join(aim['measured'])} | {'met' if aim['met'] else '**missed**'} |" for aim in aims(figures)]
    return "\n".join(lines)
