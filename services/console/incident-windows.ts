/** The windows judged around an incident. In: verdicts, or the figures of its mails; out: the latest of them as a list, newest first, each against the limit. */
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { Outcome, StoredVerdict } from "#shared/verdict/verdict.ts";
import { useFetched } from "./fetched.ts";
import { bareWords, comparisonWords, type Figure } from "./figure.ts";
import { html } from "./html.ts";
import { LimitBar } from "./limit-bar.ts";
import type { Span } from "./readings.ts";
import { useView } from "./view.ts";

export interface JudgedWindow {
  readonly from: number | undefined;
  readonly to: number;
  readonly value: number | null;
  readonly ratio: number | null;
  readonly completeness: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly atLeast?: boolean | undefined;
}

const MOST_SHOWN = 8;
const LONGEST_DAY_MS = 25 * 3_600_000;

/** Newest first: verdicts of the deciding rule; where none are kept any more, the series the mails carried. */
export function useWindows({ incident, facts }: IncidentDetail, span: Span): readonly JudgedWindow[] {
  const query = new URLSearchParams({
    station: incident.station?.id ?? "",
    parameter: incident.parameter?.key ?? "",
    rule: facts.rule ?? "",
    from: String(span.from),
    to: String(span.to),
  });
  const address = facts.rule === undefined ? undefined : `/verdicts?${query}`;
  const { answer } = useFetched<{ verdicts: readonly StoredVerdict[] }>(incident.id, address);
  const verdicts = answer?.verdicts ?? [];
  if (verdicts.length > 0) return verdicts.toSorted((a, b) => b.to - a.to);
  return (facts.series ?? []).toReversed().map(({ to, value, atLeast }) => ({
    from: undefined,
    to,
    value,
    ratio: ratioTo(value, facts.limitMax, facts.limitMin),
    completeness: undefined,
    outcome: undefined,
    atLeast,
  }));
}

function ratioTo(value: number | null, max: number | null | undefined, min: number | null | undefined) {
  return value === null || typeof max !== "number" || max <= 0 || typeof min === "number"
    ? null
    : value / max;
}

export function WindowList({
  detail,
  windows,
}: {
  detail: IncidentDetail;
  windows: readonly JudgedWindow[];
}) {
  const view = useView();
  const { words } = view;
  const latest = latestOf(windows, detail.incident.closedAt);
  if (latest.length === 0) return null;
  return html`<section class="detail-part">
    <h3>${words.incident.windows}</h3>
    <ol class="windows">
      ${latest.map((judged) => html`<${WindowRow} key=${judged.to} detail=${detail} judged=${judged} />`)}
    </ol>
  </section>`;
}

/** Of an ended incident those up to its end: the hours that made it, not the quiet ones since. Pure. */
export function latestOf(windows: readonly JudgedWindow[], closedAt: number | null): JudgedWindow[] {
  return windows.filter(({ to }) => closedAt === null || to <= closedAt).slice(0, MOST_SHOWN);
}

function WindowRow({ detail, judged }: { detail: IncidentDetail; judged: JudgedWindow }) {
  const view = useView();
  const { words, format } = view;
  const { facts, incident } = detail;
  const { from, to, value, ratio, completeness, outcome, atLeast } = judged;
  const { rule, statistic, limitMin, limitMax } = facts;
  const figure: Figure = { rule, statistic, limitMin, limitMax, value, ratio, atLeast };
  const isCompared = statistic !== "minutes-outside";
  const isOver = outcome === undefined ? (ratio ?? 0) > 1 : outcome === "exceeded";
  const notes = [
    comparisonWords(figure, view),
    outcome === undefined ? undefined : words.incident.outcome[outcome],
    completeness === undefined ? undefined : words.incident.completeness(format.percent(completeness, 0)),
  ].filter((note) => note !== undefined);
  return html`<li data-outcome=${isOver ? "over" : (outcome ?? "")} data-deciding=${to === facts.to}>
    <span class="window-time">${from === undefined ? format.dayTime(to) : spanWords(from, to, format)}</span>
    <b class="window-value">${value === null ? "–" : bareWords(figure, incident.parameter, view)}</b>
    ${
      isCompared
        ? html`<${LimitBar}
            parameter=${{
              state: isOver ? "over" : "ok",
              value,
              limitMin: limitMin ?? null,
              limitMax: limitMax ?? null,
            }}
          />`
        : null
    }
    <span class="window-note">${notes.join(" · ")}</span>
  </li>`;
}

/** "23/11 16:00–17:00", the day alone, the days, or the time of a reading. */
function spanWords(from: number, to: number, format: ReturnType<typeof useView>["format"]): string {
  if (from === to) return format.dayTime(to);
  if (to - from > LONGEST_DAY_MS) return `${format.date(from)} – ${format.date(to - 1)}`;
  const isWholeDay = format.time(from) === "00:00" && format.time(to) === "00:00";
  return isWholeDay ? format.date(from) : `${format.day(from)} ${format.time(from)}–${format.time(to)}`;
}
