/** The ledger as a table: received, what became of it, the difference; by hour, by plant, or both. */
import type { Grouping, LedgerAnswer, LedgerRow } from "#shared/ledger/ledger-sums.ts";
import type { Overview } from "#shared/overview/overview.ts";
import { html } from "../html.ts";
import { useView, type View } from "../view.ts";

export type ConsoleGrouping = Exclude<Grouping, "worker">;

const GROUPINGS: readonly ConsoleGrouping[] = ["hour", "plant", "plant-hour"];
/** The difference first: a phone shows it without scrolling. */
const COUNTS = [
  "balance",
  "received",
  "stored",
  "duplicate",
  "conflict",
  "quarantined",
  "inJournal",
] as const;

interface LedgerTableProps {
  readonly answer: LedgerAnswer | undefined;
  readonly trouble: "unknown" | "failed" | undefined;
  readonly by: ConsoleGrouping;
  readonly onBy: (by: ConsoleGrouping) => void;
  readonly overview: Overview;
}

export function LedgerTable({ answer, trouble, by, onBy, overview }: LedgerTableProps) {
  const { words } = useView();
  return html`<section class="panel ledger-rows" aria-labelledby="ledger-title">
    <div class="ledger-top">
      <h3 id="ledger-title">${words.engineer.ledger}</h3>
      <div class="choices" role="group" aria-label=${words.engineer.by.label}>
        ${GROUPINGS.map(
          (choice) => html`<button
            type="button"
            key=${choice}
            aria-pressed=${choice === by ? "true" : "false"}
            onClick=${() => onBy(choice)}
          >
            ${words.engineer.by[choice]}
          </button>`,
        )}
      </div>
    </div>
    ${
      answer === undefined
        ? html`<p class="nothing" role="status">${trouble === undefined ? words.engineer.loading : words.engineer.failed}</p>`
        : html`<${Rows} answer=${answer} overview=${overview} />`
    }
  </section>`;
}

function Rows({ answer, overview }: { answer: LedgerAnswer; overview: Overview }) {
  const view = useView();
  const { words, format } = view;
  const { rows, count } = answer;
  const [first] = rows;
  if (first === undefined) return html`<p class="nothing">${words.engineer.nothing}</p>`;
  const plants = plantNames(overview, view);
  const keys = (["hour", "plant"] as const).filter((key) => first[key] !== undefined);
  const keyOf = (row: LedgerRow, key: "hour" | "plant") =>
    key === "hour" ? format.dayTime(row.hour ?? 0) : (plants.get(row.plant ?? "") ?? row.plant);
  return html`<div class="table-frame" tabindex="0" role="region" aria-labelledby="ledger-title">
      <table>
        <thead>
          <tr>
            ${keys.map((key) => html`<th key=${key} scope="col" class="name">${words.engineer[key]}</th>`)}
            ${COUNTS.map((key) => html`<th key=${key} scope="col">${words.engineer[key]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (
              row,
            ) => html`<tr key=${`${row.hour} ${row.plant}`} data-balance=${row.balance === 0 ? "zero" : "off"}>
              ${keys.map((key) => html`<th key=${key} scope="row" class="name">${keyOf(row, key)}</th>`)}
              ${COUNTS.map((key) => html`<td key=${key} data-count=${key} data-zero=${row[key] === 0 ? "true" : "false"}>${format.plain(row[key])}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      rows.length < count
        ? html`<p class="muted">${words.engineer.rowsShown(format.plain(rows.length), format.plain(count))}</p>`
        : null
    }`;
}

/** By id, in the page's language. */
function plantNames(overview: Overview, { words, language }: View): Map<string, string> {
  const plants = overview.zones.flatMap((zone) => zone.plants);
  return new Map([
    ...plants.map(({ id, name }) => [id, name[language]] as const),
    ["unknown", words.engineer.noPlant],
  ]);
}
