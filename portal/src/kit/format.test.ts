import assert from "node:assert/strict";
import { test } from "node:test";

import { ago, bytes, count, eventTime, latency, perSecond } from "./format.ts";

test("numbers are short and say their unit", () => {
  assert.deepEqual([0, 999_999, 1_234_567, null].map(count), ["0", "999,999", "1.23M", "–"]);
  assert.deepEqual([0, 0.25, 12.4, 51_234].map(perSecond), ["0/s", "0.3/s", "12/s", "51,234/s"]);
  assert.deepEqual([0, 1023, 1536, 5e9].map(bytes), ["0 B", "1023 B", "1.5 KiB", "4.7 GiB"]);
  assert.deepEqual([0.000512, 0.004096, 0.524288, 2.097152, Infinity, null].map(latency), ["≤ 512 µs", "≤ 4.1 ms", "≤ 524 ms", "≤ 2.1 s", "> 1 min", "–"]);
  assert.deepEqual([400, 61_000, 600_000, 86_400_000, 4e11].map(ago), ["0.4 s", "61 s", "10 min", "24 h", "4,630 days"]);
  assert.deepEqual([1_767_225_600_000, 1_767_225_600_250, null].map(eventTime), ["2026-01-01 00:00:00", "2026-01-01 00:00:00.250", "none yet"]);
});
