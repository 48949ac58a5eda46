/** The page: head, summary, zones, incidents, mails, foot; and a station in detail while the address names one. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Overview } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import { useLanguage } from "./i18n/language.ts";
import { IncidentList } from "./incident-list.ts";
import { useLive } from "./live.ts";
import { MailList } from "./mail-list.ts";
import { PageFoot } from "./page-foot.ts";
import { PageHeader, SimulatedBanner } from "./page-header.ts";
import { StationPanel } from "./station-panel.ts";
import { Summary } from "./summary.ts";
import { createView, ViewContext } from "./view.ts";
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
  const opened = useOpenedStation();
  const zone = overview.zones.find(({ stations }) => stations.some(({ id }) => id === opened));
  const station = zone?.stations.find(({ id }) => id === opened);
  return html`<${SimulatedBanner} overview=${overview} />
    <main id="main" class="page" data-stale=${stale ? "true" : "false"}>
      <${Summary} overview=${overview} />
      <${IncidentList} open=${overview.openIncidents} recent=${overview.recentIncidents} />
      <${ZoneList} zones=${overview.zones} />
      <${MailList} mails=${overview.mails} />
    </main>
    <${PageFoot} overview=${overview} />
    ${
      zone === undefined || station === undefined
        ? null
        : html`<${StationPanel}
            key=${station.id}
            zone=${zone}
            station=${station}
            simulated=${overview.simulated}
            timeZone=${overview.registry.timeZone}
            onClose=${closeStation}
          />`
    }`;
}

const STATION_HASH = /^#\/stations\/([a-z0-9-]+)$/;

/** The station that the address names, so that it can be linked to and "back" closes it. */
function useOpenedStation(): string | undefined {
  const read = () => STATION_HASH.exec(location.hash)?.[1];
  const [opened, setOpened] = useState(read);
  useEffect(() => {
    const follow = () => setOpened(read());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return opened;
}

function closeStation(): void {
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new HashChangeEvent("hashchange"));
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
