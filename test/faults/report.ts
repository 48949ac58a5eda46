/** Fault runs for a person. In: a run, or all of them; out: a line, and what is wrong below it. Pure. */
import type { FaultRun } from "./run.ts";
import type { FaultRuns } from "./runs.ts";

/** So many of each kind of wrong thing are shown. */
const SHOWN = 5;

export function renderRun(run: FaultRun): string {
  const { stored, duplicate, conflict, quarantined } = run.outcomes;
  const facts = [
    `seed ${run.seed} ${run.ok ? "ok" : "FAILED"}`,
    run.faults.join(", "),
    `${run.messages} messages, ${run.acknowledged} acknowledged (${run.deliveries} deliveries, ${run.resent} resent)`,
    `stored ${stored}, duplicate ${duplicate}, conflict ${conflict}, quarantined ${quarantined}`,
    `lost ${run.lost.length}, brokerLost ${run.brokerLost} (${run.brokerLostAfterResend} after resends), balance ${run.balance}`,
  ];
  const wrong = [
    ...some("lost", run.lost),
    ...some("wrong", run.miscounted),
    ...some("trouble", run.troubles),
    ...(run.brokerLostBeyondBound > 0
      ? [`  broker: ${run.brokerLostBeyondBound} messages forgotten that an autosave should have kept`]
      : []),
  ];
  return [facts.join(" | "), ...wrong].join("\n");
}

function some(word: string, all: readonly string[]): string[] {
  const rest = all.length - SHOWN;
  const shown = all.slice(0, SHOWN).map((text) => `  ${word}: ${text}`);
  return rest > 0 ? [...shown, `  ${word}: and ${rest} more`] : shown;
}

export function renderRuns(runs: FaultRuns): string {
  const failed =
    runs.failedSeeds.length === 0 ? "none failed" : `failed: seeds ${runs.failedSeeds.join(", ")}`;
  return `${runs.runs} runs from seed ${runs.seed}, ${failed}: ${runs.acknowledged} of ${runs.messages} messages acknowledged by ingest, lost ${runs.lost}, balance ${runs.balance}, counted wrongly ${runs.miscounted}; killed brokers forgot ${runs.brokerLost}, after resends ${runs.brokerLostAfterResend}\n`;
}
