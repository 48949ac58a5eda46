/**
 * Delivery records into InfluxDB. In: what became of a mail; out: its `mail` point, retried until InfluxDB answers.
 * Only the newest state of a mail matters, so what waits is one record a mail.
 */
import type { Influx, InfluxError } from "#shared/influx/influx.ts";
import { type MailRecord, mailLine } from "#shared/mail/mail-points.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { backOffMs, recordBackOff } from "../outbox/back-off.ts";
import { mailKey } from "../outbox/mail.ts";

export interface Recorder {
  note(record: MailRecord): void;
  /** Tries once more what waits, within `FLUSH_TIMEOUT_MS`; the outbox remembers the rest. */
  close(): Promise<void>;
}

interface RecorderDeps {
  readonly influx: Pick<Influx, "write">;
  readonly log: Logger;
  /** Told of mails whose final state InfluxDB has. */
  readonly onRecorded: (keys: readonly string[]) => Promise<void>;
}

const MAX_BATCH = 2_000;
const FLUSH_TIMEOUT_MS = 2_000;

export function createRecorder({ influx, log, onRecorded }: RecorderDeps): Recorder {
  const waiting = new Map<string, MailRecord>();
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, MAX_BATCH);
      try {
        await write(batch.map(([, record]) => record));
        if (failures > 0) log.info({}, "delivery records written again");
        failures = 0;
        for (const [key, record] of batch) if (waiting.get(key) === record) waiting.delete(key);
        const final = batch.filter(([, { state }]) => state !== "sending").map(([key]) => key);
        if (final.length > 0) await onRecorded(final);
      } catch (error) {
        failures += 1;
        if (failures === 1)
          log.warn({ err: error, waiting: waiting.size }, "delivery records wait for InfluxDB");
        if (closing.signal.aborted) break;
        await pause(backOffMs(recordBackOff, failures), closing.signal);
      }
    }
    running = undefined;
  }

  /** A batch that InfluxDB will never take is written one by one, so that one bad record holds up nobody. */
  async function write(records: readonly MailRecord[]): Promise<void> {
    try {
      await influx.write("record", records.map(mailLine).join("\n"));
    } catch (error) {
      if ((error as InfluxError).retryable !== false) throw error;
      const [record, ...others] = records;
      if (record !== undefined && others.length === 0) {
        log.error({ err: error, mail: mailKey(record) }, "InfluxDB refused a delivery record");
        return;
      }
      for (const one of records) await write([one]);
    }
  }

  return {
    note(record) {
      waiting.set(mailKey(record), record);
      running ??= run();
    },
    async close() {
      closing.abort();
      await Promise.race([running, pause(FLUSH_TIMEOUT_MS)]);
    },
  };
}
