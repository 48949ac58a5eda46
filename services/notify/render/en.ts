/** The mails in English, in the words of the trade (glossary: trade practice 11). */
import type { WindowShape } from "#shared/window/window-rule.ts";
import { figuredReasons, type Messages, translateReason } from "./messages.ts";

const reasons = {
  incomplete: "incomplete data",
  "incomplete, and over the limit so far": "incomplete data; what there is lies above the limit",
  "incomplete, and over the limit whatever is missing":
    "incomplete data, but above the limit even if nothing were in the missing part",
  "no value in its records": "records arrive without a value of this parameter",
  "stamps lie in the past by a constant time":
    "records arrive regularly, stamped too early by a constant time",
  "stamps lie in the future, and are refused": "stamped in the future, so the records are refused",
  "all values stand": "all values repeat themselves",
  "the value stands": "the value repeats itself",
  "silences of this day, taken together": "the silences of this day, taken together",
  served: "a running plant serves the zone",
  unknown: "nothing is known",
  "not-owed": "the zone is not operating",
};

const figured = [
  [figuredReasons.partOf, (incident: string) => `part of incident ${incident}`],
  [
    figuredReasons.nearLimit,
    (percent: string) =>
      `calibrating began when the mean of the hour before was at ${percent} % of the limit`,
  ],
  [figuredReasons.inflowAlone, (hours: string) => `water came in and none went out for ${hours} h`],
] as const;

const monthly = { hour: "hourly", day: "daily", month: "monthly" } as const;
/** "one day", "30 days". */
const lengthOf = ({ unit, count }: WindowShape) => (count === 1 ? `one ${unit}` : `${count} ${unit}s`);
const isDay = (shape: WindowShape | undefined): shape is undefined =>
  shape === undefined || (shape.unit === "day" && shape.count === 1);

export const en: Messages = {
  tag: { simulated: "SIMULATED", backTest: "BACK-TEST" },
  banner: "SIMULATED DATA / DỮ LIỆU MÔ PHỎNG",
  backTest: "Back-test: past data judged again by the instrument named below; this is not happening now.",
  link: "View the incident",
  label: {
    matter: "What",
    zone: "Industrial zone",
    plant: "Central wastewater plant",
    station: "Monitoring station",
    when: "When",
    value: "Value",
    extremes: "Lowest – highest",
    limit: "Limit",
    comparison: "Against the limit",
    window: "Window",
    series: "Latest values (oldest first)",
    data: "Completeness",
    clause: "Legal clause",
    level: "Level",
    told: "Also told",
    note: "Note",
    period: "From – to",
    windowsOver: "Windows over the limit",
    worst: "Worst window",
    lastRecord: "Last record",
    silentSince: "Silent since",
    owed: "Owed",
    basis: "Basis",
    source: "Source",
    since: "On record since",
    begun: "Since",
    closing: "At its end",
    state: "State of the data",
    found: "Found",
  },
  level: {
    1: "1 – zone environmental officer",
    2: "2 – management board and provincial department too",
  },
  toldNobody: "nobody else",
  confidence: {
    permit: "limit of the environmental permit",
    "verified-in-text": "read in the text itself",
    "two-or-more-secondary-sources": "read in two or more secondary sources, not in the gazette",
    "one-secondary-source": "read in one secondary source, not in the gazette",
    unverified: "unverified",
    "project-rule": "configuration of Outfall",
  },
  window: {
    mean(shape) {
      if (shape === undefined) return "mean";
      if (shape.count > 1) return `${shape.count}-${shape.unit} mean`;
      return `${monthly[shape.unit]} mean${shape.unit === "day" ? " (24 hours)" : ""}`;
    },
    "minutes-outside": (shape) =>
      `minutes outside the range${shape === undefined ? "" : ` in ${lengthOf(shape)}`}`,
    load: (shape) => (isDay(shape) ? "daily load" : `load a day, mean of ${lengthOf(shape)}`),
    volume: (shape) =>
      isDay(shape) ? "discharge of the day" : `discharge a day, mean of ${lengthOf(shape)}`,
  },
  instant: "single value",
  spanWithinDay: (from, to, date) => `${date}, ${from}–${to}`,
  spanDay: (date) => date,
  spanDays: (first, last) => `${first} to the end of ${last}`,
  spanMonth: (month) => month,
  spanOver: (from, to) => `${from} – ${to}`,
  duration(ms) {
    const { days, hours, minutes } = Temporal.Duration.from({ minutes: Math.round(ms / 60_000) }).round({
      largestUnit: "days",
    });
    const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`];
    return parts.filter(Boolean).join(" ") || "0 min";
  },
  parameterAs: (parameter, basis) => `${parameter} (as ${basis})`,
  unit: (unit) => (unit === "-" ? "" : ` ${unit}`),
  load: (parameter) => `${parameter} load`,
  volume: "Discharge",
  averaged: (parameter, window) => `${parameter} ${window}`,
  atLeast: (value) => `at least ${value}`,
  atLeastMeaning:
    "Some readings stood at the top of what the instrument can measure: the true value may be higher than the one given here.",
  limitMax: (limit) => `at most ${limit}`,
  limitMin: (limit) => `at least ${limit}`,
  limitRange: (min, max) => `range ${min}–${max}`,
  ratio: (times, above) => `${times} times the limit (${above} above)`,
  ratioShort: (times) => `${times} times the limit`,
  below: "below the lower limit",
  minutesOutside: (minutes, min, max) => `${minutes} min outside ${min}–${max}`,
  extremes: (min, max) => `${min} – ${max}`,
  data: (usable, owed, percent) => `${usable} of ${owed} records usable (${percent})`,
  ofTime: (percent) => `${percent} of the time`,
  calibrating: (count) => `${count} calibrating`,
  faulty: (count) => `${count} device error`,
  reason: (reason) => translateReason(reasons, figured, reason),
  learntLate: (occurred, received) => `learnt late: occurred ${occurred}, received ${received}`,
  provisional: (after, finalAt) => `provisional, final after ${after} (from ${finalAt})`,
  final: "final",
  hours: (count) => `${count} h`,
  begun: (since, duration) => `${since} (for ${duration})`,
  limit: {
    side: { above: "above the limit", outside: "outside the limits", below: "below the limit" },
    opened: (subject, side) => `${subject}: ${side}`,
    worsened: (subject, side) => `${subject}: ${side}, level raised`,
    reopened: (subject, side) => `${subject}: ${side}, not over as reported`,
    closed: (subject) => `${subject}: back within the limit`,
    withdrawn: (subject) => `${subject}: alert withdrawn`,
    closedSubject: "back within the limit",
    withdrawnSubject: "alert withdrawn",
    outsideSubject: (parameter, min, max, minutes) => `${parameter} outside ${min}–${max} for ${minutes} min`,
    withdrawnText: "Data that arrived late shows the values within the limit; this alert is withdrawn.",
    worst: (value, window, at) => `${value}; ${window}, to ${at}`,
    closing: (value, window, span) => `${value}; ${window}, ${span}`,
    limitOf: (limit, window) => `${limit} (${window})`,
  },
  silence: {
    subject: (station) => `No data: ${station}`,
    opened: (station) => `${station}: silent`,
    worsened: (station) => `${station}: still silent, level raised`,
    reopened: (station) => `${station}: silent, not over as reported`,
    closed: (station) => `${station}: data is back`,
    withdrawn: (station) => `${station}: silence alert withdrawn`,
    closedSubject: "data is back",
    withdrawnSubject: "alert withdrawn",
    sinceSubject: (time) => `since ${time}`,
    never: "none ever received",
    owed: (interval) => `one record every ${interval}`,
    lasting: (duration) => `for ${duration}`,
    meaning:
      "While it is silent there is no data to compare with the limits: neither within nor above can be concluded. Data sent later is judged when it arrives.",
    closedMeaning: "The silent time stays without data to judge until the station sends it later.",
  },
  finding: {
    withdrawnSubject: "alert withdrawn",
    availability: {
      subject: (parameter) => `${parameter}: too little data`,
      headline: (parameter) => `${parameter}: too many days without enough data`,
      closed: (parameter) => `${parameter}: enough data again`,
      withdrawn: (parameter) => `${parameter}: alert about too little data withdrawn`,
      figure: (found, days) => `${found} of the last ${days} days without enough data to judge`,
      meaning:
        "Without enough data neither within nor above the limit can be concluded. Too many such days are worth a look at the device and the transfer.",
      closedMeaning: "The days that lacked data stay without a verdict.",
      closedSubject: "enough data again",
    },
    calibration: {
      subject: (parameter) => `${parameter}: calibration`,
      headline: (parameter) => `${parameter}: calibrating too long, or begun near the limit`,
      closed: (parameter) => `${parameter}: calibrating has ended`,
      withdrawn: (parameter) => `${parameter}: alert about calibrating withdrawn`,
      figure: (found, allowed) =>
        `calibrating for ${found} min at the longest (at most ${allowed} min expected)`,
      meaning:
        "While a device calibrates its readings do not count. Calibrating that lasts long, or begins when the water is near its limit, hides what should be seen.",
      closedMeaning: "Readings taken while calibrating do not count, and that time stays without a verdict.",
      closedSubject: "over",
    },
  },
  presence: {
    what: {
      "never-seen": "no data ever received",
      "silent-parameter": "no value sent",
      late: "data arrives late",
      "clock-wrong": "clock is wrong",
      frozen: "values do not change",
    },
    meaning: {
      "never-seen":
        "On record this station is connected, but no record of it was ever stored. Please check its line, the address it sends to and the station's name.",
      "silent-parameter":
        "The station sends records without a value of this parameter: there is nothing to compare with the limit, so neither within nor above can be concluded.",
      late: "Records arrive regularly, but later than the threshold; so do alerts about this station. The data is still judged by the time it was measured.",
      "clock-wrong":
        "Records arrive regularly, but their stamps differ from the time of receipt (7 hours: UTC sent as local time, or the other way round). Hourly and daily means of this station may stand in the wrong window.",
      frozen:
        "Values repeat themselves for longer than is ordinary: an instrument may be stuck, or the logger sends an old record again. Please look at the instrument.",
    },
    over: {
      "never-seen": "data is received",
      "silent-parameter": "values are back",
      late: "data arrives in time again",
      "clock-wrong": "clock is right again",
      frozen: "values change again",
    },
    subject: (what, place) => `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${place}`,
    worsened: (what) => `still ${what}, level raised`,
    reopened: (what) => `${what}, not over as reported`,
    withdrawn: (what) => `alert withdrawn (${what})`,
    withdrawnSubject: "alert withdrawn",
    sinceSubject: (time) => `since ${time}`,
    never: "none ever",
    label: {
      since: "Since",
      connectedOn: "Data owed since",
      lastValue: "Last value",
      delay: "Delay",
      offset: "Off by",
      stands: "Unchanged",
    },
    owedResult: (every) => `one result every ${every}`,
    delay: (least, most, records, threshold) =>
      `${least} to ${most} in the newest ${records} records (threshold ${threshold})`,
    behind: (time) => `stamps ${time} behind the time of receipt`,
    ahead: (time) => `stamps ${time} ahead of the time of receipt`,
    stands: (duration) => `for at least ${duration}`,
    lasting: (duration) => `for ${duration}`,
  },
  missingPlant: {
    subject: (zone) => `No central wastewater plant running: ${zone}`,
    opened: (zone) => `${zone}: operating without a running central wastewater plant`,
    closed: (zone) => `${zone}: served by a running central wastewater plant`,
    withdrawn: (zone) => `${zone}: central wastewater plant alert withdrawn`,
    closedSubject: "a central wastewater plant is running",
    withdrawnSubject: "alert withdrawn",
    none: "on record: no central wastewater plant",
    plant: (name, state) => `${name}: ${state}`,
    state: {
      "under-construction": "under construction",
      built: "built, not running",
      running: "running, not monitored",
      monitored: "monitored, not connected",
      connected: "connected",
      "in-order": "in order",
      unknown: "unknown",
    },
    asOf: (date) => `status as of ${date}`,
    meaning:
      "The zone is operating, and on record no running central wastewater plant serves it, wherever that plant would sit. Zones of which nothing is known are not counted as missing. This mail comes once; the zone then stays on the watch list.",
  },
  ledger: {
    subject: (plant) => `Ledger does not balance: ${plant}`,
    opened: (plant) => `${plant}: received and accounted for do not agree`,
    reopened: (plant) => `${plant}: received and accounted for do not agree again`,
    closed: (plant) => `${plant}: the ledger balances again`,
    closedSubject: "balances again",
    noPlant: "messages of no known station",
    label: {
      hour: "Hour of receipt",
      received: "Received",
      accounted: "Accounted for",
      difference: "Difference",
      hours: "Hours that do not balance",
      next: "What to do",
    },
    accounted: ({ stored, duplicate, conflict, quarantined, inJournal }) =>
      `stored ${stored} + duplicate ${duplicate} + conflict ${conflict} + quarantined ${quarantined} + in the journal ${inJournal}`,
    missing: (count) => `${count} not accounted for`,
    surplus: (count) => `${count} counted more than received`,
    meaning:
      "Every sample received is stored, a duplicate, in conflict, quarantined or still in the journal. Here that does not add up: samples may be lost, or counted twice. No verdict is changed by it.",
    closedMeaning: "Everything received in these hours is accounted for.",
    next: "outfall ledger; outfall doctor; the logs of ingest since that hour",
  },
  foot: {
    preliminary: "Preliminary automatic data; not a finding of violation.",
    notLaw: "The averaging and the alert thresholds are Outfall's configuration, not regulation.",
    thresholdsNotLaw: "The alert thresholds are Outfall's configuration, not regulation.",
    legalBasis: (basis) => `Basis of the averaging: ${basis}.`,
    reference: (incident, revision) =>
      `Incident ${incident}, revision ${revision}. Sent automatically by Outfall.`,
  },
};
