/** Ingest dies: anywhere, or at a named point of a message's way. */
import type { CrashPoint } from "#services/ingest/crash-point.ts";
import type { Fault } from "./fault.ts";

const MOST_PASSES = 30;
const REACHED_WITHIN_MS = 2_000;

export const killIngest: Fault = async ({ ingest }) => {
  await ingest.kill();
  return undefined;
};

/** At the first passes as often as at later ones: the first batch after a start is one that was taken up again. */
export const crashIngest =
  (point: CrashPoint): Fault =>
  async ({ ingest }, { figure }) => {
    const pass = 1 + Math.floor(figure * figure * MOST_PASSES);
    const reached = await ingest.liveUntil(`${point}:${pass}`, REACHED_WITHIN_MS);
    return reached ? `at pass ${pass}` : `pass ${pass} not reached`;
  };
