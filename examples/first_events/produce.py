"""Writes COUNT payment events as JSON with an ordinary Kafka client: produce.py BOOTSTRAP COUNT"""

import json
import random
import sys
import time

from confluent_kafka import Producer

TOPIC = "payments"


def main() -> int:
    bootstrap, count = sys.argv[1], int(sys.argv[2])
    chance = random.Random(7)
    failed = []
    waits = []
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 5})
    begin = time.monotonic()
    for number in range(count):
        event = {"payment": number, "user": chance.randrange(500), "amount": round(chance.expovariate(1 / 40), 2)}
        sent = time.monotonic()

        def acknowledged(error, _message, sent=sent):
            waits.append(time.monotonic() - sent)
            if error is not None:
                failed.append(str(error))

        producer.produce(TOPIC, key=str(event["user"]), value=json.dumps(event), on_delivery=acknowledged)
        producer.poll(0)
    producer.flush(60)
    seconds = time.monotonic() - begin
    if failed or len(waits) != count:
        print(f"{len(failed)} of {count} events were refused; the first: {failed[:1]}", file=sys.stderr)
        return 1
    waits.sort()
    print(f"produced  {count} events in {seconds:.2f} s; each acknowledged after an fdatasync, p50 {waits[count // 2] * 1000:.1f} ms, "
          f"p99 {waits[count * 99 // 100] * 1000:.1f} ms from the call")
    return 0


if __name__ == "__main__":
    sys.exit(main())
