/**
 * From a reading's publish to its opened incident, at the pace of a country: broker, ingest, InfluxDB, Redis and compliance as
 * processes. In: the rig; out: ms of each incident, from the publish of the reading that confirms it (an analyser's second
 * result over the limit) until the event stands in InfluxDB.
 */
import { join } from "node:path";
import { startService } from "#services/local/service-process.ts";
import { toRows } from "#shared/influx/rows.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import { createLoadPublisher } from "../load/publisher.ts";
import { benchStations, ROOT } from "../load/registry.ts";
import type { Rig } from "../rig.ts";
import { readingsAt } from "./country.ts";

export interface LatencyOptions {
  readonly stations: number;
  readonly messagesPerSecond: number;
  readonly incidents: number;
}

const TICK_MS = 2;
const LOOK_MS = 5;
/** Rounds of every station before the first one exceeds its limit: code is compiled, stations are known. */
const WARM_UP_ROUNDS = 2;
const OVER = [180, 190] as const;

export async function benchLatency(
  rig: Rig,
  { stations, messagesPerSecond, incidents }: LatencyOptions,
): Promise<number[]> {
  const fleet = await rig.fleet("latency", stations);
  await fleet.startIngest();
  const compliance = await startService("compliance", {
    env: {
      ...rig.stack.env,
      OUTFALL_REGISTRY: fleet.registryFolder,
      OUTFALL_INFLUX_DATABASE: "latency",
      OUTFALL_INFLUX_TOKEN: "",
      OUTFALL_RAW_RETENTION: "",
      OUTFALL_CLOCK: "",
      OUTFALL_LOG: "warn",
      OUTFALL_METRICS_PORT: "0",
    },
    logFile: join(rig.folder, "compliance.log"),
  });
  const publisher = await createLoadPublisher(rig.stack.mqttUrl, 1);
  const places = benchStations(stations);
  const confirmedAt = new Map<string, number>();
  const openedAt = new Map<string, number>();
  let isDone = false;

  async function look(): Promise<void> {
    while (!isDone) {
      const rows = toRows(
        await fleet.influx.query(
          'SELECT station, kind FROM "record"."incident_event" WHERE kind = \'limit\'',
        ),
      );
      const now = Date.now();
      for (const { station } of rows) if (!openedAt.has(String(station))) openedAt.set(String(station), now);
      await pause(LOOK_MS);
    }
  }

  /** Rounds of all stations; from the third on some exceed in one round and confirm in the next. */
  async function publishAll(): Promise<void> {
    const perRound = Math.max(1, Math.floor(incidents / ROUNDS));
    const total = (WARM_UP_ROUNDS + ROUNDS + 1) * stations;
    const startedAt = Date.now();
    for (let next = 0; next < total; ) {
      const due = Math.min(total, Math.floor(((Date.now() - startedAt) * messagesPerSecond) / 1000));
      const some = [];
      for (; next < due; next += 1) some.push(messageOf(next, perRound));
      if (some.length > 0) await publisher.publish(some);
      await pause(TICK_MS);
    }
  }

  function messageOf(index: number, perRound: number): { topic: string; payload: string } {
    const place = index % stations;
    const { zone, plant, id } = places[place] as (typeof places)[number];
    const time = Date.now();
    const since = Math.floor(index / stations) - WARM_UP_ROUNDS - turnOf(place, perRound, stations);
    const cod = since === 0 || since === 1 ? OVER[since] : undefined;
    if (since === 1) confirmedAt.set(id, time);
    const { tn: _tn, tp: _tp, ...readings } = readingsAt(place, time);
    return {
      topic: `${ROOT}/v1/${zone}/${plant}/${id}/data`,
      payload: JSON.stringify({ time, readings: cod === undefined ? readings : { ...readings, cod } }),
    };
  }

  const looking = look();
  try {
    await publishAll();
    await waitFor(async () => [...confirmedAt.keys()].every((id) => openedAt.has(id)), {
      what: `${confirmedAt.size} incidents, ${openedAt.size} opened so far`,
      timeoutMs: 30_000,
    });
  } finally {
    isDone = true;
    await looking;
    publisher.close();
    await compliance.stop();
  }
  return [...confirmedAt].map(([id, at]) => (openedAt.get(id) ?? Number.NaN) - at);
}

const ROUNDS = 5;

/** In which round a station exceeds its limit, spread over the country; never for most. */
function turnOf(place: number, perRound: number, stations: number): number {
  const every = Math.max(1, Math.floor(stations / (perRound * ROUNDS)));
  return place % every === 0 ? Math.floor(place / every) % ROUNDS : Number.POSITIVE_INFINITY;
}
