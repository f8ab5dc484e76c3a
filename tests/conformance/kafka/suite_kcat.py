"""kcat of Debian 12 (librdkafka 2.0.2): the command line that everybody tries first."""
import subprocess
import time
import unittest

import house


def kcat(*arguments, stdin=None):
    done = subprocess.run(["kcat", "-b", house.ADDRESS, *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"kcat {arguments}: {done.stderr}")
    return done.stdout


class Kcat(unittest.TestCase):
    def test_lists_metadata(self):
        topic = house.fresh_topic("list")
        kcat("-P", "-t", topic, stdin="x\n")
        listing = kcat("-L")
        self.assertIn("1 brokers:", listing)
        self.assertIn(f'topic "{topic}" with', listing)

    def test_every_codec(self):
        lines = "".join(f"line {n}\n" for n in range(1000))
        for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
            with self.subTest(codec=codec):
                topic = house.fresh_topic(codec)
                kcat("-P", "-t", topic, "-p", "0", "-z", codec, stdin=lines)
                self.assertEqual(kcat("-C", "-t", topic, "-p", "0", "-e", "-q", "-o", "beginning"), lines)

    def test_where_to_start(self):
        topic = house.fresh_topic("start")
        kcat("-P", "-t", topic, "-p", "0", stdin="".join(f"{n}\n" for n in range(100)))
        read = lambda start: kcat("-C", "-t", topic, "-p", "0", "-e", "-q", "-o", start).split()
        self.assertEqual(read("-3"), ["97", "98", "99"])
        self.assertEqual(read("42")[:2], ["42", "43"])
        self.assertEqual(read("end"), [])
        self.assertEqual(len(read("s@1000")), 100)
        self.assertEqual(read(f"s@{int(time.time() * 1000) + 3600000}"), [])

    def test_formats_keys_headers_and_offsets(self):
        topic = house.fresh_topic("format")
        kcat("-P", "-t", topic, "-p", "0", "-K", "=", "-H", "origin=EWR", stdin="UA=departed\nDL=late\n")
        out = kcat("-C", "-t", topic, "-p", "0", "-e", "-q", "-f", "%p %o %h %k %s\\n")
        self.assertEqual(out, "0 0 origin=EWR UA departed\n0 1 origin=EWR DL late\n")

    def test_idempotent_and_unacknowledged_producers(self):
        for option in ("enable.idempotence=true", "acks=0", "acks=1"):
            topic = house.fresh_topic("option")
            kcat("-P", "-t", topic, "-p", "0", "-X", option, stdin="a\nb\n")
            self.assertEqual(kcat("-C", "-t", topic, "-p", "0", "-q", "-c", "2", "-X", "isolation.level=read_committed"), "a\nb\n")
