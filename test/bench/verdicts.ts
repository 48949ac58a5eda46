/** How fast judgement is: offline, closing windows of a country, the presence sweep, and from a reading to its incident. In: what to measure; out: figures of one run. */
import { join } from "node:path";
import { percentile } from "./measure/percentile.ts";
import { rounded } from "./measure/rounded.ts";
import { type BenchOptions, withRig } from "./rig.ts";
import { sweepBench } from "./sweep.ts";
import { atLeast, below, type Target } from "./targets.ts";
import { benchClose } from "./verdicts/close.ts";
import { PARAMETERS } from "./verdicts/country.ts";
import { benchLatency } from "./verdicts/latency.ts";
import { benchOffline } from "./verdicts/offline.ts";

export interface VerdictsOptions extends BenchOptions {
  readonly stations?: number;
  readonly offlineStations?: number;
  readonly offlineDays?: number;
  readonly messagesPerSecond?: number;
  readonly incidents?: number;
}

export interface VerdictsBench {
  readonly stations: number;
  readonly parameters: number;
  readonly offlineReadings: number;
  readonly offlineVerdicts: number;
  /** By the clock. */
  readonly offlineReadingsPerSecond: number;
  /** A second of processor time. */
  readonly offlineReadingsPerCpuSecond: number;
  readonly hourVerdicts: number;
  readonly hourCloseSeconds: number;
  readonly dayVerdicts: number;
  readonly dayCloseSeconds: number;
  /** Median of a look at all stations. */
  readonly sweepMs: number;
  readonly sweepSlowestMs: number;
  readonly incidents: number;
  readonly incidentP50Ms: number;
  readonly incidentP99Ms: number;
}

export const benchVerdicts = (options: VerdictsOptions): Promise<VerdictsBench> =>
  withRig(options, async (rig, say) => {
    const stations = options.stations ?? 2_000;
    say("judging a recorded feed offline");
    const offline = await benchOffline(join(rig.folder, "offline"), {
      stations: options.offlineStations ?? 20,
      days: options.offlineDays ?? 30,
    });
    const close = await benchClose(rig, stations, say);
    say("the presence sweep");
    const sweep = sweepBench({ stations, measured: PARAMETERS });
    say("from a reading to its incident");
    const latencies = await benchLatency(rig, {
      stations,
      messagesPerSecond: options.messagesPerSecond ?? 400,
      incidents: options.incidents ?? 200,
    });
    return {
      stations,
      parameters: PARAMETERS,
      offlineReadings: offline.readings,
      offlineVerdicts: offline.verdicts,
      offlineReadingsPerSecond: offline.perSecond,
      offlineReadingsPerCpuSecond: offline.perCpuSecond,
      hourVerdicts: close.hourVerdicts,
      hourCloseSeconds: rounded(close.hourSeconds, 2),
      dayVerdicts: close.dayVerdicts,
      dayCloseSeconds: rounded(close.daySeconds, 2),
      sweepMs: rounded(sweep.quietMs, 1),
      sweepSlowestMs: rounded(sweep.slowestMs, 1),
      incidents: latencies.length,
      incidentP50Ms: rounded(percentile(latencies, 0.5), 0),
      incidentP99Ms: rounded(percentile(latencies, 0.99), 0),
    };
  });

/** A part of a country is not held to a country's targets. */
export function verdictsTargets(result: VerdictsBench): Target[] {
  const ofCountry = (target: Target): Target =>
    result.stations < 2_000 ? { ...target, isMet: null } : target;
  return [
    atLeast(
      "offlineReadingsPerCpuSecond",
      result.offlineReadingsPerCpuSecond,
      300_000,
      "readings a second of one core",
    ),
    ofCountry(below("hourCloseSeconds", result.hourCloseSeconds, 10, "s")),
    ofCountry(below("dayCloseSeconds", result.dayCloseSeconds, 20, "s")),
    ofCountry(below("sweepMs", result.sweepMs, 200, "ms")),
    ofCountry(below("incidentP99Ms", result.incidentP99Ms, 1_000, "ms at 400 msg/s")),
  ];
}
