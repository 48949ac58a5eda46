/**
 * Ends ingest at a named point, for the runs that try to make it lose something. In: `OUTFALL_CRASH_AT`; out: what
 * ingest calls whenever it passes a point, or nothing, so that an ordinary run pays for nothing.
 */

/** In the order in which a message passes them. */
export const crashPoints = {
  "before-commit": "a batch is taken and not yet in the journal",
  "after-commit": "a batch is durable and its PUBACKs are not sent",
  "after-write": "rows are in InfluxDB and the cursor has not moved",
  "during-enqueue": "jobs are on their way to Redis",
} as const;

export type CrashPoint = keyof typeof crashPoints;

/** Called at each point that is passed. */
export type AtPoint = (point: CrashPoint) => void;

export const isCrashPoint = (text: string): text is CrashPoint => Object.hasOwn(crashPoints, text);

/**
 * `<point>:<n>` ends the process when the point is passed for the n-th time; unset: undefined.
 * @param simulated whether the registry is: where stations are real nothing is broken on purpose
 * @param end how the process ends; SIGKILL, after which no line of it runs
 * @throws Error that says what was expected
 */
export function parseCrashAt(
  text: string | undefined,
  simulated: boolean,
  end: () => void = () => process.kill(process.pid, "SIGKILL"),
): AtPoint | undefined {
  if (text === undefined || text === "") return undefined;
  if (!simulated)
    throw new Error(`OUTFALL_CRASH_AT=${text}: the registry is not simulated, expected no crash on purpose`);
  const [, point = "", count = ""] = /^([a-z-]+):([1-9]\d{0,8})$/.exec(text) ?? [];
  if (!isCrashPoint(point)) {
    const known = Object.keys(crashPoints).join(", ");
    throw new Error(`OUTFALL_CRASH_AT=${text}: expected POINT:N, e.g. after-commit:10; points are ${known}`);
  }
  let left = Number(count);
  return (passed) => {
    if (passed !== point) return;
    left -= 1;
    if (left === 0) end();
  };
}
