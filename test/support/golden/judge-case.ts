/** Judges a golden case as `outfall judge --json` does, and follows its incidents. In: the case; out: verdicts as printed, and incident transitions. */
import { join } from "node:path";
import { judgeFile } from "#services/cli/judge/judge-run.ts";
import { createVerdictPrinter } from "#services/cli/judge/verdict-json.ts";
import { followFeed } from "#shared/incident/follow-feed.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { GoldenCase } from "./case.ts";
import type { FoundIncident, FoundVerdict } from "./compare.ts";

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
  await judgeFile({
    registry,
    file: join(folder, "readings.csv"),
    until,
    revisions,
    onFault: (message) => faults.push(message),
    onRevisions:
      golden.incidents === undefined ? undefined : (all) => incidents.push(...followFeed(registry, all)),
    onStation(found, _samples, span) {
      for (const verdict of found)
        verdicts.push(JSON.parse(printer.line(verdict, span.until)) as FoundVerdict);
    },
  });
  return { verdicts, incidents, faults, timeZone };
}
