"""Runs a command against a fresh house: with_house.py [--set KEY=VALUE]… COMMAND…, where {kafka}, {http}, {resp} become addresses."""

import subprocess
import sys

from serving import serving


def main() -> int:
    command, sets = sys.argv[1:], []
    while command[0] == "--set":
        sets.append(command[1])
        command = command[2:]
    with serving(*sets) as house:
        words = [word.format(**house.doors) if "{" in word else word for word in command]
        return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
