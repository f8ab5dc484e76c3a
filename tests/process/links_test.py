"""Tables over another cluster: another house stands for it. Read to an end, read by a pipeline whose house is killed on the way, refused where it
is no other cluster. Run by the clients lane."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

import kafka
from kafka.admin import KafkaAdminClient, NewTopic
from serving import House

BINARY = str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet").resolve())
SECONDS_MAX = 60

ORDERS = """CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'format' = 'json',
  'properties.bootstrap.servers' = '%s', 'properties.group.id' = 'readers'%s);
"""
OUT = """CREATE TABLE o (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'out', 'format' = 'json', 'properties.bootstrap.servers' = '%s'%s);
"""


class Cluster:
    """The other house, with a topic of two partitions."""

    def __init__(self, folder):
        self.folders = [str(pathlib.Path(folder, name)) for name in ("other", "other_data")]
        pathlib.Path(self.folders[0]).mkdir()
        self.house = House(*self.folders)
        self.address = self.house.doors["kafka"]
        admin = KafkaAdminClient(bootstrap_servers=self.address)
        admin.create_topics([NewTopic("orders", 2, 1), NewTopic("out", 2, 1)])
        admin.close()

    def restart(self):
        self.house.kill()
        self.house = House(*self.folders, f"doors.kafka.listen={self.address}")

    def produce(self, first, last, text=None):
        producer = kafka.KafkaProducer(bootstrap_servers=self.address, acks="all")
        for i in range(first, last + 1):
            producer.send("orders", text or json.dumps({"id": i, "item": f"i{i}"}).encode(), partition=i % 2, timestamp_ms=1000 * i)
        producer.close()

    def rows(self, topic):
        return ids_in(self.address, topic)


class Registry(http.server.ThreadingHTTPServer):
    """As much of a schema registry as a table needs: schemas by number, subjects, one user."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RegistryAnswers)
        self.schemas, self.subjects, self.asks = [], {}, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def add(self, schema):
        text = schema if isinstance(schema, str) else json.dumps(schema)
        if text not in self.schemas:
            self.schemas.append(text)
        return self.schemas.index(text) + 1


class RegistryAnswers(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        data = json.dumps(body).encode()
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def admitted(self):
        self.server.asks.append(self.path)
        good = self.headers["Authorization"] == "Basic YW5uOnNlY3JldA=="  # ann:secret
        if not good:
            self.answer(401, {"error_code": 401})
        return good

    def do_GET(self):
        number = int(self.path.rsplit("/", 1)[1])
        if self.admitted():
            known = 0 < number <= len(self.server.schemas)
            self.answer(200, {"schema": self.server.schemas[number - 1]}) if known else self.answer(404, {"error_code": 40403})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.admitted():
            number = self.server.add(body["schema"])
            self.server.subjects[self.path.split("/")[2]] = number
            self.answer(200, {"id": number})

    def log_message(self, *args):
        pass


def records_in(address, topic):
    """All that is committed in both partitions now."""
    consumer = kafka.KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest", enable_auto_commit=False, isolation_level="read_committed")
    parts = [kafka.TopicPartition(topic, p) for p in (0, 1)]
    consumer.assign(parts)
    ends, found, late = consumer.end_offsets(parts), [], time.monotonic() + SECONDS_MAX
    while any(consumer.position(part) < ends[part] for part in parts) and time.monotonic() < late:
        for records in consumer.poll(timeout_ms=200).values():
            found += records
    consumer.close()
    return found


def ids_in(address, topic):
    return sorted(json.loads(record.value)["id"] for record in records_in(address, topic))


def wait_for(read, wanted):
    end = time.monotonic() + SECONDS_MAX
    seen = read()
    while seen != wanted and time.monotonic() < end:
        time.sleep(0.2)
        seen = read()
    return seen


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="freshet-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.cluster = Cluster(self.folder)
        self.addCleanup(lambda: self.cluster.house.stop())

    def run_sql(self, text):
        path = pathlib.Path(self.folder, "q.sql")
        path.write_text(text)
        return subprocess.run([BINARY, "run", str(path)], capture_output=True, text=True, check=False, timeout=120)

    def ids(self, options):
        done = self.run_sql(ORDERS % (self.cluster.address, options) + "SELECT id FROM orders;")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line)["id"] for line in done.stdout.splitlines()]

    def commit(self, offsets):
        consumer = kafka.KafkaConsumer(bootstrap_servers=self.cluster.address, group_id="readers", enable_auto_commit=False)
        parts = {kafka.TopicPartition("orders", p): kafka.OffsetAndMetadata(offset, "", -1) for p, offset in offsets.items()}
        consumer.assign(list(parts))
        consumer.commit(parts)
        consumer.close()

    def test_a_run_begins_and_ends_where_it_is_told(self):
        self.cluster.produce(0, 9)
        self.commit({0: 3, 1: 4})

        self.assertEqual(self.ids(", 'scan.startup.mode' = 'earliest-offset'"), list(range(10)))
        self.assertEqual(self.ids(""), [6, 8, 9])  # from where the group stands
        self.assertEqual(self.ids(", 'scan.startup.mode' = 'timestamp', 'scan.startup.timestamp-millis' = '7000'"), [7, 8, 9])
        self.assertEqual(self.ids(", 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'timestamp', 'scan.bounded.timestamp-millis' = '4000'"), [0, 1, 2, 3])
        self.assertEqual(self.ids(", 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'group-offsets'"), [0, 1, 2, 3, 4, 5, 7])
        self.assertEqual(self.ids(", 'scan.startup.mode' = 'latest-offset'"), [])

    def test_a_run_says_what_is_wrong(self):
        done = self.run_sql(ORDERS % (self.cluster.address, ", 'properties.interceptor.classes' = 'x'") + "SELECT id FROM orders;")
        self.assertIn("'properties.interceptor.classes' is not taken", done.stderr)
        done = self.run_sql(ORDERS.replace("'orders', 'format'", "'nowhere', 'format'") % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'") + "SELECT id FROM orders;")
        self.assertIn("nowhere", done.stderr)
        self.assertNotEqual(done.returncode, 0)
        done = self.run_sql(ORDERS % ("", "") + "SELECT id FROM orders;")
        self.assertIn("add --data DATA", done.stderr)

    def start(self, sql, kill_at="", *sets):
        project = pathlib.Path(self.folder, "own")
        (project / "pipelines").mkdir(parents=True, exist_ok=True)
        (project / "pipelines/copy.sql").write_text("SET 'execution.checkpointing.interval' = '50 ms';\n" + sql)
        house = House(str(project), str(pathlib.Path(self.folder, "own_data")), "topics.default_partitions=2", *sets, env={"FRESHET_KILL_AT": kill_at} if kill_at else None)
        self.assertEqual(house.first_line, "ready", house.error_text())
        self.addCleanup(house.stop)
        return house

    def own_rows(self, house, topic):
        return ids_in(house.doors["kafka"], topic)

    def test_a_pipeline_goes_on_where_its_epoch_stood(self):
        sql = ORDERS % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'") + """
        CREATE TABLE copies (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'copies', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
        INSERT INTO copies SELECT id, item FROM orders;"""
        self.cluster.produce(0, 99)
        house = self.start(sql)
        self.assertEqual(wait_for(lambda: self.own_rows(house, "copies"), list(range(100))), list(range(100)))

        house.kill()
        self.cluster.produce(100, 149)
        self.cluster.produce(0, 0, text=b"{no json")
        house = self.start(sql)

        self.assertEqual(wait_for(lambda: self.own_rows(house, "copies"), list(range(150))), list(range(150)))
        clusters = lambda: [dict(record.headers)["cluster"].decode() for record in records_in(house.doors["kafka"], "__dead.orders")]
        self.assertEqual(wait_for(clusters, [self.cluster.address]), [self.cluster.address])  # with the epoch

    def test_a_run_writes_another_cluster(self):
        values = ", ".join(f"({i}, 'i{i}')" for i in range(10))
        for more in ("", ", 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tests'"):
            done = self.run_sql(OUT % (self.cluster.address, more) + f"INSERT INTO o VALUES {values};")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.cluster.rows("out"), sorted(2 * list(range(10))))

    def test_an_upsert_table_keeps_the_newest_row_of_a_key(self):
        table = f"""CREATE TABLE u (id BIGINT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'out',
          'properties.bootstrap.servers' = '{self.cluster.address}', 'key.format' = 'json', 'value.format' = 'json');\n"""
        done = self.run_sql(table + "INSERT INTO u SELECT id, COUNT(*) FROM (VALUES (1), (2), (1)) AS t (id) GROUP BY id;")
        self.assertEqual(done.returncode, 0, done.stderr)

        done = self.run_sql(table + "SELECT id, n FROM u;")

        self.assertEqual(done.stdout.splitlines(), ['{"id":1,"n":2}', '{"id":2,"n":1}'], done.stderr)

    def test_avro_by_a_schema_registry(self):
        registry = Registry()
        self.addCleanup(registry.server_close)
        self.addCleanup(registry.shutdown)
        access = ", ".join(f"'{side}avro-confluent.{key}' = '{value}'" for side in ("", "key.")
                           for key, value in (("url", registry.url), ("basic-auth.credentials-source", "USER_INFO"), ("basic-auth.user-info", "ann:secret")))
        table = f"""CREATE TABLE o (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'out', 'properties.bootstrap.servers' = '{self.cluster.address}',
          'format' = 'avro-confluent', 'key.format' = 'avro-confluent', 'key.fields' = 'id', 'scan.startup.mode' = 'earliest-offset', {access});\n"""
        done = self.run_sql(table + "INSERT INTO o VALUES (1, 'a'), (2, CAST(NULL AS STRING));")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(registry.subjects), ["out-key", "out-value"])

        older = registry.add({"type": "record", "name": "r", "fields": [{"name": "more", "type": "boolean"}, {"name": "id", "type": "int"}]})
        producer = kafka.KafkaProducer(bootstrap_servers=self.cluster.address, acks="all")
        producer.send("out", b"\0" + older.to_bytes(4, "big") + b"\x01\x0a").get(10)
        done = self.run_sql(table + "SELECT id, item FROM o;")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(done.stdout.splitlines()), ['{"id":1,"item":"a"}', '{"id":2,"item":null}', '{"id":5,"item":null}'])
        self.assertEqual(len([path for path in registry.asks if path.startswith("/schemas/ids/")]), 3)  # each once

        producer.send("out", b"\0\0\0\0\x63no such schema").get(10)
        producer.close()
        house = self.start(table + "CREATE TABLE copies (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'copies', 'format' = 'json'); INSERT INTO copies SELECT id FROM o;")
        self.assertEqual(wait_for(lambda: self.own_rows(house, "copies"), [1, 2, 5]), [1, 2, 5])
        letters = lambda: ["schema 99" in dict(record.headers)["why"].decode() for record in records_in(house.doors["kafka"], "__dead.out")]
        self.assertEqual(wait_for(letters, [True]), [True])  # with the epoch

        done = self.run_sql(table.replace("ann:secret", "ann:wrong") + "SELECT id FROM o;")
        self.assertIn("status 401", done.stderr)

    def test_avro_by_a_schema_registry_in_own_topics(self):
        registry = Registry()
        self.addCleanup(registry.server_close)
        self.addCleanup(registry.shutdown)
        access = f"'avro-confluent.url' = '{registry.url}', 'avro-confluent.basic-auth.credentials-source' = 'USER_INFO', 'avro-confluent.basic-auth.user-info' = 'ann:secret'"
        sql = ORDERS % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'") + f"""
        CREATE TABLE there (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'there', 'format' = 'avro-confluent', 'scan.startup.mode' = 'earliest-offset', {access});
        CREATE TABLE back (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'back', 'format' = 'json');
        INSERT INTO there SELECT id, item FROM orders;
        INSERT INTO back SELECT id, item FROM there;"""
        self.cluster.produce(0, 19)

        house = self.start(sql)

        self.assertEqual(wait_for(lambda: self.own_rows(house, "back"), list(range(20))), list(range(20)))
        self.assertEqual(registry.subjects, {"there-value": 1})

    def test_exactly_once_survives_kills_at_each_step(self):
        sql = ORDERS % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'")
        sql += OUT % (self.cluster.address, ", 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tests'")
        sql += "INSERT INTO o SELECT id, item FROM orders;"
        made = 0
        for point in ("pipeline.before_commit", "pipeline.after_commit", "link.before_commit", "link.after_commit", "pipeline.before_delivered"):
            house = self.start(sql, point + "#2")
            for _ in range(100):  # epochs go by until it is there
                self.cluster.produce(made, made + 9)
                made += 10
                if house.process.poll() is not None:
                    break
                time.sleep(0.1)
            self.assertEqual(house.process.wait(10), -9, point)
        house = self.start(sql)

        self.assertEqual(wait_for(lambda: self.cluster.rows("out"), list(range(made))), list(range(made)))
        house.stop()
        self.assertEqual(list(pathlib.Path(self.folder, "own_data", "links").glob("*")), [])

    def test_a_pipeline_outlives_its_clusters_restart(self):
        sql = ORDERS % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'")
        sql += OUT % (self.cluster.address, ", 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tests'")
        sql += "INSERT INTO o SELECT id, item FROM orders;"
        self.cluster.produce(0, 9)
        self.start(sql)
        self.assertEqual(wait_for(lambda: self.cluster.rows("out"), list(range(10))), list(range(10)))

        self.cluster.restart()
        self.cluster.produce(10, 19)

        self.assertEqual(wait_for(lambda: self.cluster.rows("out"), list(range(20))), list(range(20)))

    def test_a_cluster_that_is_away_holds_back_no_other_table(self):
        sql = """CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '100000');
        CREATE TABLE copies (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'copies', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');"""
        sql += OUT % (self.cluster.address, ", 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tests'")
        sql += "INSERT INTO copies SELECT id FROM numbers; INSERT INTO o SELECT id, 'x' FROM numbers;"
        house = self.start(sql)
        pipeline = lambda: json.load(urllib.request.urlopen(f"http://{house.doors['http']}/v1/house"))["pipelines"][0]
        has = lambda rows, count: wait_for(lambda: len(rows()) >= count, True)
        there, copies = lambda: self.cluster.rows("out"), lambda: self.own_rows(house, "copies")
        self.assertTrue(has(there, 50))

        self.cluster.house.kill()
        before = len(copies())
        self.assertTrue(has(copies, before + 300))
        away = pipeline()
        self.assertTrue(wait_for(lambda: "epoch" in (pipeline()["failure"] or ""), True))
        self.cluster.restart()

        self.assertTrue(has(there, before + 400))
        rows = there()
        self.assertEqual(rows, list(range(len(rows))))
        self.assertGreater(away["undelivered"], 10)
        self.assertEqual((pipeline()["failures"], pipeline()["running"]), (0, True))
        self.assertTrue(wait_for(lambda: pipeline()["failure"], None) is None)

    def test_a_data_folder_from_before_is_refused(self):
        sql = ORDERS % (self.cluster.address, ", 'scan.startup.mode' = 'earliest-offset'")
        sql += OUT % (self.cluster.address, ", 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tests'")
        sql += "INSERT INTO o SELECT id, item FROM orders;"
        data, copy = (pathlib.Path(self.folder, name) for name in ("own_data", "copy"))
        for made in (10, 20):
            house = self.start(sql)
            self.cluster.produce(made - 10, made - 1)
            self.assertEqual(wait_for(lambda: self.cluster.rows("out"), list(range(made))), list(range(made)))
            house.stop()
            if made == 10:
                shutil.copytree(data, copy)
        shutil.rmtree(data)
        copy.rename(data)

        house = self.start(sql)

        self.assertTrue(wait_for(lambda: "is older than what was delivered" in house.error_text(), True))
        self.assertEqual(self.cluster.rows("out"), list(range(20)))

    def test_the_house_itself_is_no_other_cluster(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        sql = ORDERS % (f"127.1:{port}", ", 'scan.startup.mode' = 'earliest-offset'")
        sql += "CREATE TABLE copies (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'copies', 'format' = 'json'); INSERT INTO copies SELECT id FROM orders;"

        house = self.start(sql, "", f"doors.kafka.listen=127.0.0.1:{port}")

        self.assertTrue(wait_for(lambda: "leads to this house itself" in house.error_text(), True))


if __name__ == "__main__":
    unittest.main()
