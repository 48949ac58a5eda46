/**
 * What Grafana does to a query before it sends it, for tests and for reading a panel's query by hand. In: the stored
 * text, a time range, an interval and the chosen values; out: plain InfluxQL. Pure.
 */

export interface RenderOptions {
  /** Ms since epoch. */
  readonly from: number;
  readonly to: number;
  /** Width of one bucket, ms. */
  readonly intervalMs: number;
  /** Chosen values by variable; several are joined to `(a|b)`. */
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

/** @throws Error naming a variable or macro that nothing replaces: Grafana would send it as it stands. */
export function renderQuery(query: string, options: RenderOptions): string {
  return query
    .replaceAll("$timeFilter", `time >= ${options.from}ms and time <= ${options.to}ms`)
    .replaceAll("$__interval", `${options.intervalMs}ms`)
    .replace(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g, (found, braced, format, bare) => {
      const value = options.variables[braced ?? bare];
      if (value === undefined) throw new Error(`nothing stands for ${found} in: ${query}`);
      return format === "regex" ? asRegex(value) : [value].flat().join(",");
    });
}

function asRegex(value: string | readonly string[]): string {
  if (typeof value === "string") return escapeRegex(value);
  return value.length === 1 ? escapeRegex(value[0] ?? "") : `(${value.map(escapeRegex).join("|")})`;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, "\\$&");
}
