/**
 * The fuzz: arbitrary messages to a real ingest over a real broker. In: a seed and how many; out: what was published,
 * what the ledger counted, what was refused and why, and whether the worker lived through it.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { quarantineDays, readHeads } from "#services/ingest/quarantine/read-entries.ts";
import { type LedgerTotals, readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { isRunning } from "#shared/runtime/folder-lock.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Fleet, IngestProcess } from "#test/bench/fleet.ts";
import { createLoadPublisher } from "#test/bench/load/publisher.ts";
import { benchStations } from "#test/bench/load/registry.ts";
import { residentMemory } from "#test/bench/measure/process.ts";
import { rounded } from "#test/bench/measure/rounded.ts";
import { growthOf } from "#test/bench/memory.ts";
import { type BenchOptions, type Rig, withRig } from "#test/bench/rig.ts";
import { type FuzzMessage, type FuzzScene, fuzzMessage } from "./message.ts";

export interface FuzzOptions extends BenchOptions {
  readonly messages: number;
  readonly seed: number;
  readonly onProgress?: (done: number, expected: number) => void;
}

export interface FuzzResult {
  readonly seed: number;
  readonly messages: number;
  /** Messages by what they were meant to be. */
  readonly families: Readonly<Record<string, number>>;
  /** Samples the ledger must count. */
  readonly expected: number;
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly quarantined: number;
  readonly inJournal: number;
  readonly balance: number;
  /** Entries of the quarantine by reason. */
  readonly codes: Readonly<Record<string, number>>;
  /** The process that was started is the one that ended it. */
  readonly lived: boolean;
  /** Connections of ingest beyond the first. */
  readonly reconnects: number;
  readonly seconds: number;
  readonly rssMiBStart: number | null;
  readonly rssMiBEnd: number | null;
  readonly rssMiBPeak: number | null;
  /** Highest of the last part ÷ highest before it: 1 is flat. */
  readonly growth: number | null;
  /** Empty when all is well. */
  readonly troubles: readonly string[];
}

const STATIONS = 10;
const CHUNK = 500;
const CONNECTIONS = 4;
const LOOK_MS = 250;
/** Nothing moves any more. */
const STALLED_MS = 60_000;
/** Screen jobs are nobody's here. */
const EMPTY_QUEUES_EVERY = 100_000;

export const fuzzStations = benchStations(STATIONS);

export const runFuzz = (options: FuzzOptions): Promise<FuzzResult> =>
  withRig(options, (rig, say) => run(rig, say, options));

async function run(rig: Rig, say: (text: string) => void, options: FuzzOptions): Promise<FuzzResult> {
  const { messages, seed } = options;
  const startedAt = Date.now();
  const scene: FuzzScene = { seed, stations: fuzzStations, now: startedAt };
  const fleet = await rig.fleet("outfall", STATIONS);
  const ingest = await fleet.startIngest({ OUTFALL_ARCHIVE_DAYS: "0" });
  const start = await residentMemory(ingest.pid);
  const sent = { expected: 0, published: 0, families: new Map<string, number>() };
  const memory: number[] = [];

  say(`${messages} messages, seed ${seed}`);
  const publisher = await createLoadPublisher(rig.stack.mqttUrl, CONNECTIONS);
  const publishing = publishAll(rig, publisher.publish, scene, messages, sent);
  let totals: LedgerTotals;
  try {
    totals = await followLedger(fleet, ingest, publishing, sent, async (done) => {
      memory.push((await residentMemory(ingest.pid))?.nowMiB ?? 0);
      options.onProgress?.(done, Math.max(sent.expected, done));
    });
  } finally {
    publisher.close();
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const end = await residentMemory(ingest.pid);
  const lived = isRunning(ingest.pid);
  await ingest.stop();
  const codes = await codesIn(fleet);
  const reconnects = (await connections(fleet)) - 1;
  const { expected, families } = sent;
  return {
    ...{ seed, messages, families: sorted(families), expected },
    received: totals.received,
    stored: totals.stored,
    duplicate: totals.duplicate,
    conflict: totals.conflict,
    quarantined: totals.quarantined,
    inJournal: totals.inJournal,
    balance: totals.balance,
    codes: sorted(codes),
    ...{ lived, reconnects, seconds: rounded(seconds, 1) },
    rssMiBStart: rounded(start?.nowMiB ?? null, 0),
    rssMiBEnd: rounded(end?.nowMiB ?? null, 0),
    rssMiBPeak: rounded(end?.peakMiB ?? null, 0),
    growth: growthOf(memory),
    troubles: troublesOf({ totals, codes, lived, reconnects, ...sent, messages }),
  };
}

/** Made as they are sent: a million are more than memory should hold. */
async function publishAll(
  rig: Rig,
  publish: (messages: readonly FuzzMessage[]) => Promise<void>,
  scene: FuzzScene,
  messages: number,
  sent: { expected: number; published: number; families: Map<string, number> },
): Promise<void> {
  for (let from = 0; from < messages; from += CHUNK) {
    const some = Array.from({ length: Math.min(CHUNK, messages - from) }, (_, index) =>
      fuzzMessage(scene, from + index),
    );
    await publish(some);
    for (const { samples, family } of some) {
      sent.expected += samples;
      sent.families.set(family, (sent.families.get(family) ?? 0) + 1);
    }
    sent.published += some.length;
    if (sent.published % EMPTY_QUEUES_EVERY === 0) await rig.emptyQueues();
    // this process also looks at the ledger
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Until the ledger has what it must and the journal is empty, or nothing moves any more. */
async function followLedger(
  fleet: Fleet,
  ingest: IngestProcess,
  publishing: Promise<void>,
  sent: { readonly expected: number },
  onLook: (done: number) => Promise<void>,
): Promise<LedgerTotals> {
  let isPublished = false;
  const published = publishing.then(() => {
    isPublished = true;
  });
  published.catch(() => undefined);
  let before = "";
  let movedAt = Date.now();
  for (;;) {
    const totals = totalOf(await readLedger(fleet.influx));
    await onLook(totals.received - totals.inJournal);
    const shown = JSON.stringify(totals);
    if (shown !== before) movedAt = Date.now();
    before = shown;
    const isDone = isPublished && totals.received >= sent.expected && totals.inJournal === 0;
    if (isDone || !isRunning(ingest.pid) || Date.now() - movedAt > STALLED_MS) {
      if (isDone) await published;
      return totals;
    }
    await pause(LOOK_MS);
  }
}

async function codesIn(fleet: Fleet): Promise<Map<string, number>> {
  const folder = join(dirname(fleet.cursorFile), "quarantine");
  const codes = new Map<string, number>();
  for (const day of await quarantineDays(folder)) {
    for await (const { code } of readHeads(folder, day)) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return codes;
}

async function connections({ logFile }: Fleet): Promise<number> {
  const text = await readFile(logFile, "utf8");
  return text.split("\n").filter((line) => line.includes('"connected to the broker"')).length;
}

function troublesOf(found: {
  totals: LedgerTotals;
  codes: ReadonlyMap<string, number>;
  lived: boolean;
  reconnects: number;
  expected: number;
  published: number;
  messages: number;
}): string[] {
  const { totals, codes, expected, published, messages } = found;
  const entries = [...codes.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...(found.lived ? [] : ["the worker died"]),
    ...(found.reconnects === 0 ? [] : [`ingest came back to the broker ${found.reconnects} times`]),
    ...(published === messages ? [] : [`${published} of ${messages} messages could be published`]),
    ...(totals.received === expected ? [] : [`${expected} samples expected, ${totals.received} received`]),
    ...(totals.inJournal === 0 ? [] : [`${totals.inJournal} samples are still in the journal`]),
    ...(totals.balance === 0 ? [] : [`the balance is ${totals.balance}`]),
    ...(entries === totals.quarantined + totals.conflict
      ? []
      : [`${entries} entries in the quarantine for ${totals.quarantined + totals.conflict} refused samples`]),
  ];
}

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
