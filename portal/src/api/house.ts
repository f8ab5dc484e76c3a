// GET /v1/house: what is in the house and how far it has come. Field by field what src/doors/http/routes/house.cc writes.

export type House = {
  opened_ms: number; // tells one life of the process from the next
  now_ms: number;
  doors: Record<string, string>;
  topics: Topic[];
  topics_left_out: number;
  pipelines: Pipeline[];
  feature_views: FeatureView[];
  models: Model[];
};

export type Topic = { name: string; partitions: { start: number; end: number }[] };

export type Pipeline = {
  name: string;
  running: boolean;
  failure: string | null;
  failures: number;
  epoch: number;
  rows: number;
  late_rows: number;
  sources: Source[];
  sinks: Sink[];
};

export type Source = {
  table: string;
  connector: string;
  event_time: boolean;
  watermark_ms: number | null;
  held_back_by: number | null; // the number of a partition
  partitions: SourcePartition[];
};

export type SourcePartition = {
  number: number;
  active: boolean;
  watermark_ms: number | null;
  topic?: string;
  partition?: number;
  next?: number;
};

export type Sink = { table: string; connector: string; topic: string | null; rows: number };

export type FeatureView = { name: string; topic: string; entity: string[]; columns: number; fresh_ms: number | null };

export type Model = { name: string; version: string; digest: string };

export const isInternal = (topic: string) => topic.startsWith("__");

export const recordsOf = (topic: Topic) => topic.partitions.reduce((all, p) => all + p.end, 0);

// Records of this house's topics that the partition has still to read; null where it reads something else.
export function lagOf(house: House, partition: SourcePartition): number | null {
  const topic = house.topics.find((t) => t.name === partition.topic);
  const end = topic?.partitions[partition.partition ?? -1]?.end;
  return end === undefined || partition.next === undefined ? null : Math.max(0, end - partition.next);
}

export function lagOfSource(house: House, source: Source): number | null {
  const lags = source.partitions.map((p) => lagOf(house, p)).filter((lag) => lag !== null);
  return lags.length === 0 ? null : lags.reduce((all, lag) => all + lag, 0);
}

// Of a partition that several queries of the pipeline read, the one that is furthest behind counts.
export function lagOfPipeline(house: House, pipeline: Pipeline): number | null {
  const most = new Map<string, number>();
  for (const partition of pipeline.sources.flatMap((s) => s.partitions)) {
    const lag = lagOf(house, partition);
    const name = nameOfPartition(partition);
    if (lag !== null) most.set(name, Math.max(lag, most.get(name) ?? 0));
  }
  return most.size === 0 ? null : [...most.values()].reduce((all, lag) => all + lag, 0);
}

export const nameOfPartition = (p: SourcePartition) => (p.topic === undefined ? `partition ${p.number}` : `${p.topic} · ${p.partition}`);

export const holderOf = (source: Source) => source.partitions.find((p) => p.number === source.held_back_by);

// The source whose watermark is furthest behind, over all pipelines.
export function slowestSource(pipelines: Pipeline[]): { pipeline: Pipeline; source: Source } | null {
  let slowest: { pipeline: Pipeline; source: Source } | null = null;
  for (const pipeline of pipelines) {
    for (const source of pipeline.sources) {
      if (!source.event_time) continue;
      if (slowest === null || (source.watermark_ms ?? -Infinity) < (slowest.source.watermark_ms ?? -Infinity)) slowest = { pipeline, source };
    }
  }
  return slowest;
}
