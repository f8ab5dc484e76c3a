"""kafka-python logs in with SCRAM; 2.0.2 sends its tokens without a header."""
import unittest

import kafka
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

import house

LOGIN = {"bootstrap_servers": house.ADDRESS, "security_protocol": "SASL_PLAINTEXT", "sasl_plain_username": house.NAME, "sasl_plain_password": house.PASSWORD}

HURRY = {"api_version_auto_timeout_ms" if kafka.__version__.startswith("2.0") else "bootstrap_timeout_ms": 1500}


class Login(unittest.TestCase):
    def test_records_go_in_and_come_out_with_both_mechanisms(self):
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            with self.subTest(mechanism=mechanism):
                topic = house.fresh_topic("login")
                producer = KafkaProducer(sasl_mechanism=mechanism, **LOGIN)
                producer.send(topic, b"departed", partition=0).get(20)
                producer.close()
                consumer = KafkaConsumer(topic, sasl_mechanism=mechanism, auto_offset_reset="earliest", consumer_timeout_ms=20000, group_id=topic, **LOGIN)
                self.assertEqual(next(consumer).value, b"departed")
                consumer.close()

    def test_nobody_comes_in_without_the_password(self):
        for wrong in ({"sasl_plain_password": "a guess"}, {"sasl_plain_username": "nobody"}):
            with self.subTest(wrong=wrong), self.assertRaises(KafkaError):
                KafkaProducer(sasl_mechanism="SCRAM-SHA-256", **{**LOGIN, **wrong, **HURRY})

    def test_nobody_comes_in_without_a_login(self):
        with self.assertRaises(KafkaError):
            producer = KafkaProducer(bootstrap_servers=house.ADDRESS, max_block_ms=1500, **HURRY)
            producer.send(house.fresh_topic("anonymous"), b"x").get(2)
