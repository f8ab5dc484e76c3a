import { getTopic, type TopicRoom as Told } from "../../api/browse.ts";
import { bytes, count } from "../../kit/format.ts";
import { useAsked } from "../../kit/useAsked.ts";
import { Messages } from "./Messages.tsx";
import { TestMessage } from "./TestMessage.tsx";

function Partitions({ topic }: { topic: Told }) {
  const left = topic.partitions_of_all - topic.partitions.length;
  return (
    <section aria-labelledby="partitions">
      <h2 id="partitions">Partitions</h2>
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">partition</th>
            <th scope="col" className="number">first offset</th>
            <th scope="col" className="number">end</th>
            <th scope="col" className="number">kept</th>
          </tr>
        </thead>
        <tbody>
          {topic.partitions.map((p) => (
            <tr key={p.partition}>
              <td className="number">{p.partition}</td>
              <td className="number">{p.start ?? "–"}</td>
              <td className="number">{p.end ?? "–"}</td>
              <td className="number">{bytes(p.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p className="quiet">{count(left)} further partitions are not shown.</p>}
    </section>
  );
}

function Configs({ topic }: { topic: Told }) {
  const set = topic.configs.filter((c) => c.set);
  const table = (configs: Told["configs"]) => (
    <table>
      <tbody>
        {configs.map((c) => (
          <tr key={c.name}>
            <td>{c.name}</td>
            <td className="cut">{c.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <section aria-labelledby="configs">
      <h2 id="configs">Configs</h2>
      {set.length === 0 ? <p className="quiet">None is set; all have their defaults.</p> : table(set)}
      <details>
        <summary>defaults</summary>
        {table(topic.configs.filter((c) => !c.set))}
      </details>
    </section>
  );
}

export function TopicRoom({ name }: { name: string }) {
  const { answer, trouble } = useAsked(name, () => getTopic(name), 2_000);
  return (
    <article aria-label={`topic ${name}`}>
      <h2 className="title">
        <a href="#/">Freshet</a> / topic {name}
      </h2>
      {trouble !== null && <p className="failure">{trouble}</p>}
      {answer && (
        <>
          <Messages key={name} topic={name} />
          {!answer.internal && <TestMessage topic={name} />}
          <div className="columns">
            <Partitions topic={answer} />
            <Configs topic={answer} />
          </div>
        </>
      )}
    </article>
  );
}
