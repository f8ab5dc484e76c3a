import { useEffect, useState } from "react";

import { type Look, look } from "../api/look.ts";
import { type Sample, withSample } from "../kit/samples.ts";

export type Looks = { looks: Sample<Look>[]; lost: string | null };

const EVERY_MS = 1_000;

// A house that was started again begins its counts anew.
const ofOneLife = (looks: Sample<Look>[], next: Look) => (looks.at(-1)?.seen.house.opened_ms === next.house.opened_ms ? looks : []);

// Looks every second, for ever; what was seen last stays when the house cannot be reached.
export function useLooks(): Looks {
  const [state, setState] = useState<Looks>({ looks: [], lost: null });
  useEffect(() => {
    let timer = 0;
    let over = false;
    const again = async () => {
      const began = performance.now();
      try {
        const seen = await look();
        if (!over) setState(({ looks }) => ({ looks: withSample(ofOneLife(looks, seen), { at_ms: performance.now(), seen }), lost: null }));
      } catch (why) {
        const reason = why instanceof TypeError || (why as Error).name === "TimeoutError" ? "it does not answer" : (why as Error).message;
        if (!over) setState(({ looks }) => ({ looks, lost: reason }));
      }
      if (!over) timer = window.setTimeout(again, Math.max(100, EVERY_MS - (performance.now() - began)));
    };
    void again();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);
  return state;
}
