import { GroupRoom, Groups } from "../rooms/coordinators/Groups.tsx";
import { Decisions } from "../rooms/decide/Decisions.tsx";
import { FeatureViews } from "../rooms/features/FeatureViews.tsx";
import { TopicRoom } from "../rooms/log/TopicRoom.tsx";
import { Topics } from "../rooms/log/Topics.tsx";
import { PathOfOneEvent } from "../rooms/path/PathOfOneEvent.tsx";
import { Welcome } from "../rooms/path/Welcome.tsx";
import { Pipelines } from "../rooms/stream/Pipelines.tsx";
import { ago } from "../kit/format.ts";
import { type Sample } from "../kit/samples.ts";
import { useHash } from "../kit/useHash.ts";
import { type Look } from "../api/look.ts";
import logo from "./freshet.svg";
import { useLooks } from "./useLooks.ts";

function Connection({ lost, seen }: { lost: string | null; seen: boolean }) {
  if (lost !== null) return <span className="chip bad">connection lost: {lost}</span>;
  return <span className={`chip ${seen ? "good" : ""}`}>{seen ? "live" : "connecting"}</span>;
}

function Hall({ looks, look }: { looks: Sample<Look>[]; look: Look }) {
  return (
    <>
      <div className="drawing">
        <PathOfOneEvent looks={looks} />
      </div>
      <Welcome look={look} />
      <Pipelines looks={looks} />
      <div className="columns">
        <Topics looks={looks} />
        <Groups />
        <FeatureViews looks={looks} />
        <Decisions looks={looks} />
      </div>
    </>
  );
}

export function App() {
  const { looks, lost } = useLooks();
  const [kind, name] = useHash();
  const isRoom = (kind === "topics" || kind === "groups") && name !== undefined;
  const look = looks.at(-1)?.seen;
  return (
    <>
      <header className="bar">
        <img src={logo} alt="" width="28" height="28" />
        <h1>Freshet</h1>
        <p>the path of one event</p>
        <div className="connection" role="status">
          <Connection lost={lost} seen={look !== undefined} />
        </div>
        {look && (
          <dl className="doors">
            {Object.entries(look.house.doors).map(([door, address]) => (
              <div key={door}>
                <dt>{door}</dt>
                <dd>{address}</dd>
              </div>
            ))}
            <div>
              <dt>up</dt>
              <dd>{ago(look.house.now_ms - look.house.opened_ms)}</dd>
            </div>
          </dl>
        )}
      </header>
      <main className={lost === null ? "" : "stale"}>
        {look && !isRoom && <Hall looks={looks} look={look} />}
        {isRoom && kind === "topics" && <TopicRoom name={name} />}
        {isRoom && kind === "groups" && <GroupRoom name={name} />}
      </main>
    </>
  );
}
