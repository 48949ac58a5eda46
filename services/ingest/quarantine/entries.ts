/** What is refused as quarantine entries. In: the message or sample and why; out: one entry. Pure. */
import type { Rejection } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Message } from "../journal/record.ts";
import type { QuarantinedSample } from "./quarantine.ts";

const KEPT_PAYLOAD = 16_384;

/** @param withPayload false where another entry of the same message carries it already */
export function entryOfMessage(
  message: Message,
  id: string,
  rejection: Rejection,
  withPayload: boolean,
): QuarantinedSample {
  const { receivedAt, topic, size, payload } = message;
  const kept = withPayload ? payload.subarray(0, KEPT_PAYLOAD).toString("base64") : "";
  return { id, receivedAt, topic, ...rejection, size, payload: kept };
}

/** InfluxDB refused the line of a sample that had passed every check. */
export function entryOfSample(sample: Sample, seq: number, detail: string): QuarantinedSample {
  const payload = Buffer.from(JSON.stringify(sample));
  return {
    id: `${seq}-${sample.station}-${sample.time}`,
    receivedAt: sample.receivedAt,
    topic: `${sample.zone}/${sample.plant}/${sample.station}`,
    plant: sample.plant,
    code: "write-refused",
    detail,
    size: payload.length,
    payload: payload.toString("base64"),
  };
}
