// Numbers as people read them. None of these knows what it counts.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

export const NOTHING = "–";

export const count = (n: number | null) => (n === null ? NOTHING : Math.abs(n) < 1e6 ? grouped.format(n) : short.format(n));

export function perSecond(n: number | null): string {
  if (n === null) return NOTHING;
  const text = n === 0 ? "0" : n < 10 ? n.toFixed(1) : count(Math.round(n));
  return `${text}/s`;
}

export function bytes(n: number | null): string {
  if (n === null) return NOTHING;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    ++unit;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

export const bytesPerSecond = (n: number | null) => (n === null ? NOTHING : `${bytes(n)}/s`);

// Of a latency that is known by its bucket: "≤ 512 µs".
export function latency(seconds: number | null): string {
  if (seconds === null) return NOTHING;
  if (seconds === Infinity) return "> 1 min";
  if (seconds < 1e-3) return `≤ ${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `≤ ${seconds < 0.1 ? (seconds * 1e3).toFixed(1) : Math.round(seconds * 1e3)} ms`;
  return `≤ ${seconds.toFixed(1)} s`;
}

// How long ago, or how far behind.
export function ago(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${count(Math.round(seconds / 86_400))} days`;
}

// Event time as SQL prints it; it has no zone.
export const eventTime = (ms: number | null) => (ms === null ? "none yet" : new Date(ms).toISOString().replace("T", " ").replace(/(\.000)?Z$/, ""));
