/**
 * What the demo prints. On a terminal: a live table (zones, last values, incidents, mails) over the latest news;
 * elsewhere one line for each piece of news.
 */
import type { Overview } from "#shared/overview/overview.ts";

export interface Screen {
  news(text: string): void;
  show(overview: Overview, headline: string): void;
  close(): void;
}

const NEWS_KEPT = 10;

export function createScreen(stream: NodeJS.WriteStream, elapsed: () => number): Screen {
  const news: string[] = [];
  const stamp = () => `${elapsed().toFixed(1).padStart(6)} s  `;
  if (!stream.isTTY) {
    return {
      news: (text) => void stream.write(`${stamp()}${text}\n`),
      show: () => undefined,
      close: () => undefined,
    };
  }
  stream.write("\u001b[?25l");
  return {
    news(text) {
      for (const row of text.split("\n"))
        news.push(row === text.split("\n")[0] ? stamp() + row : `          ${row}`);
      news.splice(0, Math.max(0, news.length - NEWS_KEPT * 2));
    },
    show(overview, headline) {
      const width = Math.max(60, stream.columns ?? 100);
      const room = Math.max(4, (stream.rows ?? 40) - 2);
      const table = overviewRows(overview);
      const rows = [headline, "", ...table, "", ...news.slice(-Math.max(3, room - table.length - 3))];
      const text = rows
        .slice(0, room)
        .map((row) => `${row.slice(0, width)}\u001b[K`)
        .join("\n");
      stream.write(`\u001b[H${text}\u001b[J`);
    },
    close: () => void stream.write("\u001b[?25h\n"),
  };
}

const SHOWN = ["ph", "cod", "nh4", "tss", "flow"];

/** The table as plain rows: zone, station, state, age, values against limits; then open incidents and mails. */
export function overviewRows(overview: Overview): string[] {
  const rows: string[] = [];
  if (overview.simulated) rows.push("DỮ LIỆU MÔ PHỎNG / SIMULATED");
  rows.push(row(["zone", "station", "state", "age", ...SHOWN.map((key) => `${key}/limit`)]));
  for (const zone of overview.zones) {
    if (zone.stations.length === 0) {
      rows.push(row([zone.name.en, "–", zone.plantState === "missing" ? "NO PLANT" : zone.plantState]));
    }
    for (const station of zone.stations) {
      const values = SHOWN.map((key) => {
        const found = station.parameters.find((parameter) => parameter.key === key);
        if (found?.value == null) return "–";
        const limit = found.limitMax === null ? "" : `/${found.limitMax}`;
        return `${found.value.toFixed(1)}${limit}${found.state === "over" ? "!" : ""}`;
      });
      const age = station.ageMin === null ? "–" : `${Math.round(station.ageMin)} min`;
      rows.push(row([zone.name.en, station.id, station.state, age, ...values]));
    }
  }
  rows.push("", `open incidents ${overview.openIncidents.length} · mails ${overview.mails.length} latest:`);
  for (const mail of overview.mails.slice(0, 3)) rows.push(`  ${mail.to.padEnd(34)} ${mail.subject}`);
  return rows;
}

const WIDTHS = [28, 14, 12, 8, 12, 12, 12, 12, 12];
const row = (cells: readonly string[]) =>
  cells
    .map((cell, index) => cell.slice(0, (WIDTHS[index] ?? 12) - 1).padEnd(WIDTHS[index] ?? 12))
    .join("")
    .trimEnd();
