/**
 * Stations whose clock is wrong. In: the delays of their newest records, and what was refused for a stamp in the future;
 * out: a finding with the offset. Records that come one interval apart, and are all off by the same time, were stamped by
 * a clock that is (7 h: UTC sent as local time); a slow line spreads.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Delays } from "./delays.ts";
import { type Finding, type Held, held } from "./finding.ts";
import { type Heard, RECENT, type Receipt } from "./heard.ts";

/** As fast as they were made, within this. */
const LEAST_PACE = 0.67;
const MOST_PACE = 1.5;
/** Refusals that make a habit. */
const LEAST_REFUSED = 3;

export interface ClockCase {
  readonly delays: Delays | undefined;
  readonly heard: Pick<Heard, "receivedAt" | "refused">;
  /** Of a simulated clock that runs fast, ms. */
  readonly slackMs: number;
  /** What the whole feed is behind by, ms. */
  readonly feedDelayMs: number;
  readonly rules: Rules["clockWrong"];
  readonly open: boolean;
}

/** Opens when all of its newest records are off, ends when none is; between, it stays as it is. */
export function judgeClock(given: ClockCase): Finding | Held | undefined {
  const { delays, heard, slackMs, feedDelayMs, rules, open } = given;
  const future = ofFuture(heard, feedDelayMs);
  if (future !== undefined) return future;
  const unchanged = open ? held("clock-wrong") : undefined;
  if (delays === undefined) return unchanged;
  const { leastMs, mostMs, pace, unbroken, first } = delays;
  const threshold = rules.after + slackMs;
  if (Math.max(Math.abs(leastMs), Math.abs(mostMs)) <= threshold) return undefined;
  const offsetMs = (leastMs + mostMs) / 2;
  const constant = mostMs - leastMs <= rules.spread && unbroken && pace >= LEAST_PACE && pace <= MOST_PACE;
  if (!constant || Math.abs(offsetMs) <= threshold) return unchanged;
  return {
    kind: "clock-wrong",
    parameter: null,
    level: 1,
    since: first.receivedAt - feedDelayMs,
    facts: {
      reason: "stamps lie in the past by a constant time",
      presence: { offsetMs: -offsetMs, spreadMs: mostMs - leastMs, records: RECENT, afterMs: rules.after },
    },
  };
}

/** Ingest refuses stamps of the future, so they are no records: it sends, and nothing comes of it. */
function ofFuture({ receivedAt, refused }: ClockCase["heard"], feedDelayMs: number): Finding | undefined {
  const since = refused.filter((refusal) => refusal.receivedAt > receivedAt);
  const [newest] = since;
  const first = since.at(-1);
  if (newest === undefined || first === undefined || since.length < LEAST_REFUSED) return undefined;
  const ahead = (refusal: Receipt) => refusal.time - refusal.receivedAt;
  return {
    kind: "clock-wrong",
    parameter: null,
    level: 1,
    since: first.receivedAt - feedDelayMs,
    facts: {
      reason: "stamps lie in the future, and are refused",
      presence: { offsetMs: ahead(newest), records: since.length },
    },
  };
}
