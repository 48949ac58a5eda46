/** The page: head, summary, zones, incidents, mails, foot; and a station or an incident in detail while the address names one. */
import { useMemo } from "preact/hooks";
import type { Overview } from "#shared/overview/overview.ts";
import { closeOpened, type Opened, useOpened, usePage } from "./address.ts";
import { Detail, DetailHead } from "./detail.ts";
import { EngineerPage } from "./engineer/engineer-page.ts";
import { html } from "./html.ts";
import { useLanguage } from "./i18n/language.ts";
import { IncidentList } from "./incident-list.ts";
import { IncidentPanel } from "./incident-panel.ts";
import { useLive } from "./live.ts";
import { MailList } from "./mail-list.ts";
import { PageFoot } from "./page-foot.ts";
import { PageHeader, SimulatedBanner } from "./page-header.ts";
import { StationPanel } from "./station-panel.ts";
import { Summary } from "./summary.ts";
import { createView, useView, ViewContext } from "./view.ts";
import { ZoneList } from "./zone-list.ts";

export function App() {
  const [language, setLanguage] = useLanguage();
  const { overview, clock, connection } = useLive();
  const timeZone = overview?.registry.timeZone;
  const view = useMemo(() => createView(language, timeZone ?? "UTC"), [language, timeZone]);
  return html`<${ViewContext.Provider} value=${view}>
    <${PageHeader}
      clock=${clock}
      timeZone=${timeZone}
      connection=${connection}
      onLanguage=${setLanguage}
    />
    <${Hatching} />
    ${
      overview === undefined
        ? html`<main id="main" class="waiting"><p>${connection === "connecting" ? view.words.loading : view.words.connection[connection]}</p></main>`
        : html`<${Page} overview=${overview} stale=${connection !== "live"} />`
    }
  </${ViewContext.Provider}>`;
}

function Page({ overview, stale }: { overview: Overview; stale: boolean }) {
  const opened = useOpened();
  if (usePage() === "engineer") {
    return html`<${SimulatedBanner} overview=${overview} />
      <${EngineerPage} overview=${overview} />
      <${PageFoot} overview=${overview} />`;
  }
  return html`<${SimulatedBanner} overview=${overview} />
    <main id="main" class="page" data-stale=${stale ? "true" : "false"}>
      <${Summary} overview=${overview} />
      <${IncidentList} open=${overview.openIncidents} recent=${overview.recentIncidents} />
      <${ZoneList} zones=${overview.zones} />
      <${MailList} mails=${overview.mails} />
    </main>
    <${PageFoot} overview=${overview} />
    ${
      opened === undefined
        ? null
        : html`<${Detail} subject=${`${opened.kind} ${opened.id}`} onClose=${closeOpened}>
            <${OpenedDetail} opened=${opened} overview=${overview} />
          </${Detail}>`
    }`;
}

function OpenedDetail({ opened, overview }: { opened: Opened; overview: Overview }) {
  const { words } = useView();
  const { id } = opened;
  if (opened.kind === "incidents") return html`<${IncidentPanel} key=${id} id=${id} overview=${overview} />`;
  const zone = overview.zones.find(({ stations }) => stations.some((station) => station.id === id));
  const station = zone?.stations.find((candidate) => candidate.id === id);
  if (zone === undefined || station === undefined) {
    return html`<${DetailHead} title=${words.panel.unknownStation} simulated=${overview.simulated} />
      <p class="nothing" role="status">${words.panel.unknownStationText(id)}</p>`;
  }
  return html`<${StationPanel}
    key=${id}
    zone=${zone}
    station=${station}
    simulated=${overview.simulated}
    timeZone=${overview.registry.timeZone}
  />`;
}

/** The pattern for values that do not count, shared by all charts. */
function Hatching() {
  return html`<svg class="defs" width="0" height="0" aria-hidden="true">
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="6" height="6" />
        <rect class="hatch-stripe" width="2" height="6" />
      </pattern>
    </defs>
  </svg>`;
}
