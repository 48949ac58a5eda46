/** A whole simulated station: water, instruments, faults. In: the registry's station, a seed, faults; out: one record per interval. */
import type { Station } from "#shared/station/station.ts";
import type { LocalTime } from "#shared/time/local-time.ts";
import type { Delivery, DeviceReading, DeviceReadings, Fault } from "#simulators/fault/fault.ts";
import { createEffluent, type Water } from "#simulators/plant/effluent.ts";
import { effluentRow } from "#simulators/plant/effluent-table.ts";
import { createSensor, type Sensor } from "#simulators/sensor/sensor.ts";
import { encodePayload } from "./payload.ts";

export interface StationRecord {
  /** The record's time stamp, ms since epoch. */
  readonly time: number;
  readonly payload: string;
  readonly delivery: Delivery;
}

export interface StationModel {
  readonly station: Station;
  /** The record of `time`; call it once an interval, in time order: the same seed then gives the same bytes. */
  recordAt(time: number): StationRecord;
}

export interface StationModelOptions {
  readonly station: Station;
  readonly seed: string;
  readonly faults: readonly Fault[];
  readonly localTime: LocalTime;
}

export function createStationModel({ station, seed, faults, localTime }: StationModelOptions): StationModel {
  const effluent = createEffluent({
    parameters: Object.keys(station.parameters),
    seed: `${seed}/${station.id}`,
    intervalMs: station.intervalMs,
    offsetAt: localTime.offsetAt,
  });
  const sensors = new Map<string, Sensor>();
  for (const [key, { range }] of Object.entries(station.parameters)) {
    const row = effluentRow(key);
    if (row !== undefined)
      sensors.set(key, createSensor({ row, seed: `${seed}/${station.id}/${key}`, range }));
  }

  return {
    station,
    recordAt(time) {
      let water: Water = effluent.at(time);
      for (const fault of faults) water = fault.water?.(water, time) ?? water;
      const shown: Record<string, DeviceReading> = {};
      for (const [key, sensor] of sensors) {
        shown[key] = { value: sensor.read(water[key] ?? 0, time), status: "measuring" };
      }
      let readings: DeviceReadings = shown;
      for (const fault of faults) readings = fault.device?.(readings, time) ?? readings;
      return {
        time,
        payload: encodePayload(localTime.textAt(time), readings),
        delivery: worstDelivery(faults, time),
      };
    },
  };
}

function worstDelivery(faults: readonly Fault[], time: number): Delivery {
  let worst: Delivery = "send";
  for (const fault of faults) {
    const delivery = fault.delivery?.(time) ?? "send";
    if (delivery === "drop" || worst === "send") worst = delivery;
  }
  return worst;
}
