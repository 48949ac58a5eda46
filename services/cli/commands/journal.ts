/** `outfall journal status | tail | export`: what ingest has on disk. Only looks, also while ingest runs. */
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { commonEnv, parseConfig } from "#shared/runtime/config.ts";
import { withExample } from "../example.ts";
import type { JournalPlace } from "../journal/folders.ts";
import { parseSince, type Since } from "../since.ts";

interface Place {
  data?: string;
  worker: string;
}

interface ExportOptions extends Place {
  from?: Since;
  to?: Since;
  station?: string;
  archive?: boolean;
  out?: string;
}

const DEFAULT_LINES = 10;

export function registerJournal(program: Command): void {
  const journal = program
    .command("journal")
    .description("what ingest has on disk: how it stands, its newest messages, and all of them as JSON");
  withExample(journal, "outfall journal status");
  registerStatus(journal);
  registerTail(journal);
  registerExport(journal);
}

function placed(command: Command): Command {
  return command
    .option("--data <folder>", "data folder of ingest (OUTFALL_DATA_DIR)")
    .option("--worker <name>", "which worker's", "w1");
}

function registerStatus(journal: Command): void {
  const command = placed(
    journal
      .command("status")
      .description("size and bound, what waits to be stored and since when, archive, damage"),
  )
    .option("--json", "one JSON object")
    .action(async (options: Place & { json?: boolean }) => {
      const [{ readJournalStatus }, { statusLines }, { ingestConfig }, { JOURNAL_MAX_BYTES }] =
        await Promise.all([
          import("../journal/status.ts"),
          import("../journal/status-text.ts"),
          import("#services/ingest/config.ts"),
          import("#services/ingest/journal/journal.ts"),
        ]);
      const shape = ingestConfig.pick({ OUTFALL_JOURNAL_MAX_BYTES: true, OUTFALL_ARCHIVE_DAYS: true });
      const config = parseConfig(shape, process.env);
      const status = await readJournalStatus(await placeOf(options), {
        maxBytes: config.OUTFALL_JOURNAL_MAX_BYTES ?? JOURNAL_MAX_BYTES,
        keptDays: config.OUTFALL_ARCHIVE_DAYS,
      });
      process.stdout.write(`${options.json ? JSON.stringify(status) : statusLines(status).join("\n")}\n`);
    });
  withExample(command, "outfall journal status", "outfall journal status --worker w2 --json");
}

function registerTail(journal: Command): void {
  const command = placed(
    journal.command("tail").description("the newest messages: number, time of receipt, topic, payload"),
  )
    .option("-n, --lines <n>", "how many", parseCount, DEFAULT_LINES)
    .option("-f, --follow", "go on with those that come, until Ctrl-C")
    .option("--json", "one JSON object a line, the payload whole")
    .action(async (options: Place & { lines: number; follow?: boolean; json?: boolean }) => {
      const [{ follow, lastRecords }, { recordJson, recordLine }] = await Promise.all([
        import("../journal/tail.ts"),
        import("../journal/record-text.ts"),
      ]);
      const { folder } = await placeOf(options);
      const text = options.json ? recordJson : recordLine;
      const stop = new AbortController();
      endWithReader(() => stop.abort());
      const { records, place } = await lastRecords(folder, options.lines);
      for (const record of records) process.stdout.write(`${text(record)}\n`);
      if (!options.follow) return;
      process.once("SIGINT", () => stop.abort());
      process.once("SIGTERM", () => stop.abort());
      await follow(folder, place, (record) => process.stdout.write(`${text(record)}\n`), stop.signal);
    });
  withExample(command, "outfall journal tail -n 20", "outfall journal tail --follow --worker w2");
}

function registerExport(journal: Command): void {
  const command = placed(
    journal
      .command("export")
      .description("messages as they were received, one JSON object a line, oldest first"),
  )
    .option("--from <when>", "received since: ISO 8601, a date (UTC), or how long ago", parseSince)
    .option("--to <when>", "received before, in the same forms", parseSince)
    .option("--station <id>", "only of this station")
    .option("--archive", "also what has gone to the archive")
    .option("--out <file>", "write here, not to stdout")
    .action(async (options: ExportOptions) => {
      const [{ exportRecords }, { createProgressBar }, { createWriteStream }, { parseClock }] =
        await Promise.all([
          import("../journal/export.ts"),
          import("../progress-bar.ts"),
          import("node:fs"),
          import("#shared/runtime/clock.ts"),
        ]);
      const now = parseClock(parseConfig(z.object(commonEnv), process.env).OUTFALL_CLOCK).now();
      const filter = {
        from: options.from?.(now) ?? Number.NEGATIVE_INFINITY,
        to: options.to?.(now) ?? Number.POSITIVE_INFINITY,
        station: options.station,
      };
      if (filter.from >= filter.to)
        throw new Error("--from is not before --to: expected a time between them");
      const place = await placeOf(options);
      const file = options.out === undefined ? undefined : createWriteStream(options.out);
      if (file === undefined) endWithReader(() => process.exit(0));
      else await new Promise((resolve, reject) => file.once("open", resolve).once("error", reject));
      const bar = process.stderr.isTTY ? createProgressBar("journal, bytes") : undefined;
      const { records, lost, unreadable } = await exportRecords({
        place,
        filter,
        archive: options.archive === true,
        out: file ?? process.stdout,
        onProgress: (done, total) => bar?.update(done, total),
      });
      bar?.stop();
      if (file !== undefined) await new Promise<void>((resolve) => file.end(resolve));
      for (const { file: from, lost: gap } of lost)
        process.stderr.write(`records ${gap.fromSeq} to ${gap.toSeq} are lost in ${from}\n`);
      for (const { file: from, reason } of unreadable)
        process.stderr.write(`${from} cannot be read to its end: ${reason}\n`);
      process.exitCode = lost.length + unreadable.length > 0 ? 1 : 0;
      if (options.out !== undefined) process.stderr.write(`${records} messages written to ${options.out}\n`);
    });
  withExample(
    command,
    "outfall journal export --from 24h --station sim-sx-nt01 > sim-sx-nt01.ndjson",
    "outfall journal export --archive --from 2026-11-01 --to 2026-12-01 --out november.ndjson",
  );
}

async function placeOf({ data, worker }: Place): Promise<JournalPlace> {
  const { findJournal } = await import("../journal/folders.ts");
  const dataDir = data ?? parseConfig(z.object(commonEnv), process.env).OUTFALL_DATA_DIR;
  return findJournal(dataDir, worker);
}

/** Whoever reads our lines may have enough of them, as `head` does: that is no error. */
function endWithReader(end: () => void): void {
  process.stdout.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    end();
  });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0)
    throw new InvalidArgumentError("expected a whole number from 0 on");
  return count;
}
