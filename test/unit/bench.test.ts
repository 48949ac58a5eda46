import { describe, expect, it } from "vitest";
import { createFeed } from "#test/bench/load/feed.ts";
import {
  encodeConnect,
  encodePublishes,
  PUBACK,
  PUBLISH,
  packetIdOf,
  splitPackets,
} from "#test/bench/load/packets.ts";
import { percentile } from "#test/bench/measure/percentile.ts";

describe("the packets of the load generator", () => {
  const messages = Array.from({ length: 5 }, (_, index) => ({
    topic: `a/${index}`,
    payload: "ô".repeat(index * 70),
  }));

  it("come apart as they were put together, wherever the bytes are cut", () => {
    const bytes = Buffer.concat([
      encodeConnect("c"),
      encodePublishes(messages, 65_533),
      Buffer.from([0x40, 2, 1, 2]),
    ]);
    const types: number[] = [];
    const ids: number[] = [];
    let rest: Buffer = Buffer.alloc(0);
    for (const byte of bytes) {
      const split = splitPackets(Buffer.concat([rest, Buffer.from([byte])]));
      rest = split.rest;
      for (const packet of split.packets) {
        types.push(packet.type);
        if (packet.type === PUBLISH || packet.type === PUBACK) ids.push(packetIdOf(packet));
      }
    }
    expect(rest.length).toBe(0);
    expect(types).toEqual([1, 3, 3, 3, 3, 3, 4]);
    expect(ids).toEqual([65_533, 65_534, 65_535, 1, 2, 258]);
  });
});

describe("the feed", () => {
  it("gives each station a time of its own every five minutes, the last one now", () => {
    const now = Date.UTC(2026, 10, 23, 3, 2);
    const samples = createFeed({ stations: 3, total: 10, now }).samples(0, 10);
    expect(new Set(samples.map(({ station, time }) => `${station}|${time}`)).size).toBe(10);
    expect(samples.at(-1)?.time).toBe(Date.UTC(2026, 10, 23, 3, 0));
    expect(samples.every(({ readings }) => readings.length === 6)).toBe(true);
  });

  it("says the same on the wire as in the samples", () => {
    const feed = createFeed({ stations: 7, total: 100, now: Date.UTC(2026, 10, 23) });
    const wire = feed.messages(40, 60).map(({ payload }) => JSON.parse(payload));
    const told = feed.samples(40, 60);
    expect(wire.map(({ time }) => Date.parse(time))).toEqual(told.map(({ time }) => time));
    expect(wire.map(({ readings }) => Object.values(readings))).toEqual(
      told.map(({ readings }) => readings.map(({ value }) => value)),
    );
  });
});

it.each([
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  [[7], 0.99, 7],
  [[], 0.5, Number.NaN],
])("percentile of %j at %d is %d", (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});
