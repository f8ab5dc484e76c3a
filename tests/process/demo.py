"""Runs examples/flight_delays against a house of its own and, without --once, leaves the house up: demo.py [--once] [words for the example's demo.py]"""

import datetime
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

from serving import House

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/flight_delays"
sys.path.insert(0, str(EXAMPLE))

import project  # noqa: E402


def play(folder: pathlib.Path, house: House, words: list[str]) -> int:
    command = [sys.executable, str(EXAMPLE / "demo.py"), "--models", str(folder / "project/models"), "--warehouse", str(folder / "lake"),
               "--package", os.environ["FRESHET_NYCFLIGHTS"], *words]
    for door in ("kafka", "http", "resp"):
        command += [f"--{door}", house.doors[door]]
    return subprocess.run(command, check=False).returncode


def stay(folder: pathlib.Path, house: House) -> None:
    host, port = house.doors["resp"].rsplit(":", 1)
    print(f"""the house stays up; Ctrl-C ends it
  Kafka     {house.doors['kafka']}        kcat -C -b {house.doors['kafka']} -t flights.predictions -o -3 -e
  HTTP      http://{house.doors['http']}   the portal; /metrics, POST /v1/decide/delay
  Redis     {house.doors['resp']}        redis-cli -h {host} -p {port} GET origin:JFK
  Iceberg   {folder}/lake/flights: asked, outcomes, predictions""", flush=True)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    signal.sigwait(ends)


def scored_from(words: list[str]) -> int:
    """The first month whose flights are scored: training ends where it begins."""
    given = [value for word, value in zip(words, words[1:]) if word == "--train-until"]
    return datetime.date.fromisoformat(given[-1]).month if given else 9


def main() -> int:
    once, words = "--once" in sys.argv[1:], [word for word in sys.argv[1:] if word != "--once"]
    with tempfile.TemporaryDirectory(prefix="freshet-demo-") as name:
        folder = pathlib.Path(name)
        project.make(folder / "project", folder / "lake", scored_from(words))
        house = House(str(folder / "project"), str(folder / "data"), "topics.default_partitions=2")
        if house.first_line != "ready":
            print(house.error_text(), file=sys.stderr)
            return 1
        print(f"started in {house.start_seconds * 1000:.0f} ms", flush=True)
        try:
            failed = play(folder, house, words)
            if failed == 0 and not once:
                stay(folder, house)
        finally:
            code = house.stop()
            print(f"stopped with exit code {code}", flush=True)
    if failed:
        print(house.error_text()[-4000:], file=sys.stderr)
    return failed or code


if __name__ == "__main__":
    sys.exit(main())
