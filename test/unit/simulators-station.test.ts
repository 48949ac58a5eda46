/** What a station keeps and repeats, and how its records look on the wire. */
import { describe, expect, it } from "vitest";
import { createLocalTime } from "#shared/time/local-time.ts";
import { createOutbox } from "#simulators/station/outbox.ts";
import { encodePayload } from "#simulators/station/payload.ts";

const MINUTE = 60_000;
const record = (minute: number) => ({ time: minute * MINUTE, payload: `${minute}` });

function outboxWith(options: { limit?: number; repeatRealMs?: number; repeatLimit?: number } = {}) {
  return createOutbox({ limit: 100, repeatMs: 10 * MINUTE, repeatRealMs: 0, repeatLimit: 100, ...options });
}

/** Takes everything, as payloads. */
function drain(outbox: ReturnType<typeof createOutbox>, realNow = 0): string[] {
  const payloads: string[] = [];
  for (let next = outbox.take(); next !== undefined; next = outbox.take()) {
    payloads.push(next.payload);
    outbox.acknowledge(next, realNow);
  }
  return payloads;
}

describe("the outbox", () => {
  it("gives records oldest first, and takes back what was in flight, in order", () => {
    const outbox = outboxWith();
    for (const minute of [1, 2, 3, 4]) outbox.add(record(minute));
    const first = outbox.take();
    outbox.take();
    outbox.take();
    if (first !== undefined) outbox.acknowledge(first, 0);
    outbox.recall();
    expect(outbox.size).toBe(3);
    expect(drain(outbox)).toEqual(["2", "3", "4"]);
  });

  it("repeats the last ten minutes of its own time, before what waits, and again if asked again", () => {
    const outbox = outboxWith();
    for (let minute = 0; minute <= 60; minute += 5) outbox.add(record(minute));
    drain(outbox);
    outbox.add(record(65));
    expect(outbox.repeatLast(0)).toBe(2);
    expect(drain(outbox)).toEqual(["55", "60", "65"]);
    expect(outbox.repeatLast(0)).toBe(2);
    expect(drain(outbox)).toEqual(["60", "65"]);
  });

  it("repeats all that was acknowledged in the last real seconds, up to its limit", () => {
    const outbox = outboxWith({ repeatRealMs: 1_000, repeatLimit: 20 });
    for (let minute = 0; minute < 500; minute += 5) outbox.add(record(minute));
    drain(outbox, 5_000);
    expect(outbox.repeatLast(5_500)).toBe(20);
    drain(outbox, 5_500);
    expect(outbox.repeatLast(9_000)).toBe(2);
  });

  it("gives up the oldest when it is full, and counts it", () => {
    const outbox = outboxWith({ limit: 3 });
    for (const minute of [1, 2, 3, 4, 5]) outbox.add(record(minute));
    expect(outbox.dropped).toBe(2);
    expect(drain(outbox)).toEqual(["3", "4", "5"]);
  });

  it("ignores an acknowledgement of what it took back", () => {
    const outbox = outboxWith();
    outbox.add(record(1));
    const taken = outbox.take();
    outbox.recall();
    if (taken !== undefined) outbox.acknowledge(taken, 0);
    expect(outbox.size).toBe(1);
  });
});

describe("the payload", () => {
  it("is a bare number while measuring, an object with status or unit otherwise", () => {
    const text = encodePayload("2026-11-23T10:00:00+07:00", {
      ph: { value: 7.1, status: "measuring" },
      cod: { value: 0, status: "fault" },
      flow_in: { value: 44101, unit: "m3/day" },
    });
    expect(text).toBe(
      '{"time":"2026-11-23T10:00:00+07:00","readings":{"ph":7.1,"cod":{"value":0,"status":"fault"},"flow_in":{"value":44101,"unit":"m3/day"}}}',
    );
  });

  it.each([
    ["Asia/Ho_Chi_Minh", "2026-11-23T03:00:00Z", "2026-11-23T10:00:00+07:00"],
    ["Europe/Berlin", "2016-10-30T00:59:00Z", "2016-10-30T02:59:00+02:00"],
    ["Europe/Berlin", "2016-10-30T01:00:00Z", "2016-10-30T02:00:00+01:00"],
    ["America/St_Johns", "2026-07-01T00:00:00Z", "2026-06-30T21:30:00-02:30"],
    ["UTC", "2026-07-01T00:00:00.250Z", "2026-07-01T00:00:00.250+00:00"],
  ])("writes local time with its offset: %s", (zone, instant, text) => {
    expect(createLocalTime(zone).textAt(Date.parse(instant))).toBe(text);
    expect(Date.parse(text)).toBe(Date.parse(instant));
  });
});
