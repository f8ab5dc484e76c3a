// GET /metrics, the Prometheus text format 0.0.4: the portal counts by what every monitoring reads.

export type Labels = Record<string, string>;
type Series = { labels: Labels; value: number };
export type Metrics = Map<string, Series[]>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

const unescaped = (text: string) => text.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));

// Only the families that are wanted: an answer has many more series than the page draws.
export function parseMetrics(text: string, wanted: ReadonlySet<string>): Metrics {
  const metrics: Metrics = new Map();
  for (const line of text.split("\n")) {
    const [, name, labelText, value] = LINE.exec(line) ?? [];
    if (name === undefined || !wanted.has(name.replace(/_bucket$/, ""))) continue;
    const labels: Labels = {};
    for (const [, key, quoted] of (labelText ?? "").matchAll(LABEL)) labels[key!] = unescaped(quoted!);
    let series = metrics.get(name);
    if (series === undefined) metrics.set(name, (series = []));
    series.push({ labels, value: Number(value) });
  }
  return metrics;
}

const matches = (series: Series, labels: Labels) => Object.entries(labels).every(([key, value]) => series.labels[key] === value);

// Over all series that have these labels; 0 where there are none.
export const sum = (metrics: Metrics, name: string, labels: Labels = {}) =>
  (metrics.get(name) ?? []).filter((s) => matches(s, labels)).reduce((all, s) => all + s.value, 0);

export const labelValues = (metrics: Metrics, name: string, label: string) => [...new Set((metrics.get(name) ?? []).map((s) => s.labels[label] ?? ""))];

// Upper bound in seconds → how many observations were at most that.
export type Histogram = Map<number, number>;

export function histogram(metrics: Metrics, name: string, labels: Labels = {}): Histogram {
  const buckets: Histogram = new Map();
  for (const series of metrics.get(`${name}_bucket`) ?? []) {
    if (!matches(series, labels)) continue;
    const bound = series.labels.le === "+Inf" ? Infinity : Number(series.labels.le);
    buckets.set(bound, (buckets.get(bound) ?? 0) + series.value);
  }
  return buckets;
}

// The bound of the bucket that holds the quantile of what was observed between two looks; null when nothing was.
export function quantileBetween(earlier: Histogram, later: Histogram, quantile: number): number | null {
  const grown = [...later].sort(([a], [b]) => a - b).map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const);
  const total = grown.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  return grown.find(([, count]) => count >= quantile * total)![0];
}
