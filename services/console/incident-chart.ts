/** The chart of an incident about a limit: the parameter before, during and after, with limit, windows judged and the one that made its level. */
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import { stationHash } from "./address.ts";
import { Chart, type ChartMarks } from "./chart.ts";
import { html } from "./html.ts";
import { parameterWords } from "./incident-figures.ts";
import type { JudgedWindow } from "./incident-windows.ts";
import { type Span, useReadings } from "./readings.ts";
import { HatchKey } from "./station-panel.ts";
import { useView } from "./view.ts";

interface IncidentChartProps {
  readonly detail: IncidentDetail;
  readonly windows: readonly JudgedWindow[];
  readonly span: Span;
  readonly timeZone: string;
}

export function IncidentChart({ detail, windows, span, timeZone }: IncidentChartProps) {
  const view = useView();
  const { words, format, language } = view;
  const { incident, facts, place } = detail;
  const { parameter } = incident;
  const { readings, failed } = useReadings(place.station?.id ?? "", parameter?.key, span);
  if (parameter === null || place.station === null) return null;
  const name = parameterWords(detail, view);
  const isMean = facts.statistic !== "minutes-outside";
  const marks: ChartMarks = {
    incident: { from: incident.openedAt, to: incident.closedAt ?? span.to },
    window: facts.from === undefined || facts.to === undefined ? null : { from: facts.from, to: facts.to },
    means: isMean ? windows.filter(hasMean).filter(({ to }) => to <= span.to) : [],
  };
  return html`<section class="detail-part">
    <h3>${words.incident.chart}</h3>
    ${failed ? html`<p class="nothing" role="status">${words.panel.failed}</p>` : null}
    <${Chart}
      parameter=${{
        name: { ...parameter.name, [language]: name },
        unit: parameter.unit,
        decimals: parameter.decimals,
        limitMin: facts.limitMin ?? null,
        limitMax: facts.limitMax ?? null,
        state: "over",
      }}
      points=${readings?.points.get(parameter.key) ?? []}
      from=${readings?.from ?? span.from}
      to=${readings?.to ?? span.to}
      span=${format.span(readings?.from ?? span.from, readings?.to ?? span.to)}
      timeZone=${timeZone}
      marks=${marks}
    />
    <p class="chart-key">
      <span><i class="key-window"></i>${words.incident.windowKey}</span>
      ${marks.means.length === 0 ? null : html`<span><i class="key-mean"></i>${words.incident.meanKey}</span>`}
      <span><i class="key-duration"></i>${words.incident.durationKey}</span>
      <${HatchKey} />
    </p>
    <p class="chart-more"><a href=${stationHash(place.station.id)}>${words.incident.allCharts}</a></p>
  </section>`;
}

function hasMean(judged: JudgedWindow): judged is JudgedWindow & { from: number; value: number } {
  return judged.from !== undefined && judged.value !== null;
}
