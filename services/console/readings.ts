/** Readings of one station over 24 hours, fetched again when a newer record is there, but not too often. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { DeviceStatus, QualityFlag } from "#shared/reading/sample.ts";
import type { ChartPoint } from "./chart-layout.ts";

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

export interface StationReadings {
  readonly from: number;
  readonly to: number;
  /** By parameter, newest first. */
  readonly points: ReadonlyMap<string, readonly ChartPoint[]>;
}

export interface ReadingsState {
  readonly readings: StationReadings | undefined;
  readonly failed: boolean;
}

const AGAIN_AFTER_MS = 3_000;
const DAY_MS = 86_400_000;

/**
 * @param until  end of the 24 hours, ms; usually the time of the newest record. A new one fetches again.
 * @param enabled  false while nobody sees it
 */
export function useReadings(
  station: string,
  parameter: string | undefined,
  until: number | null,
  enabled = true,
): ReadingsState {
  const [state, setState] = useState<ReadingsState>({ readings: undefined, failed: false });
  const fetchedAt = useRef(Number.NEGATIVE_INFINITY);
  const subject = useRef("");

  useEffect(() => {
    if (!enabled || until === null) return;
    const asked = `${station} ${parameter ?? ""}`;
    const isNew = subject.current !== asked;
    const wait = isNew ? 0 : Math.max(0, fetchedAt.current + AGAIN_AFTER_MS - performance.now());
    const stop = new AbortController();
    const timer = setTimeout(() => {
      fetchedAt.current = performance.now();
      subject.current = asked;
      fetchReadings(station, parameter, until, stop.signal).then(
        (readings) => setState({ readings, failed: false }),
        () => {
          if (!stop.signal.aborted) setState((before) => ({ ...before, failed: true }));
        },
      );
    }, wait);
    return () => {
      clearTimeout(timer);
      // an answer under way is still worth having, unless it is about something else
      if (subject.current !== asked) stop.abort();
    };
  }, [station, parameter, until, enabled]);

  return state;
}

async function fetchReadings(
  station: string,
  parameter: string | undefined,
  until: number,
  signal: AbortSignal,
): Promise<StationReadings> {
  const query = new URLSearchParams({ from: String(until - DAY_MS), to: String(until), limit: "2000" });
  if (parameter !== undefined) query.set("parameter", parameter);
  const answer = await fetch(`/stations/${encodeURIComponent(station)}/readings?${query}`, { signal });
  if (!answer.ok) throw new Error(`readings: ${answer.status}`);
  return seriesOf((await answer.json()) as ReadingsAnswer);
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
