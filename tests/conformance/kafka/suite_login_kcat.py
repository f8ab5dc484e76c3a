"""kcat of Debian 12 logs in with SCRAM."""
import subprocess
import unittest

import house


def kcat(*arguments, stdin=None, password=house.PASSWORD):
    return subprocess.run(["kcat", "-b", house.ADDRESS, "-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=SCRAM-SHA-256",
                           "-X", f"sasl.username={house.NAME}", "-X", f"sasl.password={password}", *arguments],
                          input=stdin, capture_output=True, text=True, timeout=60)


class Login(unittest.TestCase):
    def test_records_go_in_and_come_out(self):
        topic = house.fresh_topic("login")
        sent = kcat("-P", "-t", topic, "-p", "0", stdin="departed\n")
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.assertEqual(kcat("-C", "-t", topic, "-p", "0", "-e", "-q", "-o", "beginning").stdout, "departed\n")

    def test_a_guess_does_not_come_in(self):
        refused = kcat("-L", "-m", "3", password="a guess")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("authentication failed", refused.stderr.lower())
