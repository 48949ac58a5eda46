/** A whole message: topic, size, payload, each sample. In: a received message; out: samples and rejections, together what the ledger counts. */
import { parseTopic, type TopicRoot } from "#shared/mqtt/topic.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { decodeJsonPayload } from "../decode/json-payload.ts";
import type { Message } from "../journal/record.ts";
import { validateSample } from "./validate-sample.ts";

export interface Judged {
  readonly samples: readonly Sample[];
  readonly rejections: readonly Rejection[];
  /** A station's retained status or last will; not a sample, not in the ledger. */
  readonly status?:
    | {
        readonly zone: string;
        readonly plant: string;
        readonly station: string;
        readonly online: boolean;
      }
    | undefined;
}

export interface MessageRules {
  readonly root: TopicRoot;
  readonly registry: Registry;
  /** A sample may be this much later than its receipt (clocks differ), ms. */
  readonly futureMs: number;
  /** A sample may be this old at its receipt; undefined: no bound. */
  readonly retentionMs: number | undefined;
}

/** 2 minutes: sensor-quality practice, future times beyond it fail. */
export const FUTURE_MS = 120_000;

const none: readonly never[] = [];

export function judgeMessage(message: Message, rules: MessageRules): Judged {
  const refused = (rejection: Rejection): Judged => ({ samples: [], rejections: [rejection] });
  const topic = parseTopic(rules.root, message.topic);
  if (topic === undefined) return refused(reject("topic-unknown", message.topic));
  const station = rules.registry.stations.get(topic.station);
  if (station === undefined) return refused(reject("station-unknown", topic.station));
  if (station.zone !== topic.zone || station.plant !== topic.plant) {
    return refused(
      reject(
        "station-misplaced",
        `${message.topic}: expected ${station.zone}/${station.plant}`,
        station.plant,
      ),
    );
  }
  if (message.size > message.payload.length) {
    return refused(reject("payload-too-large", `${message.size} bytes`, station.plant));
  }
  if (topic.kind === "status") {
    return { samples: [], rejections: [], status: { ...topic, online: isOnline(message.payload) } };
  }
  const decoded = decodeJsonPayload(message.payload);
  if (!decoded.ok) return refused(reject(decoded.code, decoded.detail, station.plant));
  const context = {
    station,
    receivedAt: message.receivedAt,
    latest: message.receivedAt + rules.futureMs,
    earliest:
      rules.retentionMs === undefined ? Number.NEGATIVE_INFINITY : message.receivedAt - rules.retentionMs,
  };
  if (decoded.samples.length === 1) {
    // nearly every message; arrays of just their size, since thousands of them wait for a commit
    const validated = validateSample(decoded.samples[0], context);
    return validated.ok ? { samples: [validated.sample], rejections: none } : refused(validated.rejection);
  }
  const samples: Sample[] = [];
  const rejections: Rejection[] = [];
  for (const raw of decoded.samples) {
    const validated = validateSample(raw, context);
    if (validated.ok) samples.push(validated.sample);
    else rejections.push(validated.rejection);
  }
  return { samples, rejections };
}

/** `{"online":true}`, `online`, `Online`, `1`: everything else is offline. */
function isOnline(payload: Buffer): boolean {
  return /^\s*(\{.*"online"\s*:\s*true|online\b|1\b|true\b)/is.test(
    payload.subarray(0, 512).toString("utf8"),
  );
}
