"""Runs a command against a fresh house: with_house.py COMMAND…, where {kafka}, {http}, {resp} become addresses."""

import subprocess
import sys

from serving import serving


def main() -> int:
    with serving() as house:
        words = [word.format(**house.doors) if "{" in word else word for word in sys.argv[1:]]
        return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
