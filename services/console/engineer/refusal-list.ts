/** The newest refusals: when, why, of what, and what to do. The payload is shown where it lies: `outfall quarantine show`. */
import type { Overview } from "#shared/overview/overview.ts";
import type { AdvisedRow, QuarantineAnswer } from "#shared/quarantine/quarantine-points.ts";
import { useFetched } from "../fetched.ts";
import { html } from "../html.ts";
import { useView } from "../view.ts";
import { codeWords, remedyWords } from "./count-words.ts";

const SHOWN = 50;

export function RefusalList({ overview }: { overview: Overview }) {
  const { words } = useView();
  const { quarantined, conflict } = overview.ledger;
  const { answer, trouble } = useFetched<QuarantineAnswer>(
    "quarantine",
    `/quarantine?limit=${SHOWN}`,
    `${quarantined} ${conflict}`,
  );
  const waiting = trouble === undefined ? words.engineer.loading : words.engineer.failed;
  return html`<section class="panel refusals" aria-labelledby="refusals-title">
    <h3 id="refusals-title">${words.engineer.refusals}</h3>
    <p class="muted">${words.engineer.refusalsNote}</p>
    ${answer === undefined ? html`<p class="nothing" role="status">${waiting}</p>` : null}
    ${answer?.count === 0 ? html`<p class="nothing">${words.engineer.noReasons}</p>` : null}
    <ul>
      ${answer?.refusals.map((row) => html`<${Refusal} key=${row.id} row=${row} />`)}
    </ul>
  </section>`;
}

function Refusal({ row }: { row: AdvisedRow }) {
  const view = useView();
  const { words, format } = view;
  const { id, code, meaning, detail, topic, samples, size, receivedAt } = row;
  const remedy = remedyWords(row, view);
  const figures = [
    samples > 1 ? words.engineer.refusalSamples(format.plain(samples)) : undefined,
    words.engineer.bytes(format.plain(size)),
  ];
  return html`<li>
    <p class="refusal-what">
      <b>${codeWords(code, view, meaning)}</b>
      <time datetime=${new Date(receivedAt).toISOString()}>${format.dayTime(receivedAt)}</time>
    </p>
    <p class="refusal-detail"><bdi>${detail}</bdi></p>
    <p class="muted"><bdi>${topic}</bdi>${` · ${figures.filter((part) => part !== undefined).join(" · ")}`}</p>
    ${remedy === undefined ? null : html`<p class="muted">${words.engineer.remedy}: ${remedy}</p>`}
    <p><code>outfall quarantine show ${id}</code></p>
  </li>`;
}
