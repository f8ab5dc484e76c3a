// What was seen at several moments, the oldest first.
export type Sample<T> = { at_ms: number; seen: T };

export const KEPT_MS = 60_000;

// Forgets what is older than a minute.
export function withSample<T>(samples: Sample<T>[], sample: Sample<T>): Sample<T>[] {
  return [...samples.filter((s) => s.at_ms > sample.at_ms - KEPT_MS), sample];
}

// The oldest and the newest of the last window_ms, when there are two.
export function ends<T>(samples: Sample<T>[], window_ms: number): [Sample<T>, Sample<T>] | null {
  const newest = samples.at(-1);
  if (newest === undefined) return null;
  const oldest = samples.find((s) => s.at_ms >= newest.at_ms - window_ms);
  return oldest === undefined || oldest === newest ? null : [oldest, newest];
}

// Growth a second of a count, over the last window_ms. A count that fell began anew.
export function rate<T>(samples: Sample<T>[], count: (seen: T) => number, window_ms = 5_000): number | null {
  const pair = ends(samples, window_ms);
  if (pair === null) return null;
  const [oldest, newest] = pair;
  const grown = count(newest.seen) - count(oldest.seen);
  return (Math.max(0, grown) * 1000) / (newest.at_ms - oldest.at_ms);
}

// The rate between each two neighbours: what a sparkline draws.
export function rates<T>(samples: Sample<T>[], count: (seen: T) => number): number[] {
  return samples.slice(1).map((later, i) => rate([samples[i]!, later], count, Infinity) ?? 0);
}
