/**
 * The water at one outfall. In: parameters, a seed, and times in steps; out: the true value of each parameter:
 * the station's own level, swung by day and week, wandering slowly (first-order autoregressive), softly bounded.
 */
import { type EffluentRow, effluentRow } from "./effluent-table.ts";
import { seededRandom } from "./random.ts";

/** True values by parameter key, canonical units. */
export type Water = Readonly<Record<string, number>>;

export interface Effluent {
  /** The water at `time` (ms since epoch); call it once a step, in time order. */
  at(time: number): Water;
}

export interface EffluentOptions {
  readonly parameters: readonly string[];
  readonly seed: string;
  readonly intervalMs: number;
  /** Milliseconds to add to UTC for local time: load follows the local day and week. */
  readonly offsetAt: (time: number) => number;
}

const WANDERING_MS = 3 * 3_600_000;

export function createEffluent(options: EffluentOptions): Effluent {
  const memory = Math.exp(-options.intervalMs / WANDERING_MS);
  const kick = Math.sqrt(1 - memory * memory);
  const courses = new Map<string, (day: number, week: number) => number>();
  const followers: { key: string; parameter: string; factor: number }[] = [];

  const addCourse = (key: string, row: EffluentRow) => {
    const random = seededRandom(`${options.seed}/${key}/water`);
    const level = row.typical * (1 + row.stations * (2 * random.uniform() - 1));
    let wandering = random.normal();
    courses.set(key, (day, week) => {
      wandering = memory * wandering + kick * random.normal();
      return level * (1 + softly(row.daily * day + row.weekly * week + row.drift * wandering, row.spread));
    });
  };
  for (const key of options.parameters) {
    const row = effluentRow(key);
    if (row === undefined) continue;
    if (row.follows === undefined) addCourse(key, row);
    else followers.push({ key, ...row.follows });
  }
  for (const { parameter } of followers) {
    const row = effluentRow(parameter);
    if (!courses.has(parameter) && row !== undefined) addCourse(parameter, row);
  }

  return {
    at(time) {
      const local = time + options.offsetAt(time);
      const [day, week] = [dailyLoad(local), weeklyLoad(local)];
      const water: Record<string, number> = {};
      for (const [key, course] of courses) water[key] = course(day, week);
      for (const { key, parameter, factor } of followers) water[key] = (water[parameter] ?? 0) * factor;
      return water;
    },
  };
}

/** Bends a deviation so that it never reaches ±bound. */
function softly(deviation: number, bound: number): number {
  return bound === 0 ? 0 : bound * Math.tanh(deviation / bound);
}

/** -1 in the small hours, +1 in the afternoon, with a shoulder in the evening. */
function dailyLoad(local: number): number {
  const turn = (2 * Math.PI * (local % 86_400_000)) / 86_400_000;
  return 0.85 * Math.sin(turn - 2.4) + 0.15 * Math.sin(2 * turn - 1);
}

/** Factories rest on Sunday. 1970-01-01 was a Thursday. */
function weeklyLoad(local: number): number {
  const weekday = (Math.floor(local / 86_400_000) + 4) % 7;
  return weekday === 0 ? -1 : weekday === 6 ? -0.3 : 0.3;
}
