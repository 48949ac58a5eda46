/**
 * The one clock of all services. In: `OUTFALL_CLOCK`; out: `now()` in ms since epoch.
 *
 * Forms: unset = the system clock; `START,SPEED` = simulated time from START (ISO 8601) running SPEED times as
 * fast, anchored at process start; `START,SPEED,FILE` = the same, but time stands at START until FILE exists and
 * holds the real anchor (ms since epoch), so that several processes share one clock; `ANCHOR,SPEED` in the file also
 * gives another speed. Simulated time never passes the present: once it has caught up, it is the present.
 */
import { readFileSync } from "node:fs";

export interface Clock {
  /** Milliseconds since epoch, UTC. */
  now(): number;
  /** Simulated milliseconds per real millisecond; 1 on the system clock. */
  readonly speed: number;
  /** True when time is simulated or replayed. */
  readonly simulated: boolean;
}

export const systemClock: Clock = { now: () => Date.now(), speed: 1, simulated: false };

/** When simulated time starts to run, real ms since epoch, and how fast. */
export interface Anchor {
  readonly realMs: number;
  readonly speed: number;
}

interface SimulatedClockOptions {
  startMs: number;
  speed: number;
  /** Undefined while time is held. */
  anchor: () => Anchor | undefined;
  realNow?: () => number;
}

/** A clock that runs `speed` times as fast as real time from `startMs` until it has caught up with the present. */
export function simulatedClock(options: SimulatedClockOptions): Clock {
  const realNow = options.realNow ?? Date.now;
  return {
    get speed() {
      const anchor = options.anchor();
      if (anchor === undefined) return options.speed;
      const real = realNow();
      const caughtUp = options.startMs + Math.max(0, real - anchor.realMs) * anchor.speed >= real;
      return caughtUp ? 1 : anchor.speed;
    },
    simulated: true,
    now() {
      const anchor = options.anchor();
      const real = realNow();
      if (anchor === undefined) return Math.min(options.startMs, real);
      // whole ms, as every stored time is
      return Math.floor(Math.min(options.startMs + Math.max(0, real - anchor.realMs) * anchor.speed, real));
    },
  };
}

/**
 * Reads a clock from its textual form.
 * @param simulated whether the registry is: a real one is judged by the system clock alone
 * @throws Error that says what was expected
 */
export function parseClock(text: string | undefined, simulated = true): Clock {
  if (text === undefined || text === "") return systemClock;
  if (!simulated)
    throw new Error(`OUTFALL_CLOCK=${text}: the registry is not simulated, expected no simulated clock`);
  const [start = "", speedText = "", ...rest] = text.split(",");
  const file = rest.length === 0 ? undefined : rest.join(",");
  const startMs = Date.parse(start);
  const speed = Number(speedText);
  if (!Number.isFinite(startMs) || !(speed > 0 && speed < Number.POSITIVE_INFINITY)) {
    throw new Error(`OUTFALL_CLOCK=${text}: expected START,SPEED[,FILE], e.g. 2026-11-22T00:00:00Z,1200`);
  }
  if (file === undefined) {
    const anchor = { realMs: Date.now(), speed };
    return simulatedClock({ startMs, speed, anchor: () => anchor });
  }
  return simulatedClock({ startMs, speed, anchor: heldUntil(file, speed) });
}

/** What to write into the file of a held clock. */
export const anchorText = ({ realMs, speed }: Anchor): string => `${realMs},${speed}`;

/** Looks at the file at most every 20 ms until it holds an anchor; remembers it then. */
function heldUntil(file: string, usualSpeed: number): () => Anchor | undefined {
  let anchor: Anchor | undefined;
  let lookedAt = 0;
  return () => {
    if (anchor !== undefined) return anchor;
    const now = Date.now();
    if (now - lookedAt < 20) return undefined;
    lookedAt = now;
    try {
      const [realMs = Number.NaN, speed = usualSpeed] = readFileSync(file, "utf8").split(",").map(Number);
      if (realMs > 0 && speed > 0) anchor = { realMs, speed };
    } catch {
      // not there yet: time stands still
    }
    return anchor;
  };
}
