/** What the services' own rows and the ledger say. In: rows of `pipeline`; out: looks. Pure. */
import { type LedgerEntry, totalOf } from "#shared/ledger/ledger.ts";
import type { SelfRow } from "#shared/metrics/pipeline-points.ts";
import { green, type Look, red, yellow } from "../finding.ts";

/** Rows come every 10 s. */
const ROW_IS_OLD_MS = 60_000;
const OLDEST_WAITING_MS = 60_000;
const LITTLE_DISK_BYTES = 5_000_000_000;
const NO_DISK_BYTES = 1_000_000_000;

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/** Which services tell about themselves. Ingest must; the others may be on a registry of their own. */
export function judgeRunning(rows: readonly SelfRow[], now: number): readonly Look[] {
  const looks = ["ingest", "compliance", "notify"].flatMap((service): Look[] => {
    const own = rows.filter((row) => row.service === service);
    const remedy = `start \`outfall ${service}\`, and see its log`;
    if (own.length === 0) {
      const found = `${service} has told nothing about itself in the last hour`;
      return [service === "ingest" ? red(found, remedy) : yellow(found, remedy)];
    }
    return own
      .filter(({ at }) => now - at > ROW_IS_OLD_MS)
      .map(({ worker, at }) =>
        red(`${service} ${worker} was last heard of ${seconds(now - at)} ago`, remedy),
      );
  });
  if (looks.length > 0) return looks;
  return [green(rows.map(({ service, worker }) => `${service} ${worker}`).join(", "))];
}

/** The journal of each worker that runs. */
export function judgeJournal(rows: readonly SelfRow[]): readonly Look[] {
  const looks = rows
    .filter(({ service }) => service === "ingest")
    .flatMap(({ worker, figures }): Look[] => {
      const number = (name: string) => Number(figures[name] ?? 0);
      const waiting = `${number("journal_messages")} messages wait in the journal of ${worker}`;
      const found: Look[] = [];
      if (figures.connected === false)
        found.push(red(`${worker} is not connected to the broker`, "see the log of ingest: it says why"));
      if (figures.stuck === true)
        found.push(
          red(
            `${worker} takes nothing: its journal is full or its disk does not take it`,
            "free disk below OUTFALL_DATA_DIR, or raise OUTFALL_JOURNAL_MAX_BYTES; see that InfluxDB and Redis work",
          ),
        );
      if (number("forgotten") > 0)
        found.push(
          yellow(
            `${worker} left ${number("forgotten")} messages unacknowledged; the broker has them and sends them again`,
            "nothing, once the journal takes messages again",
          ),
        );
      const oldest = number("oldest_waiting_ms");
      if (oldest > OLDEST_WAITING_MS || number("troubles") > 0)
        found.push(
          yellow(
            `${waiting}, the oldest since ${seconds(oldest)}`,
            "see the log of ingest: InfluxDB or Redis do not take what it has",
          ),
        );
      const free = figures.disk_free_bytes;
      if (typeof free === "number" && free < LITTLE_DISK_BYTES) {
        const left = `${worker} has ${(free / 1e9).toFixed(1)} GB of disk left for its journal`;
        const remedy = "free disk below OUTFALL_DATA_DIR";
        found.push(free < NO_DISK_BYTES ? red(left, remedy) : yellow(left, remedy));
      }
      return found.length > 0 ? found : [green(waiting)];
    });
  return looks.length > 0 ? looks : [yellow("no worker tells about its journal")];
}

const MUCH_REFUSED = 0.05;

/** Conservation, and what is refused. */
export function judgeLedger(entries: readonly LedgerEntry[], hours: number): readonly Look[] {
  const totals = totalOf(entries);
  const { balance, received, quarantined, conflict } = totals;
  if (balance !== 0)
    return [
      red(
        `the balance of the last ${hours} h is ${balance}, not 0`,
        "see `outfall ledger`: the hours and plants it stands in. If messages are under way right now, ask again",
      ),
    ];
  const looks: Look[] = [];
  if (quarantined > received * MUCH_REFUSED) {
    const top = Object.entries(totals.reasons ?? {}).toSorted(([, a], [, b]) => b - a)[0];
    looks.push(
      yellow(
        `${quarantined} of ${received} samples of the last ${hours} h were refused${top === undefined ? "" : `, mostly ${top[0]}`}`,
        "see `outfall quarantine list`; mend the registry or the station, then `outfall quarantine retry`",
      ),
    );
  }
  if (conflict > 0)
    looks.push(
      yellow(
        `${conflict} samples of the last ${hours} h contradict what is stored`,
        "see `outfall quarantine list`: two loggers, or one whose clock jumps, send as one station",
      ),
    );
  return looks.length > 0 ? looks : [green(`${received} samples in the last ${hours} h, balance 0`)];
}
