/** An incident in full, as the mails link to it: what, where, since when, how high against which limit, chart, windows, timeline, mails. */
import type { ComponentChildren } from "preact";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { Overview, ZoneState } from "#shared/overview/overview.ts";
import { DetailHead } from "./detail.ts";
import { useFetched } from "./fetched.ts";
import { comparisonWords, limitText, measuredWords, sideOf } from "./figure.ts";
import { html } from "./html.ts";
import { IncidentChart } from "./incident-chart.ts";
import { IncidentFactRows } from "./incident-facts.ts";
import { matterWords, parameterWords, windowWords } from "./incident-figures.ts";
import { chartSpan } from "./incident-span.ts";
import { Timeline } from "./incident-timeline.ts";
import { useWindows, WindowList } from "./incident-windows.ts";
import { presenceWords } from "./incident-words.ts";
import { MailItems } from "./mail-list.ts";
import { StateMark } from "./state-mark.ts";
import { useView, type View } from "./view.ts";

export function IncidentPanel({ id, overview }: { id: string; overview: Overview }) {
  const { words } = useView();
  const { answer, trouble } = useFetched<IncidentDetail>(
    id,
    `/incidents/${encodeURIComponent(id)}`,
    stateIn(overview, id),
  );
  const { simulated } = overview;
  if (trouble === "unknown") {
    return html`<${DetailHead} title=${words.incident.unknown} simulated=${simulated} />
      <p class="nothing" role="status">${words.incident.unknownText(id)}</p>`;
  }
  if (answer === undefined) {
    const text = trouble === "failed" ? words.incident.failed : words.incident.loading;
    return html`<${DetailHead} title=${words.incident.loading} simulated=${simulated} />
      <p class="nothing" role="status">${text}</p>`;
  }
  return html`<${Incident} detail=${answer} overview=${overview} />`;
}

/** Changes when the overview knows something newer about the incident or its mails. */
function stateIn({ openIncidents, recentIncidents, mails }: Overview, id: string): string {
  return JSON.stringify([
    [...openIncidents, ...recentIncidents].filter((incident) => incident.id === id),
    mails.filter((mail) => mail.incident === id),
  ]);
}

function Incident({ detail, overview }: { detail: IncidentDetail; overview: Overview }) {
  const view = useView();
  const { words, format, language } = view;
  const { incident, place, events, mails } = detail;
  const where = [place.station?.name[language], place.zone.name[language], place.province?.name];
  const facts = html`<${IncidentFactRows} detail=${detail} now=${overview.clock} />`;
  return html`<${DetailHead}
      title=${titleOf(detail, view)}
      place=${where.filter((part) => part !== undefined).join(" · ")}
      simulated=${overview.simulated || detail.simulated}
    >
      <${StateMark} state=${markOf(detail)} word=${stateWord(detail, view)} />
    </${DetailHead}>
    ${incident.kind === "limit" ? html`<${KeyFigure} detail=${detail} />` : null}
    ${incident.kind === "limit" ? html`<${Course} detail=${detail} overview=${overview}>${facts}</${Course}>` : facts}
    <${Timeline} detail=${detail} />
    <section class="detail-part">
      <h3>${words.incident.mails}</h3>
      ${
        mails.length === 0
          ? html`<p class="nothing">${words.incident.noMails}</p>`
          : html`<${MailItems} mails=${mails.toReversed()} allStates=${true} />`
      }
    </section>
    <p class="detail-foot">
      ${words.incident.reference(incident.id, format.plain(events.at(-1)?.seq ?? 1))}
      ${incident.kind === "limit" ? ` ${words.incident.preliminary}` : null}
    </p>`;
}

/** The value against its limit, large. */
function KeyFigure({ detail }: { detail: IncidentDetail }) {
  const view = useView();
  const { words } = view;
  const { facts, incident } = detail;
  const measured = measuredWords(facts, incident.parameter, view);
  if (measured === undefined) return null;
  const limit = limitText(facts, incident.parameter, view);
  return html`<div class="key-figure">
    <p class="key-value">${measured}</p>
    <p class="key-limit">
      <span>${comparisonWords(facts, view)}</span>
      <span>${limit === undefined ? null : words.incidents.limit(limit)}</span>
    </p>
    <p class="muted">${windowWords(facts, view)}</p>
  </div>`;
}

interface CourseProps {
  readonly detail: IncidentDetail;
  readonly overview: Overview;
  readonly children?: ComponentChildren;
}

/** Chart and windows over the same span, the facts between them. */
function Course({ detail, overview, children }: CourseProps) {
  const station = overview.zones
    .flatMap(({ stations }) => stations)
    .find(({ id }) => id === detail.place.station?.id);
  const span = chartSpan(detail, station?.lastTime ?? overview.clock);
  const windows = useWindows(detail, span);
  return html`<${IncidentChart}
      detail=${detail}
      windows=${windows}
      span=${span}
      timeZone=${overview.registry.timeZone}
      plain=${station?.parameters.find(({ key }) => key === detail.incident.parameter?.key)}
    />
    ${children}
    <${WindowList} detail=${detail} windows=${windows} />`;
}

function titleOf(detail: IncidentDetail, view: View): string {
  const { words } = view;
  const { kind } = detail.incident;
  if (kind === "silent-station") return words.incident.silent;
  if (kind === "missing-plant") return words.incident.missing;
  if (kind === "ledger") return words.engineer.incident;
  if (kind === "low-availability" || kind === "calibration-too-long")
    return words.incident.finding[kind](parameterWords(detail, view));
  if (kind !== "limit") return presenceWords(detail.incident, view);
  return words.incident.side[sideOf(detail.facts)](matterWords(detail, view));
}

function stateWord({ incident }: IncidentDetail, { words }: View): string {
  if (incident.withdrawn) return words.incident.withdrawn;
  return incident.closedAt === null ? words.incident.open : words.incident.closed;
}

const marks: Record<IncidentDetail["incident"]["kind"], ZoneState> = {
  limit: "over",
  "low-availability": "no-data",
  "calibration-too-long": "fault",
  "silent-station": "silent",
  "never-seen": "no-data",
  "silent-parameter": "fault",
  late: "fault",
  "clock-wrong": "fault",
  frozen: "fault",
  "missing-plant": "missing-plant",
  ledger: "fault",
};

function markOf({ incident }: IncidentDetail): ZoneState {
  if (incident.withdrawn) return "no-station";
  return incident.closedAt === null ? marks[incident.kind] : "ok";
}
