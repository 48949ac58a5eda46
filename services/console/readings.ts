/** Readings of one station over a span, as points to draw; fetched again when the span moves on. */
import { useMemo } from "preact/hooks";
import type { DeviceStatus, QualityFlag } from "#shared/reading/sample.ts";
import type { ChartPoint } from "./chart-layout.ts";
import { useFetched } from "./fetched.ts";

interface ReadingsAnswer {
  readonly from: number;
  readonly to: number;
  readonly readings: readonly {
    readonly time: number;
    readonly values: Readonly<
      Record<
        string,
        { readonly value: number | null; readonly status: DeviceStatus; readonly flag: QualityFlag }
      >
    >;
  }[];
}

export interface Span {
  /** ms since epoch, both inclusive. */
  readonly from: number;
  readonly to: number;
}

export interface StationReadings extends Span {
  /** By parameter, newest first. */
  readonly points: ReadonlyMap<string, readonly ChartPoint[]>;
}

export interface ReadingsState {
  readonly readings: StationReadings | undefined;
  readonly failed: boolean;
}

/** Most records asked for; a span is to be chosen so that its records fit. */
export const MOST_RECORDS = 5_000;
const DAY_MS = 86_400_000;

/** The 24 hours to the newest record; null without any. */
export function dayTo(until: number | null): Span | null {
  return until === null ? null : { from: until - DAY_MS, to: until };
}

/**
 * @param span  null: nothing to fetch. A new one fetches again, while the old points stay.
 * @param enabled  false while nobody sees it
 */
export function useReadings(
  station: string,
  parameter: string | undefined,
  span: Span | null,
  enabled = true,
): ReadingsState {
  const address = enabled && span !== null ? readingsAddress(station, parameter, span) : undefined;
  const { answer, trouble } = useFetched<ReadingsAnswer>(`${station} ${parameter ?? ""}`, address);
  const readings = useMemo(() => (answer === undefined ? undefined : seriesOf(answer)), [answer]);
  return { readings, failed: trouble !== undefined };
}

function readingsAddress(station: string, parameter: string | undefined, { from, to }: Span): string {
  const query = new URLSearchParams({ from: String(from), to: String(to), limit: String(MOST_RECORDS) });
  if (parameter !== undefined) query.set("parameter", parameter);
  return `/stations/${encodeURIComponent(station)}/readings?${query}`;
}

function seriesOf(answer: ReadingsAnswer): StationReadings {
  const points = new Map<string, ChartPoint[]>();
  for (const { time, values } of answer.readings) {
    for (const [key, { value, status, flag }] of Object.entries(values)) {
      const withheld = status !== "measuring" || (flag !== 1 && flag !== 3);
      const list = points.get(key) ?? [];
      list.push({ time, value, withheld });
      points.set(key, list);
    }
  }
  return { from: answer.from, to: answer.to, points };
}
