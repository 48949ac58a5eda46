/** The facts of an incident as rows of label and value: when, where, how high against what, by which clause; or what is silent or missing. */
import type { ComponentChildren } from "preact";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import { stationHash } from "./address.ts";
import { countWords } from "./engineer/count-words.ts";
import { comparisonWords, limitText, measuredWords } from "./figure.ts";
import { html } from "./html.ts";
import {
  clauseWords,
  dataWords,
  extremesWords,
  foundWords,
  reasonWords,
  severityWords,
  windowWords,
  worstWords,
} from "./incident-figures.ts";
import { useView, type View } from "./view.ts";

type Row = readonly [label: string, value: ComponentChildren];

/** @param now  the services' clock, for how long it has been open */
export function IncidentFactRows({ detail, now }: { detail: IncidentDetail; now: number }) {
  const view = useView();
  const kindRows = {
    limit: limitRows,
    "low-availability": findingRows,
    "calibration-too-long": findingRows,
    "silent-station": silenceRows,
    "never-seen": silenceRows,
    "silent-parameter": parameterRows,
    late: lateRows,
    "clock-wrong": clockRows,
    frozen: frozenRows,
    "missing-plant": missingPlantRows,
    ledger: ledgerRows,
  }[detail.incident.kind];
  const rows = [...stateRows(detail, now, view), ...placeRows(detail, view), ...kindRows(detail, view)];
  return html`<dl class="facts">
    ${rows
      .filter(([, value]) => value !== undefined)
      .map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

function stateRows({ incident }: IncidentDetail, now: number, { words, format }: View): Row[] {
  const { openedAt, closedAt, withdrawn, level, worstLevel } = incident;
  const state = closedAt === null ? words.incident.open : words.incident.closed;
  const period =
    closedAt === null
      ? `${words.incidents.since(format.dateTime(openedAt))} (${words.incident.lasting(format.duration(now - openedAt))})`
      : `${format.dateTime(openedAt)} – ${format.dateTime(closedAt)} (${words.incident.lasted(format.duration(closedAt - openedAt))})`;
  return [
    [words.incident.label.state, withdrawn ? words.incident.withdrawn : state],
    [words.incident.label.period, period],
    [words.incident.label.level, words.incident.level[closedAt === null ? level : worstLevel]],
  ];
}

function placeRows({ place }: IncidentDetail, { words, language }: View): Row[] {
  const { zone, province, plant, station } = place;
  return [
    [
      words.incident.label.zone,
      province === null ? zone.name[language] : `${zone.name[language]} (${province.name})`,
    ],
    [words.incident.label.plant, plant?.name[language]],
    [
      words.incident.label.station,
      station === null ? undefined : html`<a href=${stationHash(station.id)}>${station.name[language]}</a>`,
    ],
  ];
}

function limitRows(detail: IncidentDetail, view: View): Row[] {
  const { facts, incident } = detail;
  const { words, format } = view;
  return [
    [words.incident.label.value, measuredWords(facts, incident.parameter, view)],
    [words.incident.label.extremes, extremesWords(detail, view)],
    [words.incident.label.limit, limitText(facts, incident.parameter, view)],
    [words.incident.label.comparison, comparisonWords(facts, view)],
    [words.incident.label.severity, severityWords(facts, view)],
    [words.incident.label.window, windowWords(facts, view)],
    [words.incident.label.data, dataWords(facts, view)],
    [words.incident.label.clause, clauseWords(facts, view)],
    [words.incident.label.note, reasonWords(facts.reason, view)],
    [words.incident.label.worst, worstWords(detail, view)],
    [
      words.incident.label.windowsOver,
      facts.windowsOver === undefined ? undefined : format.plain(facts.windowsOver),
    ],
  ];
}

function silenceRows({ incident, facts, place }: IncidentDetail, { words, format }: View): Row[] {
  const interval = place.station?.intervalMs ?? null;
  const last = facts.lastRecordAt ?? null;
  return [
    [words.incident.label.lastRecord, last === null ? words.incident.neverHeard : format.dateTime(last)],
    [
      words.incident.label.owed,
      interval === null ? undefined : words.incident.owed(format.duration(interval)),
    ],
    [
      words.incident.label.note,
      incident.closedAt === null ? words.incident.silentMeaning : words.incident.silentMeant,
    ],
  ];
}

function findingRows({ facts }: IncidentDetail, view: View): Row[] {
  const { words } = view;
  return [
    [words.incident.label.found, foundWords(facts, view)],
    [words.incident.label.note, reasonWords(facts.reason, view)],
  ];
}

function parameterRows({ facts }: IncidentDetail, view: View): Row[] {
  const { words, format } = view;
  const { lastValueAt = null, owedEveryMs } = facts.presence ?? {};
  const { label } = words.incident;
  return [
    [label.lastValue, lastValueAt === null ? words.incident.neverHeard : format.dateTime(lastValueAt)],
    [
      label.owed,
      owedEveryMs === undefined ? undefined : words.incident.owedResult(format.duration(owedEveryMs)),
    ],
    [label.note, reasonWords(facts.reason, view)],
  ];
}

function lateRows({ facts }: IncidentDetail, view: View): Row[] {
  const { words, format } = view;
  const { delayLeastMs, delayMostMs } = facts.presence ?? {};
  const delay =
    delayLeastMs === undefined || delayMostMs === undefined
      ? undefined
      : words.incident.extremesOf(format.duration(delayLeastMs), format.duration(delayMostMs));
  return [
    [words.incident.label.delay, delay],
    [words.incident.label.note, reasonWords(facts.reason, view)],
  ];
}

function clockRows({ facts }: IncidentDetail, view: View): Row[] {
  const { words, format } = view;
  const { offsetMs } = facts.presence ?? {};
  const offset =
    offsetMs === undefined
      ? undefined
      : words.incident.offset[offsetMs < 0 ? "behind" : "ahead"](format.duration(Math.abs(offsetMs)));
  return [
    [words.incident.label.offset, offset],
    [words.incident.label.note, reasonWords(facts.reason, view)],
  ];
}

function frozenRows({ facts }: IncidentDetail, view: View): Row[] {
  const { words, format } = view;
  const { standsMs } = facts.presence ?? {};
  return [
    [words.incident.label.stands, standsMs === undefined ? undefined : format.duration(standsMs)],
    [words.incident.label.note, reasonWords(facts.reason, view)],
  ];
}

function missingPlantRows({ register }: IncidentDetail, { words, format, language }: View): Row[] {
  if (register === null) return [];
  const plants = register.plants.map(({ name, state }) =>
    words.incident.plant(name[language], words.incident.plantState[state]),
  );
  const asOf =
    register.statusAsOf === null
      ? undefined
      : words.incident.asOf(format.date(Date.parse(register.statusAsOf)));
  return [
    [words.incident.label.basis, plants.length === 0 ? words.incident.noPlant : plants.join("; ")],
    [
      words.incident.label.source,
      [register.source, asOf, register.note].filter((part) => part !== undefined && part !== null).join("; "),
    ],
  ];
}

function ledgerRows({ facts: { ledger } }: IncidentDetail, { words, format }: View): Row[] {
  if (ledger === undefined) return [];
  const n = format.plain;
  return [
    [words.engineer.hour, format.dateTime(ledger.hour)],
    [words.engineer.accounting, words.foot.ledger(countWords(ledger, n))],
    [words.engineer.balance, n(ledger.balance)],
    [words.engineer.hoursOff, n(ledger.hours)],
    [words.incident.label.note, words.engineer.offMeaning],
  ];
}
