/** The mails sent: when, to whom, subject, and when something went wrong with one. */
import type { MailRecord } from "#shared/mail/mail-points.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";

export function MailList({ mails }: { mails: readonly MailRecord[] }) {
  const { words } = useView();
  return html`<section class="panel mails" aria-labelledby="mails-title">
    <h2 id="mails-title">${words.mails.title}</h2>
    ${mails.length === 0 ? html`<p class="nothing">${words.mails.none}</p>` : html`<${MailItems} mails=${mails} />`}
  </section>`;
}

interface MailItemsProps {
  /** In the order to show. */
  readonly mails: readonly MailRecord[];
  /** Says "sent" too, not only what went wrong. */
  readonly allStates?: boolean;
}

export function MailItems({ mails, allStates = false }: MailItemsProps) {
  return html`<ul class="mail-list">
    ${mails.map(
      (mail) =>
        html`<${MailItem}
          key=${`${mail.incident} ${mail.seq} ${mail.contact}`}
          mail=${mail}
          isStateSaid=${allStates || mail.state !== "sent"}
        />`,
    )}
  </ul>`;
}

function MailItem({ mail, isStateSaid }: { mail: MailRecord; isStateSaid: boolean }) {
  const { words, format } = useView();
  return html`<li data-mail-state=${mail.state}>
    <p class="mail-subject" lang=${mail.language}>${mail.subject}</p>
    <p class="mail-facts">
      <time datetime=${new Date(mail.recordedAt).toISOString()}>${format.dayTime(mail.recordedAt)}</time>
      ${` · ${words.mails.to(mail.to)}`}
      ${isStateSaid ? html`${" · "}<b>${words.mails.state[mail.state]}</b>` : null}
      ${mail.possiblyTwice ? html`${" · "}<b>${words.mails.twice}</b>` : null}
    </p>
  </li>`;
}
