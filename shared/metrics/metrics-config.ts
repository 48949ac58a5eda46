/** Where a service serves its metrics. In: what `metricsEnv` parsed, service and worker; out: host and port, or off. */
import { z } from "zod";

export const metricsEnv = {
  OUTFALL_METRICS_PORT: z
    .string()
    .regex(/^(off|\d{1,5})$/, 'expected a port, 0 for a free one, or "off"')
    .refine((text) => text === "off" || Number(text) <= 65_535, "expected a port up to 65535")
    .optional()
    .describe("port of /metrics; 0 takes a free one, off serves none; unset: the service's own"),
  OUTFALL_METRICS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("what /metrics binds; another address only where a network of its own is around it"),
};

/** Each service has its own, so that all of them run on one machine and Prometheus knows where to look. */
export const metricsPorts = { ingest: 9181, compliance: 9182, notify: 9183, bridge: 9184 } as const;
/** Between two workers of a service: w2 of ingest is at 9191. */
const WORKER_STEP = 10;

export type MetricsAddress = { readonly host: string; readonly port: number };

/** @param worker `w1`, `w2`, …; where a port is given, it is the first worker's. @returns undefined: off */
export function metricsAddress(
  config: z.infer<z.ZodObject<typeof metricsEnv>>,
  service: keyof typeof metricsPorts,
  worker = "w1",
): MetricsAddress | undefined {
  const host = config.OUTFALL_METRICS_HOST;
  const given = config.OUTFALL_METRICS_PORT;
  if (given === "off") return undefined;
  const first = given === undefined ? metricsPorts[service] : Number(given);
  const place = Math.max(1, Number(/^w(\d+)$/.exec(worker)?.[1] ?? 1));
  return { host, port: first === 0 ? 0 : first + (place - 1) * WORKER_STEP };
}
