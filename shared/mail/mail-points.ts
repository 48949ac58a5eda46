/** What became of each mail, as points of `mail`: one an incident revision and contact, overwritten as its state moves on. */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOr, text, textOrNull, toRows } from "#shared/influx/rows.ts";

export type MailState = "sending" | "sent" | "failed";

export interface MailRecord {
  readonly incident: string;
  readonly seq: number;
  readonly contact: string;
  readonly zone: string;
  readonly state: MailState;
  readonly to: string;
  readonly language: string;
  readonly subject: string;
  readonly messageId: string;
  /** When the incident event was recorded, ms since epoch: the point's time. */
  readonly recordedAt: number;
  /** When the server took it, ms since epoch, or null. */
  readonly sentAt: number | null;
  /** A crash around the 250: the recipient may have it twice. */
  readonly possiblyTwice: boolean;
}

export function mailLine(mail: MailRecord): string {
  return line(
    "mail",
    {
      zone: mail.zone,
      incident: mail.incident,
      seq: String(mail.seq).padStart(4, "0"),
      contact: mail.contact,
    },
    {
      state: mail.state,
      to: mail.to,
      language: mail.language,
      subject: mail.subject,
      message_id: mail.messageId,
      sent: mail.sentAt === null ? undefined : integer(mail.sentAt),
      possibly_twice: mail.possiblyTwice,
    },
    mail.recordedAt,
  );
}

/** Newest first. `where`: an InfluxQL condition, e.g. `time > now() - 3d`. */
export async function readMails(influx: Influx, limit = 1000, where?: string): Promise<MailRecord[]> {
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const rows = toRows(
    await influx.query(`SELECT * FROM "record"."mail"${condition} ORDER BY time DESC LIMIT ${limit}`),
  );
  return rows.map((row) => ({
    incident: text(row.incident),
    seq: Number(text(row.seq)),
    contact: text(row.contact),
    zone: text(row.zone),
    state: text(row.state) as MailState,
    to: text(row.to),
    language: text(row.language),
    subject: text(row.subject),
    messageId: text(row.message_id),
    recordedAt: numberOr(row.time, 0),
    sentAt: textOrNull(row.sent) === null ? null : Number(row.sent),
    possiblyTwice: row.possibly_twice === true,
  }));
}
