"""Kafka's own command line tools, the main jobs: produce, consume, topics, groups, offsets. A person types what they always typed."""
import json
import re
import tempfile
import time
import unittest

import house
from java_tools import CONSUMER_PROPERTY, FORMATTER_PROPERTY, PRODUCER_PROPERTY, READER_PROPERTY, Tool, keep_classes, refused, run, table, together

KEYED = (READER_PROPERTY, "parse.key=true", READER_PROPERTY, "key.separator==")


def setUpModule():
    keep_classes()


def words(prefix, count):
    return "".join(f"{n}={prefix}{n}\n" for n in range(count))


def created(word, partitions=1, *options):
    topic = house.fresh_topic(word)
    run("kafka-topics", "--create", "--topic", topic, "--partitions", str(partitions), "--replication-factor", "1", *options)
    return topic


def consumed(topic, count, *options):
    return run("kafka-console-consumer", "--topic", topic, "--max-messages", str(count), "--timeout-ms", "20000", *options).splitlines()


def until(look, seconds=60):
    """The first answer that is true."""
    end = time.monotonic() + seconds
    while True:
        if answer := look():
            return answer
        if time.monotonic() > end:
            raise AssertionError("it did not come to pass")


class ConsoleTools(unittest.TestCase):
    def test_keys_headers_offsets_and_timestamps_come_back(self):
        topic = created("typed")
        before = time.time() * 1000 - 1
        run("kafka-console-producer", "--topic", topic, *KEYED, READER_PROPERTY, "parse.headers=true", READER_PROPERTY, "headers.delimiter=|",
            stdin="origin:EWR,carrier:UA|N1=departed\norigin:JFK|N2=late\n")

        prints = [word for what in ("key", "headers", "offset", "partition", "timestamp") for word in (FORMATTER_PROPERTY, f"print.{what}=true")]
        lines = consumed(topic, 2, "--from-beginning", *prints)

        stamps = [int(re.match(r"CreateTime:(\d+)\t", line).group(1)) for line in lines]
        self.assertEqual([line.split("\t", 1)[1] for line in lines],
                         ["Partition:0\tOffset:0\torigin:EWR,carrier:UA\tN1\tdeparted", "Partition:0\tOffset:1\torigin:JFK\tN2\tlate"])
        self.assertTrue(all(before <= stamp <= time.time() * 1000 + 1 for stamp in stamps), stamps)

    def test_every_codec_and_every_kind_of_acknowledgement(self):
        topic = house.fresh_topic("codecs")  # made by the first record
        cases = [("none", "0", "false"), ("gzip", "1", "false"), ("snappy", "-1", "true"), ("lz4", "all", "true"), ("zstd", "all", "false")]
        producers = [Tool("kafka-console-producer", "--topic", topic, f"--compression-codec={codec}", "--request-required-acks", acks,
                          PRODUCER_PROPERTY, f"enable.idempotence={idempotence}") for codec, acks, idempotence in cases]
        for (codec, *_), producer in zip(cases, producers):
            producer.output("".join(f"{codec} {n}\n" for n in range(200)))

        lines = consumed(topic, 1000, "--from-beginning", "--isolation-level", "read_committed")

        for codec, *_ in cases:
            self.assertEqual(sum(line.startswith(f"{codec} ") for line in lines), 200, codec)
        self.assertEqual(len(set(lines)), 1000)

    def test_reading_starts_at_a_place_of_a_partition(self):
        topic = created("place", 2)
        run("kafka-console-producer", "--topic", topic, PRODUCER_PROPERTY, "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner",
            stdin="".join(f"{n}\n" for n in range(20)))
        total = {int(line.split(":")[1]): int(line.split(":")[2]) for line in run("kafka-get-offsets", "--topic", topic).split()}
        self.assertEqual(sum(total.values()), 20)

        print_offset = (FORMATTER_PROPERTY, "print.offset=true")
        for_offset = Tool("kafka-console-consumer", "--topic", topic, "--partition", "1", "--offset", str(total[1] - 2), "--max-messages", "2", *print_offset)
        for_earliest = Tool("kafka-console-consumer", "--topic", topic, "--partition", "0", "--offset", "earliest", "--max-messages", "1", *print_offset)
        two, first = together(for_offset, for_earliest)

        self.assertEqual([line.split("\t")[0] for line in two.splitlines()], [f"Offset:{total[1] - 2}", f"Offset:{total[1] - 1}"])
        self.assertEqual(first.split("\t")[0], "Offset:0")


class Topics(unittest.TestCase):
    def test_topics_are_made_described_widened_listed_and_removed(self):
        topic = created("life", 2, "--config", "retention.ms=60000")
        described = run("kafka-topics", "--describe", "--topic", topic).splitlines()
        self.assertRegex(described[0], rf"Topic: {topic}\tTopicId: [\w-]{{22}}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: retention.ms=60000")
        self.assertRegex(described[2], rf"\tTopic: {topic}\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1")

        run("kafka-topics", "--alter", "--topic", topic, "--partitions", "3")
        again = Tool("kafka-topics", "--create", "--topic", topic, "--partitions", "1")
        copies = Tool("kafka-topics", "--create", "--topic", f"{topic}-copies", "--replication-factor", "3")
        self.assertIn("PartitionCount: 3", run("kafka-topics", "--describe", "--topic", topic))
        self.assertIn("exists already", again.output(exit_code=1, quiet=False))
        self.assertIn("one broker keeps one copy", copies.output(exit_code=1, quiet=False))

        run("kafka-topics", "--delete", "--topic", topic)
        self.assertNotIn(topic, run("kafka-topics", "--list").split())

    def test_configs_are_described_and_changed(self):
        topic = created("configs", 1)
        of_topic = ("--entity-type", "topics", "--entity-name", topic)
        run("kafka-configs", "--alter", *of_topic, "--add-config", "retention.ms=77000,segment.bytes=2048")
        self.assertIn("Completed updating config", run("kafka-configs", "--alter", *of_topic, "--delete-config", "segment.bytes"))

        changed, all_of_them, of_broker, of_loggers, of_metrics, refusal = (
            Tool("kafka-configs", "--describe", *of_topic), Tool("kafka-configs", "--describe", *of_topic, "--all"),
            Tool("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-name", "1", "--all"),
            Tool("kafka-configs", "--describe", "--entity-type", "broker-loggers", "--entity-name", "1"),
            Tool("kafka-configs", "--describe", "--entity-type", "client-metrics"),
            Tool("kafka-configs", "--alter", *of_topic, "--add-config", "cleanup.policy=shrink"))
        self.assertEqual(changed.output().splitlines()[1:], ["  retention.ms=77000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=77000}"])
        self.assertIn("segment.bytes=268435456", all_of_them.output())
        said = of_broker.output()
        for config in ("auto.create.topics.enable=true", "log.retention.ms=604800000", "group.max.session.timeout.ms=1800000", "message.max.bytes=1048588"):
            self.assertIn(config, said)
        self.assertEqual(of_loggers.output().splitlines(), ["Dynamic configs for broker-logger 1 are:"])
        self.assertEqual(of_metrics.output(), "")
        self.assertIn("is neither delete nor compact nor both", refusal.output(exit_code=1, quiet=False))

    def test_offsets_are_found_by_place_and_time_and_records_deleted(self):
        topic = created("offsets")
        run("kafka-console-producer", "--topic", topic, stdin="a\nb\n")
        between = int(time.time() * 1000) + 1
        time.sleep(0.005)
        run("kafka-console-producer", "--topic", topic, stdin="c\n")

        asked = [Tool("kafka-get-offsets", "--topic", topic, "--time", when) for when in ("latest", "earliest", str(between), "max-timestamp")]
        self.assertEqual([out.strip() for out in together(*asked)], [f"{topic}:0:{n}" for n in (3, 0, 2, 2)])

        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"partitions": [{"topic": topic, "partition": 0, "offset": 2}], "version": 1}, file)
            file.flush()
            self.assertIn(f"partition: {topic}-0\tlow_watermark: 2", run("kafka-delete-records", "--offset-json-file", file.name))
        self.assertEqual(run("kafka-get-offsets", "--topic", topic, "--time", "-2").strip(), f"{topic}:0:2")


class Groups(unittest.TestCase):
    def describe(self, group, *options):
        return table(run("kafka-consumer-groups", "--describe", "--group", group, *options))

    def test_a_group_goes_on_where_it_was_and_its_offsets_are_moved_and_removed(self):
        topic, other, group = created("resumed"), created("other"), house.fresh_topic("group")
        run("kafka-console-producer", "--topic", topic, stdin="".join(f"{n}\n" for n in range(6)))
        run("kafka-console-producer", "--topic", other, stdin="x\n")
        member = ("--group", group, CONSUMER_PROPERTY, "auto.offset.reset=earliest")
        self.assertEqual(consumed(topic, 4, *member), ["0", "1", "2", "3"])
        self.assertEqual(consumed(topic, 2, *member), ["4", "5"])
        consumed(other, 1, *member)

        listed, state = together(Tool("kafka-consumer-groups", "--list"), Tool("kafka-consumer-groups", "--describe", "--group", group, "--state"))
        self.assertIn(group, listed.split())
        self.assertRegex(state, rf"{group} +{re.escape(house.ADDRESS)} +\(1\) +(- +)?Empty +0")

        def offsets():
            return {row["TOPIC"]: (row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]) for row in self.describe(group)}

        def reset(*how):
            return run("kafka-consumer-groups", "--reset-offsets", "--group", group, "--topic", topic, *how)

        self.assertEqual(offsets(), {topic: ("6", "6", "0"), other: ("1", "1", "0")})
        self.assertRegex(reset("--shift-by", "-2", "--dry-run"), rf"{group} +{topic} +0 +4")
        self.assertRegex(reset("--to-datetime", "2020-01-01T00:00:00.000", "--execute"), rf"{group} +{topic} +0 +0")
        self.assertEqual(offsets()[topic], ("0", "6", "6"))
        self.assertRegex(run("kafka-consumer-groups", "--delete-offsets", "--group", group, "--topic", other), rf"{other} +0 +Successful")
        self.assertNotIn(other, offsets())
        self.assertIn("successful", run("kafka-consumer-groups", "--delete", "--group", group))
        self.assertRegex(refused("kafka-consumer-groups", "--describe", "--group", group, exit_code=0), r"does not exist")

    def test_two_members_share_a_topic_and_are_described(self):
        topic, group = created("shared", 4), house.fresh_topic("group")
        members = [Tool("kafka-console-consumer", "--topic", topic, "--group", group, CONSUMER_PROPERTY, "auto.commit.interval.ms=100") for _ in range(2)]

        def shared():
            text = Tool("kafka-consumer-groups", "--describe", "--group", group, "--members").output(exit_code=None, quiet=False)
            rows = table(text) if "GROUP " in text else []
            return [row["#PARTITIONS"] for row in rows] == ["2", "2"] and rows

        rows = until(shared)
        self.assertEqual(len({row["CONSUMER-ID"] for row in rows}), 2)
        self.assertEqual({row["HOST"] for row in rows}, {"/127.0.0.1"})
        run("kafka-console-producer", "--topic", topic, *KEYED, stdin=words("v", 60))
        until(lambda: sum(int(row["CURRENT-OFFSET"]) for row in self.describe(group) if row["CURRENT-OFFSET"] != "-") == 60)
        refusal = run("kafka-consumer-groups", "--delete-offsets", "--group", group, "--topic", topic)  # while they read it
        self.assertRegex(refusal, r"Error: .*GroupSubscribedToTopic")

        for member in members:
            member.process.terminate()
        read = [member.output(exit_code=143).splitlines() for member in members]
        self.assertTrue(all(read), "both read something")
        self.assertEqual(sorted(read[0] + read[1]), sorted(f"v{n}" for n in range(60)))

    def test_a_topic_made_again_is_read_from_its_beginning(self):
        topic, group = created("again"), house.fresh_topic("group")
        member = ("--group", group, CONSUMER_PROPERTY, "auto.offset.reset=earliest")
        run("kafka-console-producer", "--topic", topic, stdin="old 1\nold 2\n")
        consumed(topic, 2, *member)
        run("kafka-topics", "--delete", "--topic", topic)
        run("kafka-topics", "--create", "--topic", topic, "--partitions", "1")
        run("kafka-console-producer", "--topic", topic, stdin="new 1\nnew 2\nnew 3\n")

        self.assertEqual(consumed(topic, 3, *member), ["new 1", "new 2", "new 3"])
