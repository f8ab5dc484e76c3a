"""Kafka's own command line tools (version 4), beyond the main jobs: measuring, looking, and what is refused by name."""
import json
import re
import unittest

import house
from java_tools import CONSUMER_PROPERTY, Tool, keep_classes, run, together

RECORDS = 100_000


def setUpModule():
    keep_classes()


class Measuring(unittest.TestCase):
    def test_a_hundred_thousand_records_go_in_and_come_out(self):
        topic, count = house.fresh_topic("perf"), str(RECORDS)
        sent = run("kafka-producer-perf-test", "--topic", topic, "--num-records", count, "--record-size", "100", "--throughput", "-1",
                   "--command-property", "compression.type=lz4")
        read = run("kafka-consumer-perf-test", "--topic", topic, "--num-records", count, "--timeout", "30000")

        self.assertIn(f"{RECORDS} records sent", sent)
        header, values = (line.split(", ") for line in read.splitlines()[-2:])
        self.assertEqual(dict(zip(header, values))["data.consumed.in.nMsg"], count)

    def test_verifiable_clients_say_what_they_did(self):
        topic, group = house.fresh_topic("verified"), house.fresh_topic("group")
        sent = [json.loads(line) for line in run("kafka-verifiable-producer", "--topic", topic, "--max-messages", "50", "--acks", "-1").splitlines()]
        read = [json.loads(line) for line in run("kafka-verifiable-consumer", "--topic", topic, "--group-id", group, "--max-messages", "50",
                                                 "--reset-policy", "earliest").splitlines()]

        self.assertEqual([(event["sent"], event["acked"]) for event in sent if event["name"] == "tool_data"], [(50, 50)])
        self.assertEqual(sum(event["count"] for event in read if event["name"] == "records_consumed"), 50)
        self.assertTrue(all(event["success"] for event in read if event["name"] == "offsets_committed"))


class Looking(unittest.TestCase):
    def test_versions_cluster_groups_and_directories(self):
        topic = house.fresh_topic("sized")
        run("kafka-producer-perf-test", "--topic", topic, "--num-records", "100", "--record-size", "1000", "--throughput", "-1",
            "--command-property", "linger.ms=0")
        versions, cluster, groups, directories = together(
            Tool("kafka-broker-api-versions"), Tool("kafka-cluster", "cluster-id"), Tool("kafka-groups", "--list"),
            Tool("kafka-log-dirs", "--describe", "--topic-list", topic))

        self.assertRegex(versions, r"\(id: 1 rack: null.*\) -> \(\n\tProduce\(0\): 0 to 11 \[usable: 11\],")
        self.assertRegex(versions, r"\tAddPartitionsToTxn\(24\): 0 to 3 \[usable: 3\]")
        for unspoken in ("ConsumerGroupHeartbeat", "ShareGroupHeartbeat", "WriteTxnMarkers"):
            self.assertRegex(versions, rf"\t{unspoken}\(\d+\): UNSUPPORTED")
        self.assertRegex(cluster, r"Cluster ID: \S+")
        self.assertRegex(groups, r"GROUP +TYPE +PROTOCOL")
        described = json.loads(directories.splitlines()[-1])
        partitions = described["brokers"][0]["logDirs"][0]["partitions"]
        self.assertEqual({partition["partition"].rsplit("-", 1)[0] for partition in partitions}, {topic})
        self.assertGreater(sum(partition["size"] for partition in partitions), 100 * 1000)


class Transactions(unittest.TestCase):
    def test_a_transactional_producer_and_those_who_look_at_it(self):
        topic, name = house.fresh_topic("decided"), house.fresh_topic("id")
        sent = run("kafka-producer-perf-test", "--topic", topic, "--num-records", "3000", "--record-size", "100", "--throughput", "-1",
                   "--transactional-id", name, "--transaction-duration-ms", "100")
        read, listed, described, producers, hanging = together(
            Tool("kafka-console-consumer", "--topic", topic, "--from-beginning", "--max-messages", "3000", CONSUMER_PROPERTY, "isolation.level=read_committed"),
            Tool("kafka-transactions", "list"), Tool("kafka-transactions", "describe", "--transactional-id", name),
            Tool("kafka-transactions", "describe-producers", "--topic", topic, "--partition", "0"),
            Tool("kafka-transactions", "find-hanging", "--broker-id", "1"))

        self.assertIn("3000 records sent", sent)
        self.assertEqual(len(read.split()), 3000)
        self.assertRegex(listed, rf"{name}\s+1\s+\d+\s+CompleteCommit")
        self.assertRegex(described, rf"1\s+{name}\s+\d+\s+0\s+CompleteCommit")
        self.assertRegex(producers, r"ProducerId\s+ProducerEpoch")
        self.assertEqual(len(hanging.splitlines()), 1, hanging)  # the header


class Refused(unittest.TestCase):
    """What is not there says so at once, by name, in the protocol's own way."""

    def test_each_by_its_name(self):
        topic = house.fresh_topic("refused")
        run("kafka-topics", "--create", "--topic", topic)
        cases = [
            ("the newer group protocol", 0, "does not support the new CONSUMER group protocol. Set group.protocol=classic",
             "kafka-console-consumer", "--topic", topic, "--group", house.fresh_topic("new"), CONSUMER_PROPERTY, "group.protocol=consumer"),
            ("access lists", 1, "does not support DESCRIBE_ACLS", "kafka-acls", "--list"),
            ("quotas", 1, "does not support ALTER_CLIENT_QUOTAS",
             "kafka-configs", "--alter", "--entity-type", "clients", "--entity-name", "one", "--add-config", "producer_byte_rate=1000"),
            ("quorum", 1, "does not support DESCRIBE_QUORUM", "kafka-metadata-quorum", "describe", "--status"),
            ("elections", 1, "does not support ELECT_LEADERS", "kafka-leader-election", "--election-type", "preferred", "--all-topic-partitions"),
            ("configs of a broker", 1, "set in freshet.yaml",
             "kafka-configs", "--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config", "log.cleaner.threads=2"),
        ]
        tools = [Tool(script, *arguments) for _, _, _, script, *arguments in cases]
        for (what, exit_code, reason, *_), tool in zip(cases, tools):
            with self.subTest(what):
                said = tool.output(exit_code=exit_code, quiet=False)
                self.assertIn(reason, re.sub(r"\s+", " ", said))
