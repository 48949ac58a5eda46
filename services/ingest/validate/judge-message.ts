/** A whole message: topic, size, payload, each sample. In: a received message; out: samples and rejections, together what the ledger counts. */
import { type ArrivedCanary, decodeCanary } from "#shared/metrics/canary.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { countSamples, decodePayload } from "../decode/decode-payload.ts";
import type { Message } from "../journal/record.ts";
import type { Route, TopicRouter } from "./route-topic.ts";
import { validateSample } from "./validate-sample.ts";

export interface Judged {
  readonly samples: readonly Sample[];
  readonly rejections: readonly Rejection[];
  /** A station's retained status or last will; not a sample, not in the ledger. */
  readonly status?: StationStatus | undefined;
  /** The doctor's; not a sample, not in the ledger. */
  readonly canary?: ArrivedCanary | undefined;
}

export interface StationStatus {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  readonly online: boolean;
}

export interface MessageRules {
  readonly route: TopicRouter;
  /** A sample may be this much later than its receipt (clocks differ), ms. */
  readonly futureMs: number;
  /** A sample may be this old at its receipt; undefined: no bound. */
  readonly retentionMs: number | undefined;
}

/** 2 minutes: sensor-quality practice, future times beyond it fail. */
export const FUTURE_MS = 120_000;

const none: readonly never[] = [];

/** What the ledger counts for a message, and under which plant; found without reading the samples, so that it can check on their judge. */
export function countMessage(
  message: Pick<Message, "topic" | "size" | "payload" | "receivedAt">,
  target: Route,
): { readonly plant: string; readonly samples: number } {
  if (!target.ok) {
    const counts = target.isFence !== true && canaryOf(target, message) === undefined;
    return { plant: target.rejection.plant, samples: counts ? 1 : 0 };
  }
  const { plant } = target.station;
  if (message.size > message.payload.length) return { plant, samples: 1 };
  if (target.kind === "status") return { plant, samples: 0 };
  return { plant, samples: countSamples(target.kind, message.payload) };
}

/**
 * Never throws, whatever the bytes.
 * @param target where the topic leads, where that is known already
 */
export function judgeMessage(
  message: Message,
  rules: MessageRules,
  target: Route = rules.route(message.topic),
): Judged {
  if (!target.ok) {
    if (target.isFence === true) return { samples: none, rejections: none };
    const canary = canaryOf(target, message);
    return canary === undefined ? refused(target.rejection) : { samples: none, rejections: none, canary };
  }
  const { station, kind } = target;
  if (message.size > message.payload.length) {
    return refused(reject("payload-too-large", `${message.size} bytes`, station.plant));
  }
  if (kind === "status") {
    const { zone, plant, id } = station;
    return {
      samples: none,
      rejections: none,
      status: { zone, plant, station: id, online: isOnline(message.payload) },
    };
  }
  const decoded = decodePayload(kind, message.payload);
  if (!decoded.ok) return refused(reject(decoded.code, decoded.detail, station.plant));
  const context = {
    station,
    receivedAt: message.receivedAt,
    latest: message.receivedAt + rules.futureMs,
    earliest:
      rules.retentionMs === undefined ? Number.NEGATIVE_INFINITY : message.receivedAt - rules.retentionMs,
  };
  if (decoded.samples.length === 1) {
    const validated = validateSample(decoded.samples[0], context);
    return validated.ok ? { samples: [validated.sample], rejections: none } : refused(validated.rejection);
  }
  const samples: Sample[] = [];
  const rejections: Rejection[] = [];
  decoded.samples.forEach((raw, sample) => {
    const validated = validateSample(raw, context);
    if (validated.ok) samples.push(validated.sample);
    else rejections.push({ ...validated.rejection, sample });
  });
  return { samples, rejections };
}

/** @returns undefined for a stray message on the canary's topic: it is refused as any other */
function canaryOf(
  { canaryFor: worker }: Extract<Route, { ok: false }>,
  { payload, receivedAt }: Pick<Message, "payload" | "receivedAt">,
): ArrivedCanary | undefined {
  const canary = worker === undefined ? undefined : decodeCanary(payload);
  return worker === undefined || canary === undefined ? undefined : { ...canary, worker, receivedAt };
}

const refused = (rejection: Rejection): Judged => ({ samples: none, rejections: [rejection] });

/** `{"online":true}`, `online`, `Online`, `1`: everything else is offline. */
function isOnline(payload: Buffer): boolean {
  return /^\s*(\{.*"online"\s*:\s*true|online\b|1\b|true\b)/is.test(
    payload.subarray(0, 512).toString("utf8"),
  );
}
