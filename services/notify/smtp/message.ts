/** A mail as nodemailer takes it. In: what the outbox keeps; out: addresses, parts and headers. Pure. */
import type { OutgoingMail } from "../outbox/mail.ts";

export function messageOf(mail: OutgoingMail) {
  return {
    from: { name: "Outfall", address: mail.from },
    to: { name: mail.toName, address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    date: new Date(mail.date),
    ...(mail.thread === null ? {} : { inReplyTo: mail.thread, references: [mail.thread] }),
    headers: { "Auto-Submitted": "auto-generated", "List-Id": mail.listId },
  };
}
