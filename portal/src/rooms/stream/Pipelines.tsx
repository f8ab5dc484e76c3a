import { type House, holderOf, lagOf, lagOfSource, nameOfPartition, type Pipeline, type Source } from "../../api/house.ts";
import type { Look } from "../../api/look.ts";
import { ago, count, eventTime, NOTHING, perSecond } from "../../kit/format.ts";
import { rate, type Sample } from "../../kit/samples.ts";

const FAR_BEHIND_MS = 400 * 86_400_000; // data of another year: how far behind the clock it is says nothing

function behind(house: House, watermark_ms: number | null): string {
  if (watermark_ms === null || house.now_ms - watermark_ms > FAR_BEHIND_MS || watermark_ms > house.now_ms) return "";
  return ` (${ago(house.now_ms - watermark_ms)} behind)`;
}

function Partitions({ house, source }: { house: House; source: Source }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">partition</th>
          <th scope="col" className="number">next</th>
          <th scope="col" className="number">lag</th>
          <th scope="col">watermark</th>
          <th scope="col">state</th>
        </tr>
      </thead>
      <tbody>
        {source.partitions.map((p) => (
          <tr key={p.number} className={p.number === source.held_back_by ? "holds" : ""}>
            <td>{nameOfPartition(p)}</td>
            <td className="number">{count(p.next ?? null)}</td>
            <td className="number">{count(lagOf(house, p))}</td>
            <td>{source.event_time ? eventTime(p.watermark_ms) : NOTHING}</td>
            <td>{p.number === source.held_back_by ? "holds the watermark back" : p.active ? "active" : "idle or ended"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SourceRow({ house, source }: { house: House; source: Source }) {
  const holder = holderOf(source);
  return (
    <li>
      <details>
        <summary>
          <span className="flowing">from</span> <b>{source.table}</b> <span className="quiet">{source.connector}</span>
          <span className="said">
            lag <b>{count(lagOfSource(house, source))}</b>
          </span>
          {source.event_time && (
            <span className="said">
              watermark <b>{eventTime(source.watermark_ms)}</b>
              <span className="quiet">{behind(house, source.watermark_ms)}</span>
              {holder && <> held back by <b>{nameOfPartition(holder)}</b></>}
            </span>
          )}
        </summary>
        <Partitions house={house} source={source} />
      </details>
    </li>
  );
}

const state = (p: Pipeline) => (p.running ? ["running", "good"] : p.failure ? ["failing", "bad"] : ["not running", "bad"]);

function OnePipeline({ looks, pipeline }: { looks: Sample<Look>[]; pipeline: Pipeline }) {
  const { house } = looks.at(-1)!.seen;
  const of = (counted: (p: Pipeline) => number) => rate(looks, (look) => counted(look.house.pipelines.find((p) => p.name === pipeline.name) ?? pipeline));
  const [word, tone] = state(pipeline);
  return (
    <article className="card" aria-label={`pipeline ${pipeline.name}`}>
      <header>
        <h3>{pipeline.name}</h3>
        <span className={`chip ${tone}`}>{word}</span>
        <span className="said">
          rows in <b>{perSecond(of((p) => p.rows))}</b>
        </span>
        <span className="said">
          epoch <b>{count(pipeline.epoch)}</b>
        </span>
        <span className="said">
          late rows <b className={pipeline.late_rows > 0 ? "warn" : ""}>{count(pipeline.late_rows)}</b>
        </span>
        {pipeline.failures > 0 && (
          <span className="said">
            failures <b className="warn">{count(pipeline.failures)}</b>
          </span>
        )}
      </header>
      {pipeline.failure && <p className="failure">{pipeline.failure}</p>}
      <ul>
        {pipeline.sources.map((source, i) => (
          <SourceRow key={i} house={house} source={source} />
        ))}
        {pipeline.sinks.map((sink, i) => (
          <li key={i} className="sink">
            <span className="flowing">into</span> <b>{sink.table}</b> <span className="quiet">{sink.connector}</span>
            <span className="said">
              rows <b>{count(sink.rows)}</b>
            </span>
            <span className="said">
              <b>{perSecond(of((p) => p.sinks[i]?.rows ?? 0))}</b>
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}

export function Pipelines({ looks }: { looks: Sample<Look>[] }) {
  const { pipelines } = looks.at(-1)!.seen.house;
  if (pipelines.length === 0) return null;
  return (
    <section aria-labelledby="pipelines">
      <h2 id="pipelines">Pipelines</h2>
      {pipelines.map((p) => (
        <OnePipeline key={p.name} looks={looks} pipeline={p} />
      ))}
    </section>
  );
}
