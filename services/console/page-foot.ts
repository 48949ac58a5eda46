/** The foot: what the figures are and are not; and for engineers the conservation ledger in one line. */
import type { Overview } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";

export function PageFoot({ overview }: { overview: Overview }) {
  const { words, format } = useView();
  const { ledger } = overview;
  const n = format.plain;
  return html`<footer class="foot">
    <p>${words.foot.preliminary}</p>
    <p class="ledger" data-balance=${ledger.balance === 0 ? "zero" : "off"}>
      ${words.foot.ledger({
        received: n(ledger.received),
        stored: n(ledger.stored),
        duplicate: n(ledger.duplicate),
        conflict: n(ledger.conflict),
        quarantined: n(ledger.quarantined),
        inJournal: n(ledger.inJournal),
      })}
      ${" · "}<b>${words.foot.balance(n(ledger.balance))}</b>${` · ${words.foot.registry(overview.registry.version)}`}
    </p>
  </footer>`;
}
