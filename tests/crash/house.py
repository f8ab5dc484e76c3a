"""One Freshet process on one data folder."""

import json
import os
import pathlib
import selectors
import signal
import subprocess
import time
import urllib.request


class House:
    def __init__(self, binary, work, data):
        self.binary, self.data = binary, data
        self.project = os.path.join(work, "project")
        os.makedirs(self.project, exist_ok=True)
        self.log = open(os.path.join(work, "house.log"), "ab")
        self.process = None
        self.address = None
        self.doors = {}

    def start(self, kill_at="", plant="", seconds_max=60, kafka="127.0.0.1:0"):
        """Seconds until `ready`, or None when the process ended before."""
        environment = dict(os.environ, FRESHET_KILL_AT=kill_at, FRESHET_PLANT=plant)
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [self.binary, "up", self.project, "--data", self.data, "--set", f"doors.kafka.listen={kafka}",
             "--set", "doors.http.listen=127.0.0.1:0", "--set", "doors.resp.listen=127.0.0.1:0", "--set", "log.level=warn"],
            stdout=subprocess.PIPE, stderr=self.log, env=environment)
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(seconds_max) else b""
        if line.strip() != b"ready":
            if self.process.poll() is None and not line:
                try:
                    self.process.wait(5)
                except subprocess.TimeoutExpired:
                    self.kill()
                    raise RuntimeError("the house was not ready in time")
            return None
        self.doors = json.loads(pathlib.Path(self.data, "doors.json").read_text())
        self.address = self.doors["kafka"]
        return time.monotonic() - begin

    def metric(self, name):
        """Its value; 0 when the house has ended."""
        try:
            with urllib.request.urlopen(f"http://{self.doors['http']}/metrics", timeout=20) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in lines if line.startswith(name + " ")), 0)

    def fail_syncs(self, nth):
        """From now on the fdatasync calls of each thread answer EIO from its nth on, without being made."""
        tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={nth}+",
                                   "-p", str(self.process.pid)], stderr=subprocess.PIPE)
        tracer.stderr.readline()  # says that it is attached; it ends with the house

    def alive(self):
        return self.process.poll() is None

    def wait(self, seconds):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        if self.alive():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def terminate(self, seconds_max=40):
        self.process.send_signal(signal.SIGTERM)
        code = self.wait(seconds_max)
        if code is None:
            self.kill()
        else:
            self.process.stdout.close()
        return code
