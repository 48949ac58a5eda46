/**
 * InfluxDB line protocol, anybody's. In: text; out: measurement, tags, fields and time of each line, or where it stops
 * being line protocol. Never throws; one pass, whatever the text.
 */

/** Integers of 64 bits (`3i`, `3u`) come as the nearest number. */
export type LineValue = number | boolean | string;

export interface ParsedLine {
  readonly ok: true;
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, LineValue>;
  /** The digits as they stand there, in the sender's precision; undefined where the line has no time. */
  readonly time: string | undefined;
}

export interface LineFault {
  readonly ok: false;
  /** 1-based, counted in characters of the text. */
  readonly column: number;
  readonly expected: string;
}

export type LineOutcome = (ParsedLine | LineFault) & {
  /** 1-based number of the line in the text where this one begins. */
  readonly line: number;
};

/** One line without its end. */
export function parseLine(text: string): ParsedLine | LineFault {
  const reader = createReader(text);
  const parsed = reader.line();
  return parsed.ok && reader.at < text.length ? fault(reader.at, "one line") : parsed;
}

/** All lines of a text, at most `limit` of them; empty lines and `#` comments are passed over. */
export function parseLines(text: string, limit: number): LineOutcome[] {
  const outcomes: LineOutcome[] = [];
  const reader = createReader(text);
  let line = 1;
  let counted = 0;
  while (outcomes.length < limit && reader.skipBlank()) {
    const start = reader.at;
    for (let at = text.indexOf("\n", counted); at >= 0 && at < start; at = text.indexOf("\n", at + 1)) {
      line += 1;
      counted = at + 1;
    }
    const parsed = reader.line();
    if (parsed.ok) outcomes.push({ ...parsed, line });
    else {
      outcomes.push({ ...parsed, column: parsed.column - start, line });
      // a quote that is never closed would swallow what follows: go on behind this very line
      reader.skipLine(start);
    }
  }
  return outcomes;
}

function fault(at: number, expected: string): LineFault {
  return { ok: false, column: at + 1, expected };
}

// no two ways to read the same digits: a megabyte of them must not take for ever
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+[iu]$/;
const TIME = /^-?\d{1,19}$/;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["t", "T", "true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["f", "F", "false", "False", "FALSE"].map((word) => [word, false] as const),
]);

interface Reader {
  readonly at: number;
  /** Reads a line and its end. */
  line(): ParsedLine | LineFault;
  /** Passes over empty lines and comments; false at the end of the text. */
  skipBlank(): boolean;
  skipLine(from: number): void;
}

function createReader(text: string): Reader {
  let at = 0;

  /** Characters up to one of `stops`, `\` before one of `escapable` taken away; a `\` before anything else is itself. */
  function word(stops: string, escapable: string): string {
    let plain = "";
    let from = at;
    for (; at < text.length; at += 1) {
      const letter = text.charAt(at);
      if (letter === "\\" && at + 1 < text.length && escapable.includes(text.charAt(at + 1))) {
        plain += text.slice(from, at);
        from = at + 1;
        at += 1;
      } else if (stops.includes(letter)) break;
    }
    return plain + text.slice(from, at);
  }

  /** A quoted string, which may hold line ends; undefined when it is not closed. */
  function quoted(): string | undefined {
    at += 1;
    const plain = word('"', '"\\');
    if (text.charAt(at) !== '"') return undefined;
    at += 1;
    return plain;
  }

  function value(): LineValue | undefined {
    if (text.charAt(at) === '"') return quoted();
    const bare = word(", \r\n", "");
    if (NUMBER.test(bare)) return Number(bare);
    if (INTEGER.test(bare)) return Number(bare.slice(0, -1));
    return booleans.get(bare);
  }

  /** `key=value` pairs after one another; the first thing that does not fit. */
  function pairs<Value>(
    what: string,
    into: Map<string, Value>,
    read: () => Value | undefined,
  ): LineFault | undefined {
    for (;;) {
      const start = at;
      const key = word(",= \n", ",= ");
      if (key === "") return fault(start, `a ${what} key`);
      if (text.charAt(at) !== "=") return fault(at, `= after the ${what} key`);
      at += 1;
      const from = at;
      const found = read();
      if (found === undefined) return fault(from, `a ${what} value`);
      into.set(key, found);
      if (text.charAt(at) !== ",") return undefined;
      at += 1;
    }
  }

  function skipSpaces(): void {
    while (text.charAt(at) === " ") at += 1;
  }

  function line(): ParsedLine | LineFault {
    const start = at;
    const measurement = word(", \n", ", ");
    if (measurement === "") return fault(start, "a measurement");
    const tags = new Map<string, string>();
    if (text.charAt(at) === ",") {
      at += 1;
      const wrong = pairs("tag", tags, () => word(",= \n", ",= ") || undefined);
      if (wrong !== undefined) return wrong;
    }
    if (text.charAt(at) !== " ") return fault(at, "a space, then fields");
    skipSpaces();
    const fields = new Map<string, LineValue>();
    const wrong = pairs("field", fields, value);
    if (wrong !== undefined) return wrong;
    let time: string | undefined;
    if (text.charAt(at) === " ") {
      skipSpaces();
      const from = at;
      const digits = word(" \r\n", "");
      if (digits !== "" && !TIME.test(digits)) return fault(from, "a time in whole units");
      if (digits !== "") time = digits;
      skipSpaces();
    }
    if (text.startsWith("\r\n", at)) at += 1;
    if (at < text.length && text.charAt(at) !== "\n") return fault(at, "the end of the line");
    at += 1;
    return { ok: true, measurement, tags, fields, time };
  }

  function skipLine(from: number): void {
    const end = text.indexOf("\n", from);
    at = end < 0 ? text.length : end + 1;
  }

  return {
    get at() {
      return Math.min(at, text.length);
    },
    line,
    skipLine,
    skipBlank() {
      for (;;) {
        while (at < text.length && " \t\r\n".includes(text.charAt(at))) at += 1;
        if (text.charAt(at) !== "#") return at < text.length;
        skipLine(at);
      }
    },
  };
}
