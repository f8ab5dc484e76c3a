"""Consumer groups by librdkafka: three members at once, rebalance, offsets, admin."""
import time
import unittest

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import house

SECONDS = 30


def filled_topic(word, partitions, records):
    topic = house.fresh_topic(word)
    admin = AdminClient({"bootstrap.servers": house.ADDRESS})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(SECONDS)
    producer = Producer({"bootstrap.servers": house.ADDRESS})
    for n in range(records):
        producer.produce(topic, str(n).encode(), partition=n % partitions)
    assert producer.flush(SECONDS) == 0
    return topic


def member(group, topic, **settings):
    consumer = Consumer({"bootstrap.servers": house.ADDRESS, "group.id": group, "auto.offset.reset": "earliest", "session.timeout.ms": 6000,
                         "enable.auto.commit": False, **settings})
    consumer.subscribe([topic])
    return consumer


def until(condition, seconds=SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
    return False


class Groups(unittest.TestCase):
    def test_three_members_joining_at_once_share_the_partitions_and_read_everything_once(self):
        topic, group = filled_topic("shared", 6, 300), house.fresh_topic("group")
        members = [member(group, topic) for _ in range(3)]
        seen = []

        def poll():
            for consumer in members:
                seen.extend(m.value() for m in consumer.consume(100, timeout=0.05) if m.error() is None)
            return len(seen) >= 300 and all(len(c.assignment()) == 2 for c in members)

        self.assertTrue(until(poll), f"{len(seen)} read, {[len(c.assignment()) for c in members]} partitions")
        self.assertEqual(sorted(int(v) for v in set(seen)), list(range(300)))
        for consumer in members:
            consumer.close()

    def test_a_member_that_leaves_hands_its_partitions_over(self):
        topic, group = filled_topic("left", 4, 40), house.fresh_topic("group")
        first, second = member(group, topic), member(group, topic)
        self.assertTrue(until(lambda: [c.poll(0.05) for c in (first, second)] and all(len(c.assignment()) == 2 for c in (first, second))))
        second.close()
        self.assertTrue(until(lambda: first.poll(0.05) or len(first.assignment()) == 4))
        first.close()

    def test_cooperative_members_keep_what_stays_theirs_while_others_join_and_leave(self):
        topic, group = filled_topic("sticky", 6, 60), house.fresh_topic("group")
        members, revoked, lost = [], {}, []

        def join():
            consumer = Consumer({"bootstrap.servers": house.ADDRESS, "group.id": group, "auto.offset.reset": "earliest", "session.timeout.ms": 6000,
                                 "enable.auto.commit": False, "partition.assignment.strategy": "cooperative-sticky"})
            taken = revoked[consumer] = []
            consumer.subscribe([topic], on_assign=lambda c, some: c.incremental_assign(some), on_lost=lambda c, some: lost.extend(some),
                               on_revoke=lambda c, some: (taken.extend(p.partition for p in some), c.incremental_unassign(some)))
            members.append(consumer)

        def shares(*sizes):
            def poll():
                for consumer in members:
                    consumer.poll(0.05)
                return tuple(sorted(len(c.assignment()) for c in members)) == sizes
            self.assertTrue(until(poll), f"{[len(c.assignment()) for c in members]}, not {sizes}")
            held = [{p.partition for p in c.assignment()} for c in members]
            self.assertEqual(sorted(p for some in held for p in some), list(range(6)))
            return held

        join()
        before = shares(6)
        join()
        halves = shares(3, 3)
        join()
        thirds = shares(2, 2, 2)
        gone = members.pop()
        gone.close()
        after = shares(3, 3)

        self.assertEqual(len(revoked[members[0]]), 4)
        self.assertEqual(set(revoked[members[0]]), before[0] - thirds[0])
        self.assertEqual(set(revoked[members[1]]), halves[1] - thirds[1])
        self.assertTrue(thirds[0] <= halves[0] and thirds[0] <= after[0] and thirds[1] <= after[1])
        self.assertEqual(lost, [])
        for consumer in members:
            consumer.close()

    def test_committed_offsets_are_where_the_next_member_goes_on(self):
        topic, group = filled_topic("resumed", 1, 10), house.fresh_topic("group")
        consumer = member(group, topic)
        read = []
        until(lambda: read.extend(consumer.consume(5 - len(read), timeout=0.2)) or len(read) >= 5)
        consumer.commit(offsets=[TopicPartition(topic, 0, 5, "half way")], asynchronous=False)
        consumer.close()
        again = member(group, topic)
        rest = []
        until(lambda: rest.extend(again.consume(10, timeout=0.2)) or len(rest) >= 5)
        self.assertEqual([m.offset() for m in rest], [5, 6, 7, 8, 9])
        stored = again.committed([TopicPartition(topic, 0)], timeout=SECONDS)[0]
        self.assertEqual((stored.offset, stored.metadata), (5, "half way"))
        again.close()

    def test_static_members_return_without_disturbing_the_group(self):
        topic, group = filled_topic("static", 2, 10), house.fresh_topic("group")
        stays, goes = member(group, topic, **{"group.instance.id": "a"}), member(group, topic, **{"group.instance.id": "b"})
        both = lambda: [c.poll(0.05) for c in (stays, goes)] and all(len(c.assignment()) == 1 for c in (stays, goes))
        self.assertTrue(until(both))
        before = stays.assignment()
        goes.close()  # a static member does not leave when it closes
        returns = member(group, topic, **{"group.instance.id": "b"})
        self.assertTrue(until(lambda: [c.poll(0.05) for c in (stays, returns)] and len(returns.assignment()) == 1))
        self.assertEqual(stays.assignment(), before)
        stays.close()
        returns.close()

    def test_groups_are_listed_described_and_deleted(self):
        topic, group = filled_topic("admin", 1, 3), house.fresh_topic("group")
        consumer = member(group, topic)
        until(lambda: consumer.poll(0.1))
        consumer.commit(offsets=[TopicPartition(topic, 0, 2)], asynchronous=False)
        admin = AdminClient({"bootstrap.servers": house.ADDRESS})
        described = admin.describe_consumer_groups([group])[group].result(SECONDS)
        self.assertEqual((described.state.name, len(described.members)), ("STABLE", 1))
        self.assertIn(group, [g.group_id for g in admin.list_consumer_groups().result(SECONDS).valid])
        consumer.close()
        offsets = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result(SECONDS)
        self.assertEqual([(p.topic, p.offset) for p in offsets.topic_partitions], [(topic, 2)])
        admin.delete_consumer_groups([group])[group].result(SECONDS)
        self.assertNotIn(group, [g.group_id for g in admin.list_consumer_groups().result(SECONDS).valid])
