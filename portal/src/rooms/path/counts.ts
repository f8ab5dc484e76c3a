import { isInternal, lagOfPipeline, recordsOf, slowestSource } from "../../api/house.ts";
import type { Look } from "../../api/look.ts";
import { histogram, quantileBetween, sum } from "../../api/metrics.ts";
import { ends, type Sample } from "../../kit/samples.ts";

// What the drawing counts of a look, each by its name.

const counter = (name: string) => (look: Look) => sum(look.metrics, name);

export const receivedBytes = counter("freshet_kafka_received_bytes_total");
export const sentBytes = counter("freshet_kafka_sent_bytes_total");
export const logBytes = counter("freshet_log_bytes_total");
export const journalBytes = counter("freshet_journal_bytes_total");
export const journalGroups = counter("freshet_journal_groups_total");
export const featureRows = counter("freshet_features_rows");
export const featuresApplied = counter("freshet_features_applied_total");
export const decisions = counter("freshet_decisions_total");
export const fallbacks = counter("freshet_decision_fallbacks_total");
export const keyRequests = counter("freshet_resp_requests_total");

export const produceRequests = (look: Look) => sum(look.metrics, "freshet_kafka_requests_total", { api: "Produce" });
export const connections = (look: Look, door: string) => sum(look.metrics, "freshet_connections", { door });
export const records = (look: Look) => look.house.topics.filter((t) => !isInternal(t.name)).reduce((all, t) => all + recordsOf(t), 0);
export const topics = (look: Look) => look.house.topics.filter((t) => !isInternal(t.name)).length;

const sinksOf = (look: Look) => look.house.pipelines.flatMap((p) => p.sinks);
const isLake = (connector: string) => connector === "iceberg";
export const rowsIn = (look: Look) => look.house.pipelines.reduce((all, p) => all + p.rows, 0);
export const rowsToTopics = (look: Look) => sinksOf(look).reduce((all, s) => all + (s.topic === null ? 0 : s.rows), 0);
export const rowsToLake = (look: Look) => sinksOf(look).reduce((all, s) => all + (isLake(s.connector) ? s.rows : 0), 0);
export const lakeTables = (look: Look) => new Set(sinksOf(look).filter((s) => isLake(s.connector)).map((s) => s.table)).size;
export const lateRows = (look: Look) => look.house.pipelines.reduce((all, p) => all + p.late_rows, 0);

export function lag(look: Look): number | null {
  const lags = look.house.pipelines.map((p) => lagOfPipeline(look.house, p)).filter((n) => n !== null);
  return lags.length === 0 ? null : lags.reduce((all, n) => all + n, 0);
}

export const slowest = (look: Look) => slowestSource(look.house.pipelines);

const LATENCY_WINDOW_MS = 30_000;

// Of what was answered in the last half minute.
export function quantiles(looks: Sample<Look>[], name: string, labels = {}): { p50: number | null; p99: number | null } {
  const pair = ends(looks, LATENCY_WINDOW_MS);
  if (pair === null) return { p50: null, p99: null };
  const [earlier, later] = pair.map((s) => histogram(s.seen.metrics, name, labels)) as [Map<number, number>, Map<number, number>];
  return { p50: quantileBetween(earlier, later, 0.5), p99: quantileBetween(earlier, later, 0.99) };
}
