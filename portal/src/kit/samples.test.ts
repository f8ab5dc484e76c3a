import assert from "node:assert/strict";
import { test } from "node:test";

import { rate, rates, withSample, type Sample } from "./samples.ts";

const itself = (n: number) => n;
const seen = (...counts: number[]): Sample<number>[] => counts.map((n, i) => ({ at_ms: i * 1000, seen: n }));

test("a rate is the growth over its window", () => {
  assert.equal(rate(seen(0, 10, 30), itself), 15);
  assert.equal(rate(seen(0, 10, 30), itself, 1000), 20);
});

test("one look gives no rate, and a count that began anew gives none below zero", () => {
  assert.equal(rate(seen(5), itself), null);
  assert.equal(rate([], itself), null);
  assert.equal(rate(seen(500, 3), itself), 0);
  assert.deepEqual(rates(seen(0, 5, 5, 7), itself), [5, 0, 2]);
});

test("looks older than a minute are forgotten", () => {
  let samples: Sample<number>[] = [];
  for (let second = 0; second < 100; ++second) samples = withSample(samples, { at_ms: second * 1000, seen: second });
  assert.equal(samples.length, 60);
  assert.equal(samples.at(-1)?.seen, 99);
});
