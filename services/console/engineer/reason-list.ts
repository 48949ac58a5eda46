/** Why samples were quarantined in the last two days: counts by reason, most first, as the ledger has them. */
import type { LedgerTotals } from "#shared/ledger/ledger.ts";
import { html } from "../html.ts";
import { useView } from "../view.ts";
import { codeWords } from "./count-words.ts";

export function ReasonList({ ledger }: { ledger: LedgerTotals }) {
  const view = useView();
  const { words, format } = view;
  const reasons = reasonsOf(ledger);
  const most = Math.max(1, ...reasons.map(([, count]) => count));
  return html`<section class="panel reasons" aria-labelledby="reasons-title">
    <h3 id="reasons-title">${words.engineer.reasons}</h3>
    ${reasons.length === 0 ? html`<p class="nothing">${words.engineer.noReasons}</p>` : null}
    <ul>
      ${reasons.map(
        ([code, count]) => html`<li key=${code}>
          <span class="reason-name">${code === "" ? words.engineer.otherReason : codeWords(code, view)}</span>
          <span class="reason-count">${format.plain(count)}</span>
          <span class="reason-bar" aria-hidden="true"><i style=${{ width: `${(100 * count) / most}%` }}></i></span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** Conflicts are counted apart by the ledger, and kept in quarantine as well; "" is what has no reason. Pure. */
export function reasonsOf({
  reasons = {},
  quarantined,
  conflict,
}: LedgerTotals): [code: string, count: number][] {
  const named = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  const all: [string, number][] = [
    ...Object.entries(reasons),
    ["conflict", conflict],
    ["", quarantined - named],
  ];
  return all.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
}
