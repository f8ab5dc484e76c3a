import { type FormEvent, useState } from "react";

import { type Begin, type Found, type Message, queryOf, search, type Shown, type Wish } from "../../api/browse.ts";
import { bytes, count, eventTime } from "../../kit/format.ts";
import { indented } from "../../kit/indented.ts";

const LIMIT = 50;
const NOTHING_WISHED: Wish = { partition: "", begin: "newest", place: "", key: "", schema: "" };
const BEGINS: [Begin, string][] = [["newest", "the newest"], ["earliest", "the first"], ["offset", "an offset"], ["time", "a time (UTC)"]];

const isDocument = (shown: Shown) => shown?.form === "json" || shown?.form === "avro";

function Whole({ label, shown }: { label: string; shown: Shown }) {
  if (shown === null) return <p className="quiet">{label}: null</p>;
  return (
    <>
      <p className="quiet">
        {label}: {bytes(shown.bytes)}, {shown.form}
        {shown.cut && ", the first part of it"}
      </p>
      {shown.avro_error && <p className="bad">{shown.avro_error}</p>}
      <pre>
        <code>{isDocument(shown) ? indented(shown.text) : shown.text}</code>
      </pre>
    </>
  );
}

const inOneLine = (shown: Shown) => (shown === null ? "null" : shown.form === "binary" ? `${bytes(shown.bytes)}: ${shown.text}` : shown.text);

function Row({ message }: { message: Message }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        <td>
          <button type="button" className="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
            {message.partition} · {message.offset}
          </button>
        </td>
        <td>{eventTime(message.time_ms)}</td>
        <td className="cut">{inOneLine(message.key)}</td>
        <td className="cut">{inOneLine(message.value)}</td>
      </tr>
      {open && (
        <tr className="opened">
          <td colSpan={4}>
            <Whole label="key" shown={message.key} />
            <Whole label="value" shown={message.value} />
            {message.headers.map((header, i) => (
              <Whole key={i} label={`header ${header.name?.text ?? ""}`} shown={header.value} />
            ))}
            {message.headers_left_out > 0 && <p className="quiet">{count(message.headers_left_out)} further headers are not shown.</p>}
          </td>
        </tr>
      )}
    </>
  );
}

function outcome(found: Found): string {
  const seen = `${count(found.records.length)} of ${count(found.scanned)} records looked at`;
  if (found.stopped === null) return `${seen}, to the end.`;
  return `${seen}; the search stopped at its bound of ${found.stopped === "limit" ? "records" : found.stopped}.`;
}

function Answer({ found, onward }: { found: Found; onward: (partition: number, next: number) => void }) {
  const only = found.partitions.length === 1 ? found.partitions[0]! : null;
  const newestFirst = [...found.records].sort((a, b) => b.time_ms - a.time_ms || a.partition - b.partition || b.offset - a.offset);
  return (
    <>
      <p className="quiet" role="note">
        {outcome(found)}{" "}
        {only && found.stopped !== null && (
          <button type="button" onClick={() => onward(only.partition, only.next)}>
            search on from {only.next}
          </button>
        )}
      </p>
      {found.partitions.filter((p) => p.trouble).map((p) => (
        <p className="failure" key={p.partition}>
          partition {p.partition} at offset {p.next}: {p.trouble}
        </p>
      ))}
      {newestFirst.length > 0 && (
        <table aria-label="messages">
          <thead>
            <tr>
              <th scope="col">partition · offset</th>
              <th scope="col">time</th>
              <th scope="col">key</th>
              <th scope="col">value</th>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((message) => (
              <Row key={`${message.partition}/${message.offset}`} message={message} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

// Records of a topic: the newest, or from an offset or a time on, of all partitions or of one, with a key or with any.
export function Messages({ topic }: { topic: string }) {
  const [wish, setWish] = useState(NOTHING_WISHED);
  const [state, setState] = useState<{ found: Found | null; trouble: string | null; busy: boolean }>({ found: null, trouble: null, busy: false });
  const change = (part: Partial<Wish>) => setWish((now) => ({ ...now, ...part }));
  const run = async (wanted: Wish) => {
    setState((now) => ({ ...now, busy: true }));
    try {
      const found = await search(topic, queryOf(wanted, LIMIT));
      setState({ found, trouble: null, busy: false });
    } catch (why) {
      setState({ found: null, trouble: (why as Error).message, busy: false });
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(wish);
  };
  const onward = (partition: number, next: number) => {
    const further: Wish = { ...wish, begin: "offset", place: String(next), partition: String(partition) };
    setWish(further);
    void run(further);
  };
  return (
    <section aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      <form className="ask" onSubmit={submit}>
        <label>
          from{" "}
          <select value={wish.begin} onChange={(e) => change({ begin: e.target.value as Begin })}>
            {BEGINS.map(([begin, label]) => (
              <option key={begin} value={begin}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {(wish.begin === "offset" || wish.begin === "time") && (
          <label>
            {wish.begin === "offset" ? "offset" : "time"}{" "}
            <input value={wish.place} placeholder={wish.begin === "offset" ? "0" : "2026-11-30 08:00:00"} onChange={(e) => change({ place: e.target.value })} required />
          </label>
        )}
        <label>
          partition <input value={wish.partition} placeholder="all" inputMode="numeric" size={6} onChange={(e) => change({ partition: e.target.value.trim() })} />
        </label>
        <label>
          key <input value={wish.key} placeholder="any" onChange={(e) => change({ key: e.target.value })} />
        </label>
        <details>
          <summary>Avro</summary>
          <label>
            schema of the values <textarea rows={4} value={wish.schema} onChange={(e) => change({ schema: e.target.value })} />
          </label>
        </details>
        <button type="submit" disabled={state.busy}>
          Search
        </button>
      </form>
      {state.trouble !== null && <p className="failure">{state.trouble}</p>}
      {state.found !== null && <Answer found={state.found} onward={onward} />}
    </section>
  );
}
