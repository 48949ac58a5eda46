/** Somebody sets the clock of ingest's computer wrong by two hours, and right again. */
import { pause } from "#shared/runtime/wait-for.ts";
import type { Fault } from "./fault.ts";

const STEP_MS = 2 * 3_600_000;

export const stepClock: Fault = async ({ setClock }, { forMs, figure }) => {
  const step = figure < 0.5 ? -STEP_MS : STEP_MS;
  await setClock(step);
  await pause(forMs);
  await setClock(0);
  return step < 0 ? "two hours back" : "two hours ahead";
};
