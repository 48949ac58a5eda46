/**
 * Inflow against outflow of a day: a bypass, a stuck meter or storage shows as a difference (trade practice 1.9, P). A
 * finding, which opens nothing by itself. In: the day's tallies and held time of both meters; out: a verdict. Pure.
 */
import { counts, firstEndingAfter, type HeldTime } from "#shared/coverage/held-time.ts";
import type { Tally } from "#shared/coverage/tally.ts";
import { decimal } from "#shared/limit/decimal.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Window } from "#shared/window/calendar.ts";

export interface FlowBalance {
  readonly outcome: "within" | "exceeded" | "insufficient";
  /** (in − out) ÷ in, without sign. */
  readonly value: number | null;
  readonly completeness: number;
  readonly reason: string;
}

interface Meter {
  readonly tally: Tally;
  readonly times: HeldTime | undefined;
}

export function balanceFlows(
  inflow: Meter,
  outflow: Meter,
  day: Window,
  connectedMs: number,
  rules: Pick<Rules, "flowBalance" | "noDischarge" | "completeness">,
): FlowBalance {
  const knownMs = Math.min(inflow.tally.usableMs, outflow.tally.usableMs);
  const completeness = connectedMs <= 0 ? 0 : Math.min(1, decimal(knownMs / connectedMs));
  const [inRate, outRate] = [rateOf(inflow.tally), rateOf(outflow.tally)];
  const value = knownMs > 0 && inRate > 0 ? decimal(Math.abs(inRate - outRate) / inRate) : null;
  const aloneMs = longestAlone(inflow.times, outflow.times, day, rules.noDischarge.below);
  if (aloneMs >= rules.flowBalance.inflowAlone)
    return {
      outcome: "exceeded",
      value,
      completeness,
      reason: `inflow without outflow for ${decimal(aloneMs / 3_600_000)} h`,
    };
  if (completeness < rules.completeness.day)
    return { outcome: "insufficient", value, completeness, reason: "incomplete" };
  const differs = value !== null && value > rules.flowBalance.maxDifference;
  return { outcome: differs ? "exceeded" : "within", value, completeness, reason: "" };
}

/** Mean of the usable time, m³/h: a difference of rates does not depend on which minutes are missing. */
const rateOf = ({ sum, usableMs }: Tally): number => (usableMs === 0 ? 0 : sum / usableMs);

/** The longest time in the day in which water came in and none went out, ms. */
function longestAlone(
  inflow: HeldTime | undefined,
  outflow: HeldTime | undefined,
  day: Window,
  below: number,
): number {
  if (inflow === undefined || outflow === undefined) return 0;
  let longest = 0;
  let running = 0;
  let until = Number.NaN;
  let other = firstEndingAfter(outflow, day.from);
  for (let at = firstEndingAfter(inflow, day.from); at < inflow.from.length; at += 1) {
    if ((inflow.from[at] as number) >= day.to) break;
    const from = Math.max(inflow.from[at] as number, day.from);
    const to = Math.min(inflow.to[at] as number, day.to);
    if (to <= from || !counts(inflow.state[at] as 0) || (inflow.value[at] as number) <= below) continue;
    while (other < outflow.to.length && (outflow.to[other] as number) <= from) other += 1;
    for (let next = other; next < outflow.from.length && (outflow.from[next] as number) < to; next += 1) {
      if (!counts(outflow.state[next] as 0) || (outflow.value[next] as number) > below) continue;
      const begin = Math.max(from, outflow.from[next] as number);
      const end = Math.min(to, outflow.to[next] as number);
      if (end <= begin) continue;
      running = begin === until ? running + end - begin : end - begin;
      until = end;
      if (running > longest) longest = running;
    }
  }
  return longest;
}
