/** Judges a golden case as `outfall judge --json` does, and follows its incidents. In: the case; out: verdicts as printed, and incident transitions. */
import { join } from "node:path";
import { type JudgeOptions, judgeFile } from "#services/cli/judge/judge-run.ts";
import { createVerdictPrinter } from "#services/cli/judge/verdict-json.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { GoldenCase } from "./case.ts";
import type { FoundIncident, FoundVerdict } from "./compare.ts";
import { replayIncidents } from "./replay-incidents.ts";

export interface CaseJudgement {
  readonly verdicts: readonly FoundVerdict[];
  readonly incidents: readonly FoundIncident[];
  /** Records that were refused. */
  readonly faults: readonly string[];
  readonly timeZone: string;
}

export async function judgeCase(golden: GoldenCase): Promise<CaseJudgement> {
  const { folder, until, revisions } = golden;
  const registry = await loadRegistry(join(folder, "registry"));
  const { timeZone, rules } = registry.settings;
  const printer = createVerdictPrinter(timeZone, rules.finalAfter);
  const verdicts: FoundVerdict[] = [];
  const incidents: FoundIncident[] = [];
  const faults: string[] = [];
  const judge = (all: boolean, onStation: JudgeOptions["onStation"]) =>
    judgeFile({
      registry,
      file: join(folder, "readings.csv"),
      until,
      revisions: all,
      onFault: (message) => faults.push(message),
      onStation,
    });
  await judge(revisions, (found, _samples, span) => {
    for (const verdict of found) verdicts.push(JSON.parse(printer.line(verdict, span.until)) as FoundVerdict);
  });
  if (golden.incidents !== undefined) {
    await judge(true, (found) => incidents.push(...replayIncidents(registry, found)));
  }
  return { verdicts, incidents, faults, timeZone };
}
