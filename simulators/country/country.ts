/**
 * A country of invented zones as a registry folder. In: options with a seed; out: its files, one a former province, and what
 * is true of it, for whoever checks Outfall against it. Pure; the same options give the same bytes.
 *
 * The default is the picture of 2017: 325 zones in 63 provinces, more than 200 operating, 15 % of those without a
 * plant (figures of this project's task; zones by province: listed-zones.json). Everything else is invented.
 */
import { Document, visit } from "yaml";
import { apportion } from "./apportion.ts";
import { countryContacts, officerOf } from "./contacts.ts";
import { slugOf } from "./names.ts";
import { FIRST_DAY } from "./plants.ts";
import { type CountryOptions, type Draft, draftZones, isConnected, zoneEntry } from "./zones.ts";

export const defaults: CountryOptions = {
  seed: 2017,
  zones: 325,
  operating: 220,
  withoutPlant: 0.15,
  stationsPerPlant: 1,
};

/** What the generator meant, kept apart from what it wrote. */
export interface Truth {
  /** Holds from this local day on. */
  readonly from: string;
  readonly operating: readonly string[];
  /** Operating, and no plant that runs serves them. */
  readonly missing: readonly string[];
  /** Operating, and nobody knows. */
  readonly unknown: readonly string[];
}

export interface Country {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  readonly truth: Truth;
}

/** @throws Error saying what does not fit, e.g. more operating zones than zones */
export function generateCountry(options: CountryOptions): Country {
  refuseImpossible(options);
  const drafts = draftZones(options);
  const stations = stationsByZone(drafts, options);
  const head = `Simulated: no such zone exists. Written by: outfall registry generate --seed ${options.seed}`;
  const files = [
    { file: "registry.yaml", text: yamlOf(head, settings) },
    { file: "contacts.yaml", text: yamlOf(head, { contacts: countryContacts(drafts), armed }) },
    ...[...Map.groupBy(drafts, ({ unit }) => unit)].map(([unit, own]) => ({
      file: `zones/${unit.code}-${slugOf(unit.name.vi)}.yaml`,
      text: yamlOf(head, {
        zones: own.map((draft) => zoneEntry(draft, options.seed, stations.get(draft.id) ?? 0)),
        contacts: own.map(officerOf),
      }),
    })),
  ];
  return { files, truth: truthOf(drafts) };
}

const settings = {
  name: "Cả nước mô phỏng / Simulated country",
  simulated: true,
  timeZone: "Asia/Ho_Chi_Minh",
};

/** Long before anything is said to happen: mails of any date can be looked at. */
const armed = [{ everything: true, from: "1990-01-01", note: "a simulation has no trial period" }];

function refuseImpossible({ zones, operating, withoutPlant }: CountryOptions): void {
  if (operating > zones)
    throw new Error(`expected no more operating zones than zones: ${operating} of ${zones}`);
  if (withoutPlant < 0 || withoutPlant > 1)
    throw new Error(`expected a share without a plant from 0 to 1, found ${withoutPlant}`);
}

function stationsByZone(drafts: readonly Draft[], options: CountryOptions): Map<string, number> {
  const connected = drafts.filter(isConnected);
  if (options.stations === undefined) {
    return new Map(connected.map(({ id }) => [id, options.stationsPerPlant]));
  }
  if (connected.length === 0) throw new Error("no plant is connected: nowhere to put stations");
  const seats = apportion(
    connected.map(() => 1),
    options.stations,
  );
  return new Map(connected.map(({ id }, index) => [id, seats[index] ?? 0]));
}

function truthOf(drafts: readonly Draft[]): Truth {
  const idsOf = (fits: (draft: Draft) => boolean) => drafts.filter(fits).map(({ id }) => id);
  return {
    from: FIRST_DAY,
    operating: idsOf(({ fate }) => fate.kind !== "idle"),
    missing: idsOf(({ fate }) => fate.kind === "missing"),
    unknown: idsOf(({ fate }) => fate.kind === "unknown"),
  };
}

/** What has no further structure stands on one line, as a person would write it. */
function yamlOf(head: string, content: object): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = ` ${head}`;
  visit(document, {
    Collection(_, node) {
      const isFlat = node.items.every((item) => {
        const value = typeof item === "object" && item !== null && "value" in item ? item.value : item;
        return !(typeof value === "object" && value !== null && "items" in value);
      });
      if (isFlat && node !== document.contents) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
