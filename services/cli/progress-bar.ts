/** A progress bar on a terminal; a line every few seconds elsewhere. */
import { SingleBar } from "cli-progress";

export interface ProgressBar {
  update(done: number, total: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

export function createProgressBar(what: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const started = Date.now();
  let lastLine = started;
  let shown = { done: 0, total: 0 };
  let stopped = false;
  const rate = () => Math.round(shown.done / Math.max(0.001, (Date.now() - started) / 1000));
  const bar = stream.isTTY
    ? new SingleBar({
        format: `${what} [{bar}] {percentage} % · {value}/{total} · {rate}/s · {eta_formatted} left`,
        stream,
        hideCursor: true,
        barsize: 30,
      })
    : undefined;
  let begun = false;
  return {
    update(done, total) {
      if (stopped) return;
      shown = { done, total };
      if (bar !== undefined) {
        if (!begun) bar.start(total, 0, { rate: 0 });
        begun = true;
        bar.setTotal(total);
        bar.update(done, { rate: rate() });
      } else if (Date.now() - lastLine >= LINE_EVERY_MS) {
        lastLine = Date.now();
        stream.write(`${what}: ${done} of ${total} (${rate()}/s)\n`);
      }
    },
    stop() {
      if (stopped) return;
      stopped = true;
      if (begun) bar?.stop();
      else if (bar === undefined && shown.total > 0)
        stream.write(`${what}: ${shown.done} of ${shown.total} (${rate()}/s)\n`);
    },
  };
}
