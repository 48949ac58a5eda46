/** A record as it goes on the wire: `{"time":"2026-11-23T10:00:00+07:00","readings":{"ph":7.1,"cod":{"value":0,"status":"fault"}}}`. */
import type { DeviceStatus } from "#shared/reading/sample.ts";

export interface WireReading {
  readonly value: number;
  /** Left out: measuring. */
  readonly status?: DeviceStatus;
  /** Left out: the registry's unit. */
  readonly unit?: string;
}

/** Readings keep their order; a plain measurement is a bare number. */
export function encodePayload(timeText: string, readings: Readonly<Record<string, WireReading>>): string {
  const wire: Record<string, number | WireReading> = {};
  for (const [key, { value, status, unit }] of Object.entries(readings)) {
    const measuring = status === undefined || status === "measuring";
    wire[key] =
      measuring && unit === undefined
        ? value
        : { value, ...(measuring ? {} : { status }), ...(unit === undefined ? {} : { unit }) };
  }
  return JSON.stringify({ time: timeText, readings: wire });
}
