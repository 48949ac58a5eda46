/** One parameter of a station over 24 hours as a small line with its limit; fetched only while it is on screen. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { OverviewParameter } from "#shared/overview/overview.ts";
import { layoutChart } from "./chart-layout.ts";
import { html } from "./html.ts";
import { dayTo, useReadings } from "./readings.ts";

const WIDTH = 240;
const HEIGHT = 44;

interface SparklineProps {
  readonly station: string;
  readonly parameter: OverviewParameter;
  readonly until: number | null;
}

export function Sparkline({ station, parameter, until }: SparklineProps) {
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useIsSeen(place);
  const { readings } = useReadings(station, parameter.key, dayTo(until), isSeen);
  const points = readings?.points.get(parameter.key) ?? [];
  const layout = layoutChart(points, {
    from: readings?.from ?? 0,
    to: readings?.to ?? 1,
    width: WIDTH,
    height: HEIGHT - 6,
    limitMin: parameter.limitMin,
    limitMax: parameter.limitMax,
  });
  return html`<div class="spark" ref=${place} data-state=${parameter.state} aria-hidden="true">
    <svg viewBox="0 -3 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
      ${layout.withheld.map(
        ({ x, width }) =>
          html`<rect class="withheld" x=${x} y="-3" width=${width} height=${HEIGHT} fill="url(#hatch)" />`,
      )}
      ${
        points.length === 0
          ? null
          : layout.limits.map(({ y }) => html`<line class="limit-line" x1="0" x2=${WIDTH} y1=${y} y2=${y} />`)
      }
      ${layout.lines.map((line) => html`<path class="value-line" d=${line} />`)}
    </svg>
  </div>`;
}

function useIsSeen(place: { current: Element | null }): boolean {
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => setIsSeen(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: "400px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return isSeen;
}
