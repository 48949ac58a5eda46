/**
 * The shape of the registry files, as zod. `registry.yaml` says what holds for all; every other YAML file in the
 * folder gives zones (with their plants and stations), contacts, and legal texts of its own. Checked again as a whole in `check.ts`.
 */
import { z } from "zod";
import { instrumentSchema } from "#shared/limit/instrument-schema.ts";
import { geographies } from "#shared/province/province.ts";
import { qualityTests } from "#shared/quality/flag.ts";
import { isWindowRule, WINDOW_RULE_FORM } from "#shared/window/window-rule.ts";
import { duration, id, isoDate, name, source } from "./field.ts";
import { limitSets, permits } from "./limit-schema.ts";

export { duration, id } from "./field.ts";
export type { LimitSet, Permit } from "./limit-schema.ts";

const longerThanNothing = duration.refine((ms) => ms > 0, 'expected a duration above zero, e.g. "15m"');

/** Figures of the quality tests of a whole station; their defaults stand in `shared/quality/thresholds.ts`. */
const stationQuality = z.strictObject({
  /** Tests that are not run. */
  skip: z.array(z.enum(qualityTests).exclude(["clamped"])).optional(),
  gapIntervals: z.number().positive().optional(),
  negativeShare: z.number().min(0).max(1).optional(),
  loopShare: z.number().min(0).max(0.25).optional(),
  spikePercentile: z.number().min(0.5).max(0.999).optional(),
  rateDeviations: z.number().positive().optional(),
  rateOver: longerThanNothing.optional(),
  afterCalibration: duration.optional(),
  flatSuspect: longerThanNothing.optional(),
  flatFail: longerThanNothing.optional(),
});

/** The same of one parameter, which win, and those that carry its unit. */
const parameterQuality = stationQuality.extend({
  suspectBelow: z.number().optional(),
  suspectAbove: z.number().optional(),
  leastStep: z.number().min(0).optional(),
  flatWithin: z.number().min(0).optional(),
});

const stationParameter = z.strictObject({
  instrument: z.enum(["probe", "analyser", "laboratory"]),
  unit: z.string().optional(),
  /** Basis of ammonium, nitrogen and phosphorus; ammonium as NH4 is stored as N. */
  as: z.enum(["N", "NH4", "P"]).optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  /** Time between two results of an analyser. */
  cycle: longerThanNothing.optional(),
  /** Step of the display. */
  resolution: z.number().positive().optional(),
  /** A meter that counts m³. */
  totaliser: z.strictObject({ rollOver: z.number().positive().optional() }).optional(),
  quality: parameterQuality.optional(),
});

const station = z.strictObject({
  id,
  name,
  /** One record is owed every interval. */
  interval: duration.refine((ms) => ms > 0, 'expected a duration above zero, e.g. "5m"'),
  /** What the time stamp of a record means: the end or start of the interval it covers, or an instant. */
  stamp: z.enum(["end", "start", "instant"]),
  connectedOn: isoDate,
  parameters: z.record(z.string(), stationParameter),
  quality: stationQuality.optional(),
});

const plantStates = [
  "under-construction",
  "built",
  "running",
  "monitored",
  "connected",
  "in-order",
  "unknown",
] as const;

const plant = z.strictObject({
  id,
  name,
  /** Short form of one step; the plant has this or `steps`. */
  state: z.enum(plantStates).optional(),
  stateSince: isoDate.optional(),
  /** How it came up the ladder, in order of date; the last step begun by a day holds on it. */
  steps: z
    .array(
      z.strictObject({
        state: z.enum(plantStates),
        since: isoDate,
        basis: z.string().min(1).optional(),
        source,
      }),
    )
    .min(1)
    .optional(),
  serves: z.array(id).min(1),
  capacityM3PerDay: z.number().positive().optional(),
  source: source.optional(),
  permit: permits.optional(),
  limits: limitSets.optional(),
  stations: z.array(station).default([]),
});

const zone = z.strictObject({
  id,
  name,
  simulated: z.boolean(),
  status: z.enum(["operating", "under-construction", "planned", "unknown"]),
  statusAsOf: isoDate.optional(),
  /** Whether it is known that the zone has a central plant; unknown is never counted as missing. */
  centralPlant: z.enum(["yes", "shared", "none", "unknown"]),
  /** Home province by date; a code means nothing without its geography. */
  provinces: z
    .array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        geography: z.enum(geographies),
        from: isoDate.optional(),
        until: isoDate.optional(),
      }),
    )
    .min(1),
  developer: z.string().optional(),
  developerPhone: z.string().optional(),
  /** What the zone generates, measured or estimated; a plant is proper when it can take it all. */
  wastewater: z.strictObject({ m3PerDay: z.number().min(0), asOf: isoDate.optional(), source }).optional(),
  occupancyPercent: z.number().min(0).max(100).optional(),
  tenants: z.number().int().min(0).optional(),
  /** Why a central plant is owed, and by when. */
  obligation: z.strictObject({ basis: z.string().min(1), due: isoDate }).optional(),
  /** What becomes of the wastewater until then: own plants of tenants, hauled away … */
  interim: z.string().min(1).optional(),
  /** The last one an authority wrote about it. */
  lastLetter: z
    .strictObject({ number: z.string().min(1), date: isoDate, deadline: isoDate.optional() })
    .optional(),
  areaHa: z.number().positive().optional(),
  note: z.string().optional(),
  source,
  plants: z.array(plant).default([]),
});

const contact = z.strictObject({
  id,
  name: z.string().min(1),
  duty: z.enum(["zone-officer", "management-board", "provincial-department", "engineer"]),
  language: z.enum(["vi", "en"]),
  email: z.email("expected an e-mail address"),
  zones: z.array(id).optional(),
  /** `NSO-2025/92`; a plain code only where the registry knows one geography. */
  provinces: z.array(z.string()).optional(),
});

/** From when on a province, zone or station is mailed about; without one it is observed: judged and listed, not mailed. */
const arming = z
  .strictObject({
    /** Code of the province, plain ("92") or with its geography ("NSO-2025/92"). */
    province: z.string().min(1).optional(),
    zone: id.optional(),
    station: id.optional(),
    everything: z.literal(true).optional(),
    /** The first day that is mailed about. */
    from: isoDate,
    by: z.string().optional(),
    note: z.string().optional(),
  })
  .refine(
    ({ province, zone, station, everything }) =>
      [province, zone, station, everything].filter((given) => given !== undefined).length === 1,
    "expected one of province, zone, station and everything",
  );

const steps = (usual: readonly number[]) =>
  z
    .array(z.number().positive())
    .refine(
      (all) => all.every((step, index) => index === 0 || step > (all[index - 1] as number)),
      "expected rising steps",
    )
    .default([...usual]);

/** Judgement rules. Every default is a proposal of this project (trade practice), configurable, and never law: `legalBasis` stays empty until a lawyer or the department fills it. */
export const rulesSchema = z.strictObject({
  /** Legal basis of the averaging rules; empty: configuration of this project, not regulation. */
  legalBasis: z.string().default(""),
  /** Silence: time beyond the owed interval until the tile turns, the officer and the regulator are told. */
  silence: z
    .strictObject({
      openAfter: duration.prefault("10m"),
      officerAfter: duration.prefault("25m"),
      regulatorAfter: duration.prefault("235m"),
      /** The regulator is told too when the silences of one day come to this. */
      regulatorSum: duration.prefault("6h"),
    })
    .prefault({}),
  /** A parameter that its station owes and does not send: time beyond the owed result; as many times longer as an analyser's cycle is than the interval. */
  silentParameter: z
    .strictObject({
      openAfter: duration.prefault("10m"),
      officerAfter: duration.prefault("25m"),
      regulatorAfter: duration.prefault("235m"),
      /** A device that says fault for so long: the officer is told. */
      faultAfter: duration.prefault("60m"),
    })
    .prefault({}),
  /** A station whose newest records all arrive so long after they were due. */
  late: z.strictObject({ after: duration.prefault("30m") }).prefault({}),
  /** A station whose stamps are all off by more than `after`, and by the same time within `spread`. */
  clockWrong: z
    .strictObject({ after: duration.prefault("10m"), spread: duration.prefault("2m") })
    .prefault({}),
  /** Values called frozen or flat by the quality tests for so long. */
  frozen: z.strictObject({ after: duration.prefault("60m") }).prefault({}),
  completeness: z
    .strictObject({
      hour: z.number().min(0).max(1).default(0.75),
      day: z.number().min(0).max(1).default(0.75),
    })
    .prefault({}),
  /** A window is judged this long after its end. */
  closeAfter: duration.prefault("10m"),
  /** pH: minutes outside its range that make an hour, and a day, exceeded. */
  minutesOutside: z
    .strictObject({ hour: z.number().positive().default(15), day: z.number().positive().default(60) })
    .prefault({}),
  /** Level 2: so many hourly means running, or one at this ratio, or the day. */
  levelTwo: z
    .strictObject({ hours: z.number().int().positive().default(3), ratio: z.number().default(1.5) })
    .prefault({}),
  /** A limit incident closes after so many hourly means within. */
  closeAfterHours: z.number().int().positive().default(2),
  /** Windows in which a limit is judged that names none. */
  averaging: z
    .array(z.string().refine(isWindowRule, `expected ${WINDOW_RULE_FORM}`))
    .min(1)
    .default(["hour", "day"]),
  /** A single reading over its limit is confirmed by time (probes), or by so many different analyses. */
  instant: z
    .strictObject({
      confirmAfter: duration.prefault("10m"),
      analyses: z.number().int().positive().default(2),
      clearAfter: duration.prefault("30m"),
    })
    .prefault({}),
  /** Readings of a probe so soon after calibrating do not count; an analyser's for one cycle. */
  afterCalibration: duration.prefault("15m"),
  /** Longer calibrating is a finding, and so is calibrating that begins when the hour before was near the limit. */
  calibration: z
    .strictObject({
      probe: duration.prefault("60m"),
      analyser: duration.prefault("4h"),
      nearLimit: z.number().positive().default(0.9),
    })
    .prefault({}),
  /** Nothing is discharged at an outflow of at most `below` m³/h; a window that discharges for less than a share is not judged. */
  noDischarge: z
    .strictObject({
      below: z.number().min(0).default(0.1),
      leastShare: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  /** Loads and volumes with gaps: scaled up to the whole window, or as measured. */
  load: z.strictObject({ gaps: z.enum(["scale", "measured"]).default("scale") }).prefault({}),
  flowBalance: z
    .strictObject({
      maxDifference: z.number().positive().default(0.2),
      inflowAlone: duration.prefault("6h"),
    })
    .prefault({}),
  /** So many insufficient days of so many are an incident. */
  availability: z
    .strictObject({
      days: z.number().int().positive().default(3),
      of: z.number().int().positive().default(7),
    })
    .prefault({}),
  /** Steps of severity: ratios to the limit, and for pH the distance outside its range. */
  severity: z
    .strictObject({ ratios: steps([1.1, 1.5, 3, 5, 10]), phDistances: steps([0.5, 1, 1.5, 2, 3]) })
    .prefault({}),
  /** A verdict is final so long after its window; later data still revises it until `reviseUntil`. */
  finalAfter: duration.prefault("72h"),
  reviseUntil: duration.prefault("60d"),
});
export type Rules = z.infer<typeof rulesSchema>;

export const settingsSchema = z.strictObject({
  name: z.string().min(1),
  /** True: the feed is simulated or replayed; everything shown or mailed says so, and addresses end in .example. */
  simulated: z.boolean(),
  timeZone: z
    .string()
    .refine((zoneName) => isTimeZone(zoneName), "expected an IANA time zone, e.g. Asia/Ho_Chi_Minh"),
  rules: rulesSchema.prefault({}),
});

export const fragmentSchema = z.strictObject({
  zones: z.array(zone).default([]),
  contacts: z.array(contact).default([]),
  armed: z.array(arming).default([]),
  /** Legal texts of this registry: local technical regulations. */
  instruments: z.array(instrumentSchema).default([]),
});

export type Settings = z.infer<typeof settingsSchema>;
export type ZoneEntry = z.infer<typeof zone>;
export type PlantEntry = z.infer<typeof plant>;
export type StationEntry = z.infer<typeof station>;
export type StationParameter = z.infer<typeof stationParameter>;
export type ParameterQuality = z.infer<typeof parameterQuality>;
export type ContactEntry = z.infer<typeof contact>;
export type Arming = z.infer<typeof arming>;

function isTimeZone(zoneName: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zoneName });
    return true;
  } catch {
    return false;
  }
}
