/** What a run has done, read from where it stands: ledger, verdicts, incidents and mails in InfluxDB, counts in the queues. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { System } from "#services/local/system.ts";
import { readIncidents } from "#shared/incident/incident-points.ts";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { type MailRecord, readMails } from "#shared/mail/mail-points.ts";
import { queueNames } from "#shared/queue/queues.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

export interface RunReport {
  readonly published: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly quarantined: number;
  readonly inJournal: number;
  readonly balance: number;
  readonly jobs: { readonly completed: number; readonly failed: number };
  readonly verdicts: { readonly within: number; readonly exceeded: number; readonly insufficient: number };
  readonly incidents: readonly {
    readonly id: string;
    readonly kind: string;
    readonly zone: string;
    readonly plant: string | null;
    readonly station: string | null;
    readonly parameter: string | null;
    readonly severity: number;
    readonly openedAt: string;
    readonly closedAt: string | null;
  }[];
  readonly mails: readonly {
    readonly to: string;
    readonly language: string;
    readonly subject: string;
    readonly file: string | null;
  }[];
  readonly endpoints: {
    readonly api: string;
    readonly mqtt: string;
    readonly influx: string;
    readonly redis: string;
  };
  readonly seconds: {
    readonly setup: number;
    readonly firstReadingStored: number | null;
    readonly firstIncident: number | null;
    readonly firstMail: number | null;
  };
}

/** Waits until everything published is stored, judged and mailed. @throws Error saying what is still on its way. */
export async function settle(system: System, received: number, timeoutMs: number): Promise<void> {
  const quiet = async (): Promise<string> => {
    const ledger = totalOf(await readLedger(system.influx));
    if (ledger.received < received) return `${ledger.received} of ${received} samples received`;
    if (ledger.inJournal > 0) return `${ledger.inJournal} samples in the journal`;
    for (const name of ["screen", "rejudge", "window", "notify"] as const) {
      const { waiting, active } = await system.queues[name].counts();
      if (waiting + active > 0) return `${waiting + active} ${name} jobs`;
    }
    const unsent = (await readMails(system.influx)).filter((mail) => mail.state !== "sent").length;
    return unsent > 0 ? `${unsent} mails` : "";
  };
  let open = "";
  let calm = 0;
  await waitFor(
    async () => {
      open = await quiet();
      calm = open === "" ? calm + 1 : 0;
      // jobs make jobs: calm is calm when it stays so
      return calm >= 3;
    },
    { what: "the run to settle", timeoutMs, everyMs: 100 },
  ).catch((cause) => {
    throw new Error(`not settled after ${timeoutMs} ms: ${open}`, { cause });
  });
}

export async function collectReport(
  system: System,
  given: { published: number; mailFolder: string; seconds: RunReport["seconds"] },
): Promise<RunReport> {
  const [ledger, verdicts, incidents, mails, files, jobs] = await Promise.all([
    readLedger(system.influx).then(totalOf),
    countVerdicts(system),
    readIncidents(system.influx),
    readMails(system.influx, 100_000),
    mailFiles(given.mailFolder),
    countJobs(system),
  ]);
  return {
    published: given.published,
    stored: ledger.stored,
    duplicates: ledger.duplicate,
    conflicts: ledger.conflict,
    quarantined: ledger.quarantined,
    inJournal: ledger.inJournal,
    balance: ledger.balance,
    jobs,
    verdicts,
    incidents: incidents
      .filter((incident) => !incident.withdrawn)
      .sort((a, b) => a.openedAt - b.openedAt)
      .map(({ id, kind, zone, plant, station, parameter, worstLevel, openedAt, closedAt }) => ({
        id,
        kind,
        zone,
        plant,
        station,
        parameter,
        severity: worstLevel,
        openedAt: new Date(openedAt).toISOString(),
        closedAt: closedAt === null ? null : new Date(closedAt).toISOString(),
      })),
    mails: mails.toReversed().map((mail) => ({
      to: mail.to,
      language: mail.language,
      subject: mail.subject,
      file: files.get(mail.messageId) ?? null,
    })),
    endpoints: {
      api: system.apiUrl,
      mqtt: system.stack.mqttUrl,
      influx: system.stack.influxUrl,
      redis: system.stack.redisUrl,
    },
    seconds: given.seconds,
  };
}

/** Hour and day verdicts that open incidents, by outcome, newest revision of each. */
async function countVerdicts(system: System): Promise<RunReport["verdicts"]> {
  const counts = { within: 0, exceeded: 0, insufficient: 0 };
  const rows = toRows(
    await system.influx.query(`SELECT outcome FROM "record"."verdict" WHERE rule = 'hour' OR rule = 'day'`),
  );
  for (const { outcome } of rows)
    if (typeof outcome === "string" && outcome in counts) counts[outcome as "within"] += 1;
  return counts;
}

async function countJobs(system: System): Promise<RunReport["jobs"]> {
  const totals = await Promise.all(queueNames.map((name) => system.queues[name].totals()));
  return {
    completed: totals.reduce((sum, { completed }) => sum + completed, 0),
    failed: totals.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Caught mails by Message-ID. */
async function mailFiles(folder: string): Promise<Map<MailRecord["messageId"], string>> {
  const files = new Map<string, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".eml")) continue;
    const file = join(folder, name);
    const id = /^message-id:\s*(\S+)/im.exec(await readFile(file, "utf8"))?.[1];
    if (id !== undefined) files.set(id, file);
  }
  return files;
}

/** The plain text of a caught mail, decoded; undefined when it is not there. */
export async function readMailText(folder: string, messageId: string): Promise<string | undefined> {
  const file = (await mailFiles(folder)).get(messageId);
  if (file === undefined) return undefined;
  const { simpleParser } = await import("mailparser");
  return (await simpleParser(await readFile(file))).text;
}
