/**
 * One file on its way: read, translated, published, recorded. In: a whole file and whose it is; out: it is done once the
 * broker has acknowledged all its samples, and listed with reasons where something in it could not be used.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stationTopic, type TopicRoot } from "#shared/mqtt/topic.ts";
import type { Target } from "./map/bridge-map.ts";
import type { Publisher } from "./publish/publisher.ts";
import type { DoneLog } from "./record/done-log.ts";
import type { Failures } from "./record/failures.ts";
import { type Fingerprint, fingerprintOfContent } from "./record/fingerprints.ts";
import { moveFile } from "./record/move.ts";
import type { Refusals } from "./record/refusals.ts";
import { type DropFile, isSameFile } from "./scan/drop-file.ts";
import { dropFileAt } from "./scan/walk.ts";
import { translateTxt } from "./translate/translate.ts";
import type { Troubles } from "./troubles.ts";

/** changed: it was written to meanwhile, and is looked at again. */
export type Carried = "published" | "known-content" | "partly" | "unreadable" | "changed";

export interface CarrierDeps {
  readonly folder: string;
  readonly root: TopicRoot;
  readonly publisher: Pick<Publisher, "publish">;
  readonly done: Pick<DoneLog, "add" | "hasContent">;
  readonly failures: Pick<Failures, "delete">;
  readonly refusals: Pick<Refusals, "refuse">;
  readonly troubles: Troubles;
  /** Done files go there; undefined: they stay. */
  readonly moveTo: string | undefined;
}

/** @throws when the file system does not give the file, or the bridge is closing */
export async function carryFile(
  deps: CarrierDeps,
  file: DropFile,
  fingerprint: Fingerprint,
  target: Target,
  map: string,
): Promise<Carried> {
  const bytes = await readFile(join(deps.folder, file.path));
  const after = await dropFileAt({ root: deps.folder, onTrouble: (_, error) => raise(error) }, file.path);
  if (after === undefined || !isSameFile(file, after) || bytes.length !== file.size) return "changed";
  const content = fingerprintOfContent(deps.folder, file.path, bytes);
  if (deps.done.hasContent(content)) {
    await finish(deps, file, fingerprint, content, bytes);
    return "known-content";
  }
  const { payloads, faults } = translateTxt(bytes, target);
  const { zone, plant, id: station } = target.station;
  const topic = stationTopic(deps.root, { zone, plant, station }, "data");
  await Promise.all(payloads.map((payload) => deps.publisher.publish({ topic, payload })));
  if (faults.length === 0) {
    await finish(deps, file, fingerprint, content, bytes);
    return "published";
  }
  const outcome = payloads.length === 0 ? "unreadable" : "partly";
  deps.refusals.refuse(file, { kind: outcome, reasons: faults, map, published: payloads.length });
  return outcome;
}

async function finish(
  deps: CarrierDeps,
  file: DropFile,
  fingerprint: Fingerprint,
  content: Fingerprint,
  bytes: Buffer,
): Promise<void> {
  deps.done.add(fingerprint, content);
  deps.failures.delete(file.path);
  if (deps.moveTo === undefined) return;
  await moveFile(deps.folder, file.path, deps.moveTo, bytes).then(
    () => deps.troubles.clear("moving"),
    (error: NodeJS.ErrnoException) =>
      deps.troubles.warn(
        "moving",
        error.code ?? error.message,
        { file: file.path },
        "published files cannot be moved, they stay",
      ),
  );
}

function raise(error: Error): never {
  throw error;
}
