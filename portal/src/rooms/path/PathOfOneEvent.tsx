import { holderOf, nameOfPartition } from "../../api/house.ts";
import type { Look } from "../../api/look.ts";
import { ago, bytesPerSecond, count, eventTime, latency, NOTHING, perSecond } from "../../kit/format.ts";
import { rate, rates, type Sample } from "../../kit/samples.ts";
import * as counts from "./counts.ts";
import { Flow, type Point } from "./Flow.tsx";
import { type Fact, Room, type RoomPlace } from "./Room.tsx";

// The drawing: rooms from left to right in the order in which one event passes them, the house's stores below.

const WIDTH = 1376;
const HEIGHT = 466;
const COLUMNS: Column[] = [
  { x: 36, width: 192 },
  { x: 304, width: 192 },
  { x: 576, width: 256 },
  { x: 906, width: 192 },
  { x: 1142, width: 192 },
];
const TOP = 56;
const TALL = 180;
const BELOW = 322;
const LOW = 124;
const FLOW_Y = TOP + 90;

type Column = { x: number; width: number };
const column = (n: number) => COLUMNS[n]!;
const upper = (n: number): RoomPlace => ({ ...column(n), y: TOP, height: TALL });
const lower = (n: number): RoomPlace => ({ ...column(n), y: BELOW, height: LOW });
const right = (n: number) => column(n).x + column(n).width;
const middle = (n: number) => column(n).x + column(n).width / 2;

const across = (from: number) => `M ${right(from) + 4} ${FLOW_Y} H ${column(from + 1).x - 10}`;
const between = (from: number): Point => [(right(from) + column(from + 1).x) / 2, FLOW_Y - 26];
const down = (n: number) => `M ${middle(n)} ${TOP + TALL + 4} V ${BELOW - 10}`;
const up = (n: number) => `M ${middle(n)} ${BELOW - 4} V ${TOP + TALL + 10}`;
const beside = (n: number): Point => [middle(n) + 12, TOP + TALL + 38];

function pair(quantiles: { p50: number | null; p99: number | null }, label: string): Fact[] {
  return [
    { label: `${label} p50`, value: latency(quantiles.p50) },
    { label: `${label} p99`, value: latency(quantiles.p99) },
  ];
}

function pipelineFacts(look: Look): Fact[] {
  const all = look.house.pipelines;
  if (all.length === 0) return [{ label: "running", value: "none yet" }];
  const running = all.filter((p) => p.running).length;
  const slowest = counts.slowest(look);
  const late = counts.lateRows(look);
  const lag = counts.lag(look);
  return [
    { label: "running", value: `${running} of ${all.length}`, tone: running < all.length ? "bad" : undefined },
    { label: "lag", value: lag === null ? NOTHING : `${count(lag)} records` },
    { label: "late rows", value: count(late), tone: late > 0 ? "warn" : undefined },
    { label: "watermark", value: slowest === null ? "no event time" : eventTime(slowest.source.watermark_ms).replace(/\.\d+$/, "") },
  ];
}

// Who holds the slowest pipeline back, in words.
function Holder({ look }: { look: Look }) {
  const slowest = counts.slowest(look);
  const holder = slowest && holderOf(slowest.source);
  if (!slowest || !holder) return null;
  return (
    <text className="holder" x={middle(2)} y={TOP + TALL + 22} textAnchor="middle" data-fact="held back by">
      held back by {nameOfPartition(holder)} ({slowest.pipeline.name})
    </text>
  );
}

function newestFeature(look: Look): string {
  const newest = Math.max(-Infinity, ...(look.metrics.get("freshet_features_newest_event_ms") ?? []).map((s) => s.value).filter((ms) => ms > 0));
  return newest === -Infinity ? NOTHING : `${ago(look.house.now_ms - newest)} ago`;
}

export function PathOfOneEvent({ looks }: { looks: Sample<Look>[] }) {
  const look = looks.at(-1)!.seen;
  const of = (counted: (look: Look) => number) => rate(looks, counted);
  const rowsIn = of(counts.rowsIn);
  const decided = of(counts.decisions);
  return (
    <svg className="path" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label="The path of one event, with rates of the last five seconds and latencies of the last thirty">
      <defs>
        <marker id="arrowhead" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M 0 0 L 10 5 L 0 10 z" className="arrowhead" />
        </marker>
      </defs>

      <Flow path={`M 4 ${FLOW_Y} H ${column(0).x - 10}`} rate={of(counts.receivedBytes)} says={[]} label={[0, 0]} />
      <Flow path={across(0)} rate={of(counts.produceRequests)} says={[bytesPerSecond(of(counts.receivedBytes)), `acks ${perSecond(of(counts.produceRequests))}`]} label={between(0)} />
      <Flow path={across(1)} rate={rowsIn} says={[perSecond(rowsIn), "rows"]} label={between(1)} />
      <Flow path={across(2)} rate={of(counts.featuresApplied)} says={[perSecond(of(counts.featuresApplied)), "upserts"]} label={between(2)} />
      <Flow path={across(3)} rate={decided} says={[]} label={[0, 0]} />
      <Flow path={`M ${right(4) + 4} ${FLOW_Y} H ${WIDTH - 8}`} rate={decided} says={[]} label={[0, 0]} />
      <Flow
        path={`M ${middle(2)} ${TOP - 4} C ${middle(2)} ${TOP - 44}, ${middle(1)} ${TOP - 44}, ${middle(1)} ${TOP - 10}`}
        rate={of(counts.rowsToTopics)}
        says={[`results into topics ${perSecond(of(counts.rowsToTopics))}`]}
        label={[(middle(1) + middle(2)) / 2, TOP - 42]}
      />
      <Flow path={down(1)} rate={of(counts.journalBytes)} says={[bytesPerSecond(of(counts.journalBytes)), "one fdatasync a group"]} label={beside(1)} anchor="start" />
      <Flow path={`M ${middle(2)} ${TOP + TALL + 30} V ${BELOW - 10}`} rate={of(counts.rowsToLake)} says={[perSecond(of(counts.rowsToLake))]} label={[middle(2) + 12, TOP + TALL + 58]} anchor="start" />
      <Flow path={down(3)} rate={of(counts.keyRequests)} says={[perSecond(of(counts.keyRequests))]} label={beside(3)} anchor="start" />
      <Flow path={up(4)} rate={decided} says={["scores"]} label={beside(4)} anchor="start" />

      <text className="flow-more" x={column(0).x} y={BELOW + 24}>
        <tspan x={column(0).x}>Rates: the last 5 seconds.</tspan>
        <tspan x={column(0).x} dy="18">
          Latencies: the last 30.
        </tspan>
      </text>

      <Room
        at={upper(0)}
        name="Kafka door"
        folder="doors/kafka"
        facts={[
          { label: "bytes in", value: bytesPerSecond(of(counts.receivedBytes)) },
          { label: "bytes out", value: bytesPerSecond(of(counts.sentBytes)) },
          { label: "connections", value: count(counts.connections(look, "kafka")) },
          ...pair(counts.quantiles(looks, "freshet_kafka_request_seconds", { api: "Produce" }), "ack"),
        ]}
      />
      <Room
        at={upper(1)}
        name="Log"
        folder="engines/log"
        facts={[
          { label: "records in", value: perSecond(of(counts.records)) },
          { label: "bytes in", value: bytesPerSecond(of(counts.logBytes)) },
          { label: "records", value: count(counts.records(look)) },
          { label: "topics", value: count(counts.topics(look)) },
        ]}
        spark={rates(looks, counts.records)}
      />
      <Room at={upper(2)} name="Pipelines" folder="engines/stream" facts={pipelineFacts(look)} spark={rates(looks, counts.rowsIn)} />
      <Holder look={look} />
      <Room
        at={upper(3)}
        name="Feature views"
        folder="engines/features"
        facts={[
          { label: "views", value: count(look.house.feature_views.length) },
          { label: "entities", value: count(counts.featureRows(look)) },
          { label: "newest event", value: newestFeature(look) },
        ]}
        spark={rates(looks, counts.featuresApplied)}
      />
      <Room
        at={upper(4)}
        name="Decide"
        folder="engines/decide"
        facts={[
          { label: "decisions", value: perSecond(decided) },
          ...pair(counts.quantiles(looks, "freshet_decide_seconds"), "answer"),
          { label: "fallbacks", value: perSecond(of(counts.fallbacks)) },
        ]}
        spark={rates(looks, counts.decisions)}
      />

      <Room
        at={lower(1)}
        name="Journal"
        folder="engines/journal"
        facts={[{ label: "group commits", value: perSecond(of(counts.journalGroups)) }, ...pair(counts.quantiles(looks, "freshet_journal_sync_seconds"), "fdatasync")]}
      />
      <Room
        at={lower(2)}
        name="Lake"
        folder="engines/lake"
        facts={[
          { label: "Iceberg tables", value: count(counts.lakeTables(look)) },
          { label: "rows", value: perSecond(of(counts.rowsToLake)) },
        ]}
      />
      <Room
        at={lower(3)}
        name="Redis door"
        folder="doors/resp"
        facts={[{ label: "requests", value: perSecond(of(counts.keyRequests)) }, ...pair(counts.quantiles(looks, "freshet_resp_batch_seconds"), "answer")]}
      />
      <Room
        at={lower(4)}
        name="Models"
        folder="engines/models"
        facts={look.house.models.length === 0 ? [{ label: "serving", value: "none yet" }] : look.house.models.slice(0, 3).map((m) => ({ label: m.name, value: `version ${m.version}` }))}
      />
    </svg>
  );
}
