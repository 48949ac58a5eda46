/** The chart of an incident about a limit: the parameter before, during and after, with limit, windows judged and the one that made its level. */
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { OverviewParameter } from "#shared/overview/overview.ts";
import { stationHash } from "./address.ts";
import { Chart, type ChartMarks } from "./chart.ts";
import { isAmount, limitText } from "./figure.ts";
import { html } from "./html.ts";
import { parameterWords } from "./incident-figures.ts";
import type { JudgedWindow } from "./incident-windows.ts";
import { type Span, useReadings } from "./readings.ts";
import { HatchKey } from "./station-panel.ts";
import { useView } from "./view.ts";
import { lengthOfRule, unitOfRule } from "./window-name.ts";

interface IncidentChartProps {
  readonly detail: IncidentDetail;
  readonly windows: readonly JudgedWindow[];
  readonly span: Span;
  readonly timeZone: string;
  /** The newest reading with the limit on single readings: what a chart shows where a load or volume was judged. */
  readonly plain: Pick<OverviewParameter, "limitMin" | "limitMax"> | undefined;
}

export function IncidentChart({ detail, windows, span, timeZone, plain }: IncidentChartProps) {
  const view = useView();
  const { words, format, language } = view;
  const { incident, facts, place } = detail;
  const { parameter } = incident;
  const { readings, failed } = useReadings(place.station?.id ?? "", parameter?.key, span);
  if (parameter === null || place.station === null) return null;
  const name = parameterWords(detail, view);
  // kg and m³ a day are of another unit than what is drawn
  const ofAmount = isAmount(facts);
  const limits = ofAmount ? plain : facts;
  const isDrawn = facts.statistic === "mean";
  const limitElsewhere = ofAmount ? limitText(facts, parameter, view) : undefined;
  const marks: ChartMarks = {
    incident: { from: incident.openedAt, to: incident.closedAt ?? span.to },
    window: facts.from === undefined || facts.to === undefined ? null : { from: facts.from, to: facts.to },
    means: isDrawn ? meansOf(facts.rule, windows).filter(({ to }) => to <= span.to) : [],
  };
  return html`<section class="detail-part">
    <h3>${words.incident.chart}</h3>
    ${failed ? html`<p class="nothing" role="status">${words.panel.failed}</p>` : null}
    <${Chart}
      parameter=${{
        name: { ...parameter.name, [language]: name },
        unit: parameter.unit,
        decimals: parameter.decimals,
        limitMin: limits?.limitMin ?? null,
        limitMax: limits?.limitMax ?? null,
        state: "over",
      }}
      points=${readings?.points.get(parameter.key) ?? []}
      from=${readings?.from ?? span.from}
      to=${readings?.to ?? span.to}
      span=${format.span(readings?.from ?? span.from, readings?.to ?? span.to)}
      timeZone=${timeZone}
      marks=${marks}
      note=${limitElsewhere === undefined ? undefined : words.incident.limitElsewhere(limitElsewhere)}
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

const UNIT_MS = { hour: 3_600_000, day: 86_400_000, month: 86_400_000, instant: 0 };

/** A step a window; those that overlap are drawn over their last hour or day. */
export function meansOf(rule: string | undefined, windows: readonly JudgedWindow[]) {
  const isRolling = lengthOfRule(rule) > 1;
  const stepMs = UNIT_MS[unitOfRule(rule) ?? "hour"];
  return windows
    .filter(hasMean)
    .map(({ from, to, value }) => ({ from: isRolling ? to - stepMs : from, to, value }))
    .filter(({ from, to }) => to > from);
}

function hasMean(judged: JudgedWindow): judged is JudgedWindow & { from: number; value: number } {
  return judged.from !== undefined && judged.value !== null;
}
