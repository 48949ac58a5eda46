/** What `outfall rejudge` prints. In: counts, the question, the span; out: lines. Pure. */
import type { AskedLimits } from "#shared/limit/asked-limits.ts";
import { printInstant } from "#shared/verdict/verdict-name.ts";
import type { Window } from "#shared/window/calendar.ts";
import { boundsText } from "../limits/figures.ts";
import { tableLines } from "../table.ts";
import type { LimitText, Rejudged } from "./rejudge-run.ts";

export function rejudgedLines(
  rejudged: Rejudged,
  asked: AskedLimits,
  span: Window,
  timeZone: string,
  simulated: boolean,
): string[] {
  const time = (instant: number) => printInstant(instant, timeZone);
  const table = tableLines(
    [
      "zone",
      "parameter",
      "rule",
      "judged",
      "undecided",
      "exceeded now",
      "exceeded then",
      "to exceeded",
      "to within",
      "worst ratio then",
    ],
    rejudged.rows.map((row) => [
      row.zone,
      row.parameter,
      row.rule,
      String(row.judged),
      String(row.undecided),
      String(row.exceededNow),
      String(row.exceededThen),
      String(row.toExceeded),
      String(row.toWithin),
      row.worstRatioThen === null ? "–" : row.worstRatioThen.toFixed(2),
    ]),
  );
  return [
    ...(simulated ? ["DỮ LIỆU MÔ PHỎNG / SIMULATED"] : []),
    `windows that lie wholly in ${time(span.from)} – ${time(span.to)}; nothing was changed`,
    "",
    ...(rejudged.rows.length === 0 ? ["nothing was judged"] : table),
    "",
    ...replacedLines(rejudged, asked),
    ...rejudged.noFigure.map(
      ({ plant, parameter, reason }) => `not judged: ${parameter} of ${plant}: ${reason}`,
    ),
    ...rejudged.notAsked.map(
      (plant) => `not judged: ${plant} is bound to no text: name one with --instrument`,
    ),
  ];
}

function replacedLines({ replaced }: Rejudged, { setAsidePermit }: AskedLimits): string[] {
  if (replaced.length === 0) return ["no limit is other than now"];
  const byPermit = replaced.some(({ present }) => present.some(({ instrument }) => instrument === "permit"));
  return [
    `replaced${byPermit && setAsidePermit ? " (figures of permits among them; --keep-permit leaves them in force)" : ""}:`,
    ...tableLines(
      ["plant", "parameter", "now", "then", "by", "confidence"],
      replaced.map(({ plant, parameter, present, asked }) => [
        plant,
        parameter,
        listed(present),
        listed(asked),
        asked.map(({ clause }) => clause).join("; "),
        [...new Set(asked.map(({ confidence }) => confidence))].join(", "),
      ]),
    ).map((line) => `  ${line}`),
  ];
}

const listed = (limits: readonly LimitText[]): string =>
  limits
    .map(({ min, max, over, instrument }) =>
      [
        boundsText({ min: min ?? undefined, max: max ?? undefined }),
        over === null ? "" : `over ${over}`,
        `(${instrument})`,
      ]
        .filter(Boolean)
        .join(" "),
    )
    .join(", ") || "none";
