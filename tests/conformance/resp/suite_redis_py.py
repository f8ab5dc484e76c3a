"""redis-py, as an application would use it, in both protocol versions."""
import time
import unittest

import redis

import house


class RedisPy:
    protocol = 2

    def setUp(self):
        host, port = house.host_port()
        self.r = redis.Redis(host=host, port=port, protocol=self.protocol, decode_responses=True)
        self.name = house.fresh_topic("key")
        self.addCleanup(self.r.close)

    def test_greets(self):
        self.assertTrue(self.r.ping())
        self.assertEqual(self.r.echo("hello"), "hello")
        info = self.r.info()
        self.assertEqual(info["redis_version"], "7.4.0")
        self.assertEqual(int(info["loading"]), 0)
        self.assertTrue(self.r.client_setname("me"))
        self.assertEqual(self.r.client_getname(), "me")
        self.assertGreater(self.r.client_id(), 0)
        self.assertEqual(self.r.client_info()["name"], "me")

    def test_strings(self):
        r, k = self.r, self.name
        self.assertIsNone(r.get(k))
        self.assertTrue(r.set(k, "v"))
        self.assertEqual(r.get(k), "v")
        self.assertIsNone(r.set(k, "w", nx=True))
        self.assertTrue(r.set(k, "w", xx=True))
        self.assertEqual(r.set(k, "x", get=True), "w")
        self.assertEqual(r.strlen(k), 1)
        self.assertEqual(r.append(k, "yz"), 3)
        self.assertTrue(r.mset({k + "a": "1", k + "b": "2"}))
        self.assertEqual(r.mget(k + "a", k + "none", k + "b"), ["1", None, "2"])
        self.assertEqual(r.incr(k + "a", 5), 6)
        self.assertEqual(r.decr(k + "a"), 5)
        self.assertEqual(r.getdel(k + "a"), "5")
        self.assertEqual(r.exists(k, k + "a", k + "b"), 2)
        self.assertEqual(r.delete(k, k + "a", k + "b"), 2)
        self.assertEqual(r.type(k), "none")

    def test_binary_is_kept(self):
        host, port = house.host_port()
        with redis.Redis(host=host, port=port, protocol=self.protocol) as r:
            value = bytes(range(256)) * 4
            r.set(self.name.encode() + b"\0\r\n", value)
            self.assertEqual(r.get(self.name.encode() + b"\0\r\n"), value)

    def test_a_large_value(self):
        value = "x" * 3_000_000
        self.r.set(self.name, value)
        self.assertEqual(self.r.get(self.name), value)
        with self.assertRaises(redis.ResponseError):
            self.r.set(self.name, "x" * 5_000_000)
        self.assertEqual(self.r.get(self.name), value)

    def test_expiry(self):
        r, k = self.r, self.name
        r.set(k, "v", ex=100)
        self.assertIn(r.ttl(k), (99, 100))
        r.setex(k, 50, "w")
        self.assertLessEqual(r.pttl(k), 50_000)
        self.assertTrue(r.persist(k))
        self.assertEqual(r.ttl(k), -1)
        self.assertTrue(r.expire(k, 100))
        self.assertFalse(r.expire(k, 10, gt=True))
        self.assertTrue(r.pexpire(k, 30))
        deadline = time.monotonic() + 10
        while r.exists(k) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIsNone(r.get(k))
        self.assertEqual(r.ttl(k), -2)

    def test_hashes(self):
        r, k = self.r, self.name
        self.assertEqual(r.hset(k, mapping={"a": "1", "b": "2"}), 2)
        self.assertEqual(r.hset(k, "a", "3"), 0)
        self.assertEqual(r.hget(k, "a"), "3")
        self.assertEqual(r.hgetall(k), {"a": "3", "b": "2"})
        self.assertEqual(r.hmget(k, "b", "x"), ["2", None])
        self.assertTrue(r.hexists(k, "a"))
        self.assertEqual(r.hlen(k), 2)
        self.assertEqual(sorted(r.hkeys(k)), ["a", "b"])
        self.assertEqual(dict(r.hscan_iter(k)), {"a": "3", "b": "2"})
        self.assertEqual(r.hdel(k, "a", "b", "c"), 2)
        self.assertEqual(r.exists(k), 0)

    def test_scan_finds_all_of_a_pattern(self):
        names = {f"{self.name}:{n}" for n in range(300)}
        with self.r.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.set(name, "v")
            self.assertEqual(pipe.execute(), [True] * 300)
        self.assertEqual(set(self.r.scan_iter(match=self.name + ":*", count=50)), names)
        self.assertGreaterEqual(self.r.dbsize(), 300)

    def test_transactions(self):
        with self.r.pipeline() as pipe:
            pipe.set(self.name, 1)
            pipe.incr(self.name)
            pipe.hget(self.name, "f")
            outcome = pipe.execute(raise_on_error=False)
        self.assertEqual(outcome[:2], [True, 2])
        self.assertIsInstance(outcome[2], redis.ResponseError)

    def test_errors_are_redis_own(self):
        r, k = self.r, self.name
        r.set(k, "v")
        with self.assertRaisesRegex(redis.ResponseError, "WRONGTYPE"):
            r.hget(k, "f")
        with self.assertRaisesRegex(redis.ResponseError, "unknown command"):
            r.lpush(k + "l", "v")
        with self.assertRaisesRegex(redis.ResponseError, "not an integer"):
            r.incr(k)


class RedisPyResp2(RedisPy, unittest.TestCase):
    protocol = 2


class RedisPyResp3(RedisPy, unittest.TestCase):
    protocol = 3


class RedisPyByDefault(unittest.TestCase):
    def test_connects_without_being_told_how(self):
        host, port = house.host_port()
        with redis.Redis(host=host, port=port) as r:
            self.assertTrue(r.set("default", "v"))
            self.assertEqual(r.get("default"), b"v")
