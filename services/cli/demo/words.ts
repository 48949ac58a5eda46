/** The demo's news in words. In: incident events and caught mails; out: one line, or a few. Pure. */
import type { IncidentEvent } from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";

const TOLD = ["tile only", "zone officer", "regulator and board too"];

export function incidentNews(event: IncidentEvent, registry: Registry): string {
  const zone = registry.zones.get(event.zone)?.name.en ?? event.zone;
  const where = event.station === null ? zone : `${event.station}, ${zone}`;
  const figure = event.parameter === null ? "" : ` ${event.parameter}${figureOf(event)}`;
  const until = event.transition === "closed" ? "" : ` · level ${event.level} (${TOLD[event.level]})`;
  return `${event.kind} ${event.transition}:${figure} · ${where}${until}`;
}

const units: Readonly<Record<string, string>> = { load: " kg/day", volume: " m³/day" };

function figureOf({ kind, facts: { value, limitMax, statistic, atLeast } }: IncidentEvent): string {
  if (kind === "low-availability") return value == null ? "" : ` ${value} days without enough data`;
  if (statistic === "minutes-calibrating") return value == null ? "" : ` calibrating ${value.toFixed(0)} min`;
  const shown = value == null ? "" : ` ${atLeast ? "at least " : ""}${value.toFixed(1)}`;
  if (statistic === "minutes-outside") return `${shown} min outside`;
  return `${shown} against ${limitMax ?? "range"}${units[statistic ?? ""] ?? ""}`;
}

/** The first lines of a mail's text as they stand in the file, for a person to read. */
export function mailNews(to: string, subject: string, text: string, lines: number): string {
  const body = text
    .split("\n")
    .map((row) => row.trimEnd())
    .filter((row) => row !== "")
    .slice(0, lines);
  return [`mail to ${to}: ${subject}`, ...body.map((row) => `  │ ${row}`)].join("\n");
}
