/**
 * Fences on their way through this worker. In: what arrives, what is durable, what is stored; out: word that everything
 * received before a fence is stored.
 */
import type { Arrival } from "../receive/subscriber.ts";

export interface Fences {
  /** Called with every message, so it only compares. */
  isFence(arrival: Pick<Arrival, "topic">): boolean;
  arrived(arrival: Arrival): void;
  /** @param end the seq behind these messages */
  committed(arrivals: readonly Arrival[], end: number): void;
  /** Everything before `seq` is stored. */
  stored(seq: number): void;
}

export function createFences(topic: string, onPassed: (id: string) => void): Fences {
  const waiting = new Set<Arrival>();
  let durable: { id: string; end: number }[] = [];
  return {
    isFence: (arrival) => arrival.topic === topic,
    arrived: (arrival) => void waiting.add(arrival),
    committed(arrivals, end) {
      if (waiting.size === 0) return;
      for (const arrival of arrivals) {
        if (waiting.delete(arrival)) durable.push({ id: arrival.payload.toString("utf8"), end });
      }
    },
    stored(seq) {
      if (durable.length === 0) return;
      const passed = durable.filter(({ end }) => end <= seq);
      durable = durable.filter(({ end }) => end > seq);
      for (const { id } of passed) onPassed(id);
    },
  };
}
