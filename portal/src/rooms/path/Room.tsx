import { Sparkline } from "../../kit/Sparkline.tsx";

export type Fact = { label: string; value: string; tone?: "warn" | "bad" };
export type RoomPlace = { x: number; y: number; width: number; height: number };

const PADDING = 14;
const FIRST_FACT = 65;
const ROW = 19;

// One room of the house: its name, the folder of its source, what is to be said of it, and the last minute of its rate.
export function Room({ at, name, folder, facts, spark }: { at: RoomPlace; name: string; folder: string; facts: Fact[]; spark?: number[] }) {
  const left = at.x + PADDING;
  const right = at.x + at.width - PADDING;
  const said = facts.map((f) => `${f.label} ${f.value}`).join(", ");
  return (
    <g role="group" aria-label={`${name}: ${said}`} data-room={folder}>
      <rect className="room" x={at.x} y={at.y} width={at.width} height={at.height} rx="10" />
      <text className="room-name" x={left} y={at.y + 26}>
        {name}
      </text>
      <text className="room-folder" x={left} y={at.y + 41}>
        {folder}
      </text>
      {facts.map((fact, i) => (
        <g key={fact.label}>
          <text className="fact-label" x={left} y={at.y + FIRST_FACT + i * ROW}>
            {fact.label}
          </text>
          <text className={`fact-value ${fact.tone ?? ""}`} x={right} y={at.y + FIRST_FACT + i * ROW} textAnchor="end" data-fact={fact.label}>
            {fact.value}
          </text>
        </g>
      ))}
      {spark && <Sparkline values={spark} x={at.x + 1} y={at.y + at.height - 25} width={at.width - 2} height={20} />}
    </g>
  );
}
