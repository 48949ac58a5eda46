import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isParameterKey } from "#shared/parameter/parameter.ts";
import { noFigures, withRatios } from "#test/bench/figures.ts";
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
import { growthOf } from "#test/bench/memory.ts";
import { flowOf } from "#test/bench/node-red/flow.ts";
import { installNodeRed } from "#test/bench/node-red/install.ts";
import { medianOf } from "#test/bench/repeat.ts";
import { ingestTargets } from "#test/bench/targets.ts";

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

  it("gives as many values as asked for, each under a name that may be stored, and no two running equal", () => {
    const feed = createFeed({ stations: 2, total: 200, now: Date.UTC(2026, 10, 23), values: 60 });
    const samples = feed.samples(0, 200);
    for (const { readings } of samples) {
      expect(new Set(readings.map(({ parameter }) => parameter)).size).toBe(60);
      expect(readings.every(({ parameter }) => isParameterKey(parameter))).toBe(true);
    }
    for (let index = 2; index < 200; index += 1) {
      const [before, after] = [samples[index - 2]?.readings, samples[index]?.readings];
      expect(after?.filter(({ value }, place) => value === before?.[place]?.value).length).toBeLessThan(5);
    }
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

describe("several runs as one", () => {
  it("gives the median of each figure, its range, and null where no run measured", () => {
    const runs = [
      { drain: 30, none: null, sometimes: null, same: 6 },
      { drain: 10, none: null, sometimes: 4, same: 6 },
      { drain: 20, none: null, sometimes: 8, same: 6 },
    ];
    expect(medianOf(runs)).toEqual({
      ...{ drain: 20, none: null, sometimes: 4, same: 6, repeats: 3 },
      ranges: { drain: [10, 30], sometimes: [4, 8] },
    });
  });
});

describe("targets", () => {
  const none = noFigures({ messages: 1, valuesPerMessage: 6, stations: 1 });
  const verdictOf = (what: string, figures: object) =>
    ingestTargets(withRatios({ ...none, ...figures })).find((target) => target.what === what)?.isMet;

  it.each([
    ["outfallDrain ÷ brokerLimit", { outfallDrain: 30, brokerLimit: 100 }, true],
    ["outfallDrain ÷ brokerLimit", { outfallDrain: 29, brokerLimit: 100 }, false],
    ["outfallDrain ÷ brokerLimit", { outfallDrain: 29 }, null],
    ["outfallDrain", { outfallDrain: 59_999, brokerLimit: 200_000 }, false],
    ["outfallDrain", { outfallDrain: 60_000, brokerLimit: 200_000 }, true],
    ["outfallDrain", { outfallDrain: 59_999, brokerLimit: 199_999 }, null],
    ["ackP99Ms", { ackP99Ms: 49, pace: 30_000, paceReached: 29_900 }, true],
    ["ackP99Ms", { ackP99Ms: 50, pace: 30_000, paceReached: 29_900 }, false],
    ["ackP99Ms", { ackP99Ms: 1, pace: 30_000, paceReached: 20_000 }, false],
    ["ackP99Ms", { ackP99Ms: 1, pace: 2_000, paceReached: 2_000 }, null],
    ["countryStoredP99Ms", { countryStoredP99Ms: 24.9 }, true],
    ["rssMiBPeak", { rssMiBPeak: 400 }, false],
  ])("%s of %j: met %s", (what, figures, expected) => {
    expect(verdictOf(what, figures)).toBe(expected);
  });

  it("memory that rises is not flat; what fills at the beginning is not counted", () => {
    expect(growthOf([10, 200, ...Array.from({ length: 8 }, () => 300)])).toBe(1);
    expect(growthOf([100, 100, 100, 100, 100, 100, 200, 200, 200, 200])).toBe(2);
    expect(growthOf([1])).toBeNull();
  });
});

describe("Node-RED", () => {
  it("its flow leads from MQTT, QoS 1 in a persistent session, to InfluxDB, through nodes that exist", () => {
    const flow = flowOf({
      mqttUrl: "mqtt://127.0.0.1:1234",
      clientId: "c",
      subscription: "root/#",
      influxUrl: "http://127.0.0.1:5678",
      database: "d",
    }) as Record<string, unknown>[];
    const byId = new Map(flow.map((node) => [node.id as string, node]));
    const path: unknown[] = [];
    for (let node = flow.find(({ type }) => type === "mqtt in"); node !== undefined; ) {
      path.push(node.type);
      node = byId.get((node.wires as string[][])[0]?.[0] ?? "");
    }
    expect(path).toEqual(["mqtt in", "function", "join", "influxdb batch"]);
    const input = flow.find(({ type }) => type === "mqtt in");
    expect(input).toMatchObject({ topic: "root/#", qos: "1" });
    expect(byId.get(input?.broker as string)).toMatchObject({
      port: "1234",
      cleansession: false,
      clientid: "c",
    });
    const output = flow.find(({ type }) => type === "influxdb batch");
    expect(byId.get(output?.influxdb as string)).toMatchObject({ port: "5678", database: "d" });
  });

  it("that cannot be installed says why, and leaves nothing that looks installed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outfall-node-red-"));
    const home = join(folder, "node-red");
    await expect(installNodeRed(home, "false")).rejects.toThrow(/^false install .* ended with 1/);
    await expect(installNodeRed(home, "no-such-npm")).rejects.toThrow(/cannot be run/);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
