/** One parameter over 24 hours: values, limit lines with their figures, hatched spans, hours. A picture with its facts in words. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { OverviewParameter } from "#shared/overview/overview.ts";
import { type ChartPoint, layoutChart, sixHourTicks } from "./chart-layout.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";
import { limitWords, valueWords } from "./words-of.ts";

const FIRST_WIDTH = 560;
const HEIGHT = 132;
const LEFT = 4;
const TOP = 8;
const BOTTOM = 20;

interface ChartProps {
  readonly parameter: OverviewParameter;
  readonly points: readonly ChartPoint[];
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
}

export function Chart({ parameter, points, from, to, timeZone }: ChartProps) {
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
  });
  const limit = limitWords(parameter, view);
  const name = parameter.name[language];
  const lowest = layout.lowest === undefined ? "–" : valueWords(layout.lowest, parameter, view);
  const highest = layout.highest === undefined ? "–" : valueWords(layout.highest, parameter, view);
  const label = words.panel.chart(
    name,
    lowest,
    highest,
    limit === undefined ? words.panel.noLimit : `${words.panel.limit} ${limit}`,
  );
  return html`<figure class="chart" ref=${place} data-state=${parameter.state}>
    <figcaption>
      <span class="chart-name">${name}</span>
      <span class="chart-value">${valueWords(parameter.value, parameter, view)}</span>
      <span class="chart-limit">${limit === undefined ? words.panel.noLimit : `${words.panel.limit} ${limit}`}</span>
    </figcaption>
    <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${label}>
      <g transform="translate(${LEFT} ${TOP})">
        <rect class="plot" width=${plotWidth} height=${plotHeight} />
        ${layout.withheld.map(
          ({ x, width }) =>
            html`<rect class="withheld" x=${x} y="0" width=${width} height=${plotHeight} fill="url(#hatch)" />`,
        )}
        ${sixHourTicks(from, to, timeZone).map(
          (tick) => html`<g class="tick">
            <line x1=${layout.x(tick)} x2=${layout.x(tick)} y1="0" y2=${plotHeight} />
            <text x=${layout.x(tick)} y=${plotHeight + 15} text-anchor=${anchorAt(layout.x(tick), plotWidth)}>
              ${format.time(tick)}
            </text>
          </g>`,
        )}
        ${layout.lines.map((line) => html`<path class="value-line" d=${line} />`)}
        ${layout.limits.map(
          ({ y, value }) => html`<g class="limit">
            <line class="limit-line" x1="0" x2=${plotWidth} y1=${y} y2=${y} />
            <text x=${plotWidth - 4} y=${y < 14 ? y + 12 : y - 4} text-anchor="end">${format.plain(value)}</text>
          </g>`,
        )}
        ${layout.last === undefined ? null : html`<circle class="value-end" cx=${layout.last.x} cy=${layout.last.y} r="3.5" />`}
      </g>
    </svg>
    <p class="chart-note">
      ${
        layout.lowest === undefined
          ? words.panel.empty
          : html`${words.panel.lowest} ${lowest} · ${words.panel.highest} ${highest}`
      }
    </p>
  </figure>`;
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
