"""Flink in one Java process: scripts in, changes out."""

import json
import os
import re
import subprocess
import tempfile

OPENED = ["java.lang", "java.lang.reflect", "java.io", "java.math", "java.net", "java.nio", "java.text", "java.time", "java.util", "java.util.concurrent"]


class Flink:
    def __init__(self, jars, classes, log, java=("-Xmx2g",)):
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        self.folder = tempfile.TemporaryDirectory(prefix="flink-oracle-")
        self.java = subprocess.Popen(
            ["java", *java, "-Duser.timezone=UTC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Djava.io.tmpdir=" + self.folder.name, *opens, "-cp", f"{classes}:{jars}/*", "freshet.oracle.Oracle"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "w"), text=True, encoding="utf-8", preexec_fn=lambda: os.nice(10))
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


def adapted(statement):
    """print becomes the connector that keeps its rows; nothing else of a script is changed."""
    return re.sub(r"('connector'\s*=\s*)'print'", r"\1'collect'", statement)
