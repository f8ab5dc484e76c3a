"""SaslHandshake and SaslAuthenticate in every version that a house with identities advertises: kafka-python's codec around a SCRAM that is worked out here, to the record that
may be written behind it."""
import base64
import hashlib
import hmac
import os
import struct
import unittest

import house
import suite_raw
from suite_versions_kafka_python import World

FAILED, UNSUPPORTED_MECHANISM = 58, 33


class Scram:
    """RFC 5802 for one name and password, as a client says it."""

    def __init__(self, name: str, password: str):
        self.bare = f"n={name},r={base64.b64encode(os.urandom(18)).decode()}"
        self.password = password.encode()

    def first(self) -> bytes:
        return f"n,,{self.bare}".encode()

    def final(self, answer: bytes) -> bytes:
        said = dict(part.split("=", 1) for part in answer.decode().split(","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password, base64.b64decode(said["s"]), int(said["i"]))
        mac = lambda key, text: hmac.digest(key, text, "sha256")  # noqa: E731
        unproven = f"c=biws,r={said['r']}"
        everything = f"{self.bare},{answer.decode()},{unproven}".encode()
        key = mac(salted, b"Client Key")
        proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), everything)))
        self.signature = base64.b64encode(mac(mac(salted, b"Server Key"), everything)).decode()
        return f"{unproven},p={base64.b64encode(proof).decode()}".encode()


class Stranger(World):
    def __init__(self):
        self.connection = suite_raw.Connection()

    def token(self, bytes_):
        """Behind version 0 of the handshake, tokens are frames of their own."""
        self.connection.send(struct.pack(">i", len(bytes_)) + bytes_)
        return self.connection.exactly(struct.unpack(">i", self.connection.exactly(4))[0])


class Logins(unittest.TestCase):
    def advertised(self, api_key):
        rows = Stranger().ask("ApiVersions", 3, {"client_software_name": "versions", "client_software_version": "1"})["api_keys"]
        row = next(row for row in rows if row["api_key"] == api_key)
        return range(row["min_version"], row["max_version"] + 1)

    def topics_of(self, stranger):
        return stranger.ask("Metadata", 1, {"topics": []})["topics"]

    def test_every_version_lets_in_who_knows_the_password(self):
        for handshake in self.advertised(17):
            for authenticate in self.advertised(36) if handshake > 0 else [None]:
                with self.subTest(handshake=handshake, authenticate=authenticate):
                    stranger, scram = Stranger(), Scram(house.NAME, house.PASSWORD)
                    answer = stranger.ask("SaslHandshake", handshake, {"mechanism": "SCRAM-SHA-256"})
                    self.assertEqual(answer["error_code"], 0)
                    self.assertIn("SCRAM-SHA-256", answer["mechanisms"])
                    say = stranger.token if authenticate is None else lambda said, s=stranger, v=authenticate: self.said(s.ask("SaslAuthenticate", v, {"auth_bytes": said}))
                    self.assertEqual(say(scram.final(say(scram.first()))), f"v={scram.signature}".encode())
                    self.assertEqual(self.topics_of(stranger), [])

    def said(self, answer):
        self.assertEqual((answer["error_code"], answer["error_message"]), (0, None), answer)
        return bytes(answer["auth_bytes"])

    def test_every_version_keeps_out_who_does_not(self):
        for authenticate in self.advertised(36):
            with self.subTest(authenticate=authenticate):
                stranger, scram = Stranger(), Scram(house.NAME, "a guess")
                stranger.ask("SaslHandshake", 1, {"mechanism": "SCRAM-SHA-256"})
                first = stranger.ask("SaslAuthenticate", authenticate, {"auth_bytes": scram.first()})
                last = stranger.ask("SaslAuthenticate", authenticate, {"auth_bytes": scram.final(bytes(first["auth_bytes"]))})
                self.assertEqual(last["error_code"], FAILED)
                self.assertTrue(stranger.connection.ended())

    def test_every_handshake_names_the_mechanisms_there_are(self):
        for handshake in self.advertised(17):
            with self.subTest(handshake=handshake):
                answer = Stranger().ask("SaslHandshake", handshake, {"mechanism": "GSSAPI"})
                self.assertEqual(answer["error_code"], UNSUPPORTED_MECHANISM)
                self.assertLessEqual({"SCRAM-SHA-256", "SCRAM-SHA-512"}, set(answer["mechanisms"]))


if __name__ == "__main__":
    unittest.main()
