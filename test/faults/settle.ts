/**
 * After the faults: until everything sent is acknowledged, stored and counted. In: a world that is whole again; out: the
 * ledger and the journal at rest, or what does not come to rest.
 */
import { type LedgerEntry, readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { readJournaled } from "./audit/collect.ts";
import type { World } from "./world/world.ts";

export interface Rest {
  readonly ledger: readonly LedgerEntry[];
  readonly journaled: number;
  readonly troubles: readonly string[];
}

const LOOK_EVERY_MS = 100;
/** A retry may wait ten seconds for its turn. */
const PATIENCE_MS = 20_000;
/** Looks in a row at which nothing moves: the ledger is written four times a second. */
const CALM_LOOKS = 8;

/** Waits as long as anything moves. */
export async function settle(world: World): Promise<Rest> {
  let last = "";
  let calm = 0;
  let movedAt = performance.now();
  for (;;) {
    const { moving, ...rest } = await look(world);
    const state = JSON.stringify([moving, rest.journaled, totalOf(rest.ledger), world.watch.delivered]);
    calm = state === last ? calm + 1 : 0;
    if (calm === 0) movedAt = performance.now();
    last = state;
    if (moving.length === 0 && calm >= CALM_LOOKS) return { ...rest, troubles: [] };
    if (performance.now() - movedAt > PATIENCE_MS) return { ...rest, troubles: moving };
    await pause(LOOK_EVERY_MS);
  }
}

async function look({
  load,
  watch,
  influx,
  dataDir,
}: World): Promise<Omit<Rest, "troubles"> & { moving: string[] }> {
  const [ledger, journaled] = await Promise.all([readLedger(influx), readJournaled(dataDir)]);
  const { inJournal, received } = totalOf(ledger);
  const open = load.messages.length - watch.acknowledged.size;
  const moving: string[] = [];
  if (load.waiting > 0)
    moving.push(`the broker has not acknowledged ${load.waiting} messages of the stations`);
  else if (open > 0) moving.push(`ingest has not acknowledged ${open} messages`);
  if (inJournal > 0) moving.push(`${inJournal} samples are still in the journal`);
  if (received < journaled) moving.push(`the ledger has ${received} samples, the journal took ${journaled}`);
  return { ledger, journaled, moving };
}
