"""Kafka's own command line tools, started from their jars as its shell scripts start them.

FRESHET_KAFKA_TOOLS is the folder of the jars; its name says the version (tools/dev/artifacts.lock).
"""
import atexit
import os
import pathlib
import re
import subprocess

import house

SECONDS_MAX = 60
JARS = pathlib.Path(os.environ["FRESHET_KAFKA_TOOLS"])
VERSION = int(re.match(r"kafka-tools-(\d+)\.", JARS.name).group(1))

CLASSES = {
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
    "kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
    "kafka-configs": "org.apache.kafka.tools.ConfigCommand",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-consumer-perf-test": "org.apache.kafka.tools.ConsumerPerformance",
    "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-groups": "org.apache.kafka.tools.GroupsCommand",
    "kafka-leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "kafka-producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-transactions": "org.apache.kafka.tools.TransactionsCommand",
    "kafka-verifiable-consumer": "org.apache.kafka.tools.VerifiableConsumer",
    "kafka-verifiable-producer": "org.apache.kafka.tools.VerifiableProducer",
}
if VERSION == 3:
    CLASSES |= {
        "kafka-acls": "kafka.admin.AclCommand",
        "kafka-broker-api-versions": "kafka.admin.BrokerApiVersionsCommand",
        "kafka-configs": "kafka.admin.ConfigCommand",
        "kafka-console-producer": "kafka.tools.ConsoleProducer",
    }

# Options that got new names in version 4.
READER_PROPERTY = "--property" if VERSION == 3 else "--reader-property"
FORMATTER_PROPERTY = "--property" if VERSION == 3 else "--formatter-property"
PRODUCER_PROPERTY = "--producer-property" if VERSION == 3 else "--command-property"
CONSUMER_PROPERTY = "--consumer-property" if VERSION == 3 else "--command-property"

# This tool gives a request 1.5 s, which a busy test machine's disk may need for one fdatasync; then it warns and asks again.
PATIENT = {"kafka-console-producer": ("--request-timeout-ms", "30000")}

# The virtual machine's own archive of loaded classes halves the CPU of a start.
_ARCHIVE = JARS / "classes.jsa"


def _command(script, arguments):
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto", "-Xlog:disable",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showThreadName=false"]
    java += [f"-XX:SharedArchiveFile={_ARCHIVE}"] if _ARCHIVE.exists() else []
    classpath = ":".join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    subcommand = arguments[:1] if script == "kafka-cluster" else []
    return [*java, "-cp", classpath, CLASSES[script], *subcommand, "--bootstrap-server", house.ADDRESS, *PATIENT.get(script, ()), *arguments[len(subcommand):]]


def keep_classes():
    """Once a machine, before the first test."""
    if _ARCHIVE.exists():
        return
    made = _ARCHIVE.with_suffix(f".{os.getpid()}")
    command = _command("kafka-console-consumer", ["--topic", house.fresh_topic("classes"), "--timeout-ms", "1"])
    subprocess.run([command[0], f"-XX:ArchiveClassesAtExit={made}", *command[1:]], capture_output=True, timeout=SECONDS_MAX)
    if made.exists():
        made.rename(_ARCHIVE)


class Tool:
    """A tool that runs. `output` waits for its end."""

    def __init__(self, script, *arguments):
        self.script, self.arguments = script, arguments
        self.process = subprocess.Popen(_command(script, arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        atexit.register(self.process.kill)  # a test that fails midway leaves none behind

    def output(self, stdin="", exit_code=0, quiet=True):
        """What it printed. A warning or an error in its log is a failure, unless it may be loud: then the log is part of it."""
        try:
            out, log = self.process.communicate(stdin, timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, log = self.process.communicate()
            raise AssertionError(f"{self.script} {self.arguments} hung:\n{out}{log}") from None
        if exit_code is not None and self.process.returncode != exit_code:
            raise AssertionError(f"{self.script} {self.arguments} ended with {self.process.returncode}:\n{out}{log}")
        if quiet and re.search(r"^(WARN|ERROR) ", log, re.M):
            raise AssertionError(f"{self.script} {self.arguments} warns:\n{log}")
        return out if quiet else out + log


def run(script, *arguments, stdin=""):
    return Tool(script, *arguments).output(stdin)


def refused(script, *arguments, stdin="", exit_code=1):
    """What a tool that cannot do its work printed and logged."""
    return Tool(script, *arguments).output(stdin, exit_code, quiet=False)


def together(*tools):
    """Outputs of tools that ran at the same time."""
    return [tool.output() for tool in tools]


def table(text):
    """Rows of a tool's table by its header's words; lines before the header are skipped."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    header = next(i for i, line in enumerate(lines) if line[0] == "GROUP")
    return [dict(zip(lines[header], line)) for line in lines[header + 1:]]
