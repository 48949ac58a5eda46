/**
 * One fault run. In: a seed and how long; out: what was broken, what was sent, and what the audit found. Load and faults
 * run at once; then everything is whole again, what waits is waited for, and each message is looked for.
 */
import { totalOf } from "#shared/ledger/ledger.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { benchStations } from "#test/bench/load/registry.ts";
import { audit, type Findings } from "./audit/audit.ts";
import { readQuarantine, readRows } from "./audit/collect.ts";
import { type DrawnFault, drawFaults, type FaultKind, subjectOf } from "./draw.ts";
import { faults } from "./kinds/faults.ts";
import { settle } from "./settle.ts";
import { createWorld, type World } from "./world/world.ts";

export interface FaultRun extends Findings {
  readonly seed: number;
  /** What was broken and when, in order. */
  readonly faults: readonly string[];
  /** Numbered messages that stations sent. */
  readonly messages: number;
  /** Of them acknowledged by ingest. */
  readonly acknowledged: number;
  /** PUBLISH packets to ingest: messages, redeliveries and resends. */
  readonly deliveries: number;
  readonly resent: number;
  readonly outcomes: Readonly<Record<"stored" | "duplicate" | "conflict" | "quarantined", number>>;
  /** What did not come to rest in time, and processes that ended by themselves. */
  readonly troubles: readonly string[];
  readonly ok: boolean;
}

export interface FaultRunOptions {
  readonly seed: number;
  /** Faults begin in this time, and so long there is load at the least. */
  readonly ms: number;
  readonly messagesPerSecond: number;
  readonly only?: FaultKind | undefined;
  readonly folder: string;
  /** Leaves evidence of a run that failed. */
  readonly keep: boolean;
  readonly say: (text: string) => void;
}

const STATIONS = 12;
/** Faults of one subject wait for one another; so much longer than planned a run may take. */
const LONGER = 1.5;

export async function runOnce(options: FaultRunOptions): Promise<FaultRun> {
  const seed = String(options.seed);
  const drawn = drawFaults({ ...options, seed });
  const atMostMs = options.ms * LONGER;
  options.say("starting servers and ingest");
  const world = await createWorld({
    ...options,
    seed,
    atMostMs,
    stations: STATIONS,
    smallDisk: drawn.some(({ kind }) => kind === "full-disk"),
  });
  let failed = true;
  try {
    options.say("breaking things");
    const breaking = Promise.all([breakThings(world, drawn), pause(options.ms)]);
    const [[told]] = await Promise.all([breaking, world.load.runDuring(breaking, atMostMs)]);
    options.say("waiting until all is stored");
    const { ledger, journaled, troubles } = await settle(world);
    const rows = await readRows(
      world.influx,
      benchStations(STATIONS).map(({ id }) => id),
    );
    const { load, watch } = world;
    const findings = audit({
      messages: load.messages,
      acknowledgedAt: load.acknowledgedAt,
      arrived: watch.arrived,
      acknowledged: watch.acknowledged,
      acknowledgements: watch.acknowledgements,
      rows,
      quarantine: await readQuarantine(world.dataDir),
      ledger,
      journaled,
      brokerKills: world.brokerKills,
      clockStepped: drawn.some(({ kind }) => kind === "clock-step"),
    });
    const { stored, duplicate, conflict, quarantined } = totalOf(ledger);
    const run = {
      seed: options.seed,
      faults: told,
      messages: load.messages.length,
      acknowledged: watch.acknowledged.size,
      deliveries: watch.delivered,
      resent: load.resent,
      outcomes: { stored, duplicate, conflict, quarantined },
      ...findings,
      troubles: [...troubles, ...world.ingest.unasked],
    };
    failed = !isSound(run);
    return { ...run, ok: !failed };
  } finally {
    await world.close(failed && options.keep);
  }
}

const isSound = (run: Findings & { troubles: readonly string[] }) =>
  run.lost.length === 0 &&
  run.brokerLostBeyondBound === 0 &&
  run.brokerLostAfterResend === 0 &&
  run.balance === 0 &&
  run.miscounted.length === 0 &&
  run.troubles.length === 0;

/** Faults of one subject one after the other, those of different subjects side by side. */
async function breakThings(world: World, drawn: readonly DrawnFault[]): Promise<string[]> {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const told: { at: number; text: string }[] = [];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  async function breakOneByOne(some: readonly DrawnFault[]): Promise<void> {
    for (const fault of some) {
      await pause(Math.max(0, fault.atMs - now()));
      const at = now();
      const word = await faults[fault.kind](world, fault);
      const text = `${fault.kind} at ${seconds(at)}–${seconds(now())} s${word === undefined ? "" : ` (${word})`}`;
      told.push({ at, text });
    }
  }
  await Promise.all([...Map.groupBy(drawn, ({ kind }) => subjectOf(kind)).values()].map(breakOneByOne));
  return told.sort((one, other) => one.at - other.at).map(({ text }) => text);
}
