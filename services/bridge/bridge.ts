/**
 * The bridge: a drop folder of the loggers' text files -> scan -> translate -> publish (MQTT, QoS 1) -> record. A file is
 * done when all its samples are acknowledged; files may be published twice and never not at all, whatever ends here.
 */
import { realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Metrics } from "#shared/metrics/metrics.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { type FolderLock, lockFolder } from "#shared/runtime/folder-lock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { type Carried, carryFile } from "./carry-file.ts";
import { openMapSource } from "./map/map-source.ts";
import { createLanes } from "./publish/lanes.ts";
import { createPublisher } from "./publish/publisher.ts";
import { type DoneLog, openDoneLog } from "./record/done-log.ts";
import { type Failures, openFailures } from "./record/failures.ts";
import { createRefusals } from "./record/refusals.ts";
import { createHotFolders } from "./scan/hot-folders.ts";
import { createPasses, type Passes } from "./scan/pass.ts";
import { createSettling } from "./scan/settling.ts";
import { createTroubles } from "./troubles.ts";

export interface BridgeOptions {
  readonly folder: string;
  readonly mapFile: string;
  readonly registry: Registry;
  readonly mqttUrl: string;
  /** Progress and the list of failures live in it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Real time, ms since epoch: the file system's. */
  readonly now: () => number;
  /** Between two scans; longer when a scan takes long. */
  readonly scanMs: number;
  /** A young file is whole when it has not changed for so long. */
  readonly stableMs: number;
  readonly moveTo?: string | undefined;
  readonly metrics?: Metrics | undefined;
  /** Files done with, of those found at the start. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface BridgeStatus {
  readonly connected: boolean;
  /** Of this run: files by what became of them, and samples acknowledged. */
  readonly files: Readonly<Record<Carried, number>>;
  readonly samples: number;
  /** Entries on the list of failures now; all files of an unmapped name are one. */
  readonly failed: number;
  /** Files that may still be uploading. */
  readonly uploading: number;
  /** Files done, this run's and earlier ones'. */
  readonly done: number;
}

export interface Bridge extends Service {
  /** Instead of `start`: once through the folder, and on until nothing is uploading or `patienceMs` have passed. @throws when the folder cannot be read */
  runOnce(patienceMs?: number): Promise<BridgeStatus>;
  status(): BridgeStatus;
}

const TASKS = 64;
const TASK_BYTES = 33_554_432;
/** Scanning takes at most a fifth of the time, however slow the file system is. */
const REST_PER_SCAN = 4;
const PATIENCE_MS = 60_000;

export function createBridge(options: BridgeOptions): Bridge {
  const { registry, log, now } = options;
  const { simulated } = registry.settings;
  const root = topicRootOf(simulated);
  const stopping = new AbortController();
  const { signal } = stopping;
  const troubles = createTroubles(log);
  const settling = createSettling({ stableMs: options.stableMs, now });
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => undefined);
  const lanes = createLanes({ tasks: TASKS, bytes: TASK_BYTES, onFailed: fault.reject });
  const clientId = `outfall-bridge-${root}-${process.pid}`;
  const publisher = createPublisher({ url: options.mqttUrl, clientId, log, troubles, now });
  const files = { published: 0, "known-content": 0, partly: 0, unreadable: 0, changed: 0 };

  let lock: FolderLock | undefined;
  let done: DoneLog | undefined;
  let failures: Failures | undefined;
  let loop: Promise<void> | undefined;
  let total = 0;
  let carried = 0;

  async function open(): Promise<{ folder: string; passes: Passes }> {
    lock = await lockFolder(options.dataDir);
    // a mount that is not there yet comes with a later scan
    const folder = await realpath(options.folder).catch(() => resolve(options.folder));
    const moveTo = options.moveTo === undefined ? undefined : resolve(options.moveTo);
    const maps = await openMapSource({ file: options.mapFile, registry, log });
    const doneLog = await openDoneLog(join(options.dataDir, "done.log"), troubles);
    const list = await openFailures(join(options.dataDir, "failed.json"), folder);
    [done, failures] = [doneLog, list];
    const refusals = createRefusals({ failures: list, log, now });
    const carrier = { folder, root, publisher, done: doneLog, failures: list, refusals, troubles, moveTo };
    const passes = createPasses({
      folder,
      simulated,
      maps,
      settling,
      done: doneLog,
      failures: list,
      refusals,
      troubles,
      lanes,
      signal,
      skipped: moveTo === undefined ? undefined : relative(folder, moveTo),
      async carry(...file) {
        files[await carryFile(carrier, ...file)] += 1;
        carried += 1;
        if (carried <= total) options.onProgress?.(carried, total);
      },
    });
    observe();
    publisher.open();
    if (options.onProgress !== undefined) total = await passes.count();
    return { folder, passes };
  }

  async function scanForEver(folder: string, passes: Passes): Promise<void> {
    const hot = createHotFolders(folder);
    signal.addEventListener("abort", () => hot.close());
    while (!signal.aborted) {
      const begun = now();
      await hot.watch((await passes.whole()) ?? new Map());
      const next = now() + Math.max(options.scanMs, (now() - begun) * REST_PER_SCAN);
      while (!signal.aborted && now() < next) {
        const rest = settling.paths.length > 0 ? Math.min(options.stableMs, next - now()) : next - now();
        const waited = new AbortController();
        await Promise.race([hot.hinted(), pause(rest, AbortSignal.any([signal, waited.signal]))]);
        waited.abort();
        const hints = hot.take();
        if (hints.includes("")) break;
        if (!signal.aborted && (hints.length > 0 || settling.paths.length > 0)) await passes.part(hints);
      }
    }
  }

  function observe(): void {
    const outcomes = () => Object.entries(files).map(([outcome, value]) => ({ labels: { outcome }, value }));
    const figures = [
      ["samples_total", "samples acknowledged by the broker", () => publisher.published],
      ["failed_files", "entries on the list of failures", () => failures?.size ?? 0],
      ["uploading_files", "files that may still be uploading", () => settling.paths.length],
    ] as const;
    const { metrics } = options;
    metrics?.observe(
      { name: "files_total", help: "files by what became of them", labels: ["outcome"] },
      outcomes,
    );
    for (const [name, help, read] of figures) metrics?.observe({ name, help }, () => [{ value: read() }]);
  }

  const status = (): BridgeStatus => ({
    connected: publisher.connected,
    files: { ...files },
    samples: publisher.published,
    failed: failures?.size ?? 0,
    uploading: settling.paths.length,
    done: done?.size ?? 0,
  });

  async function once(patienceMs: number): Promise<BridgeStatus> {
    const { folder, passes } = await open();
    const deadline = now() + patienceMs;
    const times = await passes.whole();
    if (times === undefined && !signal.aborted)
      throw new Error(`${folder}: expected a folder that can be read`);
    while (settling.paths.length > 0 && now() < deadline && !signal.aborted) {
      await pause(options.stableMs, signal);
      await passes.part([]);
    }
    return status();
  }

  return {
    failed: fault.promise,
    status,
    async start() {
      const { folder, passes } = await open();
      loop = scanForEver(folder, passes).catch((error) => {
        if (!signal.aborted) fault.reject(error);
      });
      log.info({ folder, stations: registry.stations.size }, "the bridge is ready");
    },
    runOnce: (patienceMs = PATIENCE_MS) => Promise.race([once(patienceMs), fault.promise]),
    async close() {
      if (signal.aborted) return;
      stopping.abort(new Error("the bridge is closing"));
      await publisher.close();
      await loop;
      await lanes.idle();
      await done?.close();
      await failures?.save().catch(() => undefined);
      await lock?.release();
    },
  };
}
