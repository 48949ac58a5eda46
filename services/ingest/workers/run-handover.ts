/**
 * Does what handover.ts decides. In: the session's connection and the fences that come out of the journal; out:
 * subscriptions, the worker's record, and the right to store. One step after the other; what fails is tried again.
 */
import { randomUUID } from "node:crypto";
import { canaryTopic, fenceTopic } from "#shared/mqtt/control-topics.ts";
import { type TopicRoot, zoneSubscription } from "#shared/mqtt/topic.ts";
import { ALL_ZONES } from "#shared/mqtt/worker-zones.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import type { Subscriber } from "../receive/subscriber.ts";
import type { Perseverance } from "../store/perseverance.ts";
import {
  begin,
  type Facts,
  type Happening,
  happened,
  type Kept,
  keptOf,
  nextStep,
  type Step,
  type Waiting,
} from "./handover.ts";
import { forgetKeptZones, writeKeptZones } from "./kept-zones.ts";
import { createRecordBoard, type RecordBoard } from "./record-board.ts";

export interface Handover {
  /** Whether it may store from the start, since it had the right before. */
  readonly storing: boolean;
  /** Resolves when the journal may be stored; rejects when the signal aborts before. */
  readonly open: Promise<void>;
  /** Resolves when the broker has confirmed the first subscriptions. */
  readonly ready: Promise<void>;
  /** Resolves when a worker that is out of service has nothing left. */
  readonly retired: Promise<void>;
  /** Workers that have to do something first: `w3 to leave`. */
  readonly waiting: readonly string[];
  connected(sessionPresent: boolean): void;
  disconnected(): void;
  /** Everything received before this fence is stored. */
  fencePassed(id: string): void;
  /** Runs until the signal aborts. @throws when this worker has to start again so that another one stores first */
  run(signal: AbortSignal): Promise<void>;
}

export interface HandoverDeps {
  readonly me: number;
  readonly workers: number;
  readonly zones: Iterable<string>;
  readonly kept: Kept | undefined;
  readonly file: string;
  readonly url: string;
  readonly root: TopicRoot;
  readonly clientId: string;
  readonly subscriber: Pick<Subscriber, "subscribe" | "unsubscribe" | "endSession">;
  /** True when nothing received is left to store. */
  readonly drained: () => boolean;
  readonly persevere: Pick<Perseverance, "until">;
  readonly log: Logger;
}

const RETRY_MS = 250;
const SAY_AGAIN_MS = 60_000;

export function createHandover(deps: HandoverDeps): Handover {
  const { me, root, subscriber, persevere, log, file } = deps;
  const worker = `w${me}`;
  let facts: Facts = begin(deps);
  let saved = JSON.stringify(deps.kept);
  let changed = Promise.withResolvers<void>();
  let board: RecordBoard | undefined;
  /** The one fence that counts: sent on this connection, after the last zone was unsubscribed. */
  let fence = "";
  let passed = "";
  let waiting: readonly string[] = [];
  const open = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  const retired = Promise.withResolvers<void>();
  open.promise.catch(() => undefined);

  function tell(event: Happening): void {
    facts = happened(facts, event);
    changed.resolve();
    changed = Promise.withResolvers();
  }

  async function keep(): Promise<void> {
    const kept = keptOf(facts);
    const text = JSON.stringify(kept);
    if (text === saved) return;
    await persevere.until("keeping the zones", () => writeKeptZones(file, kept));
    saved = text;
  }

  const topics = (zones: readonly string[]) => zones.map((zone) => zoneSubscription(root, zone));

  async function perform(step: Exclude<Step, { do: "wait" }>): Promise<void> {
    switch (step.do) {
      case "subscribe":
        // with ALL_ZONES it is among them
        await subscriber.subscribe([
          ...topics(step.zones),
          ...(deps.workers > 1 ? [canaryTopic(root, worker)] : []),
        ]);
        return tell({ what: "subscribed", zones: step.zones });
      case "unsubscribe":
        await subscriber.unsubscribe(topics(step.zones));
        return tell({ what: "unsubscribed", zones: step.zones });
      case "fence": {
        await subscriber.subscribe([fenceTopic(root, worker)]);
        const id = randomUUID();
        fence = id;
        await board?.sendFence(id);
        tell({ what: "fence sent" });
        if (passed === id) tell({ what: "fence passed" });
        return;
      }
      case "announce":
        // "announced" is told in its place among the others' records
        return board?.announce(step.record);
      case "store":
        tell({ what: "opened" });
        await keep();
        log.info({ worker, zones: sizeOf(facts) }, "storing");
        return open.resolve();
      case "yield":
        facts = { ...facts, storing: false };
        await keep();
        throw new StartAgain(`w${step.to} has messages of our zones to store first: starting again after it`);
      case "retire":
        await waitFor(deps.drained, { what: "an empty journal", timeoutMs: Number.POSITIVE_INFINITY });
        await subscriber.endSession();
        await board?.withdraw();
        await forgetKeptZones(file);
        log.info({ worker }, "out of service: everything is handed over, the session is ended");
        return retired.resolve();
    }
  }

  async function wait(
    reasons: readonly Waiting[],
    change: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const before = waiting.join();
    waiting = reasons.map(({ worker: other, to }) => `w${other} to ${to}`);
    if (waiting.length > 0 && waiting.join() !== before)
      log.info({ worker, waiting }, "waiting for other workers");
    const nap = new AbortController();
    const slept = pause(SAY_AGAIN_MS, AbortSignal.any([nap.signal, signal])).then(() => {
      if (waiting.length > 0 && !nap.signal.aborted && !signal.aborted)
        log.warn(
          { worker, waiting },
          "still waiting for other workers: one that does not run has to be started once more",
        );
    });
    await Promise.race([change, slept]);
    nap.abort();
  }

  return {
    get storing() {
      return facts.storing;
    },
    open: open.promise,
    ready: ready.promise,
    retired: retired.promise,
    get waiting() {
      return waiting;
    },
    connected(sessionPresent) {
      fence = "";
      tell({ what: "connected", sessionPresent });
    },
    disconnected: () => tell({ what: "disconnected" }),
    fencePassed(id) {
      if (id !== fence) return;
      passed = id;
      tell({ what: "fence passed" });
    },
    async run(signal) {
      board = createRecordBoard({ ...deps, worker, clientId: `${deps.clientId}-zones`, onHappening: tell });
      signal.addEventListener(
        "abort",
        () => {
          ready.resolve();
          open.reject(signal.reason);
        },
        { once: true },
      );
      try {
        await keep();
        if (facts.storing) open.resolve();
        while (!signal.aborted) {
          const change = changed.promise;
          await keep();
          const step = nextStep(facts);
          if (facts.session !== undefined && step.do !== "subscribe") ready.resolve();
          if (step.do === "wait") await wait(step.for, change, signal);
          else {
            waiting = [];
            await perform(step).catch(async (error) => {
              if (error instanceof StartAgain) throw error;
              log.debug({ err: error, step: step.do }, "a step of the handover failed, tried again");
              await pause(RETRY_MS, signal);
            });
            if (step.do === "retire") return;
          }
        }
      } finally {
        await board.close();
      }
    },
  };
}

class StartAgain extends Error {}

const sizeOf = ({ mine, zones }: Facts): number => (mine.has(ALL_ZONES) ? zones.size : mine.size);
