import { useEffect, useState } from "react";

export type Asked<T> = { answer: T | null; trouble: string | null };

// Asks at once, for each key anew, and again every so often; what was answered last stays while the next answer is on its way.
export function useAsked<T>(key: string, ask: () => Promise<T>, every_ms: number): Asked<T> {
  const [state, setState] = useState<Asked<T>>({ answer: null, trouble: null });
  useEffect(() => {
    let over = false;
    let timer = 0;
    setState({ answer: null, trouble: null });
    const again = async () => {
      try {
        const answer = await ask();
        if (!over) setState({ answer, trouble: null });
      } catch (why) {
        if (!over) setState(({ answer }) => ({ answer, trouble: (why as Error).message }));
      }
      if (!over) timer = window.setTimeout(again, every_ms);
    };
    void again();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [key]);
  return state;
}
