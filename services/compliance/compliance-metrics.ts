/** What compliance tells about itself. In: its status and its queues; out: figures for Prometheus and for its row in InfluxDB, read when somebody asks. */
import type { Metrics } from "#shared/metrics/metrics.ts";
import type { SelfFigures } from "#shared/metrics/self-report.ts";
import { queueNames } from "#shared/queue/queues.ts";
import type { Compliance } from "./compliance.ts";

const STATES = ["waiting", "active", "delayed", "failed"] as const;

/** The queues are told of here and nowhere else: every service would say the same. */
export function observeCompliance(
  metrics: Pick<Metrics, "observe">,
  { status, queues }: Pick<Compliance, "status" | "queues">,
): void {
  metrics.observe(
    { name: "verdicts_total", help: "verdicts judged, by rule and outcome", labels: ["rule", "outcome"] },
    () => status().verdicts.map(({ rule, outcome, count }) => ({ labels: { rule, outcome }, value: count })),
  );
  metrics.observe({ name: "open_incidents", help: "incidents open now", labels: ["kind"] }, () =>
    Object.entries(status().openIncidents).map(([kind, value]) => ({ labels: { kind }, value })),
  );
  metrics.observe(
    { name: "queue_jobs", help: "jobs in a queue now", labels: ["queue", "state"] },
    async () => {
      const counts = await Promise.all(
        queueNames.map(async (queue) => ({ queue, counts: await queues[queue].counts() })),
      );
      return counts.flatMap(({ queue, counts: found }) =>
        STATES.map((state) => ({ labels: { queue, state }, value: found[state] })),
      );
    },
  );
  metrics.observe(
    { name: "jobs_total", help: "jobs worked, by how they ended", labels: ["queue", "outcome"] },
    async () => {
      const totals = await Promise.all(
        queueNames.map(async (queue) => ({ queue, totals: await queues[queue].totals() })),
      );
      return totals.flatMap(({ queue, totals: { completed, failed } }) => [
        { labels: { queue, outcome: "completed" }, value: completed },
        { labels: { queue, outcome: "failed" }, value: failed },
      ]);
    },
  );
}

/** Its row in `pipeline`. */
export function complianceFigures({ status }: Pick<Compliance, "status">): SelfFigures {
  const { verdicts, openIncidents } = status();
  return {
    totals: { verdicts: verdicts.reduce((sum, { count }) => sum + count, 0) },
    now: { open_incidents: Object.values(openIncidents).reduce((sum, count) => sum + count, 0) },
  };
}
