"""Doors with TLS against real clients: who comes in, PLAIN, certificates that change, listening beyond this machine."""
import os
import pathlib
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import redis
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer

from serving import BINARY, House, serving

PASSWORD = "through the wardrobe"
SECONDS = 20


def make_certificate(folder, name, common_name="localhost"):
    """A certificate that signs itself, and its key."""
    certificate, key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={common_name}",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


def tls(door, certificate, key, client_ca=""):
    sets = [f"doors.{door}.tls.certificate={certificate}", f"doors.{door}.tls.key={key}"]
    return sets + ([f"doors.{door}.tls.client_ca={client_ca}"] if client_ca else [])


class Encrypted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.certificate, cls.key = make_certificate(cls.folder, "house")
        sets = [one for door in ("kafka", "http", "resp") for one in tls(door, cls.certificate, cls.key)]
        cls.house = cls.enterClassContext(serving("identities.first.password_env=FRESHET_TEST_PASSWORD", *sets, env={"FRESHET_TEST_PASSWORD": PASSWORD}))

    def librdkafka(self, mechanism, password=PASSWORD, protocol="SASL_SSL"):
        return {"bootstrap.servers": self.house.doors["kafka"], "security.protocol": protocol, "ssl.ca.location": self.certificate,
                "sasl.mechanism": mechanism, "sasl.username": "admin", "sasl.password": password, "message.timeout.ms": 4000}

    def deliver(self, options):
        errors = []
        producer = Producer(options)
        producer.produce("encrypted", b"x", partition=0, on_delivery=lambda error, _: errors.append(error))
        producer.flush(SECONDS)
        return errors[0]

    def test_our_own_commands_log_in(self):
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        other, _ = make_certificate(self.folder, "other")
        words = [BINARY, "topics", "list", "--json", "--data", str(self.house.data), "--user", "admin", "--password-file", str(password)]
        for authority, says in ((["--tls-ca", self.certificate], ""), (["--tls-ca", other], "--tls-ca names the authority of the door's certificate"), ([], "and one in TLS (--tls-ca)")):
            with self.subTest(authority=authority):
                done = subprocess.run(words + authority, capture_output=True, text=True, timeout=SECONDS)
                self.assertEqual(done.returncode == 0, not says, done.stderr)
                self.assertIn(says, done.stderr)

    def test_librdkafka_logs_in_with_every_mechanism(self):
        for mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
            with self.subTest(mechanism=mechanism):
                self.assertIsNone(self.deliver(self.librdkafka(mechanism)))
        self.assertIsNotNone(self.deliver(self.librdkafka("PLAIN", password="a guess")))
        self.assertIsNotNone(self.deliver(self.librdkafka("PLAIN", protocol="SASL_PLAINTEXT")))

    def test_kafka_python_reads_what_it_wrote(self):
        options = dict(bootstrap_servers=self.house.doors["kafka"], security_protocol="SASL_SSL", ssl_cafile=self.certificate, sasl_mechanism="PLAIN",
                       sasl_plain_username="admin", sasl_plain_password=PASSWORD)
        producer = KafkaProducer(**options)
        for _ in range(100):
            producer.send("wrapped", b"y" * 50_000, partition=0)
        producer.close()
        consumer = KafkaConsumer("wrapped", auto_offset_reset="earliest", consumer_timeout_ms=20000, **options)
        self.assertEqual([len(next(consumer).value) for _ in range(100)], [50_000] * 100)
        consumer.close()

    def test_redis_clients_log_in_by_name_and_password(self):
        host, port = self.house.doors["resp"].split(":")
        for protocol in (2, 3):
            client = redis.Redis(host, int(port), username="admin", password=PASSWORD, ssl=True, ssl_ca_certs=self.certificate, protocol=protocol)
            client.set("key", "x" * 100_000)
            self.assertEqual(len(client.get("key")), 100_000)
        with self.assertRaises(redis.AuthenticationError):
            redis.Redis(host, int(port), username="admin", password="a guess", ssl=True, ssl_ca_certs=self.certificate).ping()
        with self.assertRaises(redis.RedisError):
            redis.Redis(host, int(port), username="admin", password=PASSWORD, socket_timeout=5).ping()

    def ask(self, path, password=None):
        context = ssl.create_default_context(cafile=self.certificate)
        handler = urllib.request.HTTPSHandler(context=context)
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        if password:
            passwords.add_password(None, f"https://{self.house.doors['http']}/", "admin", password, is_authenticated=True)
        with urllib.request.build_opener(handler, urllib.request.HTTPBasicAuthHandler(passwords)).open(f"https://{self.house.doors['http']}{path}", timeout=SECONDS) as answer:
            return answer.status, answer.read()

    def test_http_clients_log_in_by_name_and_password(self):
        self.assertEqual(self.ask("/livez")[0], 200)
        status, metrics = self.ask("/metrics", PASSWORD)
        self.assertEqual(status, 200)
        self.assertIn(b"freshet_logins_total", metrics)
        for password in (None, "a guess"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.ask("/metrics", password)
            self.assertEqual(refused.exception.code, 401)

    def test_old_protocols_are_not_spoken(self):
        host, port = self.house.doors["http"].split(":")
        for version in ("-tls1", "-tls1_1"):
            done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", version, "-cipher", "ALL:@SECLEVEL=0"], input=b"", capture_output=True, timeout=SECONDS)
            self.assertIn(b"Cipher is (NONE)", done.stdout)

    def test_nothing_that_is_secret_is_in_the_log(self):
        with self.assertRaises(redis.AuthenticationError):
            host, port = self.house.doors["resp"].split(":")
            redis.Redis(host, int(port), username="mallory\x1b[2J", password="a guess", ssl=True, ssl_ca_certs=self.certificate).ping()
        log = self.house.error_text()
        self.assertIn(r"mallory\\x1b[2J", log)
        key = pathlib.Path(self.key).read_text().splitlines()[1]
        self.assertNotIn(PASSWORD, log)
        self.assertNotIn("a guess", log)
        self.assertNotIn(key, log)


class Certificates(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.certificate, self.key = make_certificate(self.folder, "house", "first")

    def shown(self, address):
        text = ssl.get_server_certificate(tuple(address.split(":")))
        return subprocess.run(["openssl", "x509", "-noout", "-subject"], input=text, capture_output=True, text=True, check=True).stdout

    def becomes(self, address, name):
        until = time.monotonic() + SECONDS
        while name not in self.shown(address) and time.monotonic() < until:
            time.sleep(0.1)
        return name in self.shown(address)

    def test_a_new_one_is_taken_without_a_restart_and_a_broken_one_is_not(self):
        doors = ("http", "kafka", "resp")
        with serving(*[one for door in doors for one in tls(door, self.certificate, self.key)]) as house:
            addresses = [house.doors[door] for door in doors]
            for address in addresses:
                self.assertIn("first", self.shown(address))
            certificate, key = make_certificate(self.folder, "second", "second")
            os.replace(key, self.key)
            os.replace(certificate, self.certificate)
            for address in addresses:
                self.assertTrue(self.becomes(address, "second"), address)
            pathlib.Path(self.certificate).write_text("nothing\n")
            until = time.monotonic() + SECONDS
            while "the certificate that was there stays" not in house.error_text() and time.monotonic() < until:
                time.sleep(0.5)
            self.assertIn("has no certificate in PEM", house.error_text())
            for address in addresses:
                self.assertIn("second", self.shown(address))

    def test_a_client_without_a_certificate_is_turned_away_where_one_is_asked_for(self):
        client, client_key = make_certificate(self.folder, "client", "client")
        with serving(*tls("kafka", self.certificate, self.key, client)) as house:
            options = {"bootstrap.servers": house.doors["kafka"], "security.protocol": "SSL", "ssl.ca.location": self.certificate}
            self.assertIn(1, AdminClient({**options, "ssl.certificate.location": client, "ssl.key.location": client_key}).list_topics(timeout=SECONDS).brokers)
            with self.assertRaises(KafkaException):
                AdminClient(options).list_topics(timeout=3)

    def test_listening_beyond_this_machine_needs_tls_and_an_identity(self):
        identity = "identities.first.password_env=FRESHET_TEST_PASSWORD"
        doors = [f"doors.{door}.listen=0.0.0.0:0" for door in ("kafka", "http", "resp")]
        encrypted = [one for door in ("kafka", "http", "resp") for one in tls(door, self.certificate, self.key)]
        for number, sets in enumerate(([doors[0]], [doors[1], identity], [doors[2], *tls("resp", self.certificate, self.key)])):
            house = House(str(self.folder), str(self.folder / f"refused-{number}"), *sets, env={"FRESHET_TEST_PASSWORD": PASSWORD})
            self.assertNotEqual(house.stop(), 0)
            self.assertIn("can be reached from other machines", house.error_text())
        with serving(identity, *doors, *encrypted, env={"FRESHET_TEST_PASSWORD": PASSWORD}) as house:
            self.assertEqual(house.first_line, "ready")


if __name__ == "__main__":
    unittest.main()
