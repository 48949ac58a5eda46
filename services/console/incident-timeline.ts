/** What became of an incident, in the order it was recorded: each transition with its time, its level and its figure. */
import type { IncidentEvent } from "#shared/incident/incident.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import { incidentHash } from "./address.ts";
import { measuredWords } from "./figure.ts";
import { html } from "./html.ts";
import { foundWords, partOf, reasonWords } from "./incident-figures.ts";
import { useView, type View } from "./view.ts";

/** Later than this after the event it was learnt late (trade practice 1.10). */
const LATE_MS = 6 * 3_600_000;

export function Timeline({ detail }: { detail: IncidentDetail }) {
  const { words } = useView();
  return html`<section class="detail-part">
    <h3>${words.incident.timeline}</h3>
    <ol class="timeline">
      ${detail.events.map((event) => html`<${EventRow} key=${event.seq} detail=${detail} event=${event} />`)}
    </ol>
  </section>`;
}

/** Of the event's own kind: an incident opened by hours may be worsened by a load. */
function figureOf({ incident }: IncidentDetail, { kind, facts }: IncidentEvent, view: View) {
  if (kind === "limit") return measuredWords(facts, incident.parameter, view);
  return kind === "low-availability" || kind === "calibration-too-long" ? foundWords(facts, view) : undefined;
}

function EventRow({ detail, event }: { detail: IncidentDetail; event: IncidentEvent }) {
  const view = useView();
  const { words, format } = view;
  const { facts } = event;
  const whole = partOf(facts.reason);
  // what made the level is said above already
  const isEnding = event.closedAt !== null;
  const notes = [
    words.incident.shortLevel(format.plain(event.level)),
    figureOf(detail, event, view),
    isEnding ? reasonWords(whole === undefined ? facts.reason : undefined, view) : undefined,
    event.recordedAt - event.at >= LATE_MS
      ? words.incident.learntLate(format.dateTime(event.recordedAt))
      : undefined,
  ].filter((note) => note !== undefined);
  return html`<li data-transition=${event.transition} data-level=${event.level}>
    <time datetime=${new Date(event.at).toISOString()}>${format.dateTime(event.at)}</time>
    <p>
      <b>${words.incident.transition[event.transition]}</b> <span class="muted">${notes.join(" · ")}</span>
      ${
        whole === undefined
          ? null
          : html`<span class="muted">${` · ${words.incident.partOf} `}<a href=${incidentHash(whole)}>${whole}</a></span>`
      }
    </p>
  </li>`;
}
