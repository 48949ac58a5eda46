/** InfluxDB as the services need it: reached, with its buckets kept long enough, and taking writes. In: its options; out: checks. */
import { createInflux, type Influx, InfluxError, type InfluxOptions } from "#shared/influx/influx.ts";
import { line } from "#shared/influx/line.ts";
import { type Row, text, toRows } from "#shared/influx/rows.ts";
import { withoutPassword } from "#shared/runtime/log.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const TIMEOUT_MS = 5_000;

export async function withInflux<T>(
  options: InfluxOptions,
  work: (influx: Influx) => Promise<T>,
): Promise<T> {
  const influx = createInflux({ timeoutMs: TIMEOUT_MS, ...options });
  try {
    return await work(influx);
  } finally {
    influx.close();
  }
}

export function influxCheck(options: InfluxOptions): Check {
  return {
    area: "InfluxDB",
    name: "reachable",
    proves: "InfluxDB",
    why: "readings, verdicts and incidents live there; while it is away the journal grows",
    remedy: "start InfluxDB, or mend OUTFALL_INFLUX_URL",
    look: () =>
      withInflux(options, async (influx) =>
        judgeVersion(await influx.version(), withoutPassword(options.url)),
      ),
  };
}

export function judgeVersion(version: string, url: string): Look {
  if (/^v?[12]\./.test(version)) return green(`InfluxDB ${version} answers at ${url}`);
  return yellow(`what answers at ${url} says it is version ${version}`, "use InfluxDB 1.x or 2.x");
}

export function bucketsCheck(options: InfluxOptions, rawRetention: string | undefined): Check {
  return {
    area: "InfluxDB",
    name: "buckets",
    needs: ["InfluxDB"],
    why: "`record` holds verdicts, incidents and the ledger for good; `raw` holds readings as long as OUTFALL_RAW_RETENTION says",
    remedy: "run `outfall provision`: it creates what is missing",
    look: () =>
      withInflux(options, async (influx) => {
        try {
          if (!/^v?1\./.test(await influx.version())) {
            // 2.x does not list retentions in InfluxQL: that both can be asked is what is looked at
            for (const bucket of ["raw", "record"])
              await influx.query(`SELECT * FROM "${bucket}"."pipeline" LIMIT 1`);
            return green(`buckets ${options.database}/raw and ${options.database}/record answer`);
          }
          const statement = `SHOW RETENTION POLICIES ON "${options.database}"`;
          return judgeRetention(toRows(await influx.query(statement)), options.database, rawRetention);
        } catch (error) {
          return judgeRefusal(error);
        }
      }),
  };
}

/** @param policies rows of SHOW RETENTION POLICIES. @param rawRetention as configured, `400d`; undefined: for good */
export function judgeRetention(
  policies: readonly Row[],
  database: string,
  rawRetention: string | undefined,
): readonly Look[] {
  const durations = new Map(policies.map(({ name, duration }) => [text(name), hoursOf(text(duration))]));
  const missing = ["raw", "record"].filter((name) => !durations.has(name));
  if (missing.length > 0)
    return [red(`database ${database} has no retention policy ${missing.join(" and ")}`)];
  const looks: Look[] = [];
  const raw = durations.get("raw") ?? 0;
  const record = durations.get("record") ?? 0;
  if (record > 0)
    looks.push(
      red(
        `record forgets after ${record / 24} days`,
        `ALTER RETENTION POLICY "record" ON "${database}" DURATION INF`,
      ),
    );
  const wanted = rawRetention === undefined ? 0 : Number.parseInt(rawRetention, 10) * 24;
  if (raw !== wanted) {
    const says = (hours: number) => (hours === 0 ? "for good" : `${hours / 24} days`);
    const found = `raw keeps readings ${says(raw)}, OUTFALL_RAW_RETENTION says ${says(wanted)}`;
    const remedy = `set OUTFALL_RAW_RETENTION to what is meant, or ALTER RETENTION POLICY "raw" ON "${database}" DURATION ${wanted === 0 ? "INF" : `${wanted}h`}`;
    // kept shorter than ingest believes: what it stores is dropped at once
    looks.push(raw !== 0 && (wanted === 0 || raw < wanted) ? red(found, remedy) : yellow(found, remedy));
  }
  return looks.length > 0 ? looks : [green(`database ${database} has raw and record, kept as configured`)];
}

/** `9600h0m0s` as hours; `0s`, for good, as 0. */
const hoursOf = (duration: string): number => Number(/^(\d+)h/.exec(duration)?.[1] ?? 0);

export function writesCheck(options: InfluxOptions, now: () => number = Date.now): Check {
  return {
    area: "InfluxDB",
    name: "writes",
    needs: ["InfluxDB"],
    why: "a write that is refused is tried for ever: nothing is lost and nothing is stored",
    remedy: "look at InfluxDB's log and its disk",
    look: () =>
      withInflux(options, async (influx) => {
        try {
          const started = performance.now();
          await influx.write("record", line("pipeline", { service: "doctor" }, { ok: true }, now()));
          // a comment is a write of no point: rights are checked, and nothing is left among the readings
          await influx.write("raw", "# outfall doctor");
          return green(`raw and record take writes, ${Math.round(performance.now() - started)} ms for both`);
        } catch (error) {
          return judgeRefusal(error);
        }
      }),
  };
}

/** What a refusal means and how to end it. Pure. */
export function judgeRefusal(error: unknown): Look {
  const { status, message } =
    error instanceof InfluxError ? error : { status: undefined, message: String(error) };
  if (status === 401)
    return red(`401: ${message}`, "set OUTFALL_INFLUX_TOKEN: a token (2.x) or user:password (1.x)");
  if (status === 403)
    return red(
      `403: ${message}`,
      "give the token or user of OUTFALL_INFLUX_TOKEN the right to read and write both buckets",
    );
  if (status === 404 || /not found/i.test(message))
    return red(
      `404: ${message}`,
      "run `outfall provision`, or mend OUTFALL_INFLUX_DATABASE and OUTFALL_INFLUX_ORG",
    );
  return red(message);
}
