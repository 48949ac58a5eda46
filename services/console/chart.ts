/** One parameter over a span: values, limit lines with their figures, hatched spans, hours; and the marks of an incident. A picture with its facts in words. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OverviewParameter } from "#shared/overview/overview.ts";
import { type ChartLayout, type ChartPoint, layoutChart } from "./chart-layout.ts";
import { timeTicks } from "./chart-ticks.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";
import { limitWords, valueWords } from "./words-of.ts";

const FIRST_WIDTH = 560;
const HEIGHT = 132;
const LEFT = 4;
const TOP = 8;
const BOTTOM = 20;

interface ChartSpan {
  readonly from: number;
  readonly to: number;
}

export interface ChartMarks {
  /** From start to end of the incident: a bar along the foot. */
  readonly incident: ChartSpan;
  /** The window that made its level: shaded. */
  readonly window: ChartSpan | null;
  /** Means of windows: a step each. */
  readonly means: readonly (ChartSpan & { readonly value: number })[];
}

type ChartParameter = Pick<
  OverviewParameter,
  "name" | "unit" | "decimals" | "limitMin" | "limitMax" | "state"
> &
  Partial<Pick<OverviewParameter, "value">>;

interface ChartProps {
  /** With `value`, the newest one stands beside the name. */
  readonly parameter: ChartParameter;
  readonly points: readonly ChartPoint[];
  readonly from: number;
  readonly to: number;
  /** The span in words. */
  readonly span: string;
  readonly timeZone: string;
  readonly marks?: ChartMarks;
  /** In place of "no limit": where the limit is none of what is drawn. */
  readonly note?: string | undefined;
}

export function Chart({ parameter, points, from, to, span, timeZone, marks, note }: ChartProps) {
  const view = useView();
  const { words, format, language } = view;
  const place = useRef<HTMLElement>(null);
  const width = useWidth(place);
  const plotWidth = width - 2 * LEFT;
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const layout = layoutChart(points, {
    from,
    to,
    width: plotWidth,
    height: plotHeight,
    limitMin: parameter.limitMin,
    limitMax: parameter.limitMax,
    also: marks?.means.map(({ value }) => value) ?? [],
  });
  // an incident's values are over the limit at its end: the figure stands at the other
  const limitAt = marks === undefined ? { x: plotWidth - 4, anchor: "end" } : { x: 4, anchor: "start" };
  const ticks = useMemo(() => timeTicks(from, to, timeZone), [from, to, timeZone]);
  const limit = limitWords(parameter, view);
  const limitNote = [limit === undefined ? undefined : `${words.panel.limit} ${limit}`, note]
    .filter((part) => part !== undefined)
    .join("; ");
  const name = parameter.name[language];
  const lowest = layout.lowest === undefined ? "–" : valueWords(layout.lowest, parameter, view);
  const highest = layout.highest === undefined ? "–" : valueWords(layout.highest, parameter, view);
  const label = words.panel.chart(name, span, lowest, highest, limitNote || words.panel.noLimit);
  return html`<figure class="chart" ref=${place} data-state=${parameter.state}>
    <figcaption>
      <span class="chart-name">${name}</span>
      ${
        parameter.value === undefined
          ? html`<span class="chart-limit">${span}</span>`
          : html`<span class="chart-value">${valueWords(parameter.value, parameter, view)}</span>`
      }
      <span class="chart-limit">${limitNote || words.panel.noLimit}</span>
    </figcaption>
    <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${label}>
      <g transform="translate(${LEFT} ${TOP})">
        <rect class="plot" width=${plotWidth} height=${plotHeight} />
        ${marks?.window ? html`<rect class="mark-window" ...${placeOf(marks.window, { from, to }, layout)} y="0" height=${plotHeight} />` : null}
        ${layout.withheld.map(
          ({ x, width }) =>
            html`<rect class="withheld" x=${x} y="0" width=${width} height=${plotHeight} fill="url(#hatch)" />`,
        )}
        ${ticks.map(
          ({ time, isMidnight }) => html`<g class="tick">
            <line x1=${layout.x(time)} x2=${layout.x(time)} y1="0" y2=${plotHeight} />
            <text x=${layout.x(time)} y=${plotHeight + 15} text-anchor=${anchorAt(layout.x(time), plotWidth)}>
              ${isMidnight ? format.day(time) : format.time(time)}
            </text>
          </g>`,
        )}
        ${layout.lines.map((line) => html`<path class="value-line" d=${line} />`)}
        ${marks?.means.map(
          (mean) =>
            html`<line class="mark-mean" x1=${layout.x(mean.from)} x2=${layout.x(mean.to)} y1=${layout.y(mean.value)} y2=${layout.y(mean.value)} />`,
        )}
        ${
          marks === undefined
            ? null
            : html`<rect class="mark-incident" ...${placeOf(marks.incident, { from, to }, layout)} y=${plotHeight - 4} height="4" />`
        }
        ${layout.limits.map(
          ({ y, value }) => html`<g class="limit">
            <line class="limit-line" x1="0" x2=${plotWidth} y1=${y} y2=${y} />
            <text
              x=${limitAt.x}
              y=${y < 14 ? y + 12 : y - 4}
              text-anchor=${limitAt.anchor}
            >
              ${format.plain(value)}
            </text>
          </g>`,
        )}
        ${layout.last === undefined ? null : html`<circle class="value-end" cx=${layout.last.x} cy=${layout.last.y} r="3.5" />`}
      </g>
    </svg>
    <p class="chart-note">
      ${
        layout.lowest === undefined
          ? words.panel.empty(span)
          : html`${words.panel.lowest} ${lowest} · ${words.panel.highest} ${highest}`
      }
    </p>
  </figure>`;
}

/** Of what lies inside the chart's own span. */
function placeOf(mark: ChartSpan, { from, to }: ChartSpan, { x }: ChartLayout): { x: number; width: number } {
  const start = x(Math.max(from, Math.min(to, mark.from)));
  return { x: start, width: Math.max(2, x(Math.max(from, Math.min(to, mark.to))) - start) };
}

/** The width it is shown at, so that letters keep their size. */
function useWidth(place: { current: Element | null }): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useLayoutEffect(() => {
    if (place.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(120, Math.round(entry.contentRect.width)));
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

function anchorAt(x: number, width: number): string {
  if (x < 20) return "start";
  return x > width - 20 ? "end" : "middle";
}
