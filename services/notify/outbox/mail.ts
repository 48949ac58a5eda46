/** A rendered mail as the outbox keeps it: everything needed to send it and to record what became of it. */
import type { MailRecord } from "#shared/mail/mail-points.ts";

export interface OutgoingMail {
  readonly incident: string;
  readonly seq: number;
  readonly contact: string;
  readonly zone: string;
  /** When the incident event was recorded, ms since epoch. */
  readonly recordedAt: number;
  readonly language: string;
  readonly from: string;
  readonly to: string;
  readonly toName: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets; the same for the same incident revision and contact, for ever. */
  readonly messageId: string;
  /** Message-ID of the contact's first mail of the incident; null when this is it. */
  readonly thread: string | null;
  readonly listId: string;
  /** The Date header, ms since epoch. */
  readonly date: number;
}

/** One mail per incident revision and contact. Ids hold no dot. */
export function mailKey(mail: Pick<OutgoingMail, "incident" | "seq" | "contact">): string {
  return `${mail.incident}.${mail.seq}.${mail.contact}`;
}

/** One thread: mails of an incident to a contact leave in order. */
export function laneOf(mail: Pick<OutgoingMail, "incident" | "contact">): string {
  return `${mail.incident}.${mail.contact}`;
}

/** The mail's place in the archive of what was told to whom. */
export function recordOf(
  mail: OutgoingMail,
  outcome: Pick<MailRecord, "state" | "sentAt" | "possiblyTwice">,
): MailRecord {
  const { incident, seq, contact, zone, to, language, subject, messageId, recordedAt } = mail;
  return { incident, seq, contact, zone, to, language, subject, messageId, recordedAt, ...outcome };
}
