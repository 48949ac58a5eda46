/** Incident events for the tests of notify. In: what differs; out: events of the invented zones, as compliance writes them. */
import type { FindingKind, IncidentEvent, PresenceKind } from "#shared/incident/incident.ts";

export const local = (time: string): number => Date.parse(`${time}+07:00`);

/** COD at Sông Xanh: the example of trade practice 4. */
export function codEvent(changes: Partial<IncidentEvent> = {}): IncidentEvent {
  const to = local("2026-11-23T17:00:00");
  return {
    incident: "0123456789abcdef",
    seq: 1,
    transition: "opened",
    level: 2,
    kind: "limit",
    zone: "sim-song-xanh",
    plant: "sim-song-xanh-wwtp",
    station: "sim-sx-nt01",
    parameter: "cod",
    at: to,
    startedAt: local("2026-11-23T14:00:00"),
    closedAt: null,
    recordedAt: local("2026-11-23T17:11:00"),
    ...changes,
    facts: {
      from: local("2026-11-23T16:00:00"),
      to,
      rule: "hour",
      statistic: "mean",
      value: 187.4,
      min: 171.2,
      max: 201.9,
      limitMin: null,
      limitMax: 135,
      ratio: 187.4 / 135,
      completeness: 11 / 12,
      usable: 11,
      owed: 12,
      calibrating: 1,
      faulty: 0,
      instrument: "permit",
      clause: "MP-song-xanh/GPMT, Appendix 1 row 3",
      confidence: "permit",
      reason: "",
      series: [
        { to: local("2026-11-23T15:00:00"), value: 152 },
        { to: local("2026-11-23T16:00:00"), value: 171.5 },
        { to, value: 187.4 },
      ],
      ...changes.facts,
    },
  };
}

export function silentEvent(changes: Partial<IncidentEvent> = {}): IncidentEvent {
  return {
    incident: "aaaaaaaaaaaaaaaa",
    seq: 1,
    transition: "opened",
    level: 1,
    kind: "silent-station",
    zone: "sim-bai-cat",
    plant: "sim-bai-cat-wwtp",
    station: "sim-bc-nt02",
    parameter: null,
    at: local("2026-11-23T14:35:00"),
    startedAt: local("2026-11-23T14:05:00"),
    closedAt: null,
    recordedAt: local("2026-11-23T14:35:00"),
    facts: { lastRecordAt: local("2026-11-23T14:00:00") },
    ...changes,
  };
}

/** A finding of presence at Bãi Cát, level 1. */
export function presenceEvent(
  kind: PresenceKind,
  facts: IncidentEvent["facts"],
  changes: Partial<IncidentEvent> = {},
): IncidentEvent {
  return silentEvent({ incident: "dddddddddddddddd", kind, facts, ...changes });
}

/** Too many days without a verdict, or calibrating that hides, of COD at Sông Xanh; a day's finding. */
export function findingEvent(kind: FindingKind, changes: Partial<IncidentEvent> = {}): IncidentEvent {
  const from = local("2026-11-22T00:00:00");
  const at = local("2026-11-23T00:00:00");
  const isCalibration = kind === "calibration-too-long";
  const facts: IncidentEvent["facts"] = isCalibration
    ? { rule: "calibration", statistic: "minutes-calibrating", value: 300, limitMax: 240, ratio: 1.25 }
    : { rule: "day", statistic: "mean", value: 3, limitMax: 135, ratio: null, windowsOver: 3 };
  return codEvent({
    incident: "eeeeeeeeeeeeeeee",
    kind,
    level: 1,
    at,
    startedAt: isCalibration ? from : local("2026-11-18T00:00:00"),
    recordedAt: local("2026-11-23T00:11:00"),
    ...changes,
    facts: {
      from,
      to: at,
      ...facts,
      instrument: "rules",
      confidence: "project-rule",
      reason: isCalibration ? "calibrating too long" : "nothing received",
      ...changes.facts,
    },
  });
}

export function missingPlantEvent(changes: Partial<IncidentEvent> = {}): IncidentEvent {
  const at = local("2026-11-23T08:00:00");
  return {
    incident: "bbbbbbbbbbbbbbbb",
    seq: 1,
    transition: "opened",
    level: 2,
    kind: "missing-plant",
    zone: "sim-gio-moi",
    plant: null,
    station: null,
    parameter: null,
    at,
    startedAt: at,
    closedAt: null,
    recordedAt: at,
    facts: { reason: "no operating plant serves the zone" },
    ...changes,
  };
}
