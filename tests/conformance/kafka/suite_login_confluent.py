"""confluent-kafka logs in with SCRAM, makes identities and takes them away."""
import time
import unittest

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import (AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialDeletion,
                                   UserScramCredentialUpsertion)

import house

SECONDS = 20


def login(name=house.NAME, password=house.PASSWORD, mechanism="SCRAM-SHA-512"):
    return {"bootstrap.servers": house.ADDRESS, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism,
            "sasl.username": name, "sasl.password": password}


def deliver(options, topic):
    """The error of one record, or none."""
    errors = []
    producer = Producer({**options, "message.timeout.ms": 4000})
    producer.produce(topic, b"x", partition=0, on_delivery=lambda error, _: errors.append(error))
    producer.flush(SECONDS)
    return errors[0]


class Login(unittest.TestCase):
    def test_records_go_in_and_come_out_with_both_mechanisms(self):
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            with self.subTest(mechanism=mechanism):
                topic, options = house.fresh_topic("login"), login(mechanism=mechanism)
                self.assertIsNone(deliver(options, topic))
                consumer = Consumer({**options, "group.id": topic, "auto.offset.reset": "earliest"})
                consumer.subscribe([topic])
                self.assertEqual(consumer.poll(SECONDS).value(), b"x")
                consumer.close()

    def test_nobody_comes_in_without_the_password(self):
        for options in (login(password="a guess"), login(name="nobody"), {"bootstrap.servers": house.ADDRESS}):
            self.assertIsNotNone(deliver(options, house.fresh_topic("refused")))

    def test_plain_is_not_taken_on_a_connection_that_others_may_read(self):
        with self.assertRaises(KafkaException):
            AdminClient(login(mechanism="PLAIN")).list_topics(timeout=4)


class Identities(unittest.TestCase):
    def setUp(self):
        self.admin = AdminClient(login())

    def alter(self, change):
        for future in self.admin.alter_user_scram_credentials([change]).values():
            future.result(SECONDS)

    def put(self, name, password, mechanism=ScramMechanism.SCRAM_SHA_256, iterations=8192):
        self.alter(UserScramCredentialUpsertion(name, ScramCredentialInfo(mechanism, iterations), password.encode()))

    def test_whoever_is_made_comes_in_until_taken_away(self):
        name = house.fresh_topic("user")
        self.put(name, "through the looking glass")
        described = self.admin.describe_user_scram_credentials([name])[name].result(SECONDS)
        self.assertIsNone(deliver(login(name, "through the looking glass", "SCRAM-SHA-256"), house.fresh_topic("made")))
        self.assertIsNotNone(deliver(login(name, "through the looking glass", "SCRAM-SHA-512"), house.fresh_topic("other")))
        self.alter(UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_256))
        self.assertIsNotNone(deliver(login(name, "through the looking glass", "SCRAM-SHA-256"), house.fresh_topic("gone")))

        self.assertEqual([(one.mechanism, one.iterations) for one in described.scram_credential_infos], [(ScramMechanism.SCRAM_SHA_256, 8192)])

    def test_who_is_taken_away_is_refused_on_connections_that_were_open(self):
        name, topic = house.fresh_topic("user"), house.fresh_topic("open")
        self.put(name, "through the looking glass")
        outcomes = []
        producer = Producer({**login(name, "through the looking glass", "SCRAM-SHA-256"), "message.timeout.ms": 4000})
        for _ in range(2):
            producer.produce(topic, b"x", partition=0, on_delivery=lambda error, _: outcomes.append(error))
            producer.flush(SECONDS)
            if len(outcomes) == 1:
                self.alter(UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_256))
        self.assertIsNone(outcomes[0])
        self.assertIsNotNone(outcomes[1])

    def test_weak_credentials_and_the_configured_identity_are_refused(self):
        for name, iterations in ((house.fresh_topic("user"), 1000), (house.fresh_topic("user"), 100000), (house.NAME, 8192)):
            with self.subTest(name=name, iterations=iterations), self.assertRaises(KafkaException):
                self.put(name, "through the looking glass", iterations=iterations)
