import { type FormEvent, useState } from "react";

import { append } from "../../api/browse.ts";

// One record into the topic, as a producer would: by its key's partition unless one is named.
export function TestMessage({ topic }: { topic: string }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const [partition, setPartition] = useState("");
  const [outcome, setOutcome] = useState<{ text: string; good: boolean } | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      if (partition !== "" && !/^\d+$/.test(partition)) throw new Error(`'${partition}' is no partition`);
      const message = { value, ...(key !== "" && { key }), ...(partition !== "" && { partition: Number(partition) }) };
      const made = await append(topic, message);
      setOutcome({ text: `Appended to partition ${made.partition} at offset ${made.offset}.`, good: true });
    } catch (why) {
      setOutcome({ text: (why as Error).message, good: false });
    }
  };
  return (
    <section aria-labelledby="test-message">
      <h2 id="test-message">Send a test message</h2>
      <form className="ask" onSubmit={send}>
        <label>
          key <input value={key} placeholder="none" onChange={(e) => setKey(e.target.value)} />
        </label>
        <label>
          partition <input value={partition} placeholder="by key" inputMode="numeric" size={6} onChange={(e) => setPartition(e.target.value.trim())} />
        </label>
        <label className="wide">
          value <textarea rows={3} value={value} onChange={(e) => setValue(e.target.value)} />
        </label>
        <button type="submit">Send</button>
      </form>
      {outcome && (
        <p className={outcome.good ? "quiet" : "failure"} aria-label="outcome">
          {outcome.text}
        </p>
      )}
    </section>
  );
}
