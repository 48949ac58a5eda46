/** The zones, worst first: a card for each that has stations or lacks a plant, one line for each that has nothing connected. */
import type { OverviewZone } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import { ObservingMark } from "./observing-mark.ts";
import { StateMark } from "./state-mark.ts";
import { StationTile } from "./station-tile.ts";
import { useView } from "./view.ts";

export function ZoneList({ zones }: { zones: readonly OverviewZone[] }) {
  const { words } = useView();
  const cards = zones.filter((zone) => zone.state !== "no-station");
  const quiet = zones.filter((zone) => zone.state === "no-station");
  return html`<section class="zones" aria-labelledby="zones-title">
    <div class="section-head">
      <h2 id="zones-title">${words.zones}</h2>
      <p>${words.zonesNote}</p>
    </div>
    <div class="zone-cards">
      ${cards.map((zone) => html`<${ZoneCard} key=${zone.id} zone=${zone} />`)}
    </div>
    ${
      quiet.length === 0
        ? null
        : html`<div class="quiet">
            <h3>${words.quietZones}</h3>
            <ul>
              ${quiet.map((zone) => html`<${QuietZone} key=${zone.id} zone=${zone} />`)}
            </ul>
          </div>`
    }
  </section>`;
}

function ZoneCard({ zone }: { zone: OverviewZone }) {
  const { words, language } = useView();
  return html`<article class="zone" data-state=${zone.state} data-zone=${zone.id}>
    <header>
      <div>
        <h3>${zone.name[language]}</h3>
        <p>
          ${[zone.province.name, ...zone.plants.map(({ name }) => name[language])].join(" · ")}
          <${ObservingMark} armed=${zone.armed} />
        </p>
      </div>
      <${StateMark} state=${zone.state} />
    </header>
    ${zone.plantState === "missing" ? html`<p class="missing-plant">${words.missingPlant}</p>` : null}
    ${
      zone.stations.length === 0
        ? null
        : html`<div class="stations">
            ${zone.stations.map((station) => html`<${StationTile} key=${station.id} station=${station} />`)}
          </div>`
    }
  </article>`;
}

function QuietZone({ zone }: { zone: OverviewZone }) {
  const { words, language } = useView();
  const plant = zone.plants[0];
  const isElsewhere = plant !== undefined && plant.zone !== zone.id && zone.plantState === "served";
  return html`<li data-zone=${zone.id}>
    <span class="quiet-name">${zone.name[language]}</span>
    <span class="quiet-province">${zone.province.name}</span>
    <span class="quiet-plant" data-plant=${zone.plantState}
      >${isElsewhere ? words.servedBy(plant.name[language]) : words.plantState[zone.plantState]}</span
    >
    <${ObservingMark} armed=${zone.armed} />
  </li>`;
}
