// How the page asks the door that it came from.

const PATIENCE_MS = 10_000;

async function answered(path: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(path, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.ok) return answer;
  const fault = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Error(fault?.error?.message ?? `${path} was answered ${answer.status}`);
}

export const get = (path: string) => answered(path, {});

export const post = (path: string, body: unknown) => answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
