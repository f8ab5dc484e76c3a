import { getGroup, getGroups, type Group } from "../../api/browse.ts";
import { count } from "../../kit/format.ts";
import { useAsked } from "../../kit/useAsked.ts";
import { linkTo } from "../../kit/useHash.ts";

const EVERY_MS = 2_000;

// Consumer groups with how far they are behind; nothing where there are none.
export function Groups() {
  const { answer, trouble } = useAsked("groups", getGroups, EVERY_MS);
  if (trouble !== null) return <p className="failure">groups: {trouble}</p>;
  if (answer === null || answer.groups.length === 0) return null;
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">Groups</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">group</th>
            <th scope="col">state</th>
            <th scope="col" className="number">members</th>
            <th scope="col" className="number">lag</th>
          </tr>
        </thead>
        <tbody>
          {answer.groups.map((group) => (
            <tr key={group.group}>
              <td className="cut">
                <a href={linkTo("groups", group.group)}>{group.group}</a>
              </td>
              <td>{group.state}</td>
              <td className="number">{count(group.members)}</td>
              <td className="number">{count(group.lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer.groups_left_out > 0 && <p className="quiet">{count(answer.groups_left_out)} further groups are not shown.</p>}
    </section>
  );
}

function Places({ group }: { group: Group }) {
  const told = group.partitions_told ?? [];
  return (
    <section aria-labelledby="places">
      <h2 id="places">Where it stands</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">topic</th>
            <th scope="col" className="number">partition</th>
            <th scope="col" className="number">committed</th>
            <th scope="col" className="number">end</th>
            <th scope="col" className="number">lag</th>
          </tr>
        </thead>
        <tbody>
          {told.map((p) => (
            <tr key={`${p.topic}/${p.partition}`}>
              <td>
                <a href={linkTo("topics", p.topic)}>{p.topic}</a>
              </td>
              <td className="number">{p.partition}</td>
              <td className="number">{p.committed}</td>
              <td className="number">{p.end ?? "–"}</td>
              <td className="number">{count(p.lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {group.partitions > told.length && <p className="quiet">{count(group.partitions - told.length)} further partitions are not shown.</p>}
    </section>
  );
}

function Members({ group }: { group: Group }) {
  const told = group.members_told ?? [];
  if (told.length === 0) return <p className="quiet">Nobody is in it now.</p>;
  return (
    <section aria-labelledby="members">
      <h2 id="members">Members</h2>
      <table>
        <tbody>
          {told.map((m) => (
            <tr key={m.member}>
              <td className="cut">{m.member}</td>
              <td className="cut">{m.client}</td>
              <td>{m.host}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {group.members > told.length && <p className="quiet">{count(group.members - told.length)} further members are not shown.</p>}
    </section>
  );
}

export function GroupRoom({ name }: { name: string }) {
  const { answer, trouble } = useAsked(name, () => getGroup(name), EVERY_MS);
  return (
    <article aria-label={`group ${name}`}>
      <h2 className="title">
        <a href="#/">Freshet</a> / group {name} {answer && <span className="chip">{answer.state}</span>}
      </h2>
      {trouble !== null && <p className="failure">{trouble}</p>}
      {answer && (
        <>
          <Places group={answer} />
          <Members group={answer} />
        </>
      )}
    </article>
  );
}
