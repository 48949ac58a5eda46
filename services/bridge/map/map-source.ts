/** The map's file, read again when it changes. In: a file and the registry; out: the last good map. A broken edit keeps it, loudly. */
import { readFile } from "node:fs/promises";
import type { Registry } from "#shared/registry/registry.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { type BridgeMap, parseBridgeMap } from "./bridge-map.ts";

export interface MapSource {
  readonly map: BridgeMap;
  /** Reads the file; a broken edit is said once. */
  refresh(): Promise<void>;
}

/** @throws YamlError or the file's error: without a first map there is nothing to keep. */
export async function openMapSource(options: {
  readonly file: string;
  readonly registry: Registry;
  readonly log: Pick<Logger, "info" | "error">;
}): Promise<MapSource> {
  let known = await readFile(options.file, "utf8");
  let map = parseBridgeMap(options.file, known, options.registry);
  return {
    get map() {
      return map;
    },
    async refresh() {
      // a file that is being replaced is there again at the next look
      const text = await readFile(options.file, "utf8").catch(() => known);
      if (text === known) return;
      known = text;
      try {
        map = parseBridgeMap(options.file, text, options.registry);
        options.log.info(
          { map: options.file },
          "the map has changed, what it could not place is tried again",
        );
      } catch (error) {
        options.log.error(
          { map: options.file, err: error },
          "the map has mistakes, the last good one is kept",
        );
      }
    },
  };
}
