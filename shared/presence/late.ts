/** Stations that send records of now regularly, and late. In: the delays of their newest records; out: a finding. A backfill after an outage comes at another pace and is not meant. */
import type { Rules } from "#shared/registry/schema.ts";
import type { Delays } from "./delays.ts";
import { type Finding, type Held, held } from "./finding.ts";
import { type Heard, RECENT } from "./heard.ts";

/** Records that come at half the pace they were made at, or faster than that, are a backlog. */
const LEAST_PACE = 0.5;
const MOST_PACE = 2;

export interface LateCase {
  readonly delays: Delays | undefined;
  readonly heard: Pick<Heard, "time" | "receivedAt">;
  /** Delays of a simulated clock that runs fast are only as exact as the machine's pauses, ms. */
  readonly slackMs: number;
  readonly rules: Rules["late"];
  readonly open: boolean;
}

/** Opens when all of its newest records were late, ends when none was; between, it stays as it is. */
export function judgeLate({ delays, heard, slackMs, rules, open }: LateCase): Finding | Held | undefined {
  const unchanged = open ? held("late") : undefined;
  if (delays === undefined) return unchanged;
  const { leastMs, mostMs, pace, first } = delays;
  const threshold = rules.after + slackMs;
  if (mostMs <= threshold) return undefined;
  if (leastMs <= threshold || pace < LEAST_PACE || pace > MOST_PACE) return unchanged;
  return {
    kind: "late",
    parameter: null,
    level: 1,
    since: first.time,
    facts: {
      reason: "records arrive regularly, and late",
      lastRecordAt: heard.time,
      presence: { delayLeastMs: leastMs, delayMostMs: mostMs, records: RECENT, afterMs: rules.after },
    },
  };
}
