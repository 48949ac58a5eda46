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
import { verdictLines } from "#shared/verdict/verdict-points.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP = 5 * MINUTE;

export const story = {
  over: "sim-sx-nt01",
  near: "sim-nt-nt01",
  calibrating: "sim-bc-nt01",
  silent: "sim-hl-nt02",
  silentMin: 47,
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
  await influx.write("record", storyVerdicts(newest).flatMap(verdictLines).join("\n"));
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
    base.nh4 = (base.nh4 ?? 0) + 9.4 * late ** 0.7;
    base.cod = (base.cod ?? 0) + 118 * late;
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
      clause: "MP-song-xanh/GPMT",
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
      facts: { ...nh4.facts, value: 12.47, ratio: 12.47 / 9 },
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
      facts: {},
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
  return [3, 2, 1].map((ago) => ({
    zone: "sim-song-xanh",
    plant: "sim-song-xanh-wwtp",
    station: story.over,
    parameter: "nh4",
    rule: "hour",
    from: hour - ago * HOUR,
    to: hour - (ago - 1) * HOUR,
    outcome: ago === 3 ? "within" : "exceeded",
    value: 13 - ago * 1.5,
    statistic: "mean",
    min: 7,
    max: 14,
    limitMin: null,
    limitMax: 9,
    ratio: (13 - ago * 1.5) / 9,
    completeness: 1,
    usable: 12,
    owed: 12,
    calibrating: 0,
    faulty: 0,
    instrument: "permit",
    clause: "MP-song-xanh/GPMT",
    confidence: "permit",
    acting: true,
    reason: "mean above the limit",
    revision: 1,
    judgedAt: hour,
  }));
}
