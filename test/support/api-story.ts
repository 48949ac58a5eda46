/**
 * An invented day for the api and the console. In: InfluxDB, registry, now; out: 24 hours of 8 simulated stations with
 * one over a limit, one near, one calibrating, one silent, incidents, mails and a ledger whose difference is zero.
 */
import { type IncidentEvent, incidentId } from "#shared/incident/incident.ts";
import { incidentEventLine } from "#shared/incident/incident-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { ledgerLine } from "#shared/ledger/ledger.ts";
import { mailLine } from "#shared/mail/mail-points.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { verdictLine } from "#shared/verdict/verdict-points.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP = 5 * MINUTE;

export const story = {
  over: "sim-sx-nt01",
  near: "sim-nt-nt01",
  calibrating: "sim-bc-nt01",
  silent: "sim-hl-nt02",
  silentMin: 47,
  /** Hourly means of ammonium, oldest first, up to the full hour: the incident opens at the fourth and is level 2 with the last. */
  ammonium: [4.02, 4.13, 7.31, 9.84, 11.55, 12.47],
  zoneWithoutPlant: "sim-gio-moi",
} as const;

export async function writeStory(influx: Influx, registry: Registry, now: number): Promise<void> {
  const newest = Math.floor(now / STEP) * STEP;
  for (const [index, station] of [...registry.stations.values()].entries()) {
    const lines: string[] = [];
    for (let age = 24 * HOUR; age >= 0; age -= STEP) {
      if (station.id === story.silent && age < story.silentMin * MINUTE) break;
      lines.push(sampleLine(storySample(station, index, newest - age, age)));
    }
    await influx.write("raw", lines.join("\n"));
  }
  const events = storyEvents(newest);
  await influx.write("record", events.map(incidentEventLine).join("\n"));
  await influx.write("record", storyMails(events).join("\n"));
  await influx.write("record", storyVerdicts(newest).map(verdictLine).join("\n"));
  await influx.write(
    "record",
    ledgerLine({
      worker: "ingest-1",
      plant: "sim-song-xanh-wwtp",
      hour: Math.floor(now / HOUR) * HOUR,
      received: 2314,
      stored: 2303,
      duplicate: 9,
      conflict: 0,
      quarantined: 2,
      inJournal: 0,
    }),
  );
}

/** One record of the day; `age` in ms before the newest. */
export function storySample(station: Station, index: number, time: number, age: number): Sample {
  const phase = (time / HOUR) * 0.26 + index;
  const noise = (seed: number) => Math.sin(time / 977_000 + seed * 13.7 + index * 5.1);
  const base: Record<string, number> = {
    ph: 7.2 + 0.25 * Math.sin(phase) + 0.08 * noise(1),
    temp: 29 + 1.8 * Math.sin(phase + 1) + 0.2 * noise(2),
    cod: 62 + 11 * Math.sin(phase) + 4 * noise(3),
    tss: 38 + 6 * Math.sin(phase + 2) + 3 * noise(4),
    nh4: 3.6 + 0.9 * Math.sin(phase + 0.5) + 0.3 * noise(5),
    flow: 205 + 35 * Math.sin(phase - 1) + 8 * noise(6),
    flow_in: 214 + 38 * Math.sin(phase - 1) + 9 * noise(7),
    ec: 1850 + 160 * Math.sin(phase) + 30 * noise(8),
  };
  const late = Math.max(0, 1 - age / (4 * HOUR));
  if (station.id === story.over) {
    base.nh4 = (base.nh4 ?? 0) + 10.1 * late ** 0.475;
    base.cod = (base.cod ?? 0) + 98.6 * late;
    base.tss = (base.tss ?? 0) + 65 * Math.exp(-(((age / HOUR - 13.4) / 0.9) ** 2));
  }
  if (station.id === story.near) base.tss = (base.tss ?? 0) + 45 * late ** 0.5;
  const isCalibrating = station.id === story.calibrating && age <= 45 * MINUTE;
  const readings = Object.keys(station.parameters).map((parameter): Reading => {
    const value = Math.round((base[parameter] ?? 0) * 100) / 100;
    return isCalibrating && parameter === "cod"
      ? { parameter, value: 210, status: "calibrating", flag: 2 }
      : { parameter, value, status: "measuring", flag: 1 };
  });
  return {
    zone: station.zone,
    plant: station.plant,
    station: station.id,
    time,
    receivedAt: time + 800,
    readings,
  };
}

/** Four open incidents and one that is over. */
export function storyEvents(newest: number): IncidentEvent[] {
  const hour = Math.floor(newest / HOUR) * HOUR;
  const limit = (
    parameter: string,
    limitMax: number,
    value: number,
    level: 1 | 2,
    startedAt: number,
  ): IncidentEvent => {
    const subject = {
      kind: "limit",
      zone: "sim-song-xanh",
      plant: "sim-song-xanh-wwtp",
      station: story.over,
      parameter,
    } as const;
    const facts = {
      rule: "hour",
      statistic: "mean",
      value,
      limitMin: null,
      limitMax,
      ratio: value / limitMax,
      instrument: "permit",
      clause: `MP-song-xanh/GPMT, Appendix 1 row ${{ cod: 3, tss: 4, nh4: 5 }[parameter]}`,
      confidence: "permit",
      completeness: 11 / 12,
      usable: 11,
      owed: 12,
      calibrating: 1,
      faulty: 0,
      reason: "",
      min: value - 1.1,
      max: value + 1.2,
    } as const;
    return {
      ...subject,
      incident: incidentId(subject, startedAt),
      seq: 1,
      transition: "opened",
      level,
      at: startedAt + HOUR,
      startedAt,
      closedAt: null,
      recordedAt: startedAt + HOUR,
      facts: { ...facts, from: startedAt, to: startedAt + HOUR },
    };
  };
  const nh4 = limit("nh4", 9, 9.84, 1, hour - 3 * HOUR);
  const earlier = limit("tss", 90, 97.3, 1, hour - 14 * HOUR);
  const silent = {
    kind: "silent-station",
    zone: "sim-ho-lang",
    plant: "sim-ho-lang-wwtp",
    station: story.silent,
    parameter: null,
  } as const;
  const missing = {
    kind: "missing-plant",
    zone: story.zoneWithoutPlant,
    plant: null,
    station: null,
    parameter: null,
  } as const;
  const silentSince = newest - story.silentMin * MINUTE;
  const plain = { seq: 1, transition: "opened", level: 1, closedAt: null } as const;
  return [
    nh4,
    {
      ...nh4,
      seq: 2,
      transition: "worsened",
      level: 2,
      at: hour,
      recordedAt: hour,
      facts: {
        ...nh4.facts,
        from: hour - HOUR,
        to: hour,
        value: 12.47,
        ratio: 12.47 / 9,
        min: 11.62,
        max: 13.24,
        windowsOver: 3,
        worstValue: 12.47,
        worstTo: hour,
        worstRatio: 12.47 / 9,
        series: story.ammonium.slice(3).map((value, index) => ({ to: hour - (2 - index) * HOUR, value })),
      },
    },
    limit("cod", 135, 149.2, 1, hour - HOUR),
    earlier,
    {
      ...earlier,
      seq: 2,
      transition: "closed",
      at: hour - 9 * HOUR,
      closedAt: hour - 9 * HOUR,
      recordedAt: hour - 9 * HOUR,
      facts: {
        ...earlier.facts,
        from: hour - 10 * HOUR,
        to: hour - 9 * HOUR,
        value: 41.3,
        ratio: 41.3 / 90,
        windowsOver: 1,
        worstValue: 97.3,
        worstTo: hour - 13 * HOUR,
        worstRatio: 97.3 / 90,
      },
    },
    {
      ...silent,
      ...plain,
      incident: incidentId(silent, silentSince),
      at: silentSince + 15 * MINUTE,
      startedAt: silentSince,
      recordedAt: silentSince + 15 * MINUTE,
      facts: { lastRecordAt: silentSince },
    },
    {
      ...missing,
      ...plain,
      level: 2,
      incident: incidentId(missing, hour - 20 * HOUR),
      at: hour - 20 * HOUR,
      startedAt: hour - 20 * HOUR,
      recordedAt: hour - 20 * HOUR,
      facts: { reason: "no operating plant serves the zone" },
    },
  ];
}

function storyMails(events: readonly IncidentEvent[]): string[] {
  return events.map((event) => {
    const what = event.parameter?.toUpperCase() ?? (event.kind === "missing-plant" ? "XLNT" : "NT02");
    const words = event.transition === "closed" ? "đã trở lại trong giới hạn" : "cảnh báo";
    const toDepartment = event.level === 2;
    return mailLine({
      incident: event.incident,
      seq: event.seq,
      contact: toDepartment ? "sim-department" : `${event.zone}-officer`,
      zone: event.zone,
      state: "sent",
      to: toDepartment ? "so-nnmt@tinh-mo-phong.example" : `moitruong@${event.zone.slice(4)}.example`,
      language: "vi",
      subject: `[MÔ PHỎNG] ${what}: ${words} · ${event.zone}`,
      messageId: `<${event.incident}.${event.seq}@outfall.example>`,
      recordedAt: event.recordedAt,
      sentAt: event.recordedAt + 400,
      possiblyTwice: false,
    });
  });
}

function storyVerdicts(newest: number): StoredVerdict[] {
  const hour = Math.floor(newest / HOUR) * HOUR;
  return story.ammonium.map((value, index) => ({
    zone: "sim-song-xanh",
    plant: "sim-song-xanh-wwtp",
    station: story.over,
    parameter: "nh4",
    rule: "hour",
    from: hour - (story.ammonium.length - index) * HOUR,
    to: hour - (story.ammonium.length - index - 1) * HOUR,
    outcome: value > 9 ? "exceeded" : "within",
    value,
    statistic: "mean",
    min: value - 0.9,
    max: value + 0.8,
    limitMin: null,
    limitMax: 9,
    ratio: value / 9,
    completeness: 11 / 12,
    usable: 11,
    owed: 12,
    calibrating: 1,
    faulty: 0,
    instrument: "permit",
    clause: "MP-song-xanh/GPMT, Appendix 1 row 5",
    confidence: "permit",
    acting: true,
    reason: "",
    revision: 1,
    judgedAt: hour,
    atLeast: false,
    severity: value > 9 ? 1 : 0,
    registry: "test",
    judgement: "2",
    causes: ["first"],
  }));
}
