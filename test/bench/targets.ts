/** What the figures are meant to reach. In: a bench's figures; out: each target with the figure and whether it is met. Pure. */
import type { IngestBench } from "./figures.ts";

export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: number | null;
  /** Null where nothing was measured, or the target does not hold on such a machine. */
  readonly isMet: boolean | null;
}

export const atLeast = (what: string, found: number | null, bound: number, unit: string): Target => ({
  what,
  wanted: `at least ${bound.toLocaleString("en")} ${unit}`.trimEnd(),
  found,
  isMet: found === null ? null : found >= bound,
});

export const below = (what: string, found: number | null, bound: number, unit: string): Target => ({
  what,
  wanted: `below ${bound.toLocaleString("en")} ${unit}`,
  found,
  isMet: found === null ? null : found < bound,
});

export const RSS_MIB = 400;

/** A machine whose broker gives so much is fast enough for an absolute figure. */
const FAST_BROKER = 200_000;
const LIVE_PACE = 30_000;

export function ingestTargets(result: IngestBench): Target[] {
  const { brokerLimit, pace, paceReached } = result;
  const isFast = brokerLimit !== null && brokerLimit >= FAST_BROKER;
  // a latency only counts at the pace it is asked for
  const atPace = (found: number | null) => (pace === null || pace < LIVE_PACE ? null : found);
  const keptPace = paceReached !== null && pace !== null && paceReached >= pace * 0.95;
  const latency = (what: string, found: number | null, bound: number) => {
    const target = below(what, atPace(found), bound, "ms at 30,000 msg/s");
    return { ...target, isMet: target.isMet === null ? null : target.isMet && keptPace };
  };
  return [
    atLeast("outfallDrain ÷ brokerLimit", result.ratioToBroker, 0.3, "(aim 0.45)"),
    {
      ...atLeast("outfallDrain", result.outfallDrain, 60_000, "msg/s where brokerLimit is at least 200,000"),
      ...(isFast ? {} : { isMet: null }),
    },
    atLeast("outfallLive", result.outfallLive, LIVE_PACE, "msg/s"),
    latency("ackP99Ms", result.ackP99Ms, 50),
    latency("storedP99Ms", result.storedP99Ms, 150),
    below("rssMiBPeak", result.rssMiBPeak, RSS_MIB, "MiB"),
    below("countryStoredP99Ms", result.countryStoredP99Ms, 25, "ms"),
  ];
}
