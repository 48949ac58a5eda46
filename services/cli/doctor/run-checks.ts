/**
 * Runs checks. In: rounds of checks; out: a finding for each look, in the order of the checks. The checks of a round
 * run side by side, each with its own time; one that throws or takes too long is red and costs the others nothing.
 */
import { pause } from "#shared/runtime/wait-for.ts";
import { type Area, type Finding, type Look, red, type Server, yellow } from "./finding.ts";

export interface Check {
  readonly area: Area;
  readonly name: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do when it is not green and the look does not say. */
  readonly remedy: string;
  readonly timeoutMs?: number;
  /** Red here: the server is away, and checks that need it are not tried. */
  readonly proves?: Server;
  readonly needs?: readonly Server[];
  /** Gives back what it opened, also when `signal` aborts. */
  look(signal: AbortSignal): Promise<Look | readonly Look[]>;
}

const DEFAULT_TIMEOUT_MS = 8_000;
/** What a check that is late gets to give back what it opened. */
const GRACE_MS = 1_500;

/** @param onFinding told of each as it is there, for a progress line */
export async function runChecks(
  rounds: readonly (readonly Check[])[],
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
  const away = new Set<Server>();
  const found = new Map<Check, Finding[]>();
  for (const round of rounds) {
    await Promise.all(
      round.map(async (check) => {
        const findings = await runCheck(check, away);
        found.set(check, findings);
        for (const finding of findings) onFinding(finding);
        if (check.proves !== undefined && findings.some(({ state }) => state === "red"))
          away.add(check.proves);
      }),
    );
  }
  return rounds.flat().flatMap((check) => found.get(check) ?? []);
}

async function runCheck(check: Check, away: ReadonlySet<Server>): Promise<Finding[]> {
  const started = performance.now();
  const missing = (check.needs ?? []).filter((server) => away.has(server));
  const looks =
    missing.length > 0
      ? [yellow(`not looked at: ${missing.join(" and ")} is away`, "see the check of the server itself")]
      : await look(check);
  const ms = Math.round(performance.now() - started);
  return looks.map(({ state, found, remedy }) => ({
    area: check.area,
    check: check.name,
    state,
    found,
    why: check.why,
    remedy: state === "green" ? null : (remedy ?? check.remedy),
    ms,
  }));
}

async function look(check: Check): Promise<readonly Look[]> {
  const timeoutMs = check.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const aborted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener("abort", () => {
      void pause(GRACE_MS).then(() => reject(stop.signal.reason));
    });
  });
  aborted.catch(() => undefined);
  try {
    return [await Promise.race([check.look(stop.signal), aborted])].flat();
  } catch (error) {
    return [red(reasonOf(stop.signal.aborted ? stop.signal.reason : error))];
  } finally {
    clearTimeout(timer);
  }
}

/** One line that says why, without an address's password. */
export function reasonOf(error: unknown): string {
  const text =
    error instanceof Error
      ? error.message || (error as NodeJS.ErrnoException).code || error.name
      : String(error);
  const inner = error instanceof AggregateError ? reasonOf(error.errors[0]) : text;
  return (inner.split("\n")[0] ?? "").replace(/(\/\/[^:/@\s]*):[^@\s]*@/g, "$1:***@").slice(0, 300);
}
