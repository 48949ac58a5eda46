/** What a registry must fulfil as a whole, beyond the shape of each file. Pure; complaints carry the path of the entry. */
import { checkInstrument } from "#shared/limit/check-instrument.ts";
import { type Instrument, shippedInstruments, withOwn } from "#shared/limit/instruments.ts";
import { reportedBases } from "#shared/parameter/basis.ts";
import { findParameter, isParameterKey } from "#shared/parameter/parameter.ts";
import { canonicalUnit } from "#shared/parameter/unit.ts";
import { checkLimits } from "./check-limits.ts";
import { checkZoneProvinces, namedProvince, provinceKeysOf } from "./check-province.ts";
import type { Complaint, Report } from "./complaint.ts";
import type {
  Arming,
  ContactEntry,
  ParameterQuality,
  PlantEntry,
  Settings,
  StationEntry,
  ZoneEntry,
} from "./schema.ts";

/** One file's entries, with the file they came from. */
export interface Fragment {
  readonly file: string;
  readonly zones: readonly ZoneEntry[];
  readonly contacts: readonly ContactEntry[];
  readonly armed: readonly Arming[];
  readonly instruments: readonly Instrument[];
}

/** Ids are unique, references exist, addresses fit the feed, parameters are declared whole. */
export function checkRegistry(settings: Settings, fragments: readonly Fragment[]): Complaint[] {
  const complaints: Complaint[] = [];
  const seen = new Map<string, string>();
  const zoneIds = new Set(fragments.flatMap((fragment) => fragment.zones.map((zone) => zone.id)));
  const provinces = provinceKeysOf(fragments.flatMap((fragment) => fragment.zones));
  const instruments = withOwn(fragments.flatMap((fragment) => fragment.instruments));
  for (const id of shippedInstruments.keys()) seen.set(`instrument ${id}`, "Outfall");

  const stationIds = new Set(
    fragments.flatMap(({ zones }) =>
      zones.flatMap(({ plants }) => plants.flatMap(({ stations }) => stations.map(({ id }) => id))),
    ),
  );

  for (const fragment of fragments) {
    const report: Report = (path, message) => complaints.push({ file: fragment.file, path, message });
    const claim = (kind: string, id: string, path: readonly (string | number)[]) => {
      const key = `${kind} ${id}`;
      const first = seen.get(key);
      if (first !== undefined) report(path, `${key} is already in ${first}; expected an id of its own`);
      else seen.set(key, fragment.file);
    };
    fragment.instruments.forEach((instrument, i) => {
      claim("instrument", instrument.id, ["instruments", i, "id"]);
      checkInstrument(instrument, ["instruments", i], report);
    });
    fragment.zones.forEach((zone, z) => {
      claim("zone", zone.id, ["zones", z, "id"]);
      checkZone(zone, settings, ["zones", z], report);
      zone.plants.forEach((plant, p) => {
        const path = ["zones", z, "plants", p];
        claim("plant", plant.id, [...path, "id"]);
        checkPlant(plant, zoneIds, path, report);
        checkLimits(plant, instruments, path, report);
        plant.stations.forEach((station, s) => {
          claim("station", station.id, [...path, "stations", s, "id"]);
          checkStation(station, [...path, "stations", s], report);
        });
      });
    });
    fragment.contacts.forEach((contact, c) => {
      claim("contact", contact.id, ["contacts", c, "id"]);
      checkContact(contact, settings, zoneIds, provinces, ["contacts", c], report);
    });
    fragment.armed.forEach(({ province, zone, station }, a) => {
      const found = province === undefined ? undefined : namedProvince(province, provinces);
      if (found?.ok === false) report(["armed", a, "province"], found.expected);
      if (zone !== undefined && !zoneIds.has(zone))
        report(["armed", a, "zone"], `expected the id of a zone, found ${zone}`);
      if (station !== undefined && !stationIds.has(station))
        report(["armed", a, "station"], `expected the id of a station, found ${station}`);
    });
  }
  return complaints;
}

function checkZone(
  zone: ZoneEntry,
  settings: Settings,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (zone.simulated !== zone.id.startsWith("sim-")) {
    report(
      [...path, "id"],
      `zone ${zone.id}: expected ids of simulated zones, and only those, to start with sim-`,
    );
  }
  if (settings.simulated && !zone.simulated && zone.plants.some((plant) => plant.stations.length > 0)) {
    report([...path, "plants"], `zone ${zone.id} is real: expected no stations in a simulated registry`);
  }
  checkZoneProvinces(zone, path, report);
  if (zone.centralPlant === "none" && zone.plants.some((plant) => plant.serves.includes(zone.id))) {
    report([...path, "centralPlant"], `zone ${zone.id} says none, but a plant of it is listed`);
  }
}

function checkPlant(
  plant: PlantEntry,
  zoneIds: ReadonlySet<string>,
  path: readonly (string | number)[],
  report: Report,
): void {
  checkSteps(plant, path, report);
  plant.serves.forEach((zone, index) => {
    if (!zoneIds.has(zone)) report([...path, "serves", index], `expected the id of a zone, found ${zone}`);
  });
}

function checkStation(station: StationEntry, path: readonly (string | number)[], report: Report): void {
  for (const [key, declared] of Object.entries(station.parameters)) {
    const at = [...path, "parameters", key];
    const parameter = findParameter(key);
    if (!isParameterKey(key) || parameter === undefined) {
      report(at, `expected a known parameter, found ${key}`);
      continue;
    }
    // a wrong basis is a false exceedance: it must be said
    const bases = reportedBases(key);
    if (bases.length > 0 && (declared.as === undefined || !bases.includes(declared.as))) {
      report(at, `${key} must say its basis: expected as: ${bases.join(" or ")}`);
    }
    if (declared.unit !== undefined && canonicalUnit(declared.unit) !== parameter.unit) {
      report([...at, "unit"], `expected ${parameter.unit}, found ${declared.unit}`);
    }
    if (declared.range !== undefined && declared.range[0] >= declared.range[1]) {
      report([...at, "range"], "expected [lowest, highest]");
    }
    if (declared.cycle !== undefined && declared.instrument !== "analyser") {
      report([...at, "cycle"], `expected no cycle: a ${declared.instrument} has none`);
    }
    checkQuality({ ...station.quality, ...declared.quality }, [...at, "quality"], report);
  }
}

/** What overrides from station and parameter come to, taken together. */
function checkQuality(
  {
    flatSuspect = 0,
    flatFail = Infinity,
    suspectBelow = -Infinity,
    suspectAbove = Infinity,
  }: ParameterQuality,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (flatSuspect > flatFail) report(path, "expected flatSuspect no longer than flatFail");
  if (suspectBelow >= suspectAbove) report(path, "expected suspectBelow below suspectAbove");
}

function checkContact(
  contact: ContactEntry,
  settings: Settings,
  zoneIds: ReadonlySet<string>,
  provinces: ReadonlySet<string>,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (settings.simulated && !contact.email.endsWith(".example")) {
    report(
      [...path, "email"],
      `the registry is simulated: expected an address ending in .example, found ${contact.email}`,
    );
  }
  if ((contact.zones ?? []).length + (contact.provinces ?? []).length === 0) {
    report(path, `contact ${contact.id} is in charge of nothing: expected zones or provinces`);
  }
  contact.zones?.forEach((zone, index) => {
    if (!zoneIds.has(zone)) report([...path, "zones", index], `expected the id of a zone, found ${zone}`);
  });
  contact.provinces?.forEach((text, index) => {
    const found = namedProvince(text, provinces);
    if (!found.ok) report([...path, "provinces", index], found.expected);
  });
}

/** One form or the other, and steps in the order in which they began. */
function checkSteps(plant: PlantEntry, path: readonly (string | number)[], report: Report): void {
  const { steps, state, stateSince } = plant;
  if (steps === undefined && state === undefined) report(path, `plant ${plant.id}: expected state or steps`);
  if (steps !== undefined && (state !== undefined || stateSince !== undefined))
    report([...path, "steps"], "expected steps, or state and stateSince, not both");
  steps?.forEach(({ since }, index) => {
    const before = steps[index - 1]?.since;
    if (before !== undefined && since <= before)
      report(
        [...path, "steps", index, "since"],
        `expected a day after the step before, ${before}; found ${since}`,
      );
  });
}
