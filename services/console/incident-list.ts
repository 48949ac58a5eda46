/** Open incidents and the recently closed: what, where, since when, how high against the limit, who is told. */
import type { OverviewIncident } from "#shared/overview/overview.ts";
import { incidentHash, stationHash } from "./address.ts";
import { html } from "./html.ts";
import { incidentWords, ruleWords } from "./incident-words.ts";
import { useView } from "./view.ts";
import { limitWords } from "./words-of.ts";

interface IncidentListProps {
  readonly open: readonly OverviewIncident[];
  readonly recent: readonly OverviewIncident[];
}

export function IncidentList({ open, recent }: IncidentListProps) {
  const { words } = useView();
  return html`<section class="panel incidents" aria-labelledby="incidents-title">
    <h2 id="incidents-title">${words.incidents.open} <span class="count">${open.length}</span></h2>
    <${Announcement} open=${open} />
    ${
      open.length === 0
        ? html`<p class="nothing">${words.incidents.none}</p>`
        : html`<ul class="incident-list">
            ${open.map((incident) => html`<${IncidentRow} key=${incident.id} incident=${incident} />`)}
          </ul>`
    }
    <h3>${words.incidents.recent}</h3>
    ${
      recent.length === 0
        ? html`<p class="nothing">${words.incidents.noneRecent}</p>`
        : html`<ul class="incident-list closed">
            ${recent.map((incident) => html`<${IncidentRow} key=${incident.id} incident=${incident} />`)}
          </ul>`
    }
  </section>`;
}

/** Says aloud that the open incidents changed: one short sentence, not the whole list. */
function Announcement({ open }: { open: readonly OverviewIncident[] }) {
  const view = useView();
  const newest = open.toSorted((a, b) => b.openedAt - a.openedAt)[0];
  const text =
    newest === undefined
      ? view.words.incidents.announceNone
      : view.words.incidents.announce(
          view.format.plain(open.length),
          `${incidentWords({ ...newest, value: null }, view)}, ${newest.zone.name[view.language]}`,
        );
  return html`<p class="unseen" role="status" aria-live="polite">${text}</p>`;
}

function IncidentRow({ incident }: { incident: OverviewIncident }) {
  const view = useView();
  const { words, format, language } = view;
  const rule = ruleWords(incident, view);
  const limit = incident.kind === "limit" ? limitWords(incident, view) : undefined;
  const figures = [
    rule,
    limit === undefined ? undefined : words.incidents.limit(limit),
    incident.kind === "limit" && incident.ratio !== null && incident.statistic !== "minutes-outside"
      ? words.times(format.number(incident.ratio, 2))
      : undefined,
    incident.lastRecordAt === null
      ? undefined
      : words.incidents.lastRecordAt(format.dayTime(incident.lastRecordAt)),
  ].filter((part) => part !== undefined);
  const level = incident.closedAt === null ? incident.level : incident.worstLevel;
  return html`<li data-kind=${incident.kind} data-level=${level} data-incident=${incident.id}>
    <p class="incident-what"><a href=${incidentHash(incident.id)}>${incidentWords(incident, view)}</a></p>
    <p class="incident-where">
      ${incident.zone.name[language]}
      ${
        incident.station === null
          ? null
          : html`${" · "}<a href=${stationHash(incident.station.id)}>${incident.station.name[language]}</a>`
      }
    </p>
    ${figures.length === 0 ? null : html`<p class="incident-figures">${figures.join(" · ")}</p>`}
    <p class="incident-when">
      <span class="level">${words.level[level]}</span>
      <span>${whenWords(incident, view)}</span>
    </p>
  </li>`;
}

function whenWords(incident: OverviewIncident, { words, format }: ReturnType<typeof useView>): string {
  if (incident.closedAt === null) return words.incidents.since(format.dayTime(incident.openedAt));
  const span = words.incidents.span(format.dayTime(incident.openedAt), format.dayTime(incident.closedAt));
  return incident.withdrawn ? `${span} · ${words.incidents.withdrawn}` : span;
}
