import assert from "node:assert/strict";
import { test } from "node:test";

import { histogram, labelValues, parseMetrics, quantileBetween, sum } from "./metrics.ts";

const TEXT = `# HELP freshet_log_bytes_total bytes
# TYPE freshet_log_bytes_total counter
freshet_log_bytes_total 42
freshet_decisions_total{service="a \\"b\\"",outcome="answered"} 3
freshet_decisions_total{service="c",outcome="answered"} 4
freshet_decisions_total{service="c",outcome="refused"} 1
freshet_other_total 1
freshet_seconds_bucket{le="0.000001"} 0
freshet_seconds_bucket{le="0.000512"} 50
freshet_seconds_bucket{le="0.001024"} 99
freshet_seconds_bucket{le="+Inf"} 100
freshet_seconds_sum 1.0
`;
const metrics = parseMetrics(TEXT, new Set(["freshet_log_bytes_total", "freshet_decisions_total", "freshet_seconds"]));

test("counts are summed over the series that have the labels asked for", () => {
  assert.equal(sum(metrics, "freshet_log_bytes_total"), 42);
  assert.equal(sum(metrics, "freshet_decisions_total"), 8);
  assert.equal(sum(metrics, "freshet_decisions_total", { outcome: "answered", service: "c" }), 4);
  assert.equal(sum(metrics, "freshet_decisions_total", { service: 'a "b"' }), 3);
  assert.deepEqual(labelValues(metrics, "freshet_decisions_total", "service"), ['a "b"', "c"]);
});

test("families that are not wanted are not kept", () => {
  assert.equal(metrics.has("freshet_other_total"), false);
});

test("a quantile is of what happened between two looks", () => {
  const later = histogram(metrics, "freshet_seconds");

  assert.equal(quantileBetween(new Map(), later, 0.5), 0.000512);
  assert.equal(quantileBetween(new Map(), later, 0.99), 0.001024);
  assert.equal(quantileBetween(new Map(), later, 1), Infinity);
  assert.equal(quantileBetween(later, later, 0.5), null);
  const earlier = new Map([[0.000512, 50], [0.001024, 50], [Infinity, 50]]);
  assert.equal(quantileBetween(earlier, later, 0.5), 0.001024);
});
