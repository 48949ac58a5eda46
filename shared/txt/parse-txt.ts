/**
 * The loggers' text files, TT 10/2021: lines of `symbol TAB value TAB unit TAB yyyyMMddHHmmss TAB status`. In: bytes; out:
 * rows, and what does not fit, each with its line. Groups of five tokens count, whether or not lines break between
 * them. Never throws; what is wrong costs itself, not the file.
 */
import { isUtf8 } from "node:buffer";
import type { LocalFields, Resolved } from "#shared/time/local-instant.ts";
import { readLocalDigits } from "./local-digits.ts";

export interface TxtRow {
  /** 1-based. */
  readonly line: number;
  readonly symbol: string;
  /** Null where the file has none (`---`, empty), or the device is at fault (02), whatever it wrote. */
  readonly value: number | null;
  /** As written; empty for none. */
  readonly unit: string;
  /** ms since epoch, UTC. */
  readonly time: number;
  /** Two digits, as written. */
  readonly status: string;
}

export interface TxtFault {
  readonly line: number;
  /** What was expected, and what was found. */
  readonly message: string;
}

export interface TxtContent {
  readonly rows: readonly TxtRow[];
  readonly faults: readonly TxtFault[];
}

export interface TxtForm {
  /** Between the tokens; TAB in every file seen. */
  readonly separator: "\t" | ";" | ",";
  /** Decimal mark; the other one is refused, never guessed. */
  readonly decimal: "." | ",";
  /** Local time to an instant, by the registry's time zone. */
  readonly instantOf: (fields: LocalFields) => Resolved;
}

const GROUP = 5;
/** A file of noise is described by its first faults. */
const MAX_FAULTS = 100;
const FAULT = "02";
const noValue = /^(?:|-+)$/;
// no two ways to read the same digits: a megabyte of them must not take for ever
const numberWith = {
  ".": /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/,
  ",": /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/,
};

export function parseTxt(bytes: Buffer, form: TxtForm): TxtContent {
  // °C of an old Windows logger is no UTF-8, and only a unit
  const text = (isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1")).replace(/^\uFEFF/, "");
  const rows: TxtRow[] = [];
  const faults: TxtFault[] = [];
  text.split("\n").forEach((content, index) => {
    readLine(content.replace(/\r$/, ""), index + 1, form, rows, (message) => {
      if (faults.length < MAX_FAULTS) faults.push({ line: index + 1, message });
    });
  });
  if (rows.length === 0 && faults.length === 0) {
    faults.push({ line: 1, message: "expected lines of symbol, value, unit, time and status, found none" });
  }
  return { rows, faults };
}

/** The groups of one line; after tokens that are no group, it goes on at the next one that is. */
function readLine(
  content: string,
  line: number,
  form: TxtForm,
  rows: TxtRow[],
  complain: (message: string) => void,
): void {
  if (content.trim() === "") return;
  const tokens = content.split(form.separator).map((token) => token.trim());
  // separators behind the last group; an empty unit or value is never the last token
  while (tokens.at(-1) === "") tokens.pop();
  for (let at = 0; at < tokens.length; ) {
    const next = findGroup(tokens, at);
    if (next > at)
      complain(`expected symbol, value, unit, time and status, found ${shown(tokens.slice(at, next))}`);
    if (next >= tokens.length) return;
    const read = readGroup(tokens.slice(next, next + GROUP), line, form);
    if (typeof read === "string") complain(read);
    else rows.push(read);
    at = next + GROUP;
  }
}

/** Where the next group begins: five tokens, the fourth all digits as a time is; the number of tokens where there is none. */
function findGroup(tokens: readonly string[], from: number): number {
  for (let at = from; at + GROUP <= tokens.length; at += 1) {
    if (/^\d{8,}$/.test(tokens[at + 3] ?? "") && !/^\d{8,}$/.test(tokens[at + 4] ?? "")) return at;
  }
  return tokens.length;
}

function readGroup(tokens: readonly string[], line: number, form: TxtForm): TxtRow | string {
  const [symbol = "", written = "", unit = "", digits = "", status = ""] = tokens;
  if (symbol === "") return `expected a symbol, found none before ${shown(tokens.slice(1))}`;
  if (!/^\d\d$/.test(status)) return `${symbol}: expected a status of two digits, found ${shown([status])}`;
  const fields = readLocalDigits(digits);
  if (fields === undefined)
    return `${symbol}: expected a time yyyyMMddHHmmss or yyyyMMddHHmm, found ${shown([digits])}`;
  const instant = form.instantOf(fields);
  if (!instant.ok) return `${symbol}: ${digits}: ${instant.why}`;
  const missing = status === FAULT || noValue.test(written);
  if (!missing && !numberWith[form.decimal].test(written)) {
    return `${symbol}: expected a number with the decimal mark ${form.decimal} or ---, found ${shown([written])}`;
  }
  const value = missing ? null : Number(written.replace(",", "."));
  if (value !== null && !Number.isFinite(value))
    return `${symbol}: expected a number, found ${shown([written])}`;
  return { line, symbol, value, unit, time: instant.time, status };
}

/** Tokens as JSON texts, cut: whatever the bytes, they stay on one line. */
function shown(tokens: readonly string[]): string {
  const text = tokens.slice(0, 8).map((token) => JSON.stringify(token.slice(0, 40)));
  return tokens.length > text.length ? `${text.join(" ")} …` : text.join(" ") || "nothing";
}
