/** What notify tells about itself. In: its status; out: figures for Prometheus and for its row in InfluxDB, read when somebody asks. */
import type { Metrics } from "#shared/metrics/metrics.ts";
import type { SelfFigures } from "#shared/metrics/self-report.ts";
import type { Notify } from "./notify.ts";

export function observeNotify(metrics: Pick<Metrics, "observe">, { status }: Pick<Notify, "status">): void {
  metrics.observe({ name: "mails", help: "mails the outbox remembers, by state", labels: ["state"] }, () =>
    Object.entries(status().mails).map(([state, value]) => ({ labels: { state }, value })),
  );
  metrics.observe({ name: "outbox_waiting_mails", help: "mails that have yet to leave" }, () => [
    { value: waiting(status()) },
  ]);
}

/** Its row in `pipeline`. */
export function notifyFigures({ status }: Pick<Notify, "status">): SelfFigures {
  const told = status();
  return { now: { outbox_mails: waiting(told), failed_mails: told.mails.failed } };
}

const waiting = ({ mails }: ReturnType<Notify["status"]>) => mails.queued + mails.sending;
