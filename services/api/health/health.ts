/** Health of what the api depends on. In: one probe a dependency; out: each with ok, ms and detail, asked at most once a second. */
import { pause } from "#shared/runtime/wait-for.ts";

/** Resolves with a detail worth showing (a version); rejects when the dependency does not answer. */
export type Probe = () => Promise<string>;

export interface DependencyHealth {
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

export interface Health {
  readonly ok: boolean;
  readonly dependencies: Readonly<Record<string, DependencyHealth>>;
}

const CACHE_MS = 1_000;
const PROBE_TIMEOUT_MS = 2_500;

/** Callers within the same second share one round of probes. */
export function createHealth(probes: Readonly<Record<string, Probe>>): () => Promise<Health> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<Health> | undefined;
  return () => {
    const now = performance.now();
    if (answer === undefined || now - askedAt > CACHE_MS) {
      askedAt = now;
      answer = askAll(probes);
    }
    return answer;
  };
}

async function askAll(probes: Readonly<Record<string, Probe>>): Promise<Health> {
  const entries = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => [name, await ask(probe)] as const),
  );
  return {
    ok: entries.every(([, dependency]) => dependency.ok),
    dependencies: Object.fromEntries(entries),
  };
}

async function ask(probe: Probe): Promise<DependencyHealth> {
  const started = performance.now();
  const stop = new AbortController();
  const late = pause(PROBE_TIMEOUT_MS, stop.signal).then(() => {
    throw new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`);
  });
  late.catch(() => undefined);
  const [ok, detail] = await Promise.race([probe(), late]).then(
    (text) => [true, text] as const,
    (error: unknown) => [false, firstLine(error)] as const,
  );
  stop.abort();
  return { ok, ms: Math.round((performance.now() - started) * 10) / 10, detail };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return (text.split("\n")[0] ?? "").slice(0, 200);
}
