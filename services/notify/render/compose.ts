/** Route and render put together. Pure. In: an incident's events and a seq; out: the mails to queue, each with stable Message-ID and thread, or why there are none. */
import type { IncidentEvent } from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { OutgoingMail } from "../outbox/mail.ts";
import { type RouteDecision, route } from "../route/route.ts";
import { render } from "./render.ts";

export interface Letterhead {
  readonly from: string;
  readonly publicUrl: string;
}

export interface Composition {
  readonly mails: readonly OutgoingMail[];
  readonly decision: RouteDecision;
}

/** @param now the Date header, ms since epoch */
export function compose(
  registry: Registry,
  events: readonly IncidentEvent[],
  seq: number,
  head: Letterhead,
  now: number,
): Composition {
  const decision = route(registry, events, seq);
  const known = events.filter((event) => event.seq <= seq);
  const event = known.at(-1);
  if (event === undefined) return { mails: [], decision };
  const domain = head.from.slice(head.from.lastIndexOf("@") + 1);
  const mails = decision.recipients.map((recipient): OutgoingMail => {
    const { contact, firstSeq } = recipient;
    const idOf = (revision: number) => `<${event.incident}.${revision}.${contact.id}@${domain}>`;
    const telling = {
      registry,
      events: known,
      recipient,
      told: decision.recipients,
      publicUrl: head.publicUrl,
    };
    return {
      incident: event.incident,
      seq,
      contact: contact.id,
      zone: event.zone,
      recordedAt: event.recordedAt,
      language: contact.language,
      from: head.from,
      to: contact.email,
      toName: contact.name,
      ...render(telling),
      messageId: idOf(seq),
      thread: firstSeq === seq ? null : idOf(firstSeq),
      listId: `<${event.zone}.${domain}>`,
      date: now,
    };
  });
  return { mails, decision };
}
