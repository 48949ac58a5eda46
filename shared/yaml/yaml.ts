/** YAML with lines. In: a file's text and a zod schema; out: the typed value, or complaints as `file:line: path: what was expected`. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
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
  let value: unknown;
  try {
    if (complaints.length === 0) value = document.toJS() ?? {};
  } catch (error) {
    // an alias without an anchor, or one that multiplies without end: found only here
    complaints.push(`${file}:${lineOfAlias(text)}: ${(error as Error).message}`);
  }
  return {
    file,
    value,
    complaints,
    lineOf(path) {
      // the deepest node that exists on the way to the fault
      let node: unknown = document.contents;
      let at = offsetOf(node) ?? 0;
      for (const part of path) {
        node = childOf(node, part);
        at = offsetOf(node) ?? at;
      }
      return counter.linePos(at).line;
    },
  };
}

/** The first line with an alias, about: the parser does not say which. */
function lineOfAlias(text: string): number {
  return text.split("\n").findIndex((line) => /(^|[\s[{,:-])\*\w/.test(line)) + 1 || 1;
}

/** The value at a key or index; keys compare as text, since the number 3 is a key too. */
function childOf(node: unknown, part: PropertyKey): unknown {
  if (isSeq(node)) return node.items[Number(part)];
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part))?.value;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The value in the schema's shape; undefined after adding every issue to `complaints`. */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
  complaints: string[],
): z.infer<Schema> | undefined {
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues.flatMap((issue) => plainIssues(issue, []))) {
    complaints.push(complaintAt(source, path, message));
  }
  return undefined;
}

interface PlainIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Unknown keys each at their own line; of a choice of shapes, what is wrong with the one that was meant. */
function plainIssues(issue: z.core.$ZodIssue, before: readonly (string | number)[]): PlainIssue[] {
  const path = [...before, ...issue.path.filter((key) => typeof key !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: "this key is not known here" }));
  }
  if (issue.code === "invalid_key") return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === "invalid_union") {
    const meant =
      issue.errors.find((branch) => !branch.some((inner) => inner.path.length === 0)) ?? issue.errors[0];
    if (meant !== undefined) return meant.flatMap((inner) => plainIssues(inner, path));
  }
  return [{ path, message: issue.message }];
}

/** One complaint in the common form. */
export function complaintAt(
  source: Pick<YamlSource, "file" | "lineOf">,
  path: readonly (string | number)[],
  message: string,
): string {
  return `${source.file}:${source.lineOf(path)}: ${path.join(".")}: ${message}`;
}
