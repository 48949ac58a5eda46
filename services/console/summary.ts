/** Four figures that say how things are: stations over, stations silent, incidents open, zones with a plant. */
import type { Overview } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";

export function Summary({ overview }: { overview: Overview }) {
  const { words, format } = useView();
  const stations = overview.zones.flatMap((zone) => zone.stations);
  const over = stationsOver(overview).size;
  const silent = stations.filter((station) => station.state === "silent").length;
  const open = overview.openIncidents.length;
  const told = overview.openIncidents.filter(({ level }) => level === 2).length;
  const { operating, served, missing, unknown } = overview.share;
  const n = format.plain;
  return html`<section class="summary" aria-label=${words.summary.label}>
    ${figure(n(over), words.summary.over, words.summary.stations(n(stations.length)), over > 0 ? "over" : "calm")}
    ${figure(n(silent), words.summary.silent, words.summary.stations(n(stations.length)), silent > 0 ? "silent" : "calm")}
    ${figure(n(open), words.summary.open, words.summary.regulator(n(told)), open > 0 ? "open" : "calm")}
    <div class="figure share" data-tone="calm">
      <p class="figure-value">
        ${n(served)}<small> / ${n(operating)}</small>
      </p>
      <p class="figure-name">${words.summary.share}</p>
      <div
        class="share-bar"
        role="img"
        aria-label=${words.summary.shareLabel(n(served), n(operating), n(missing), n(unknown))}
      >
        <i class="served" style=${{ flexGrow: String(served) }}></i>
        <i class="missing" style=${{ flexGrow: String(missing) }}></i>
        <i class="unknown" style=${{ flexGrow: String(unknown) }}></i>
      </div>
      <p class="figure-note">${words.summary.missing(n(missing))} · ${words.summary.unknown(n(unknown))}</p>
    </div>
  </section>`;
}

/** Ids of the stations over a limit: by their newest reading, or by an open incident, whatever hides their state (silence) now. Pure. */
export function stationsOver({
  zones,
  openIncidents,
}: Pick<Overview, "zones" | "openIncidents">): Set<string> {
  const byState = zones.flatMap(({ stations }) => stations).filter(({ state }) => state === "over");
  const byIncident = openIncidents.filter(({ kind }) => kind === "limit");
  return new Set([
    ...byState.map(({ id }) => id),
    ...byIncident.map(({ station }) => station?.id).filter((id) => id !== undefined),
  ]);
}

function figure(value: string, name: string, note: string, tone: string) {
  return html`<div class="figure" data-tone=${tone}>
    <p class="figure-value">${value}</p>
    <p class="figure-name">${name}</p>
    <p class="figure-note">${note}</p>
  </div>`;
}
