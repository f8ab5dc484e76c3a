"""Runs the first example against a house of its own and, without --once, leaves the house up: demo.py PYTHON [--once]"""

import pathlib
import signal
import subprocess
import sys
import tempfile

from serving import House

COUNT = 10_000


def main() -> int:
    python, once = sys.argv[1], "--once" in sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="freshet-demo-") as folder:
        project = pathlib.Path(folder, "project")
        project.mkdir()
        house = House(str(project), str(pathlib.Path(folder, "data")))
        if house.first_line != "ready":
            print(house.error_text(), file=sys.stderr)
            return 1
        print(f"started   in {house.start_seconds * 1000:.0f} ms: Kafka at {house.doors['kafka']}, HTTP at http://{house.doors['http']}")
        try:
            for step in ("produce", "consume"):
                done = subprocess.run([python, f"examples/first_events/{step}.py", house.doors["kafka"], str(COUNT)], check=False)
                if done.returncode != 0:
                    return done.returncode
            if not once:
                print(f"the house stays up; metrics at http://{house.doors['http']}/metrics; Ctrl-C ends it")
                signal.sigwait({signal.SIGINT, signal.SIGTERM})
        finally:
            code = house.stop()
            print(f"stopped   with exit code {code}")
    return code


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM} if "--once" not in sys.argv else set())
    sys.exit(main())
