"""Arrow streams as records: pyarrow makes some and a Kafka client produces them, SQL reads their rows in a preview and in a pipeline, and pyarrow reads what INSERT INTO wrote. In the environment `example`; run by the clients lane."""

import datetime
import decimal
import json
import subprocess
import time
import unittest

import pyarrow as pa
from confluent_kafka import Consumer, Producer
from serving import BINARY, serving

SECONDS_MAX = 60
AT = datetime.datetime(2026, 11, 23, 10, 0)
SOLD = pa.schema([("extra", pa.list_(pa.int8())), ("word", pa.dictionary(pa.int8(), pa.string())), ("price", pa.decimal128(9, 2)), ("at", pa.timestamp("us")), ("id", pa.int32()),
                  ("buyer", pa.struct([("name", pa.string_view()), ("age", pa.int8())]))])
PIPELINE = """
SET 'execution.checkpointing.interval' = '30 ms';
CREATE TABLE sold (id BIGINT, word STRING, price DECIMAL(10, 2), `at` TIMESTAMP(3), buyer ROW<name STRING>, `offset` BIGINT METADATA VIRTUAL)
WITH ('connector' = 'kafka', 'topic' = 'sold', 'format' = 'arrow', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copied (id BIGINT, word STRING, price DECIMAL(10, 2), `at` TIMESTAMP(3), buyer ROW<name STRING>, `offset` BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'arrow', 'arrow.compression' = 'zstd', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO copied SELECT * FROM sold;
"""
PREVIEW = PIPELINE.split("CREATE TABLE copied", maxsplit=1)[0] + "SELECT word, COUNT(*) AS n, SUM(price) AS price, MIN(`offset`) AS first, MAX(buyer.name) AS name FROM sold GROUP BY word;\n"


def row(number):
    buyer = None if number % 5 == 0 else {"name": f"a customer with a long name {number % 3}" if number % 2 else None, "age": 7}
    return {"id": number, "word": None if number % 7 == 0 else "abc"[number % 3], "price": decimal.Decimal(number) / 4, "at": AT + datetime.timedelta(milliseconds=number), "buyer": buyer, "extra": [1] * (number % 3)}


def record(rows, **options):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SOLD, options=pa.ipc.IpcWriteOptions(**options)) as out:
        out.write_table(pa.Table.from_pylist(rows, schema=SOLD), max_chunksize=300)
    return sink.getvalue().to_pybytes()


RECORDS = [[row(n) for n in range(begin, end)] for begin, end in ((0, 1), (1, 1), (1, 500), (500, 8692), (8692, 9000))]


def expected():
    return [{"id": one["id"], "word": one["word"], "price": one["price"], "at": one["at"], "buyer": one["buyer"] and {"name": one["buyer"]["name"]}, "offset": offset} for offset, rows in enumerate(RECORDS) for one in rows]


class Arrow(unittest.TestCase):
    def produce(self, house):
        producer = Producer({"bootstrap.servers": house.doors["kafka"]})
        for number, rows in enumerate(RECORDS):
            producer.produce("sold", record(rows, compression=("zstd", "lz4", None)[number % 3]), partition=0)
        producer.produce("sold", b'{"id":1}', partition=0)
        producer.produce("sold", record([row(0)] * 8193), partition=0)
        self.assertEqual(producer.flush(SECONDS_MAX), 0)

    def consumed(self, house, topic, is_enough):
        """Values of records, until there are enough."""
        consumer = Consumer({"bootstrap.servers": house.doors["kafka"], "group.id": f"reads-{topic}", "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
        consumer.subscribe([topic])
        values, until = [], time.monotonic() + SECONDS_MAX
        while not is_enough(values) and time.monotonic() < until:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                values.append(message.value())
        consumer.close()
        return values

    def test_rows_of_pyarrow_become_rows_and_records_of_it_again(self):
        with serving("topics.default_partitions=1", files={"pipelines/copy.sql": PIPELINE}) as house:
            self.produce(house)

            values = self.consumed(house, "copied", lambda values: sum(len(pa.ipc.open_stream(value).read_all()) for value in values) >= len(expected()))
            dead = self.consumed(house, "__dead.sold", lambda values: len(values) >= 2)

            tables = [pa.ipc.open_stream(value).read_all() for value in values]
            self.assertEqual([one for table in tables for one in table.to_pylist()], expected())
            self.assertLess(len(tables), 100)
            self.assertEqual(tables[0].schema.field("at").type, pa.timestamp("ms"))
            self.assertEqual(dead[0], b'{"id":1}')
            self.assertEqual(len(pa.ipc.open_stream(dead[1]).read_all()), 8193)

    def test_a_preview_reads_them(self):
        with serving("topics.default_partitions=1") as house:
            self.produce(house)

            script = house.data / "q.sql"
            script.write_text(PREVIEW)
            done = subprocess.run([BINARY, "preview", str(script), "--last", "10m", "--data", str(house.data)], capture_output=True, text=True, check=False, timeout=SECONDS_MAX)

            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("2 records cannot be read", done.stderr)
            rows = {line["word"]: line for line in map(json.loads, done.stdout.splitlines())}
            of_a = [one for one in expected() if one["word"] == "a"]
            self.assertEqual(rows["a"]["n"], len(of_a))
            self.assertEqual(decimal.Decimal(rows["a"]["price"]), sum(one["price"] for one in of_a))
            self.assertEqual(rows["a"]["first"], 2)
            self.assertEqual(rows["a"]["name"], max(one["buyer"]["name"] for one in of_a if one["buyer"] and one["buyer"]["name"]))


if __name__ == "__main__":
    unittest.main()
