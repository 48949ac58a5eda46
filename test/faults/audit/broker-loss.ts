/**
 * What a killed broker forgot. In: when it acknowledged which message, what came to ingest, when it was killed; out: how
 * many it had acknowledged and forgot, whether its autosave explains that, and what no resend brought back. Pure.
 */
import type { Evidence, Findings } from "./audit.ts";

/** `autosave_interval 5`: the broker looks once a second whether more than that has passed, and then writes. */
export const AUTOSAVE_MS = 6_000;
/** It writes what it had when it began to write, and the station hears of an acknowledgement a little later. */
const SLACK_MS = 1_500;

type BrokerLoss = Pick<Findings, "brokerLost" | "brokerLostBeyondBound" | "brokerLostAfterResend">;

export function findForgotten(
  evidence: Pick<Evidence, "acknowledgedAt" | "arrived" | "acknowledged" | "brokerKills">,
): BrokerLoss {
  const { acknowledgedAt, arrived, acknowledged, brokerKills } = evidence;
  const explained = (at: number) =>
    brokerKills.some((killedAt) => at <= killedAt + SLACK_MS && at > killedAt - AUTOSAVE_MS - SLACK_MS);
  let brokerLost = 0;
  let brokerLostBeyondBound = 0;
  let brokerLostAfterResend = 0;
  for (const [number, at] of acknowledgedAt) {
    if (!acknowledged.has(number)) brokerLostAfterResend += 1;
    if (arrived.has(number)) continue;
    brokerLost += 1;
    if (!explained(at)) brokerLostBeyondBound += 1;
  }
  return { brokerLost, brokerLostBeyondBound, brokerLostAfterResend };
}
