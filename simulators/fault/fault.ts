/** What can go wrong at a station. A fault changes the water, the device's readings, or the delivery, between two times. */
import { z } from "zod";
import type { DeviceStatus } from "#shared/reading/sample.ts";
import { duration, id } from "#shared/registry/schema.ts";
import type { Water } from "#simulators/plant/effluent.ts";

export interface DeviceReading {
  readonly value: number;
  readonly status: DeviceStatus;
}

/** Readings of one record by parameter key. */
export type DeviceReadings = Readonly<Record<string, DeviceReading>>;

/** send: now. hold: kept by the station, sent when it is back. drop: lost for good. Not sending means not connected. */
export type Delivery = "send" | "hold" | "drop";

/** Each part is optional and leaves what it does not touch as it is; times are ms since epoch, in order. */
export interface Fault {
  water?(water: Water, time: number): Water;
  device?(readings: DeviceReadings, time: number): DeviceReadings;
  delivery?(time: number): Delivery;
}

/** When a fault acts, ms since epoch: from <= time < until. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export function isDuring(span: Span, time: number): boolean {
  return span.from <= time && time < span.until;
}

/** Fields of every event; `at` and `until` count from the start of the story. */
export const eventFields = {
  at: duration,
  until: duration,
  station: id,
};

/** A parameter key in a scenario. */
export const parameterKey = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "expected a parameter key, e.g. cod");
