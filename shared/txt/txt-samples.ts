/**
 * Rows of a file as samples. In: rows and how a station's symbols, units and states are meant; out: one sample a time,
 * in the order of the file, with units that convert, and what had to be left out.
 */
import { findParameter } from "#shared/parameter/parameter.ts";
import { canonicalUnit, convertUnit } from "#shared/parameter/unit.ts";
import type { DeviceStatus } from "#shared/reading/sample.ts";
import type { TxtContent, TxtFault, TxtRow } from "./parse-txt.ts";
import { deviceStatusOf, type UnusualStatus } from "./status.ts";

export interface TxtReading {
  readonly value: number | null;
  readonly status: DeviceStatus;
  /** Only where it is not the parameter's own, and converts. */
  readonly unit?: string;
}

export interface TxtSample {
  /** ms since epoch, UTC. */
  readonly time: number;
  readonly readings: ReadonlyMap<string, TxtReading>;
}

export interface TxtMeaning {
  readonly parameterOf: (symbol: string) => string | undefined;
  /** By parameter: the unit its values really have, whatever the file says. */
  readonly units?: Readonly<Record<string, string>>;
  readonly statuses?: Readonly<Record<string, UnusualStatus>>;
}

export interface TxtSamples {
  readonly samples: readonly TxtSample[];
  readonly faults: readonly TxtFault[];
}

export function samplesOfTxt(content: TxtContent, meaning: TxtMeaning): TxtSamples {
  const byTime = new Map<number, Map<string, TxtReading>>();
  const faults = [...content.faults];
  for (const row of content.rows) {
    const found = readingOf(row, meaning);
    if ("message" in found) {
      faults.push(found);
      continue;
    }
    const readings = byTime.get(row.time) ?? new Map<string, TxtReading>();
    const before = readings.get(found.parameter);
    if (before === undefined) readings.set(found.parameter, found.reading);
    else if (before.value !== found.reading.value || before.status !== found.reading.status) {
      faults.push({
        line: row.line,
        message: `${row.symbol}: expected ${found.parameter} once a time, found it again with other figures`,
      });
    }
    byTime.set(row.time, readings);
  }
  return { samples: [...byTime].map(([time, readings]) => ({ time, readings })), faults };
}

function readingOf(row: TxtRow, meaning: TxtMeaning): { parameter: string; reading: TxtReading } | TxtFault {
  const parameter = meaning.parameterOf(row.symbol);
  if (parameter === undefined) {
    return {
      line: row.line,
      message: `expected a symbol that can name a parameter, found ${JSON.stringify(row.symbol.slice(0, 40))}`,
    };
  }
  const status = deviceStatusOf(row.status, meaning.statuses);
  const value = status === "fault" ? null : row.value;
  const unit = value === null ? undefined : foreignUnit(parameter, meaning.units?.[parameter] ?? row.unit);
  if (unit === WRONG) {
    const expected = findParameter(parameter)?.unit;
    return {
      line: row.line,
      message: `${row.symbol}: expected ${expected} or a unit that converts, found ${JSON.stringify(row.unit.slice(0, 40))}`,
    };
  }
  return { parameter, reading: { value, status, ...(unit === undefined ? {} : { unit }) } };
}

const WRONG = Symbol("a unit that does not convert");

/** The unit where it is another than the parameter's own and converts; an unknown parameter has whatever unit it has. */
function foreignUnit(parameter: string, unit: string): string | typeof WRONG | undefined {
  const own = findParameter(parameter)?.unit;
  if (own === undefined || unit === "" || unit === "-" || canonicalUnit(unit) === own) return undefined;
  return convertUnit(1, unit, own) === undefined ? WRONG : unit;
}
