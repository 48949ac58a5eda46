/** Geometry of a chart over a span of time. In: points, limits, size; out: lines broken at gaps, hatched spans, places of the limits. Pure. */

export interface ChartPoint {
  /** ms since epoch. */
  readonly time: number;
  /** null: a record without a value (device error). */
  readonly value: number | null;
  /** Kept but not judged. */
  readonly withheld: boolean;
}

export interface ChartFrame {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  /** Other values that must have room: means of windows. */
  readonly also?: readonly number[];
}

export interface ChartLayout {
  /** SVG paths of the judged values; one a stretch without gaps. */
  readonly lines: readonly string[];
  /** Spans whose values are not counted, x from and width. */
  readonly withheld: readonly { readonly x: number; readonly width: number }[];
  readonly limits: readonly { readonly y: number; readonly value: number }[];
  readonly last: { readonly x: number; readonly y: number } | undefined;
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
  x(time: number): number;
  y(value: number): number;
}

/** Longer than this many usual steps between two points and the line is broken. */
const GAP_STEPS = 3;
const HEADROOM = 0.12;

/** @param points in any order; those outside the frame are left out */
export function layoutChart(points: readonly ChartPoint[], frame: ChartFrame): ChartLayout {
  const { from, to, width, height, limitMin, limitMax } = frame;
  const shown = points.filter(({ time }) => time >= from && time <= to).toSorted((a, b) => a.time - b.time);
  const judged = shown.filter(({ value, withheld }) => value !== null && !withheld);
  const values = judged.map(({ value }) => value as number);
  const limits = [limitMin, limitMax].filter((limit) => limit !== null);
  const [low, high] = domainOf([...values, ...(frame.also ?? [])], limits, limitMin !== null);
  const x = (time: number) => round(((time - from) / Math.max(1, to - from)) * width);
  const y = (value: number) =>
    round(Math.min(height, Math.max(0, height - ((value - low) / (high - low)) * height)));
  const step = usualStep(shown);
  const last = judged.at(-1);
  return {
    x,
    y,
    lines: linesOf(judged, step * GAP_STEPS, x, y),
    withheld: spansOf(shown, step, x, width),
    limits: limits.map((value) => ({ y: y(value), value })),
    last: last === undefined ? undefined : { x: x(last.time), y: y(last.value as number) },
    lowest: values.length === 0 ? undefined : Math.min(...values),
    highest: values.length === 0 ? undefined : Math.max(...values),
  };
}

/** From zero for values with an upper limit only; around the range or the values otherwise. */
function domainOf(values: readonly number[], limits: readonly number[], isRange: boolean): [number, number] {
  const all = [...values, ...limits];
  if (all.length === 0) return [0, 1];
  const highest = Math.max(...all);
  const lowest = Math.min(...all, ...(isRange ? [] : [0]));
  const room = (highest - lowest || Math.abs(highest) || 1) * HEADROOM;
  return [lowest < 0 || isRange ? lowest - room : lowest, highest + room];
}

function usualStep(points: readonly ChartPoint[]): number {
  const steps = points.slice(1).map((point, index) => point.time - (points[index]?.time ?? point.time));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

function linesOf(
  judged: readonly ChartPoint[],
  gap: number,
  x: (time: number) => number,
  y: (value: number) => number,
): string[] {
  const lines: string[] = [];
  let line = "";
  let before: number | undefined;
  for (const { time, value } of judged) {
    if (before !== undefined && time - before > gap) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "M" : "L"}${x(time)} ${y(value as number)}`;
    before = time;
  }
  if (line !== "") lines.push(line);
  return lines;
}

function spansOf(
  shown: readonly ChartPoint[],
  step: number,
  x: (time: number) => number,
  width: number,
): { x: number; width: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const { time, value, withheld } of shown) {
    if (!withheld && value !== null) continue;
    const open = spans.at(-1);
    if (open !== undefined && time - open.to <= step * 1.5) open.to = time;
    else spans.push({ from: time, to: time });
  }
  return spans.map((span) => {
    const start = Math.max(0, x(span.from - step / 2));
    return { x: start, width: Math.max(2, Math.min(width, x(span.to + step / 2)) - start) };
  });
}

const round = (value: number) => Math.round(value * 10) / 10;
