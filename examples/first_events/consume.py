"""Reads COUNT payment events from the start and checks that none is missing or doubled: consume.py BOOTSTRAP COUNT"""

import json
import sys
import time

from confluent_kafka import Consumer, TopicPartition

TOPIC = "payments"
SECONDS_MAX = 60


def main() -> int:
    bootstrap, count = sys.argv[1], int(sys.argv[2])
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "enable.auto.commit": False})
    partitions = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions
    consumer.assign([TopicPartition(TOPIC, number, 0) for number in partitions])
    begin = time.monotonic()
    seen: dict[int, float] = {}
    read = 0
    while read < count and time.monotonic() - begin < SECONDS_MAX:
        for message in consumer.consume(1000, timeout=1.0):
            if message.error() is not None:
                print(message.error(), file=sys.stderr)
                return 1
            event = json.loads(message.value())
            seen[event["payment"]] = event["amount"]
            read += 1
    seconds = time.monotonic() - begin
    consumer.close()
    missing, doubled = count - len(seen), read - len(seen)
    print(f"consumed  {read} events from {len(partitions)} partitions in {seconds:.2f} s; {missing} missing, {doubled} doubled, "
          f"{sum(seen.values()):.2f} paid in all")
    return 0 if missing == 0 and doubled == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
