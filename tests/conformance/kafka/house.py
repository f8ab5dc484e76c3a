"""Where the house listens, who may come in, and names that no other test uses."""
import itertools
import os
import uuid

ADDRESS = "127.0.0.1:9092"
NAME, PASSWORD = "admin", os.environ.get("FRESHET_TEST_PASSWORD", "")   # of the suites that log in
_names = itertools.count()


def host_port():
    host, _, port = ADDRESS.rpartition(":")
    return host, int(port)


def fresh_topic(word):
    return f"{word}-{os.getpid()}-{next(_names)}-{uuid.uuid4().hex[:6]}"
