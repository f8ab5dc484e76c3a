#!/usr/bin/env python3
"""Writes tests/sql/oracle/nexmark/qN.sql: the bench's queries over a few inline events; `./dev oracle write tests/sql/oracle/nexmark` fills the answers in."""

import pathlib
import re
import subprocess
import sys

LEFT_OUT = {"q6": "refused", "q12": "its windows end when they are read"}
NOTES = {"q9": "-- flink differs, nexmark_q9: it never takes beaten rows back (FLINK-40368); these are the rows of rank 1 of its two best\n"}


def main():
    generate, sql = sys.argv[1], pathlib.Path("bench/nexmark/sql")
    events = subprocess.run([generate, "--events", "60", "--rate", "2.5", "--seed", "44", "--mix", "2:4:14", "--bare", "--out", "/dev/stdout"], capture_output=True, text=True, check=True).stdout
    out = pathlib.Path("tests/sql/oracle/nexmark")
    out.mkdir(parents=True, exist_ok=True)
    tables = (sql / "events.sql").read_text().split("\n", 1)[1].replace("${NEXMARK_TABLE}", "events")
    tables = tables.replace("'filesystem', 'path' = '${NEXMARK_EVENTS}', 'format' = 'json'", "'inline', 'format' = 'json', 'rows' = '\n" + events + "'")
    for path in sorted(sql.glob("q*.sql")):
        if path.stem in LEFT_OUT:
            continue
        first, query = path.read_text().split("\n", 1)
        query = query.replace("MOD(auction, 123)", "MOD(auction, 4)")  # so few auctions have no multiple of 123
        bidders = tables if path.stem != "q23" else re.sub(r'"bidder":2', '"bidder":1', tables)  # and so few persons have no bids
        query = query.replace("'blackhole'", "'print'").replace("${NEXMARK_DIR}", "nexmark").replace("${SUBMIT_TIME}", "1")
        side = "".join(f"{i},side {i}\n" for i in range(1000, 1016))
        query = query.replace("'filesystem', 'path' = '${SIDE_INPUT}'", "'inline', 'rows' = '\n" + side + "'")
        if path.stem == "q10":
            query += "SELECT auction, bidder, price, `dateTime`, dt, hm FROM nexmark_q10;\n"
        (out / path.name).write_text(f"{first} (Nexmark {path.stem})\n{NOTES.get(path.stem, '')}{bidders}{query}")


main()
