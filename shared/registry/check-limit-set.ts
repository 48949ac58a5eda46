/** What a plant's set of limits must fulfil: its text, column and factors exist, and what is unverified is accepted by name. Pure. */
import { factorsOf, kqTableOf, needsList } from "#shared/limit/factors.ts";
import {
  columnsOf,
  EXCLUSIONS,
  type Instrument,
  type Instruments,
  unverifiedIn,
} from "#shared/limit/instruments.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Path, Report } from "./complaint.ts";
import type { LimitSet } from "./limit-schema.ts";

type Here = (key: string | undefined, message: string) => void;

export function checkLimitSet(
  set: LimitSet,
  hasPermit: boolean,
  instruments: Instruments,
  path: Path,
  report: Report,
): void {
  const here: Here = (key, message) => report(key === undefined ? path : [...path, key], message);
  const instrument = instruments.get(set.instrument);
  if (instrument === undefined) {
    const known = [...instruments.keys()].join(", ");
    here(
      "instrument",
      `expected one of ${known}, found ${set.instrument}; a text of your own goes under instruments: in a file of the registry`,
    );
    return;
  }
  if (instrument.limits.length === 0 && !hasPermit) {
    here("instrument", `${instrument.id} has no figures here: expected a permit that gives them`);
  }
  checkColumn(set, instrument, here);
  checkAccepted(set, instrument, here);
  if (instrument.formula === undefined) checkNoFactors(set, instrument, here);
  else checkFactors(set, instrument, here);
}

function checkColumn({ column }: LimitSet, instrument: Instrument, here: Here): void {
  const columns = columnsOf(instrument);
  if (column === undefined ? columns.length === 0 : columns.includes(column)) return;
  if (columns.length === 0) here("column", `${instrument.id} has no columns: expected none`);
  else
    here(
      column === undefined ? undefined : "column",
      `expected column: one of ${columns.join(", ")}${column === undefined ? "" : `, found ${column}`}`,
    );
}

function checkAccepted({ acceptUnverified = [] }: LimitSet, instrument: Instrument, here: Here): void {
  const names = unverifiedIn(instrument);
  for (const name of acceptUnverified) {
    if (names.includes(name)) continue;
    const expected = names.length === 0 ? "nothing: all of it is verified" : `one of ${names.join(", ")}`;
    here("acceptUnverified", `${name} is nothing unverified of ${instrument.id}: expected ${expected}`);
  }
}

const FACTOR_KEYS = ["kq", "kf", "receivingWater", "dischargeM3PerDay", "factorsApplyTo"] as const;

function checkNoFactors(set: LimitSet, instrument: Instrument, here: Here): void {
  for (const key of FACTOR_KEYS) {
    if (set[key] !== undefined) here(key, `${instrument.id} has no factors: expected no ${key}`);
  }
}

function checkFactors(set: LimitSet, instrument: Instrument, here: Here): void {
  checkChoice(set, "kq", "receivingWater", here);
  checkChoice(set, "kf", "dischargeM3PerDay", here);
  checkWater(set, here);
  const kqTable = kqTableOf(set);
  if (kqTable !== undefined) checkTable(set, instrument, kqTable, "kq", here);
  if (set.dischargeM3PerDay !== undefined) checkTable(set, instrument, "kf", "kf", here);
  checkList(set, instrument, here);
}

/** A number or what to look it up by: one of both. */
function checkChoice(
  set: LimitSet,
  number: "kq" | "kf",
  lookedUpBy: "receivingWater" | "dischargeM3PerDay",
  here: Here,
): void {
  const given = [set[number], set[lookedUpBy]].filter((value) => value !== undefined).length;
  if (given === 0) here(undefined, `expected ${number} (a number, with its source) or ${lookedUpBy}`);
  if (given === 2) here(lookedUpBy, `expected ${number} or ${lookedUpBy}, not both`);
}

const SIZES = { river: "flowM3PerS", lake: "volumeM3", coastal: "use" } as const;

function checkWater({ receivingWater }: LimitSet, here: Here): void {
  if (receivingWater === undefined) return;
  const own = SIZES[receivingWater.kind];
  for (const key of Object.values(SIZES)) {
    if (key !== own && receivingWater[key] !== undefined)
      here("receivingWater", `a ${receivingWater.kind} has no ${key}: expected ${own}`);
  }
  if (receivingWater.kind === "coastal" && receivingWater.use === undefined)
    here("receivingWater", "expected use: protected (aquatic life, sport, recreation) or other");
}

function checkTable(
  set: LimitSet,
  instrument: Instrument,
  name: "kq-river" | "kq-lake" | "kq-coastal" | "kf",
  factor: "kq" | "kf",
  here: Here,
): void {
  const key = factor === "kq" ? "receivingWater" : "dischargeM3PerDay";
  const table = instrument.factors?.[name];
  if (table === undefined) here(key, `${instrument.id} has no table ${name}: expected ${factor} as a number`);
  else if (table.confidence === "unverified" && !accepts(set, name))
    here(
      key,
      `the table ${name} of ${instrument.id} is unverified: expected ${factor} as a number with its source, or acceptUnverified: [${name}]`,
    );
}

/** Which parameters are multiplied: the registry says so, or accepts the text's list of those that are not. */
function checkList(set: LimitSet, instrument: Instrument, here: Here): void {
  for (const parameter of set.factorsApplyTo ?? []) {
    const known = findParameter(parameter);
    if (known === undefined) here("factorsApplyTo", `expected a known parameter, found ${parameter}`);
    else if (known.judgedBy === "minutes-outside")
      here(
        "factorsApplyTo",
        `${parameter} is a range, which no factor multiplies: expected it to be left out`,
      );
  }
  const factors = factorsOf(set, instrument);
  const product = factors.kq * factors.kf;
  const listed = set.factorsApplyTo !== undefined;
  const { exclusions } = instrument;
  const textSays =
    exclusions !== undefined && (exclusions.confidence !== "unverified" || accepts(set, EXCLUSIONS));
  const isGiven = set.receivingWater === undefined && set.dischargeM3PerDay === undefined;
  if (needsList(set, factors) && !listed && !textSays) {
    const because = isGiven ? "Kq × Kf is not 1" : "Kq or Kf is looked up";
    here(
      undefined,
      `${because}: expected factorsApplyTo (the parameters it multiplies) and a source, or acceptUnverified: [${EXCLUSIONS}]`,
    );
  } else if (isGiven && product !== 1 && set.source === undefined) {
    here(undefined, "Kq × Kf is not 1: expected a source of the factors");
  }
}

const accepts = (set: LimitSet, name: string): boolean => set.acceptUnverified?.includes(name) ?? false;
