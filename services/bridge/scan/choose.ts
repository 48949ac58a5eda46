/** What to do with a file of the drop folder. In: the file, what is known, the map; out: one answer with its reason. */
import { SIMULATED_PREFIX } from "#shared/txt/file-name.ts";
import type { BridgeMap, Target } from "../map/bridge-map.ts";
import type { Fingerprint } from "../record/fingerprints.ts";
import { type DropFile, splitPath } from "./drop-file.ts";
import type { Settling } from "./settling.ts";

export type Choice =
  | { readonly kind: "done" | "refused-before" | "uploading" }
  | { readonly kind: "unmapped"; readonly name: string }
  | { readonly kind: "refuse"; readonly reason: string }
  | { readonly kind: "take"; readonly target: Target };

export interface Known {
  readonly done: { hasFile(file: Fingerprint): boolean };
  readonly failures: { isKnown(file: DropFile, map: string): boolean };
  readonly settling: Pick<Settling, "isSettled">;
  readonly map: BridgeMap;
  /** Whether the registry is: only then simulated files are wanted. */
  readonly simulated: boolean;
}

/** Two months of five-minute records of 30 parameters in one file. */
const MOST_BYTES = 33_554_432;

export function chooseFile(file: DropFile, fingerprint: Fingerprint, known: Known): Choice {
  if (known.done.hasFile(fingerprint)) return { kind: "done" };
  if (known.failures.isKnown(file, known.map.version)) return { kind: "refused-before" };
  const { folder, name, txt } = splitPath(file.path);
  if (txt === undefined)
    return { kind: "refuse", reason: `expected a name ending in _yyyyMMddHHmmss.txt, found ${name}` };
  if (txt.prefix.startsWith(SIMULATED_PREFIX) && !known.simulated)
    return {
      kind: "refuse",
      reason: "the file is simulated (SIM_): expected a real one for a real registry",
    };
  const target = known.map.targetOf(folder, txt.prefix);
  if (target === undefined) return { kind: "unmapped", name: txt.prefix };
  if (!known.settling.isSettled(file)) return { kind: "uploading" };
  if (file.size > MOST_BYTES)
    return { kind: "refuse", reason: `expected at most ${MOST_BYTES} bytes, found ${file.size}` };
  return { kind: "take", target };
}
