/** From verdicts to incidents. In: verdicts just written; out: the transitions they make, recorded. */
import { instrumentOf } from "#shared/incident/confirmation.ts";
import { followTransitions, planFollow } from "#shared/incident/follow.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { readVerdicts } from "../verdict/verdict-store.ts";
import type { IncidentStore } from "./incident-store.ts";

export interface LimitTracker {
  /** @param verdicts new or revised; those of one station and parameter are folded together. */
  follow(verdicts: readonly StoredVerdict[]): Promise<void>;
}

export function createLimitTracker(options: {
  registry: Registry;
  influx: Influx;
  incidents: IncidentStore;
  now: () => number;
}): LimitTracker {
  const { registry, influx, incidents, now } = options;
  const { rules } = registry.settings;
  /** One at a time of a station and parameter: its incidents have one writer. */
  const lanes = new Map<string, Promise<void>>();

  function inLane(key: string, work: () => Promise<void>): Promise<void> {
    const turn = (lanes.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    lanes.set(key, settled);
    settled.then(() => {
      if (lanes.get(key) === settled) lanes.delete(key);
    });
    return turn;
  }

  async function followSeries(changed: readonly StoredVerdict[]): Promise<void> {
    const plan = planFollow(changed, incidents.of);
    if (plan === undefined) return;
    const { station, parameter } = plan.place;
    const stored = await readVerdicts(influx, { station, parameter, from: plan.readFrom });
    const instrument = instrumentOf(registry.stations.get(station), parameter, rules);
    await incidents.record(followTransitions(plan, stored, rules, instrument, now()));
  }

  return {
    async follow(verdicts) {
      const acting = verdicts.filter((verdict) => verdict.acting);
      const series = Map.groupBy(acting, ({ station, parameter }) => `${station}|${parameter}`);
      for (const [key, changed] of series) await inLane(key, () => followSeries(changed));
    },
  };
}
