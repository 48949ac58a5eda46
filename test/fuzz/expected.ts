/**
 * What the ledger must count for a message, told from its bytes alone and without any of ingest's code: an array counts
 * by its length, line protocol by its lines, everything else is one; a station's status is none.
 */
import { type BenchStation, ROOT } from "#test/bench/load/registry.ts";
import { lineKinds } from "./topics.ts";

const MOST_BYTES = 1_048_576;
const MOST_SAMPLES = 20_000;
/** Longer text than this is not parsed when it is nested deeper than that: it could end the process. */
const UNREAD_BYTES = 2_048;
const MOST_DEPTH = 64;
const lines: ReadonlySet<string> = new Set(lineKinds);

export function expectedSamples(topic: string, payload: Buffer, stations: readonly BenchStation[]): number {
  const [root, version, zone, plant, station, kind = "", ...more] = topic.split("/");
  const isKnown =
    root === ROOT &&
    version === "v1" &&
    more.length === 0 &&
    stations.some((one) => one.id === station && one.plant === plant && one.zone === zone);
  if (!isKnown || payload.length > MOST_BYTES) return 1;
  if (kind === "status") return 0;
  if (kind !== "data" && !lines.has(kind)) return 1;
  const text = textOf(payload);
  if (text === undefined) return 1;
  if (kind === "data" && payload.length > UNREAD_BYTES && depthOf(text) > MOST_DEPTH) return 1;
  const count = kind === "data" ? lengthOf(text) : linesOf(text);
  return count >= 1 && count <= MOST_SAMPLES ? count : 1;
}

function textOf(payload: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return undefined;
  }
}

/** The deepest place, strings left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, "").match(/[[{\]}]/g) ?? []) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function lengthOf(text: string): number {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.length : 1;
  } catch {
    return 1;
  }
}

/** Lines that are neither empty nor a comment, in a text whose quotes are closed on their line. */
function linesOf(text: string): number {
  return text.split("\n").filter((line) => /^[ \t\r]*[^ \t\r#]/.test(line)).length;
}
