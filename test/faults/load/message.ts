/**
 * What the stations of a fault run send, numbered. In: a seed and stations; out: message 0, 1, 2 … with what must
 * become of each. The number travels in the payload beside the sample, where the decoder does not look, so that every
 * message is known again on the wire and in the quarantine; the values follow from it, so that rows are known again.
 */
import type { RejectionCode } from "#shared/reading/rejection.ts";
import { seededRandom } from "#simulators/plant/random.ts";

export type MessageKind = "fresh" | "duplicate" | "conflict" | "malformed";

export interface Message {
  readonly number: number;
  readonly kind: MessageKind;
  /** Place of the station. */
  readonly station: number;
  /** The sample's time, ms since epoch; of a malformed message a time that nothing else has. */
  readonly time: number;
  readonly cod: number;
  readonly tss: number;
  /** Of a malformed message, or one of an unknown station: why it must be refused. */
  readonly code?: RejectionCode;
  /** The message whose sample this one repeats or contradicts. */
  readonly of?: number;
}

/** Of a hundred messages. The rest are fresh. */
const SHARE = { duplicate: 6, conflict: 3, malformed: 4 };
const STEP_MS = 1_000;
/** So that half of what repeats is young, and half of any age: far beyond what a station keeps in memory. */
const YOUNG = 40;
const FAR_AHEAD_MS = 10 * 86_400_000;

const malformed: readonly RejectionCode[] = [
  "json-malformed",
  "not-a-number",
  "time-missing",
  "time-future",
  "readings-missing",
  "status-unknown",
  "unit-wrong",
  "parameter-invalid",
  "shape-wrong",
];

/** @param firstTime of every station's first sample; each next one is a second later */
export function createDeck(options: { seed: string; stations: number; firstTime: number }): {
  readonly messages: readonly Message[];
  /** The next message of a station, fresh, repeated, contradicting or broken. */
  next(station: number): Message;
  /** One that is refused whatever it carries: its station is not in the registry. */
  nextStray(): Message;
} {
  const { uniform } = seededRandom(`${options.seed}/messages`);
  const messages: Message[] = [];
  const fresh: Message[][] = Array.from({ length: options.stations }, () => []);
  const steps = new Array<number>(options.stations + 1).fill(0);

  const nextTime = (station: number) => {
    const step = steps[station] ?? 0;
    steps[station] = step + 1;
    return options.firstTime + step * STEP_MS;
  };
  const keep = (message: Message) => {
    messages.push(message);
    return message;
  };
  const plain = (station: number) => ({
    number: messages.length,
    station,
    time: nextTime(station),
    ...valuesOf(messages.length),
  });
  const earlier = (station: number): Message | undefined => {
    const known = fresh[station] ?? [];
    const span = uniform() < 0.5 ? Math.min(YOUNG, known.length) : known.length;
    return known[known.length - 1 - Math.floor(uniform() * span)];
  };

  return {
    messages,
    next(station) {
      const place = uniform() * 100;
      const before = earlier(station);
      const number = messages.length;
      if (before !== undefined && place < SHARE.duplicate) {
        return keep({ ...before, number, kind: "duplicate", of: before.number });
      }
      if (before !== undefined && place < SHARE.duplicate + SHARE.conflict) {
        const cod = contradictingCod(number);
        return keep({ ...before, number, kind: "conflict", cod, of: before.number });
      }
      if (place < SHARE.duplicate + SHARE.conflict + SHARE.malformed) {
        const code = malformed[Math.floor(uniform() * malformed.length)] ?? "json-malformed";
        return keep({ ...plain(station), kind: "malformed", code });
      }
      const message = keep({ ...plain(station), kind: "fresh" });
      fresh[station]?.push(message);
      return message;
    },
    nextStray: () => keep({ ...plain(options.stations), kind: "malformed", code: "station-unknown" }),
  };
}

/** Two values that together are the number, up to 360,000. */
function valuesOf(number: number): { cod: number; tss: number } {
  return { cod: (400 + (number % 600)) / 10, tss: (200 + (Math.floor(number / 600) % 600)) / 10 };
}

/** No fresh sample has such a value. */
const contradictingCod = (number: number) => (1_001 + (number % 300)) / 10;

/** The payload; broken in the way its code says. @param padding bytes that only fill the journal */
export function payloadOf(message: Message, padding = 0): string {
  const { number, time, cod, tss, code } = message;
  const pad = padding === 0 ? "" : `,"pad":"${"x".repeat(padding)}"`;
  const whole = (timeText: string, readings: string) => `{"n":${number}${timeText}${readings}${pad}}`;
  const at = `,"time":${time}`;
  const readings = `,"readings":{"cod":${cod},"tss":${tss}}`;
  switch (code) {
    case "json-malformed":
      return `{"n":${number}${at},"readings":{"cod":`;
    case "not-a-number":
      return whole(at, `,"readings":{"cod":NaN}`);
    case "time-missing":
      return whole("", readings);
    case "time-future":
      return whole(`,"time":${time + FAR_AHEAD_MS}`, readings);
    case "readings-missing":
      return whole(at, `,"readings":{}`);
    case "status-unknown":
      return whole(at, `,"readings":{"cod":{"value":${cod},"status":"asleep"}}`);
    case "unit-wrong":
      return whole(at, `,"readings":{"cod":{"value":${cod},"unit":"furlong"}}`);
    case "parameter-invalid":
      return whole(at, `,"readings":{"COD!":${cod}}`);
    case "shape-wrong":
      return whole(at, `,"readings":[${cod}]`);
    default:
      return whole(at, readings);
  }
}

const NUMBERED = /^\{("again":1,)?"n":(\d+)/;

/** Marks a payload as sent once more because the broker forgot its session. */
export const asResent = (payload: string) => `{"again":1,${payload.slice(1)}`;

/** Which message it is, and whether a resend; undefined when it is none of ours. */
export function numberOf(payload: Buffer | string): { number: number; resent: boolean } | undefined {
  const head = typeof payload === "string" ? payload.slice(0, 40) : payload.toString("latin1", 0, 40);
  const [found, again, number] = NUMBERED.exec(head) ?? [];
  return found === undefined ? undefined : { number: Number(number), resent: again !== undefined };
}
