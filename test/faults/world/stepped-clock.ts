/**
 * Loaded into ingest before anything else (`--import`): its wall clock goes wrong by as many ms as a file says, as a
 * computer's does when someone sets it. The monotonic clock and its timers do not. In: the file's name in the query of
 * this module's address.
 */
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 10;
const file = new URL(import.meta.url).searchParams.get("file") ?? "";
const Real = Date;
let offsetMs = 0;

function look(): void {
  try {
    offsetMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // not there: the clock is right
  }
}

look();
setInterval(look, LOOK_EVERY_MS).unref();

globalThis.Date = class extends Real {
  constructor(...given: []) {
    if (given.length === 0) super(Real.now() + offsetMs);
    else super(...given);
  }
  static override now(): number {
    return Real.now() + offsetMs;
  }
} as DateConstructor;
