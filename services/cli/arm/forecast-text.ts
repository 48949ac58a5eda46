/** A forecast of mails for a terminal. Pure. */
import type { Arming } from "#shared/registry/schema.ts";
import { tableLines } from "../table.ts";
import { FORECAST_DAYS, type Forecast } from "./forecast.ts";
import { targetText } from "./target.ts";

const NOISIEST = 10;

export function forecastLines(arming: Arming, forecast: Forecast): string[] {
  const { total, byDay, byContact, byPlace, nobody, open, atOnce } = forecast;
  const { length } = open.filter(({ level }) => level > 0);
  return [
    `${targetText(arming)}, as if armed for the last ${FORECAST_DAYS} days (${forecast.from} to ${forecast.until}): ${count(total, "mail")} more`,
    "",
    ...tableLines(["day", "mails"], rowsOf(byDay)),
    ...(byContact.size === 0 ? [] : ["", ...tableLines(["contact", "mails"], mostFirst(byContact))]),
    ...(byPlace.size === 0
      ? []
      : ["", ...tableLines(["noisiest stations", "mails"], mostFirst(byPlace).slice(0, NOISIEST))]),
    "",
    `${count(open.length, "incident")} of it open now, ${length} above level 0: mailed only if they worsen or reopen after ${arming.from}`,
    ...(nobody === 0
      ? []
      : [`${count(nobody, "event")} would find nobody in charge: add contacts for these zones first`]),
    ...(atOnce === 0
      ? []
      : [
          `${count(atOnce, "mail")} about what happened since ${arming.from} would go at once when notify starts again; a day ahead avoids that`,
        ]),
  ];
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

const rowsOf = (counts: ReadonlyMap<string, number>) => [...counts].map(([key, n]) => [key, String(n)]);

const mostFirst = (counts: ReadonlyMap<string, number>) =>
  rowsOf(new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))));
