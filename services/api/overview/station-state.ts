/** One word for a station and for a zone, and the order in which they are shown: worst first. Pure. */
import type {
  OverviewParameter,
  OverviewStation,
  StationState,
  ZoneState,
} from "#shared/overview/overview.ts";
import type { ZonePlantState } from "#shared/plant/plant.ts";

/** Worst first. */
const zoneOrder: readonly ZoneState[] = [
  "over",
  "missing-plant",
  "silent",
  "fault",
  "near",
  "calibrating",
  "no-data",
  "ok",
  "no-station",
];

export interface StationFacts {
  readonly lastTime: number | null;
  /** ms since the newest record, on the feed's time. */
  readonly ageMs: number;
  /** Longest age that is still in order: the owed interval and the grace. */
  readonly silentAfterMs: number;
  readonly parameters: readonly Pick<OverviewParameter, "state">[];
  /** Kinds of its open incidents. */
  readonly openKinds: readonly string[];
}

/** Silence hides the values: what they were is no longer what they are. An open limit incident keeps the word until it is closed. */
export function stateOfStation(facts: StationFacts): StationState {
  if (facts.openKinds.includes("silent-station")) return "silent";
  if (facts.lastTime === null) return "no-data";
  const isBehind = facts.openKinds.some((kind) => kind === "late" || kind === "clock-wrong");
  if (facts.ageMs > facts.silentAfterMs && !isBehind) return "silent";
  const has = (state: OverviewParameter["state"]) =>
    facts.parameters.some((parameter) => parameter.state === state);
  if (has("over") || facts.openKinds.includes("limit")) return "over";
  if (has("fault")) return "fault";
  if (has("near")) return "near";
  if (has("calibrating")) return "calibrating";
  return "ok";
}

/** The worst of its stations; an operating zone without a plant is named whatever its stations say, unless one is over. */
export function stateOfZone(
  stations: readonly Pick<OverviewStation, "state">[],
  plantState: ZonePlantState,
): ZoneState {
  const states: ZoneState[] = stations.map(({ state }) => state);
  if (plantState === "missing") states.push("missing-plant");
  return states.sort(byState)[0] ?? "no-station";
}

export function byState(a: ZoneState, b: ZoneState): number {
  return zoneOrder.indexOf(a) - zoneOrder.indexOf(b);
}

interface Ranked {
  readonly state: ZoneState;
  readonly worst: number | null;
  readonly age: number | null;
  readonly id: string;
}

/** Worst first: state, then worst ratio, then the oldest last record, then id, so that the order never flickers. */
export function byWorst(a: Ranked, b: Ranked): number {
  return (
    byState(a.state, b.state) ||
    (b.worst ?? -1) - (a.worst ?? -1) ||
    (b.age ?? -1) - (a.age ?? -1) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
