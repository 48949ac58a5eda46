/**
 * Topics that belong to no station. In: a root and a worker (`w1`, `w2`, …, or `+` for all); out: the topic, and the
 * other way round. The canary goes below the root, the way of a reading: no zone's id begins with `_`. A worker's mark
 * stands beside the root, where ingest does not read.
 */
import type { TopicRoot } from "./topic.ts";

const WORKER = /^w[1-9]\d{0,3}$/;

/** `outfall/v1/_canary/w1`: stored by that worker, counted in no ledger. */
export const canaryTopic = (root: TopicRoot, worker: string): string => `${root}/v1/_canary/${worker}`;

/** `outfall-worker/outfall/w1`: retained; whose session it is, and whether it is read. */
export const markTopic = (root: TopicRoot, worker: string): string => `outfall-worker/${root}/${worker}`;

/** `outfall-worker/outfall/w1/zones`: retained; which zones it reads and stores. */
export const zonesTopic = (root: TopicRoot, worker: string): string => `${markTopic(root, worker)}/zones`;

/** `outfall-worker/outfall/w1/fence`: from this worker to its own session, behind all that the session still holds. */
export const fenceTopic = (root: TopicRoot, worker: string): string => `${markTopic(root, worker)}/fence`;

/** @returns the worker, or undefined where the topic is none of these */
export const canaryWorker = (root: TopicRoot, topic: string): string | undefined =>
  workerIn(topic, canaryTopic(root, ""));
export const markWorker = (root: TopicRoot, topic: string): string | undefined =>
  workerIn(topic, markTopic(root, ""));
export const zonesWorker = (root: TopicRoot, topic: string): string | undefined =>
  workerIn(topic, markTopic(root, ""), "/zones");
export const fenceWorker = (root: TopicRoot, topic: string): string | undefined =>
  workerIn(topic, markTopic(root, ""), "/fence");

function workerIn(topic: string, before: string, after = ""): string | undefined {
  if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
  const worker = topic.slice(before.length, topic.length - after.length);
  return WORKER.test(worker) ? worker : undefined;
}
