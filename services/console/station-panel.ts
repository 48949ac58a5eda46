/** A station in detail, as a dialog: one chart a parameter over the last 24 hours, and its readings as CSV. Escape closes it. */
import { useEffect, useRef } from "preact/hooks";
import type { OverviewStation, OverviewZone } from "#shared/overview/overview.ts";
import { Chart } from "./chart.ts";
import { html } from "./html.ts";
import { useReadings } from "./readings.ts";
import { StateMark } from "./state-mark.ts";
import { useView } from "./view.ts";

interface StationPanelProps {
  readonly zone: OverviewZone;
  readonly station: OverviewStation;
  readonly simulated: boolean;
  readonly timeZone: string;
  readonly onClose: () => void;
}

export function StationPanel({ zone, station, simulated, timeZone, onClose }: StationPanelProps) {
  const { words, format, language } = useView();
  const dialog = useRef<HTMLDialogElement>(null);
  const { readings, failed } = useReadings(station.id, undefined, station.lastTime);
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
  }, []);
  const onBackdrop = (event: MouseEvent) => {
    if (event.target === dialog.current) dialog.current?.close();
  };
  return html`<dialog class="detail" ref=${dialog} aria-labelledby="detail-title" onClose=${onClose} onClick=${onBackdrop}>
    <div class="detail-body">
      <header>
        <div>
          <h2 id="detail-title">${station.name[language]}</h2>
          <p>${zone.name[language]} · ${zone.province.name}</p>
        </div>
        <${StateMark} state=${station.state} />
        <button type="button" class="close" onClick=${() => dialog.current?.close()}>${words.panel.close}</button>
      </header>
      ${simulated ? html`<p class="simulated-line">DỮ LIỆU MÔ PHỎNG / SIMULATED</p>` : null}
      <p class="detail-facts">
        <span>${station.lastTime === null ? words.last24h : words.panel.until(format.dateTime(station.lastTime))}</span>
        <span class="hatch-key"><svg width="18" height="12" aria-hidden="true"><rect width="18" height="12" fill="url(#hatch)" /></svg>${words.panel.withheld}</span>
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
                  timeZone=${timeZone}
                />`,
              )
        }
        ${station.lastTime === null ? html`<p class="nothing">${words.neverSeen}</p>` : null}
      </div>
    </div>
  </dialog>`;
}

const DAY_MS = 86_400_000;

function csvAddress({ id, lastTime }: OverviewStation): string {
  const span = lastTime === null ? "" : `?from=${lastTime - DAY_MS}&to=${lastTime}`;
  return `/stations/${id}/readings.csv${span}`;
}
