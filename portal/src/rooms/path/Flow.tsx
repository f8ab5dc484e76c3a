export type Point = [number, number];

// Four speeds: an arrow that changed its pace every second would tremble.
const paceOf = (perSecond: number) => (perSecond <= 0 ? 0 : perSecond < 10 ? 1 : perSecond < 1000 ? 2 : 3);

// An arrow between two rooms, moving while something flows. `says` stands at `label`, one line each.
export function Flow({ path, rate, says, label, anchor = "middle" }: { path: string; rate: number | null; says: string[]; label: Point; anchor?: "start" | "middle" | "end" }) {
  return (
    <g className={`flow pace-${paceOf(rate ?? 0)}`}>
      <path className="flow-bed" d={path} markerEnd="url(#arrowhead)" />
      <path className="flow-water" d={path} aria-hidden="true" />
      {says.map((line, i) => (
        <text key={i} className={i === 0 ? "flow-rate" : "flow-more"} x={label[0]} y={label[1] + i * 15} textAnchor={anchor}>
          {line}
        </text>
      ))}
    </g>
  );
}
