"""Starts `freshet up` on free ports and stops it again: the way every test that needs the real process gets one."""

import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time

BINARY = str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet").resolve())
READY_SECONDS_MAX = 120


class House:
    """One running process. `doors` is what DATA/doors.json says."""

    def __init__(self, project: str, data: str, *sets: str, env: dict | None = None, wrapper: list[str] | None = None, folder: str | None = None):
        command = [*(wrapper or []), BINARY, "up", project, "--data", data]
        for door in ("kafka", "http", "resp"):
            if not any(s.startswith(f"doors.{door}.listen=") for s in sets):
                command += ["--set", f"doors.{door}.listen=127.0.0.1:0"]
        for one in sets:
            command += ["--set", one]
        self.data = pathlib.Path(folder or ".", data)
        self.errors = tempfile.TemporaryFile()
        begin = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True, env={**os.environ, **(env or {})}, cwd=folder)
        self.first_line = self._first_line()
        self.start_seconds = time.monotonic() - begin
        self.doors = json.loads((self.data / "doors.json").read_text()) if self.first_line == "ready" else {}

    def error_text(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def _first_line(self) -> str:
        """What it says first; a house that says nothing for READY_SECONDS_MAX is killed."""
        says, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS_MAX)
        if not says:
            self.process.kill()
            raise RuntimeError(f"the house said nothing for {READY_SECONDS_MAX} s: {self.error_text()}")
        return self.process.stdout.readline().strip()

    def stop(self, seconds: float = 40) -> int:
        """Its exit code. One that does not end in that time is killed, and the test has failed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def serving(*sets: str, env: dict | None = None, files: dict | None = None):
    """A house over an empty project, or over one of these files: their text by their path."""
    with tempfile.TemporaryDirectory(prefix="freshet-") as folder:
        project = pathlib.Path(folder, "project")
        project.mkdir()
        for path, text in (files or {}).items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        house = House(str(project), str(pathlib.Path(folder, "data")), *sets, env=env)
        try:
            if house.first_line != "ready":
                raise RuntimeError(f"the house did not start: {house.error_text()}")
            yield house
        finally:
            house.stop()
