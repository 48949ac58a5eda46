/**
 * The one port to InfluxDB: line protocol in, InfluxQL out, on 1.x and 2.x alike. Two buckets: `raw` (readings,
 * with a retention) and `record` (verdicts, incidents, mails, ledger, for good). The client library only carries
 * bytes; retrying is the caller's, who knows what is at stake.
 */
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { isLoopback } from "#shared/runtime/loopback.ts";

export type Bucket = "raw" | "record";

export interface InfluxOptions {
  readonly url: string;
  /** 2.x: the token. 1.x: `user:password`, or nothing. */
  readonly token?: string | undefined;
  readonly org: string;
  readonly database: string;
  readonly timeoutMs?: number;
  /** Whether writes are compressed; unset: where the server is on another machine, since bytes then cost more than the processor. */
  readonly gzip?: boolean;
}

export type Cell = string | number | boolean | null;

export interface Series {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly Cell[])[];
}

export interface Influx {
  /** `X-Influxdb-Version` of `/ping`. */
  version(): Promise<string>;
  /** Creates database and buckets where they are missing. `rawRetention`: InfluxQL duration such as `400d`; forever when undefined. */
  prepare(rawRetention?: string): Promise<void>;
  /** Writes lines (separated by \n, times in ms). @throws InfluxError */
  write(bucket: Bucket, lines: string): Promise<void>;
  /** Runs one InfluxQL statement; times come back in ms since epoch. @throws InfluxError */
  query(statement: string): Promise<Series[]>;
  close(): void;
}

/** A refusal or a failure of InfluxDB; `retryable` says whether the same call can succeed later. */
export class InfluxError extends Error {
  readonly status: number | undefined;
  readonly retryable: boolean;
  constructor(what: string, cause: unknown) {
    const status = cause instanceof HttpError ? cause.statusCode : undefined;
    const detail =
      cause instanceof HttpError ? (cause.body ?? cause.message) : String((cause as Error)?.message ?? cause);
    super(`${what}: ${detail.trim().slice(0, 300)}`, { cause });
    this.name = "InfluxError";
    this.status = status;
    this.retryable = status === undefined || ![400, 413, 422].includes(status);
  }
}

const GZIP_FROM_BYTES = 1_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const READ_METHOD = /^\s*(select|show)\b/i;

export function createInflux(options: InfluxOptions): Influx {
  const { protocol, hostname } = new URL(options.url);
  const agent = new (protocol === "https:" ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 8 });
  const gzip = options.gzip ?? !isLoopback(hostname.replace(/[[\]]/g, ""));
  const compression = gzip ? { gzipThreshold: GZIP_FROM_BYTES } : {};
  const client = new InfluxDB({
    url: options.url,
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    transportOptions: { agent },
    ...(options.token === undefined ? {} : { token: options.token }),
  });
  const basic = options.token?.includes(":")
    ? { Authorization: `Basic ${Buffer.from(options.token).toString("base64")}` }
    : {};
  let known: string | undefined;

  const version = async () => {
    if (known === undefined) {
      let header: unknown;
      await request("ping", "/ping", "", "GET", (headers) => {
        header = headers["x-influxdb-version"];
      });
      known = String(header ?? "unknown");
    }
    return known;
  };
  const isVersion1 = async () => /^v?1\./.test(await version());

  async function request(
    what: string,
    path: string,
    body: string,
    method: "GET" | "POST",
    onHeaders?: (headers: Record<string, unknown>) => void,
  ): Promise<unknown> {
    try {
      const sending = { method, headers: basic, ...compression };
      return await client.transport.request(path, body, sending, (headers) =>
        onHeaders?.(headers as Record<string, unknown>),
      );
    } catch (cause) {
      throw new InfluxError(`InfluxDB ${what}`, cause);
    }
  }

  /** An answer as text. `transport.request` joins it anew with each piece: of megabytes that takes longer than all else. */
  async function receive(path: string, method: "GET" | "POST"): Promise<string> {
    const pieces: Uint8Array[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        client.transport.send(
          path,
          "",
          { method, headers: basic },
          {
            next(piece) {
              pieces.push(piece);
            },
            error: reject,
            complete: resolve,
          },
        );
      });
    } catch (cause) {
      throw new InfluxError("InfluxDB query", cause);
    }
    return Buffer.concat(pieces).toString("utf8");
  }

  async function query(statement: string): Promise<Series[]> {
    const parameters = new URLSearchParams({ db: options.database, epoch: "ms", q: statement });
    const method = READ_METHOD.test(statement) ? "GET" : "POST";
    const { results } = JSON.parse(await receive(`/query?${parameters}`, method)) as {
      results: { error?: string; series?: Partial<Series>[] }[];
    };
    const [result] = results;
    if (result?.error !== undefined)
      throw new InfluxError("InfluxDB query", new Error(`${result.error} in: ${statement}`));
    return (result?.series ?? []).map((series) => ({
      name: series.name ?? "",
      tags: series.tags ?? {},
      columns: series.columns ?? [],
      values: series.values ?? [],
    }));
  }

  return {
    version,
    query,
    async write(bucket, lines) {
      const target = (await isVersion1())
        ? `/write?${new URLSearchParams({ db: options.database, rp: bucket, precision: "ms" })}`
        : `/api/v2/write?${new URLSearchParams({ org: options.org, bucket: `${options.database}/${bucket}`, precision: "ms" })}`;
      await request(`write to ${bucket}`, target, lines, "POST");
    },
    async prepare(rawRetention) {
      if (await isVersion1()) {
        const duration = rawRetention ?? "INF";
        await query(
          `CREATE DATABASE "${options.database}" WITH DURATION ${duration} REPLICATION 1 NAME "raw"`,
        );
        await query(
          `CREATE RETENTION POLICY "record" ON "${options.database}" DURATION INF REPLICATION 1 SHARD DURATION 52w`,
        );
      } else {
        await prepareBuckets(options, request, rawRetention);
      }
    },
    close: () => agent.destroy(),
  };
}

type Request = (what: string, path: string, body: string, method: "GET" | "POST") => Promise<unknown>;

/** InfluxDB 2.x: buckets `<database>/raw` and `<database>/record`, which its DBRP mapping opens to InfluxQL. */
async function prepareBuckets(
  options: InfluxOptions,
  request: Request,
  rawRetention?: string,
): Promise<void> {
  const orgs = (await request(
    "orgs",
    `/api/v2/orgs?${new URLSearchParams({ org: options.org })}`,
    "",
    "GET",
  )) as {
    orgs: { id: string }[];
  };
  const orgID = orgs.orgs[0]?.id;
  if (orgID === undefined) throw new InfluxError("InfluxDB", new Error(`no organisation ${options.org}`));
  for (const [name, seconds] of [
    [`${options.database}/raw`, secondsOf(rawRetention)],
    [`${options.database}/record`, 0],
  ] as const) {
    const found = (await request(
      "buckets",
      `/api/v2/buckets?${new URLSearchParams({ name })}`,
      "",
      "GET",
    ).catch(() => ({ buckets: [] }))) as { buckets: unknown[] };
    if (found.buckets.length > 0) continue;
    const retentionRules = seconds === 0 ? [] : [{ type: "expire", everySeconds: seconds }];
    await request(
      "create bucket",
      "/api/v2/buckets",
      JSON.stringify({ orgID, name, retentionRules }),
      "POST",
    );
  }
}

function secondsOf(retention: string | undefined): number {
  const days = /^(\d+)d$/.exec(retention ?? "")?.[1];
  return days === undefined ? 0 : Number(days) * 86_400;
}
