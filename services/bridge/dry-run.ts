/** What a bridge would publish, without a broker and without leaving a trace. In: the same settings; out: each file that is not done, with its messages or why there are none. */
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { stationTopic, topicRootOf } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { parseBridgeMap } from "./map/bridge-map.ts";
import type { Outgoing } from "./publish/publisher.ts";
import { readDoneLog } from "./record/done-log.ts";
import { fingerprintOfFile } from "./record/fingerprints.ts";
import { chooseFile } from "./scan/choose.ts";
import { walkFolder } from "./scan/walk.ts";
import { translateTxt } from "./translate/translate.ts";

export interface DryFile {
  readonly path: string;
  readonly messages: readonly Outgoing[];
  readonly reasons: readonly string[];
}

export interface DryRunOptions {
  readonly folder: string;
  readonly mapFile: string;
  readonly registry: Registry;
  readonly dataDir: string;
}

/** Young files are taken as whole: nothing is lost by looking at them. @throws when folder or map cannot be read */
export async function* dryRun(options: DryRunOptions): AsyncGenerator<DryFile> {
  const { registry } = options;
  const { simulated } = registry.settings;
  const map = parseBridgeMap(options.mapFile, await readFile(options.mapFile, "utf8"), registry);
  const folder = await realpath(options.folder);
  const known = {
    done: await readDoneLog(join(options.dataDir, "done.log")),
    failures: { isKnown: () => false },
    settling: { isSettled: () => true },
    map,
    simulated,
  };
  const troubles: DryFile[] = [];
  const files = walkFolder({
    root: folder,
    onTrouble: (path, error) => troubles.push({ path, messages: [], reasons: [error.message] }),
  });
  for await (const file of files) {
    const choice = chooseFile(file, fingerprintOfFile(folder, file), known);
    if (choice.kind === "refuse") yield { path: file.path, messages: [], reasons: [choice.reason] };
    if (choice.kind === "unmapped")
      yield { path: file.path, messages: [], reasons: [`expected an entry of the map for ${choice.name}`] };
    if (choice.kind !== "take") continue;
    const { payloads, faults } = translateTxt(await readFile(join(folder, file.path)), choice.target);
    const { zone, plant, id: station } = choice.target.station;
    const topic = stationTopic(topicRootOf(simulated), { zone, plant, station }, "data");
    yield { path: file.path, messages: payloads.map((payload) => ({ topic, payload })), reasons: faults };
  }
  yield* troubles;
}
