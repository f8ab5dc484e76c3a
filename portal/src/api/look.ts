import { get } from "./ask.ts";
import type { House } from "./house.ts";
import { type Metrics, parseMetrics } from "./metrics.ts";

// One look at the house: where everything stands, and what was counted.
export type Look = { house: House; metrics: Metrics };

const FAMILIES = new Set([
  "freshet_connections",
  "freshet_kafka_received_bytes_total",
  "freshet_kafka_sent_bytes_total",
  "freshet_kafka_requests_total",
  "freshet_kafka_request_seconds",
  "freshet_log_bytes_total",
  "freshet_journal_groups_total",
  "freshet_journal_bytes_total",
  "freshet_journal_sync_seconds",
  "freshet_features_rows",
  "freshet_features_applied_total",
  "freshet_features_newest_event_ms",
  "freshet_decisions_total",
  "freshet_decision_fallbacks_total",
  "freshet_decide_seconds",
  "freshet_resp_requests_total",
  "freshet_resp_batch_seconds",
]);

export async function look(): Promise<Look> {
  const [house, metrics] = await Promise.all([get("/v1/house").then((a) => a.json()), get("/metrics").then((a) => a.text())]);
  return { house: house as House, metrics: parseMetrics(metrics, FAMILIES) };
}
