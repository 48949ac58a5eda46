/**
 * The name of a verdict: `station/parameter/rule/window start`, e.g. `sim-s1/cod/hour/2026-11-23T10:00:00+07:00`. A would-be
 * rule has a slash of its own (`day:qcvn-40-2011/A`), so the rule is all that stands between. In: text; out: its parts. Pure.
 */

export interface VerdictName {
  readonly station: string;
  readonly parameter: string;
  readonly rule: string;
  /** Start of the window, ms since epoch. */
  readonly from: number;
}

export const VERDICT_NAME_FORM =
  "station/parameter/rule/window start, e.g. sim-sx-nt01/cod/hour/2026-11-23T10:00:00+07:00";

const NAME = /^(?<station>[^/]+)\/(?<parameter>[^/]+)\/(?<rule>.+)\/(?<start>[^/]+)$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const EPOCH_MS = /^\d{1,15}$/;

/** @throws Error saying what was expected */
export function parseVerdictName(text: string): VerdictName {
  const { station, parameter, rule, start } = NAME.exec(text)?.groups ?? {};
  if (station === undefined || parameter === undefined || rule === undefined || start === undefined)
    throw new Error(`expected a verdict as ${VERDICT_NAME_FORM}; found ${text}`);
  const from = EPOCH_MS.test(start) ? Number(start) : INSTANT.test(start) ? Date.parse(start) : Number.NaN;
  if (Number.isNaN(from))
    throw new Error(
      `expected the window's start with its offset, e.g. 2026-11-23T10:00:00+07:00; found ${start}`,
    );
  return { station, parameter, rule, from };
}

export function printVerdictName({ station, parameter, rule, from }: VerdictName, timeZone: string): string {
  return [station, parameter, rule, printInstant(from, timeZone)].join("/");
}

/** `2026-11-20T10:00:00+07:00`, with a fraction only where there is one. */
export function printInstant(instant: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  const offset = local.offset === "+00:00" ? "Z" : local.offset;
  const fraction = instant % 1000 === 0 ? { smallestUnit: "second" as const } : {};
  return `${local.toPlainDateTime().toString(fraction)}${offset}`;
}

const OWN_WINDOWS: ReadonlySet<string> = new Set(["instant", "calibration", "flow-balance"]);

/** The window rule inside a rule's name: `day` of `load-day` and `day:qcvn-40-2011/A`, of findings the day, `instant` of readings. */
export function windowPartOf(rule: string): string {
  if (OWN_WINDOWS.has(rule)) return rule === "instant" ? "instant" : "day";
  return (rule.split(":")[0] ?? "").replace(/^(load|volume)-/, "");
}
