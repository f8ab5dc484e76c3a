// The last minute of a rate, inside an SVG. Says nothing that the number beside it does not.
export function Sparkline({ values, x, y, width, height }: { values: number[]; x: number; y: number; width: number; height: number }) {
  if (values.length < 2) return null;
  const most = Math.max(...values, 1e-9);
  const slots = 59;
  const points = values.slice(-slots - 1).map((value, i, shown) => {
    const at = x + width - ((shown.length - 1 - i) * width) / slots;
    return `${at.toFixed(1)},${(y + height - (value / most) * height).toFixed(1)}`;
  });
  const first = points[0]!.split(",")[0];
  return (
    <g aria-hidden="true">
      <polygon className="spark-area" points={`${first},${y + height} ${points.join(" ")} ${x + width},${y + height}`} />
      <polyline className="spark-line" points={points.join(" ")} />
    </g>
  );
}
