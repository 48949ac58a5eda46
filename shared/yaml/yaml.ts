/** YAML with lines. In: a file's text and a zod schema; out: the typed value, or complaints as `file:line: path: what was expected`. */
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

/** One parsed file; `lineOf` finds the line of the deepest entry that exists on a path. */
export interface YamlSource {
  readonly file: string;
  /** Undefined when the text is not YAML; then `complaints` says why. */
  readonly value: unknown;
  readonly complaints: readonly string[];
  lineOf(path: readonly PropertyKey[]): number;
}

/** A YAML file that does not fit; `message` lists every complaint. */
export class YamlError extends Error {
  readonly complaints: readonly string[];
  constructor(what: string, complaints: readonly string[]) {
    super(
      `${what} has ${complaints.length} mistake(s):\n${complaints.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "YamlError";
    this.complaints = complaints;
  }
}

/** Parses strictly (a key once only); never throws. */
export function parseYaml(file: string, text: string): YamlSource {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, strict: true, uniqueKeys: true });
  const complaints = document.errors.map(
    (error) => `${file}:${counter.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]}`,
  );
  return {
    file,
    value: complaints.length > 0 ? undefined : (document.toJS() ?? {}),
    complaints,
    lineOf(path) {
      // the deepest node that exists on the way to the fault
      for (let length = path.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
        const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
        if (range) return counter.linePos(range[0]).line;
      }
      return 1;
    },
  };
}

/** The value in the schema's shape; undefined after adding every issue to `complaints`. */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
  complaints: string[],
): z.infer<Schema> | undefined {
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.filter((key) => typeof key !== "symbol");
    complaints.push(complaintAt(source, path, issue.message));
  }
  return undefined;
}

/** One complaint in the common form. */
export function complaintAt(
  source: Pick<YamlSource, "file" | "lineOf">,
  path: readonly (string | number)[],
  message: string,
): string {
  return `${source.file}:${source.lineOf(path)}: ${path.join(".")}: ${message}`;
}
