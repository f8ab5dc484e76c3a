"""Flink in one Java process: scripts in, changes out."""

import json
import os
import re
import subprocess
import tempfile
import threading

OPENED = ["java.lang", "java.lang.reflect", "java.io", "java.math", "java.net", "java.nio", "java.text", "java.time", "java.util", "java.util.concurrent"]


def started(main, folder, jars, classes, log, java=("-Xmx2g",), niceness=10):
    """A Java process of ours that keeps its files in `folder`; `jars` are folders of them."""
    class_path = ":".join([str(classes), *(f"{jar}/*" for jar in jars)])
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    return subprocess.Popen(
        ["java", *java, "-Duser.timezone=UTC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Djava.io.tmpdir=" + folder, *opens, "-cp", class_path, f"freshet.oracle.{main}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "w"), text=True, encoding="utf-8", preexec_fn=lambda: os.nice(niceness))


class Flink:
    def __init__(self, jars, classes, log, java=("-Xmx2g",)):
        self.folder = tempfile.TemporaryDirectory(prefix="flink-oracle-")
        self.java = started("Oracle", self.folder.name, [jars], classes, log, java)
        self.cases = 0

    def run(self, statements, settings=None, beside=None):
        """Of relative paths those that are there in the folder `beside` are read, others are files of this run.
        {"changes": [(table, op, row, key)..], "errors": [(result, message, statement)..], "seconds": .., "cpu_seconds": ..}"""
        self.cases += 1
        files = os.path.join(self.folder.name, f"case-{self.cases}")

        def placed(match):
            own = os.path.abspath(os.path.join(beside or files, match[2]))
            return match[1] + (own if os.path.exists(own) else f"{files}/{match[2]}")

        ready = [re.sub(r"('path'\s*=\s*')(?!/|file:)([^']*)", placed, adapted(statement)) for statement in statements]
        self.java.stdin.write(json.dumps({"statements": ready, "settings": settings or {}}) + "\n")
        self.java.stdin.flush()
        answer = self.java.stdout.readline()
        if not answer:
            raise SystemExit("the Java process ended; its log says why")
        return json.loads(answer)

    def process_id(self):
        return self.java.pid

    def close(self):
        self.java.stdin.close()
        self.java.wait()
        self.folder.cleanup()


class RunningFlink:
    """One script whose jobs run until they are stopped."""

    def __init__(self, statements, jars, classes, log):
        self.folder = tempfile.TemporaryDirectory(prefix="flink-running-")
        self.java = started("Running", self.folder.name, jars, classes, log, niceness=0)
        self.java.stdin.write(json.dumps(statements) + "\n")
        self.java.stdin.flush()
        self.log = log
        said = json.loads(self.java.stdout.readline() or "{}")
        if "jobs" not in said:
            raise SystemExit(f"Flink does not run it: {said.get('failed', 'the Java process ended')}; its log is {log}")
        self.failures = []
        self.reader = threading.Thread(target=lambda: self.failures.extend(json.loads(line)["failed"] for line in self.java.stdout))
        self.reader.start()

    def check(self):
        if self.failures:
            raise SystemExit(f"Flink failed: {self.failures[0]}; its log is {self.log}")

    def stop(self):
        self.java.stdin.close()
        self.java.wait()
        self.reader.join()
        self.folder.cleanup()


def adapted(statement):
    """print becomes the connector that keeps its rows; nothing else of a script is changed."""
    return re.sub(r"('connector'\s*=\s*)'print'", r"\1'collect'", statement)
