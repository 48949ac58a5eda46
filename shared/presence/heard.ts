/**
 * What has been heard of one station. In: its samples, in any order, any number of times; out: newest stamp and receipt,
 * the newest receipts, and of each declared parameter when it last gave a value, a fault, moved or stood. Everything is
 * the newest of its kind, so the order of arrival cannot matter.
 */
import { ALL_FROZEN, FLAT_LINE, failed, isFlat } from "#shared/quality/flag.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import type { Station } from "#shared/station/station.ts";

/** One record's stamp and when it was first received, ms since epoch. */
export interface Receipt {
  readonly time: number;
  readonly receivedAt: number;
}

/** Newest times, ms since epoch; minus infinity: never. */
export interface ParameterHeard {
  /** It gave a value, whatever quality tests say of it. */
  valueAt: number;
  /** The device said 02. */
  faultAt: number;
  /** It gave a value that no test calls flat or frozen. */
  movedAt: number;
  /** Its flat line failed. */
  flatAt: number;
}

export interface Heard {
  /** Newest stamp, ms since epoch; minus infinity: nothing was stored. */
  time: number;
  /** Oldest stamp known; infinity: none. */
  firstAt: number;
  /** When anything stored was last received. */
  receivedAt: number;
  /** Records with the newest stamps, newest first, at most RECENT. */
  readonly recent: Receipt[];
  readonly parameters: Map<string, ParameterHeard>;
  /** Newest record that stands as a whole, and newest that does not. */
  frozenAt: number;
  movedAt: number;
  /** Refused for a stamp in the future: the newest receipts, newest first, at most RECENT. */
  readonly refused: Receipt[];
}

/** So many records make a habit: of delays, of offsets. */
export const RECENT = 6;

const NEVER = Number.NEGATIVE_INFINITY;

export function createHeard(): Heard {
  return {
    time: NEVER,
    firstAt: Number.POSITIVE_INFINITY,
    receivedAt: NEVER,
    recent: [],
    parameters: new Map(),
    frozenAt: NEVER,
    movedAt: NEVER,
    refused: [],
  };
}

/** Whether anything of it was ever stored. */
export const isHeard = (heard: Heard | undefined): heard is Heard =>
  heard !== undefined && heard.time !== NEVER;

type Declared = Pick<Station, "parameters">;

/** Adds a stored sample; parameters that the registry does not declare are left out, so that what is kept is bounded. */
export function hear(
  heard: Heard,
  { time, receivedAt, readings }: Pick<Sample, "time" | "receivedAt" | "readings">,
  { parameters }: Declared,
): void {
  if (time > heard.time) heard.time = time;
  if (time < heard.firstAt) heard.firstAt = time;
  if (receivedAt > heard.receivedAt) heard.receivedAt = receivedAt;
  keepRecent(heard.recent, time, receivedAt);
  let stands = false;
  for (const reading of readings) {
    if (!Object.hasOwn(parameters, reading.parameter)) continue;
    hearReading(parameterOf(heard, reading.parameter), reading, time);
    if (((reading.tests ?? 0) & ALL_FROZEN) !== 0) stands = true;
  }
  if (stands) heard.frozenAt = Math.max(heard.frozenAt, time);
  else if (readings.some(({ value }) => value !== null)) heard.movedAt = Math.max(heard.movedAt, time);
}

/** A value that the database remembers, of a parameter that recent records do not have. */
export function recallValue(heard: Heard, parameter: string, time: number): void {
  const known = parameterOf(heard, parameter);
  known.valueAt = Math.max(known.valueAt, time);
}

/** A record that was refused because its stamp lies in the future. */
export function hearRefused(heard: Heard, refusal: Receipt): void {
  const { refused } = heard;
  if (refused.some(({ time, receivedAt }) => time === refusal.time && receivedAt === refusal.receivedAt))
    return;
  refused.push(refusal);
  refused.sort((a, b) => b.receivedAt - a.receivedAt || b.time - a.time);
  if (refused.length > RECENT) refused.length = RECENT;
}

function parameterOf({ parameters }: Heard, key: string): ParameterHeard {
  const known = parameters.get(key);
  if (known !== undefined) return known;
  const added = { valueAt: NEVER, faultAt: NEVER, movedAt: NEVER, flatAt: NEVER };
  parameters.set(key, added);
  return added;
}

function hearReading(known: ParameterHeard, { value, status, tests = 0 }: Reading, time: number): void {
  if (status === "fault" && time > known.faultAt) known.faultAt = time;
  if (value === null) return;
  if (time > known.valueAt) known.valueAt = time;
  if ((tests & failed(FLAT_LINE)) !== 0) {
    if (time > known.flatAt) known.flatAt = time;
  } else if (!isFlat(tests) && (tests & ALL_FROZEN) === 0 && time > known.movedAt) {
    known.movedAt = time;
  }
}

/** By stamp, newest first; of a stamp that came twice, the first receipt. */
function keepRecent(recent: Receipt[], time: number, receivedAt: number): void {
  let place = 0;
  while (place < recent.length && (recent[place] as Receipt).time > time) place += 1;
  const same = recent[place];
  if (same?.time === time) {
    if (receivedAt < same.receivedAt) recent[place] = { time, receivedAt };
    return;
  }
  if (place >= RECENT) return;
  recent.splice(place, 0, { time, receivedAt });
  if (recent.length > RECENT) recent.length = RECENT;
}
