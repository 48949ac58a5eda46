/**
 * What ingest tells about itself. In: its status and its tally; out: figures for Prometheus and for its own row in
 * InfluxDB, read when somebody asks: a message costs nothing for it.
 */
import { statfs } from "node:fs/promises";
import { outcomes, totalOf } from "#shared/ledger/ledger.ts";
import type { Metrics } from "#shared/metrics/metrics.ts";
import type { SelfFigures } from "#shared/metrics/self-report.ts";
import type { Ingest } from "../ingest.ts";

type Told = Pick<Ingest, "status" | "plants">;

/** Registers everything that is read at a scrape. */
export function observeIngest(metrics: Pick<Metrics, "observe">, ingest: Told): void {
  const { status, plants } = ingest;
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.observe({ name, help }, () => [{ value: read() }]);

  metrics.observe(
    { name: "received_samples_total", help: "samples journaled and acknowledged", labels: ["plant"] },
    () => [...plants()].map(([plant, { received }]) => ({ labels: { plant }, value: received })),
  );
  metrics.observe(
    {
      name: "samples_total",
      help: "samples done with, by what became of them",
      labels: ["plant", "outcome"],
    },
    () =>
      [...plants()].flatMap(([plant, counts]) =>
        outcomes.map((outcome) => ({ labels: { plant, outcome }, value: counts[outcome] })),
      ),
  );
  metrics.observe(
    { name: "quarantined_samples_total", help: "samples refused, by reason", labels: ["code"] },
    () => {
      const codes: Record<string, number> = {};
      for (const { reasons = {} } of plants().values())
        for (const [code, count] of Object.entries(reasons)) codes[code] = (codes[code] ?? 0) + count;
      return Object.entries(codes).map(([code, value]) => ({ labels: { code }, value }));
    },
  );
  gauge(
    "balance_samples",
    "received minus everything accounted for; anything but 0 is a fault",
    () => status().balance,
  );
  gauge("journal_bytes", "live journal on disk", () => status().journalBytes);
  gauge("journal_waiting_messages", "durable and not yet stored", () => status().journalMessages);
  gauge(
    "oldest_waiting_seconds",
    "age of the oldest message not yet stored, about",
    () => status().oldestWaitingMs / 1000,
  );
  gauge("forgotten_messages", "left unacknowledged while the journal took nothing", () => status().forgotten);
  gauge("connected", "1 while the broker's subscription stands", () => Number(status().connected));
  gauge("stuck", "1 while the journal or its disk takes nothing", () => Number(status().stuck));
  gauge("failing_steps", "steps that fail now and are tried again", () => status().troubles.length);
  metrics.observe({ name: "retries_total", help: "attempts of any step that failed" }, () => [
    { value: status().retries },
  ]);
}

/** Its row in `pipeline`. @param folder whose disk the journal fills */
export async function ingestFigures({ status, plants }: Told, folder: string): Promise<SelfFigures> {
  const now = status();
  const { received, stored, quarantined } = totalOf([...plants().values()]);
  const disk = await statfs(folder).catch(() => undefined);
  return {
    totals: { received, stored, quarantined },
    now: {
      journal_bytes: now.journalBytes,
      journal_messages: now.journalMessages,
      oldest_waiting_ms: now.oldestWaitingMs,
      forgotten: now.forgotten,
      connected: now.connected,
      stuck: now.stuck,
      troubles: now.troubles.length,
      disk_free_bytes: disk === undefined ? undefined : disk.bavail * disk.bsize,
    },
  };
}
