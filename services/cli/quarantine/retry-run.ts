/** `outfall quarantine retry` as one run. In: ids or a filter, the environment; out: what to print, and whether something failed. */
import { z } from "zod";
import { ingestConfig, retentionMs } from "#services/ingest/config.ts";
import { FUTURE_MS, judgeMessage } from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import { printable } from "#shared/reading/rejection.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseConfig } from "#shared/runtime/config.ts";
import { createProgressBar } from "../progress-bar.ts";
import { tableLines } from "../table.ts";
import { findHead } from "./find-one.ts";
import type { WorkerQuarantine } from "./folders.ts";
import { createRepublisher } from "./republisher.ts";
import { type RetryOutcome, retryEntries } from "./retry.ts";
import { type EntryFilter, type FoundEntry, findEntries } from "./survey.ts";

export interface RetryRequest {
  readonly places: readonly WorkerQuarantine[];
  readonly now: () => number;
  readonly ids: readonly string[];
  /** Undefined: only the ids. */
  readonly filter: EntryFilter | undefined;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly most: number;
  readonly env: NodeJS.ProcessEnv;
}

export interface RetryReport {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** Something that passes the registry was not taken by the broker, or by nobody behind it. */
  readonly failed: boolean;
}

const retryConfig = z.object({
  ...ingestConfig.shape,
  OUTFALL_MQTT_STATION_SECRET: z.string().optional(),
});

export async function retryRefusals(request: RetryRequest): Promise<RetryReport> {
  const { places, now, dryRun } = request;
  const config = parseConfig(retryConfig, request.env);
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const { entries, skipped } = await chooseEntries(request);
  const rules = {
    route: createTopicRouter(topicRootOf(registry.settings.simulated), registry),
    futureMs: FUTURE_MS,
    retentionMs: retentionMs(config.OUTFALL_RAW_RETENTION),
  };
  const republisher = dryRun
    ? undefined
    : createRepublisher({
        url: config.OUTFALL_MQTT_URL,
        stationSecret: config.OUTFALL_MQTT_STATION_SECRET,
      });
  const bar = createProgressBar(dryRun ? "judging" : "sending");
  try {
    const outcome = await retryEntries({
      places,
      entries,
      judge: (message) => judgeMessage(message, rules),
      republisher,
      now,
      onProgress: bar.update,
    });
    return report(outcome, skipped, dryRun);
  } finally {
    bar.stop();
    await republisher?.close();
  }
}

/** Asked for by id: whatever happened before. By filter: only what was not sent again yet. */
async function chooseEntries({ places, ids, filter, again, most }: RetryRequest) {
  const entries = new Map<string, FoundEntry>();
  let skipped = 0;
  for (const id of ids) entries.set(id, await findHead(places, id));
  if (filter !== undefined) {
    for await (const entry of findEntries(places, filter)) {
      if (entry.retried !== undefined && !again) {
        skipped += 1;
        continue;
      }
      entries.set(entry.fullId, entry);
      if (entries.size > most) {
        throw new Error(
          `more than ${most} refusals; expected a narrower choice, e.g. by --since, --code or --plant`,
        );
      }
    }
  } else if (ids.length === 0) {
    throw new Error("nothing chosen; expected ids, or --code, --plant or --station, or --all");
  }
  return { entries: [...entries.values()], skipped };
}

function report(
  { messages, sent, refused, unsent }: RetryOutcome,
  skipped: number,
  dryRun: boolean,
): RetryReport {
  const cells = ({ entry, reason }: RetryOutcome["refused"][number]) =>
    [entry.fullId, entry.code, reason].map(printable);
  const verb = dryRun ? "would be sent" : "sent to the broker";
  return {
    failed: unsent > 0,
    json: {
      dryRun,
      messages,
      sent: sent.map(({ fullId }) => fullId),
      notSent: refused.map(({ entry, reason }) => ({ id: entry.fullId, code: entry.code, reason })),
      skipped,
    },
    lines: [
      `${sent.length} refusals in ${messages} messages ${verb}`,
      ...(skipped > 0 ? [`${skipped} were sent again before; --again sends them once more`] : []),
      ...(refused.length > 0
        ? [
            `${refused.length} not sent:`,
            "",
            ...tableLines(["id", "refused as", "why not"], refused.map(cells)),
          ]
        : []),
      ...(sent.length > 0 && !dryRun ? ["what became of them: outfall ledger"] : []),
    ],
  };
}
