/** Chooses the decoder by the kind of topic. In: a kind and bytes; out: unchecked samples, or why the message is refused. */
import type { TopicKind } from "#shared/mqtt/topic.ts";
import { type Decoded, decodeJsonPayload } from "./json-payload.ts";
import { decodeLinePayload } from "./line-protocol.ts";

/** Kinds that carry samples; a status is none. */
export type SampleKind = Exclude<TopicKind, "status">;

const decoders: Record<SampleKind, (payload: Buffer) => Decoded> = {
  data: decodeJsonPayload,
  line: decodeLinePayload,
  "line-us": (payload) => decodeLinePayload(payload, "line-us"),
  "line-ms": (payload) => decodeLinePayload(payload, "line-ms"),
  "line-s": (payload) => decodeLinePayload(payload, "line-s"),
};

export function decodePayload(kind: SampleKind, payload: Buffer): Decoded {
  return decoders[kind](payload);
}

const OPENING_BRACKET = 0x5b;
const WHITE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * How many samples the ledger counts for a payload: one for an object or for whatever cannot be read, the length of
 * an array, the lines of line protocol. Nearly always answered by the first byte, without decoding.
 */
export function countSamples(kind: SampleKind, payload: Buffer): number {
  if (kind === "data" && !opensArray(payload)) return 1;
  const decoded = decodePayload(kind, payload);
  return decoded.ok ? decoded.samples.length : 1;
}

function opensArray(payload: Buffer): boolean {
  let place = 0;
  while (place < payload.length && WHITE.has(payload[place] as number)) place += 1;
  return payload[place] === OPENING_BRACKET;
}
