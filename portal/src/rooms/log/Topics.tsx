import { isInternal, recordsOf, type Topic } from "../../api/house.ts";
import type { Look } from "../../api/look.ts";
import { count, perSecond } from "../../kit/format.ts";
import { rate, type Sample } from "../../kit/samples.ts";
import { linkTo } from "../../kit/useHash.ts";

const kept = (topic: Topic) => topic.partitions.reduce((all, p) => all + p.end - p.start, 0);

function TopicTable({ looks, topics }: { looks: Sample<Look>[]; topics: Topic[] }) {
  const perSecondOf = (name: string) => rate(looks, (look) => look.house.topics.filter((t) => t.name === name).reduce((all, t) => all + recordsOf(t), 0));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">topic</th>
          <th scope="col" className="number">partitions</th>
          <th scope="col" className="number">readable records</th>
          <th scope="col" className="number">records in</th>
        </tr>
      </thead>
      <tbody>
        {topics.map((topic) => (
          <tr key={topic.name}>
            <td>
              <a href={linkTo("topics", topic.name)}>{topic.name}</a>
            </td>
            <td className="number">{count(topic.partitions.length)}</td>
            <td className="number">{count(kept(topic))}</td>
            <td className="number">{perSecond(perSecondOf(topic.name))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Topics({ looks }: { looks: Sample<Look>[] }) {
  const { house } = looks.at(-1)!.seen;
  const own = house.topics.filter((t) => !isInternal(t.name));
  const internal = house.topics.filter((t) => isInternal(t.name));
  if (house.topics.length === 0) return null;
  return (
    <section aria-labelledby="topics">
      <h2 id="topics">Topics</h2>
      {own.length > 0 && <TopicTable looks={looks} topics={own} />}
      {house.topics_left_out > 0 && <p className="quiet">{count(house.topics_left_out)} further topics are not shown.</p>}
      {internal.length > 0 && (
        <details>
          <summary>{internal.length} of the house's own</summary>
          <TopicTable looks={looks} topics={internal} />
        </details>
      )}
    </section>
  );
}
