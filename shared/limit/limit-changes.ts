/** When the limits of a plant may change, and what they may be about. In: a plant, the legal texts; out: days, parameters. Pure. */
import type { Plant } from "#shared/plant/plant.ts";
import { type Instruments, lastDayOf } from "./instruments.ts";

type Bound = Pick<Plant, "permit" | "limits">;

/** Before every date that a registry may have. */
const FIRST_DAY = "1900-01-01";

const permitsOf = ({ permit }: Bound) => [permit ?? []].flat();
const textsOf = ({ limits }: Bound, instruments: Instruments) =>
  [limits ?? []].flat().flatMap(({ instrument }) => instruments.get(instrument) ?? []);

/** Local days, the first before all dates: from one up to the next the limits are the same. */
export function limitChanges(plant: Bound, instruments: Instruments): string[] {
  const texts = textsOf(plant, instruments);
  const spans: { from?: string | undefined; until?: string | undefined }[] = [
    ...permitsOf(plant),
    ...[plant.limits ?? []].flat(),
    ...texts.map((text) => ({ from: text.inForceFrom, until: lastDayOf(text) })),
    ...texts.flatMap(({ limits }) => limits.flatMap(({ figures }) => figures)),
  ];
  const days = spans.flatMap(({ from, until }) => [from, until === undefined ? undefined : dayAfter(until)]);
  return [...new Set([FIRST_DAY, ...days.filter((day) => day !== undefined)])].sort();
}

/** Parameters that the plant's permits and texts name. */
export function limitedParameters(plant: Bound, instruments: Instruments): string[] {
  const permitted = permitsOf(plant).flatMap(({ limits, loads }) => [
    ...Object.keys(limits),
    ...Object.keys(loads ?? {}),
  ]);
  const tabled = textsOf(plant, instruments).flatMap(({ limits }) =>
    limits.map(({ parameter }) => parameter),
  );
  return [...new Set([...permitted, ...tabled])];
}

const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();
