/** The engineer's page: whether the ledger balances, where it does not, what was quarantined and why. */
import { useState } from "preact/hooks";
import type { LedgerAnswer } from "#shared/ledger/ledger-sums.ts";
import type { Overview } from "#shared/overview/overview.ts";
import { incidentHash } from "../address.ts";
import { useFetched } from "../fetched.ts";
import { html } from "../html.ts";
import { useView } from "../view.ts";
import { countWords } from "./count-words.ts";
import { type ConsoleGrouping, LedgerTable } from "./ledger-table.ts";
import { ReasonList } from "./reason-list.ts";
import { RefusalList } from "./refusal-list.ts";

export function EngineerPage({ overview }: { overview: Overview }) {
  const { words, format } = useView();
  const [by, setBy] = useState<ConsoleGrouping>("hour");
  // the whole is asked for again whenever the live sum has changed
  const version = JSON.stringify([overview.ledger, overview.ledgerIncidents.length]);
  const { answer, trouble } = useFetched<LedgerAnswer>(`ledger ${by}`, `/ledger?by=${by}&limit=300`, version);
  const { ledger } = overview;
  const isOff = ledger.balance !== 0 || answer?.rows.some(({ balance }) => balance !== 0) === true;
  return html`<main id="main" class="page engineer">
    <header class="engineer-head">
      <h2>${words.engineer.title}</h2>
      <p class="muted">${words.engineer.note}</p>
      <a href="#/">${words.engineer.back}</a>
    </header>
    <section class="panel balance" data-balance=${isOff ? "off" : "zero"} aria-labelledby="balance-title">
      <h3 id="balance-title">${words.engineer.balance}</h3>
      <p class="balance-value">${format.plain(ledger.balance)}</p>
      <p class="balance-word">${isOff ? words.engineer.off : words.engineer.balanced}</p>
      <p class="muted">${words.foot.ledger(countWords(ledger, format.plain))}</p>
      <${OpenIncidents} overview=${overview} />
    </section>
    <${ReasonList} ledger=${ledger} />
    <${LedgerTable} answer=${answer} trouble=${trouble} by=${by} onBy=${setBy} overview=${overview} />
    <${RefusalList} overview=${overview} />
  </main>`;
}

function OpenIncidents({ overview }: { overview: Overview }) {
  const { words, format, language } = useView();
  const { ledgerIncidents } = overview;
  if (ledgerIncidents.length === 0) return null;
  return html`<h4>${words.engineer.openIncidents}</h4>
    <ul class="off-list">
      ${ledgerIncidents.map(
        ({ id, zone, openedAt }) =>
          html`<li key=${id}>
            <a href=${incidentHash(id)}>${words.engineer.incident}</a>
            ${` · ${zone.id === "unknown" ? words.engineer.noPlant : zone.name[language]} · ${words.incidents.since(format.dayTime(openedAt))}`}
          </li>`,
      )}
    </ul>`;
}
