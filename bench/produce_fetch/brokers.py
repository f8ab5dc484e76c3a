"""The brokers that are compared: each is one process over a data folder of its own, told to listen on a free port."""

import base64
import json
import os
import pathlib
import socket
import subprocess
import time
import uuid

import machine

CLIENT_SECONDS_MAX = 900
STOP_SECONDS_MAX = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    side = fsync = memory = ""

    def __init__(self, folder: str):
        self.folder, self.address = pathlib.Path(folder), f"127.0.0.1:{free_port()}"
        self.process: subprocess.Popen | None = None
        self.prepare()

    def prepare(self) -> None:
        """What is done once, before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> dict:
        """Starts it and waits for its first answer: milliseconds since the start."""
        self.spawn()
        return self.client("first", since=self.started_ns)

    def spawn(self) -> None:
        self.log = open(self.folder / "log", "ab")
        self.started_ns = time.monotonic_ns()
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def client(self, command: str, **options) -> dict:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        done = subprocess.run([os.environ["BENCH_CLIENT"], command, "--brokers", self.address, *words], capture_output=True, text=True, timeout=CLIENT_SECONDS_MAX)
        if done.returncode != 0:
            raise RuntimeError(f"{self.side}: {done.stderr.strip() or done.returncode}; the broker's log ends with:\n{self.log_end()}")
        return json.loads(done.stdout)

    def log_end(self) -> str:
        return (self.folder / "log").read_bytes()[-2000:].decode(errors="replace")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS_MAX)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def server_cpu(self, records: int) -> machine.ServerCpu:
        return machine.ServerCpu(self.process.pid, str(self.folder), records)

    def rss_mb(self) -> float:
        return machine.memory_mb(self.process.pid)

    def peak_mb(self) -> float:
        return machine.memory_mb(self.process.pid, "VmHWM")


class Freshet(Broker):
    side, fsync, memory = "freshet", "fdatasync before every acknowledgement (default)", "memory: 1GiB (default)"

    def __init__(self, folder: str, pipelines: dict[str, str] | None = None):
        self.pipelines = pipelines or {}
        super().__init__(folder)

    def prepare(self) -> None:
        (self.folder / "project" / "pipelines").mkdir(parents=True)
        for name, text in self.pipelines.items():
            (self.folder / "project" / "pipelines" / name).write_text(text)

    def command(self) -> list[str]:
        sets = [f"doors.kafka.listen={self.address}", "doors.http.listen=127.0.0.1:0", "doors.resp.listen=127.0.0.1:0"]
        return [f"{os.environ['FRESHET_BUILD']}/freshet", "up", str(self.folder / "project"), "--data", str(self.folder / "data"), *(word for one in sets for word in ("--set", one))]


class Kafka(Broker):
    """One node that is broker and controller, with the options of Kafka's own start script and the defaults of its server.properties."""

    side, fsync, memory = "kafka", "none before an acknowledgement (default)", "-Xmx1G -Xms1G (default)"
    JAVA = ["-Xmx1G", "-Xms1G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    SETTINGS = {"process.roles": "broker,controller", "node.id": 1, "controller.listener.names": "CONTROLLER", "num.network.threads": 3, "num.io.threads": 8,
                "socket.send.buffer.bytes": 102400, "socket.receive.buffer.bytes": 102400, "offsets.topic.replication.factor": 1,
                "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1, "share.coordinator.state.topic.replication.factor": 1,
                "share.coordinator.state.topic.min.isr": 1, "log.segment.bytes": 1 << 30}
    OF_THIS_MODE: dict = {}

    def prepare(self) -> None:
        controller = f"127.0.0.1:{free_port()}"
        settings = {**self.SETTINGS, **self.OF_THIS_MODE, "controller.quorum.voters": f"1@{controller}", "log.dirs": self.folder / "data",
                    "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{controller}", "advertised.listeners": f"PLAINTEXT://{self.address}"}
        self.properties = self.folder / "server.properties"
        self.properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes)[:22].decode()
        subprocess.run(self.java("-Xmx256m", "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(self.properties)), check=True, capture_output=True)

    def java(self, *words: str) -> list[str]:
        return ["java", "-cp", f"{os.environ['FRESHET_KAFKA']}/*", *words]

    def command(self) -> list[str]:
        return self.java(*self.JAVA, "kafka.Kafka", str(self.properties))


class KafkaThatFlushes(Kafka):
    side, fsync = "kafka-flush", "fsync of the partition for every append (log.flush.interval.messages=1)"
    OF_THIS_MODE = {"log.flush.interval.messages": 1}


BROKERS = {broker.side: broker for broker in (Freshet, Kafka, KafkaThatFlushes)}
