/** A station in detail: one chart a parameter over the last 24 hours, and its readings as CSV. */
import type { OverviewStation, OverviewZone } from "#shared/overview/overview.ts";
import { Chart } from "./chart.ts";
import { DetailHead } from "./detail.ts";
import { html } from "./html.ts";
import { ObservingMark } from "./observing-mark.ts";
import { dayTo, useReadings } from "./readings.ts";
import { StateMark } from "./state-mark.ts";
import { useView } from "./view.ts";

interface StationPanelProps {
  readonly zone: OverviewZone;
  readonly station: OverviewStation;
  readonly simulated: boolean;
  readonly timeZone: string;
}

export function StationPanel({ zone, station, simulated, timeZone }: StationPanelProps) {
  const { words, format, language } = useView();
  const { readings, failed } = useReadings(station.id, undefined, dayTo(station.lastTime));
  return html`<${DetailHead}
      title=${station.name[language]}
      place=${`${zone.name[language]} · ${zone.province.name}`}
      simulated=${simulated}
    >
      <${StateMark} state=${station.state} />
    </${DetailHead}>
    <p class="detail-facts">
      <span>${station.lastTime === null ? words.last24h : words.panel.until(format.dateTime(station.lastTime))}</span>
      <${HatchKey} />
      <${ObservingMark} armed=${station.armed} />
      <a href=${csvAddress(station)} download>${words.panel.csv}</a>
    </p>
    ${failed ? html`<p class="nothing" role="status">${words.panel.failed}</p>` : null}
    <div class="charts">
      ${
        readings === undefined && !failed && station.lastTime !== null
          ? html`<p class="nothing">${words.panel.loading}</p>`
          : station.parameters.map(
              (parameter) => html`<${Chart}
                key=${parameter.key}
                parameter=${parameter}
                points=${readings?.points.get(parameter.key) ?? []}
                from=${readings?.from ?? 0}
                to=${readings?.to ?? 1}
                span=${words.last24h}
                timeZone=${timeZone}
              />`,
            )
      }
      ${station.lastTime === null ? html`<p class="nothing">${words.neverSeen}</p>` : null}
    </div>`;
}

/** What hatching means. */
export function HatchKey() {
  const { words } = useView();
  return html`<span class="hatch-key">
    <svg width="18" height="12" aria-hidden="true"><rect width="18" height="12" fill="url(#hatch)" /></svg>${words.panel.withheld}
  </span>`;
}

function csvAddress({ id, lastTime }: OverviewStation): string {
  const span = dayTo(lastTime);
  return `/stations/${id}/readings.csv${span === null ? "" : `?from=${span.from}&to=${span.to}`}`;
}
