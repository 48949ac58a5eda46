/** Ingest and its neighbours as they tell of themselves in InfluxDB: from any machine. In: InfluxDB's options; out: checks. */
import { statfs } from "node:fs/promises";
import type { InfluxOptions } from "#shared/influx/influx.ts";
import { readLedger } from "#shared/ledger/ledger.ts";
import { readSelfRows } from "#shared/metrics/pipeline-points.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import { withInflux } from "../influx/influx-checks.ts";
import type { Check } from "../run-checks.ts";
import { judgeJournal, judgeLedger, judgeRunning } from "./judge-ingest.ts";

const HOUR_MS = 3_600_000;
const LEDGER_HOURS = 24;
const FEW_BYTES = 5_000_000_000;
const NEARLY_NONE_BYTES = 1_000_000_000;

const selfRows = (options: InfluxOptions, now: number) =>
  withInflux(options, (influx) =>
    readSelfRows(influx, ["ingest", "compliance", "notify", "api", "bridge"], now - HOUR_MS),
  );

export function ingestChecks(options: InfluxOptions, dataDir: string, now = Date.now): Check[] {
  const common = { area: "ingest", needs: ["InfluxDB"] } as const;
  return [
    {
      ...common,
      name: "services",
      why: "a service that has stopped is not missed by the servers it used",
      remedy: "start it",
      look: async () => judgeRunning(await selfRows(options, now()), now()),
    },
    {
      ...common,
      name: "journal",
      why: "what is acknowledged waits there until it is stored; at its bound nothing more is acknowledged",
      remedy: "start `outfall ingest`",
      look: async () => judgeJournal(await selfRows(options, now())),
    },
    {
      ...common,
      name: "ledger",
      why: "received = stored + duplicate + conflict + quarantined + in the journal: anything else is a message that is lost",
      remedy: "see `outfall ledger`",
      look: () =>
        withInflux(options, async (influx) =>
          judgeLedger(await readLedger(influx, now() - LEDGER_HOURS * HOUR_MS), LEDGER_HOURS),
        ),
    },
    {
      area: "ingest",
      name: "disk here",
      why: "journal, quarantine and outbox need room",
      remedy: "free disk below OUTFALL_DATA_DIR",
      look: () => diskLook(dataDir),
    },
  ];
}

async function diskLook(folder: string): Promise<Look> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const found = `${(free / 1e9).toFixed(1)} GB free below ${folder}`;
    if (free < NEARLY_NONE_BYTES) return red(found);
    return free < FEW_BYTES ? yellow(found) : green(found);
  } catch {
    return green(`${folder} is not on this machine; ingest tells of its own disk`);
  }
}
