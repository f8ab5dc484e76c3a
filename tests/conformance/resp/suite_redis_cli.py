"""redis-cli and redis-benchmark of Debian 12 (7.0)."""
import subprocess
import unittest

import house


def cli(*arguments, stdin=None):
    host, port = house.host_port()
    done = subprocess.run(["redis-cli", "-h", host, "-p", str(port), *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"redis-cli {arguments}: {done.stderr}")
    return done.stdout


class RedisCli(unittest.TestCase):
    def test_one_command_a_call(self):
        key = house.fresh_topic("cli")
        self.assertEqual(cli("SET", key, "a value"), "OK\n")
        self.assertEqual(cli("GET", key), "a value\n")
        self.assertEqual(cli("-3", "HSET", key + "h", "f", "1"), "1\n")
        self.assertEqual(cli("-3", "--json", "HGETALL", key + "h"), '{"f":"1"}\n')
        self.assertIn("# Keyspace", cli("INFO"))
        self.assertIn("ERR unknown command 'FLUSHALL'", cli("FLUSHALL"))

    def test_commands_from_standard_input(self):
        key = house.fresh_topic("cli")
        self.assertEqual(cli(stdin=f'SET {key} "two words"\nGET {key}\nTTL {key}\n'), "OK\ntwo words\n-1\n")

    def test_scan_mode(self):
        key = house.fresh_topic("cli")
        cli("MSET", key + ":1", "a", key + ":2", "b")
        self.assertEqual(sorted(cli("--scan", "--pattern", key + ":*").split()), [key + ":1", key + ":2"])

    def test_pipe_mode(self):
        key = house.fresh_topic("cli")
        requests = "".join(f"*3\r\n$3\r\nSET\r\n${len(key) + 5}\r\n{key}:{n:04}\r\n$1\r\nv\r\n" for n in range(2000))
        self.assertIn("errors: 0, replies: 2000", cli("--pipe", stdin=requests))

    def test_benchmark_tool_runs(self):
        host, port = house.host_port()
        done = subprocess.run(["redis-benchmark", "-h", host, "-p", str(port), "-n", "2000", "-c", "10", "-P", "10", "-q", "-t", "set,get,incr,hset"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("requests per second"), 4)
