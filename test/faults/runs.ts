/** Fault runs one after the other. In: how many, a first seed; out: their sum, and each run as it ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultKind } from "./draw.ts";
import { type FaultRun, runOnce } from "./run.ts";

export interface FaultRunsOptions {
  readonly runs: number;
  /** Of the first run; the n-th after it has a seed n higher, so that each can be had again alone. */
  readonly seed: number;
  /** How long each is under load, ms. */
  readonly ms: number;
  readonly messagesPerSecond?: number;
  readonly only?: FaultKind | undefined;
  /** Leaves the folder of a run that failed. */
  readonly keep?: boolean;
  readonly onRun?: (run: FaultRun, index: number, keptFolder: string | undefined) => void;
  readonly say?: (text: string, index: number) => void;
}

/** Sums over all runs; each but the first five figures is zero, or something is wrong. */
export interface FaultRuns {
  readonly runs: number;
  readonly seed: number;
  readonly messages: number;
  readonly acknowledged: number;
  /** Acknowledged by brokers that were killed, and forgotten by them; their autosave bounds it. */
  readonly brokerLost: number;
  readonly lost: number;
  readonly balance: number;
  readonly brokerLostBeyondBound: number;
  readonly brokerLostAfterResend: number;
  readonly miscounted: number;
  readonly troubles: number;
  readonly failedSeeds: readonly number[];
}

const MESSAGES_PER_SECOND = 3_000;

export async function runFaults(options: FaultRunsOptions): Promise<FaultRuns> {
  const done: FaultRun[] = [];
  for (let index = 0; index < options.runs; index += 1) {
    const folder = await mkdtemp(join(tmpdir(), "outfall-faults-"));
    const run = await runOnce({
      seed: options.seed + index,
      ms: options.ms,
      messagesPerSecond: options.messagesPerSecond ?? MESSAGES_PER_SECOND,
      only: options.only,
      folder,
      keep: options.keep ?? false,
      say: (text) => options.say?.(text, index),
    });
    const kept = options.keep && !run.ok ? folder : undefined;
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
    done.push(run);
    options.onRun?.(run, index, kept);
  }
  const sum = (pick: (run: FaultRun) => number) => done.reduce((total, run) => total + pick(run), 0);
  return {
    runs: done.length,
    seed: options.seed,
    messages: sum((run) => run.messages),
    acknowledged: sum((run) => run.acknowledged),
    brokerLost: sum((run) => run.brokerLost),
    lost: sum((run) => run.lost.length),
    balance: sum((run) => run.balance),
    brokerLostBeyondBound: sum((run) => run.brokerLostBeyondBound),
    brokerLostAfterResend: sum((run) => run.brokerLostAfterResend),
    miscounted: sum((run) => run.miscounted.length),
    troubles: sum((run) => run.troubles.length),
    failedSeeds: done.filter(({ ok }) => !ok).map(({ seed }) => seed),
  };
}
