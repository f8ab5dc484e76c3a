"""Kafka's own tools log in with SCRAM, and kafka-configs makes identities."""
import pathlib
import tempfile
import unittest

import house
from java_tools import Tool, VERSION, keep_classes

PRODUCER_CONFIG = "--producer.config" if VERSION == 3 else "--command-config"
CONSUMER_CONFIG = "--consumer.config" if VERSION == 3 else "--command-config"


def setUpModule():
    keep_classes()


def run(script, *arguments, stdin="", exit_code=0):
    return Tool(script, *arguments).output(stdin, exit_code, quiet=False)


class Login(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def config(self, name=house.NAME, password=house.PASSWORD, mechanism="SCRAM-SHA-256"):
        path = self.folder / f"{name}-{mechanism}-{len(password)}.properties"
        path.write_text(f"security.protocol=SASL_PLAINTEXT\nsasl.mechanism={mechanism}\nsasl.jaas.config="
                        f'org.apache.kafka.common.security.scram.ScramLoginModule required username="{name}" password="{password}";\n')
        return str(path)

    def configs(self, *arguments, exit_code=0):
        return run("kafka-configs", "--command-config", self.config(), "--entity-type", "users", *arguments, exit_code=exit_code)

    def test_an_identity_is_made_works_is_shown_and_taken_away(self):
        name, topic = house.fresh_topic("user"), house.fresh_topic("login")
        self.configs("--entity-name", name, "--alter", "--add-config", "SCRAM-SHA-256=[iterations=8192,password=looking-glass],SCRAM-SHA-512=[password=looking-glass]")
        shown = self.configs("--entity-name", name, "--describe")
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            run("kafka-console-producer", PRODUCER_CONFIG, self.config(name, "looking-glass", mechanism), "--topic", topic, stdin="departed\n")
        read = run("kafka-console-consumer", CONSUMER_CONFIG, self.config(name, "looking-glass"), "--topic", topic, "--from-beginning", "--max-messages", "2",
                   "--timeout-ms", "20000")
        self.configs("--entity-name", name, "--alter", "--delete-config", "SCRAM-SHA-256,SCRAM-SHA-512")
        gone = run("kafka-topics", "--command-config", self.config(name, "looking-glass"), "--list", exit_code=1)

        self.assertIn("SCRAM-SHA-256=iterations=8192", shown)
        self.assertIn("SCRAM-SHA-512=iterations=4096", shown)
        self.assertEqual(read.count("departed"), 2)
        self.assertIn("authentication failed", gone)
