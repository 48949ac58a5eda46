/** A fuzz run for a person. In: its result, or one message; out: text. Pure. */
import { tableLines } from "#services/cli/table.ts";
import type { FuzzMessage } from "./message.ts";
import type { FuzzResult } from "./run.ts";

export function renderFuzz(result: FuzzResult): string {
  const { seed, messages, expected, troubles } = result;
  const outcomes = (["stored", "duplicate", "conflict", "quarantined"] as const)
    .map((name) => `${number(result[name])} ${name}`)
    .join(", ");
  return [
    `seed ${seed}: ${number(messages)} messages, ${number(expected)} samples to count, in ${result.seconds} s`,
    `received ${number(result.received)} = ${outcomes}, ${number(result.inJournal)} in the journal; balance ${result.balance}`,
    `memory ${number(result.rssMiBStart)} MiB at the start, ${number(result.rssMiBPeak)} at most, ${number(result.rssMiBEnd)} at the end`,
    "",
    ...countTable("quarantined as", result.codes),
    "",
    ...countTable("published", result.families),
    "",
    ...(troubles.length === 0
      ? ["The worker lived, and each message was counted once."]
      : troubles.map((trouble) => `TROUBLE: ${trouble}`)),
    "",
  ].join("\n");
}

const SHOWN_BYTES = 2_000;

export function renderFuzzMessage(message: FuzzMessage): string {
  const { topic, payload, family, samples, retain, dup } = message;
  const flags = [...(retain ? ["retained"] : []), ...(dup ? ["dup"] : [])].join(", ") || "none";
  return [
    `message ${message.index}: ${family}, ${payload.length} bytes, flags: ${flags}; counts ${samples}`,
    `topic:   ${JSON.stringify(topic)}`,
    `text:    ${JSON.stringify(payload.toString("utf8")).slice(0, SHOWN_BYTES)}`,
    `base64:  ${payload.toString("base64").slice(0, SHOWN_BYTES)}`,
    "",
  ].join("\n");
}

function countTable(what: string, counts: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(counts).map(([name, count]) => [name, number(count)]);
  return tableLines([what, ""], rows);
}

const number = (value: number | null) => (value === null ? "–" : value.toLocaleString("en"));
