/**
 * The mails that transitions of incidents would make, as files. In: transitions, a new or empty folder; out: one `.eml` a mail, in
 * order, and how many went to whom. The same routing and rendering as notify's; nothing is ever sent.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import nodemailer from "nodemailer";
import type { OutgoingMail } from "#services/notify/outbox/mail.ts";
import { compose } from "#services/notify/render/compose.ts";
import { messageOf } from "#services/notify/smtp/message.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";

/** Nobody answers to it: these mails are only read. */
const HEAD = { from: "outfall@judge.example", publicUrl: "http://127.0.0.1:3000" };

/** @throws Error when the folder holds something already */
export async function prepareMailFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new Error(`--mails ${folder}: expected a new or an empty folder`);
}

/**
 * @param transitions in the order in which they were recorded
 * @returns mails by contact
 */
export async function writeMails(
  registry: Registry,
  transitions: readonly IncidentEvent[],
  folder: string,
): Promise<ReadonlyMap<string, number>> {
  const printer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const known = new Map<string, IncidentEvent[]>();
  const counts = new Map<string, number>();
  let number = 0;
  for (const event of transitions) {
    const events = [...(known.get(event.incident) ?? []), event];
    known.set(event.incident, events);
    for (const mail of compose(registry, events, event.seq, HEAD, event.recordedAt).mails) {
      number += 1;
      const { message } = await printer.sendMail(messageOf(mail));
      await writeFile(join(folder, fileName(number, mail)), message as Buffer);
      counts.set(mail.contact, (counts.get(mail.contact) ?? 0) + 1);
    }
  }
  return counts;
}

const fileName = (number: number, { incident, seq, contact }: OutgoingMail): string =>
  `${String(number).padStart(5, "0")}-${incident}.${seq}-${contact}.eml`;
