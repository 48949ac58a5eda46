/** The header of a CSV feed. In: its cells; out: which column holds what, or a complaint. */
import { isParameterKey, parameterNamed } from "#shared/parameter/parameter.ts";

export interface ParameterColumns {
  readonly key: string;
  readonly value: number;
  readonly status?: number;
}

/** Columns by their place, from 0. */
export interface Columns {
  readonly count: number;
  readonly time: number;
  readonly receivedAt?: number;
  readonly zone?: number;
  readonly plant?: number;
  readonly station?: number;
  readonly parameters: readonly ParameterColumns[];
}

const own = ["time", "receivedAt", "zone", "plant", "station"] as const;
const STATUS = / +status$/i;

/** Names compare without case; `COD` and `cod` are one parameter. Undefined after a complaint. */
export function readHeader(
  cells: readonly string[],
  complain: (message: string) => void,
): Columns | undefined {
  const places = new Map<string, number>();
  let isSound = true;
  const refuse = (message: string) => {
    complain(message);
    isSound = false;
  };
  cells.forEach((cell, place) => {
    if (cell === "") return;
    const name = columnName(cell);
    if (name === undefined) {
      refuse(
        `expected a column time, receivedAt, zone, plant, station, a parameter (cod) or its status (cod status), found "${cell}"`,
      );
    } else if (places.has(name)) refuse(`expected each column once, found "${cell}" again`);
    else places.set(name, place);
  });
  const parameters = parameterColumns(places, refuse);
  const time = places.get("time");
  if (time === undefined) refuse(`expected a column "time", found ${cells.join(", ")}`);
  if (isSound && parameters.length === 0) refuse("expected a column for at least one parameter, e.g. cod");
  if (time === undefined || !isSound) return undefined;
  const others = own.filter((name) => places.has(name)).map((name) => [name, places.get(name)]);
  return { count: cells.length, time, parameters, ...Object.fromEntries(others) };
}

/** The name as we write it: of ours, of a parameter, or `<parameter> status`. */
function columnName(cell: string): string | undefined {
  const ours = own.find((name) => name.toLowerCase() === cell.toLowerCase());
  if (ours !== undefined) return ours;
  const key = keyOf(cell.replace(STATUS, ""));
  if (key === undefined) return undefined;
  return STATUS.test(cell) ? `${key} status` : key;
}

function keyOf(name: string): string | undefined {
  const key = parameterNamed(name)?.key ?? name;
  return isParameterKey(key) ? key : undefined;
}

function parameterColumns(
  places: ReadonlyMap<string, number>,
  refuse: (message: string) => void,
): ParameterColumns[] {
  const columns: ParameterColumns[] = [];
  for (const [name, place] of places) {
    if (own.some((ours) => ours === name)) continue;
    const key = name.replace(STATUS, "");
    const value = places.get(key);
    if (name !== key && value === undefined) refuse(`expected a column "${key}" beside "${name}"`);
    if (name !== key || value === undefined) continue;
    const status = places.get(`${key} status`);
    columns.push({ key, value: place, ...(status === undefined ? {} : { status }) });
  }
  return columns;
}
