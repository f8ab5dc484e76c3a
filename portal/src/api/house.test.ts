import assert from "node:assert/strict";
import { test } from "node:test";

import { type House, holderOf, lagOfPipeline, lagOfSource, type Pipeline, slowestSource, type Source } from "./house.ts";

const source = (table: string, watermark_ms: number | null): Source => ({
  table,
  connector: "kafka",
  event_time: true,
  watermark_ms,
  held_back_by: 1,
  partitions: [
    { number: 0, active: true, watermark_ms, topic: "clicks", partition: 0, next: 7 },
    { number: 1, active: true, watermark_ms, topic: "clicks", partition: 1, next: 3 },
    { number: 2, active: true, watermark_ms },
  ],
});
const pipeline = (name: string, ...sources: Source[]): Pipeline => ({ name, running: true, failure: null, failures: 0, epoch: 1, rows: 0, late_rows: 0, sources, sinks: [] });
const house = { topics: [{ name: "clicks", partitions: [{ start: 0, end: 10 }, { start: 2, end: 3 }] }] } as unknown as House;

test("lag is the log's end less where the source stands, over the partitions of this house", () => {
  assert.equal(lagOfSource(house, source("t", 0)), 3);
  assert.equal(lagOfSource(house, { ...source("t", 0), partitions: [{ number: 0, active: true, watermark_ms: 0 }] }), null);
  const twice = { ...source("t", 0), partitions: [{ number: 0, active: true, watermark_ms: 0, topic: "clicks", partition: 0, next: 1 }] };
  assert.equal(lagOfPipeline(house, pipeline("p", source("t", 0), twice)), 9);
});

test("the slowest source is the one that promises least, nothing at all being least", () => {
  const pipelines = [pipeline("a", source("x", 5)), pipeline("b", source("y", 2), { ...source("z", 1), event_time: false })];

  assert.equal(slowestSource(pipelines)?.source.table, "y");
  assert.equal(slowestSource([...pipelines, pipeline("c", source("w", null))])?.pipeline.name, "c");
  assert.equal(slowestSource([]), null);
  assert.equal(holderOf(source("x", 5))?.partition, 1);
});
