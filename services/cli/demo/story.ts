/** What the demo does to the system while its story runs: starts the clock, and kills ingest once. Everything else happens by itself. */
import { rename, writeFile } from "node:fs/promises";
import { readWatermarks } from "#services/compliance/window/watermark.ts";
import type { System } from "#services/local/system.ts";
import { anchorText } from "#shared/runtime/clock.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import type { Screen } from "./screen.ts";
import type { RunWatch } from "./watch.ts";

const HOUR_MS = 3_600_000;
/** Into the story, ingest is killed in mid-stream; sooner in a story that is cut short. */
const KILL_AT_HOURS = 9;
const KILL_AT_SHARE = 0.7;
const PATIENCE_MS = 120_000;

export interface Story {
  readonly system: System;
  readonly screen: Screen;
  readonly watch: RunWatch;
  /** Simulated time at which it begins, ms since epoch. */
  readonly startMs: number;
  readonly hours: number;
  /** Simulated seconds a second. */
  readonly speed: number;
  /** Real time at which it ends, ms since epoch; undefined: until Ctrl-C. */
  readonly endsAt: number | undefined;
  /** The held clock of all processes waits for this file. */
  readonly anchorFile: string;
  /** The shared clock. */
  readonly now: () => number;
  /** Messages acknowledged by the broker so far. */
  readonly published: () => number;
  readonly signal: AbortSignal;
}

/** The history is with the broker; the clock starts once it is stored and judged too. */
export async function beginStory(story: Story): Promise<void> {
  const { system, screen, watch, startMs, signal } = story;
  const history = story.published();
  await waitFor(() => signal.aborted || (watch.ledger.received >= history && watch.ledger.inJournal === 0), {
    what: "the history is stored",
    timeoutMs: PATIENCE_MS,
  });
  const { received, stored, duplicate } = watch.ledger;
  const difference = received - stored - duplicate;
  screen.news(
    `thirty days of history: ${history} messages acknowledged, ${stored} stored, difference ${difference}`,
  );
  const storedAt = Date.now();
  // the last full hour before the story is judged ten minutes after its end
  const judgedUntil = startMs - HOUR_MS - 10 * 60_000;
  await waitFor(
    async () => signal.aborted || ((await readWatermarks(system.influx)).hour ?? 0) > judgedUntil,
    {
      what: "the history is judged",
      timeoutMs: PATIENCE_MS,
      everyMs: 50,
    },
  );
  screen.news(
    `every hour and day of it judged ${((Date.now() - storedAt) / 1000).toFixed(1)} s later; the story begins`,
  );
  await startClock(story);
}

/** Whatever the history took, a bounded story ends at the present, when the demo does. */
async function startClock({ anchorFile, endsAt, hours, speed }: Story): Promise<void> {
  const realMs = Date.now();
  const fitting = endsAt === undefined ? speed : (hours * HOUR_MS) / Math.max(1_000, endsAt - realMs);
  await writeFile(`${anchorFile}.new`, anchorText({ realMs, speed: fitting }));
  await rename(`${anchorFile}.new`, anchorFile);
}

/** `kill -9` of ingest in mid-stream: what it had acknowledged is on disk, what it had not the broker sends again. */
export async function killIngest(story: Story): Promise<void> {
  const { system, screen, watch, signal, now } = story;
  const at = story.startMs + Math.min(KILL_AT_HOURS, story.hours * KILL_AT_SHARE) * HOUR_MS;
  while (now() < at) {
    if (signal.aborted) return;
    await pause(50, signal);
  }
  const ingest = system.services.get("ingest");
  if (ingest === undefined || signal.aborted) return;
  screen.news("kill -9 of ingest, in mid-stream");
  await ingest.stop("SIGKILL");
  await ingest.restart();
  const target = story.published();
  await waitFor(() => signal.aborted || (watch.ledger.received >= target && watch.ledger.inJournal === 0), {
    what: "ingest has caught up",
  }).catch(() => undefined);
  const { received, stored, duplicate, inJournal, balance } = watch.ledger;
  screen.news(
    `ingest is back: received ${received} = stored ${stored} + duplicate ${duplicate} + in journal ${inJournal}, balance ${balance}`,
  );
}
