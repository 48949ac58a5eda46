/** What is refused as quarantine entries. In: the message or sample and why; out: one entry. Pure. */
import { stationTopic, type TopicRoot } from "#shared/mqtt/topic.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Message } from "../journal/record.ts";
import { receivedValue } from "../store/compare.ts";
import type { QuarantinedSample } from "./quarantine.ts";

/**
 * The payload is kept as the journal has it: whole, or the head of one that was larger than a message may be.
 * @param withPayload false where another entry of the same message carries it already
 */
export function entryOfMessage(
  message: Message,
  id: string,
  rejection: Rejection,
  withPayload: boolean,
): QuarantinedSample {
  const { receivedAt, topic, size, payload } = message;
  // the payload stands last: whoever only lists entries need not read it
  return {
    id,
    receivedAt,
    topic,
    ...rejection,
    size,
    payload: withPayload ? payload.toString("base64") : "",
  };
}

/** InfluxDB refused the line of a sample that had passed every check: kept as the station would send it alone. */
export function entryOfSample(sample: Sample, root: TopicRoot, detail: string): QuarantinedSample {
  const { time, receivedAt, station, plant } = sample;
  const readings = sample.readings.map((reading) => [
    reading.parameter,
    { value: receivedValue(reading), status: reading.status },
  ]);
  const payload = Buffer.from(JSON.stringify({ time, readings: Object.fromEntries(readings) }));
  return {
    // the same after a crash, whatever the batch is then
    id: `r${receivedAt}-${station}-${time}`,
    receivedAt,
    topic: stationTopic(root, sample, "data"),
    ...reject("write-refused", detail, plant),
    size: payload.length,
    payload: payload.toString("base64"),
  };
}
