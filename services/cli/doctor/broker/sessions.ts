/** Whether each worker's persistent session is there and read. In: the workers' retained marks; out: looks, and the workers' names. */

import { markTopic, markWorker } from "#shared/mqtt/control-topics.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import { decodeWorkerMark, type WorkerMark } from "#shared/mqtt/worker-mark.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { fence, probeTopic, withClient } from "./client.ts";

export type WorkerMarks = ReadonlyMap<string, WorkerMark>;

export function sessionsCheck(url: string, root: TopicRoot, now: () => number = Date.now): Check {
  return {
    area: "broker",
    name: "sessions",
    needs: ["broker"],
    why: "each worker's messages wait in its persistent session; one that nobody reads fills up, and its stations are not stored",
    remedy: "start `outfall ingest` with this broker",
    look: async (signal) => judgeSessions(await readWorkerMarks(url, root, signal), now()),
  };
}

/** The marks of all workers that have not retired. */
export async function readWorkerMarks(
  url: string,
  root: TopicRoot,
  signal: AbortSignal,
): Promise<WorkerMarks> {
  const marks = new Map<string, WorkerMark>();
  const end = probeTopic();
  const onMessage = (topic: string, payload: Buffer) => {
    const worker = markWorker(root, topic);
    const mark = decodeWorkerMark(payload);
    if (worker !== undefined && mark !== undefined) marks.set(worker, mark);
  };
  return withClient({ url, signal, onMessage }, async (client) => {
    await client.subscribeAsync([markTopic(root, "+"), end], { qos: 1 });
    await fence(client, end, signal);
    return marks;
  });
}

/** A worker that restarts is away for a moment. */
const RESTART_MS = 60_000;

export function judgeSessions(marks: WorkerMarks, now: number): readonly Look[] {
  if (marks.size === 0)
    return [
      yellow(
        "no worker of ingest has left its mark on this broker",
        "start `outfall ingest` with this broker; an ingest older than these marks leaves none",
      ),
    ];
  const workers = [...marks].toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const away = workers.filter(([, { online }]) => !online);
  if (away.length === 0)
    return [green(`${workers.map(([worker, { client }]) => `${worker} reads ${client}`).join(", ")}`)];
  return away.map(([worker, { client, since }]) => {
    const found = `nobody reads the session ${client} of ${worker}, last connected ${new Date(since).toISOString()}`;
    const remedy = `start worker ${worker} again, or hand its zones over: \`outfall ingest --workers N\` drains it`;
    return now - since < RESTART_MS ? yellow(found, remedy) : red(found, remedy);
  });
}
