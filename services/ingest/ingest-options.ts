/** What ingest is made of, and what it tells of itself. */
import type { Influx } from "#shared/influx/influx.ts";
import type { LedgerTotals } from "#shared/ledger/ledger.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { RedisOptions } from "#shared/queue/bull.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { AtPoint } from "./crash-point.ts";

export interface IngestOptions {
  readonly registry: Registry;
  readonly mqttUrl: string;
  readonly redis: RedisOptions;
  readonly influx: Influx;
  readonly root: TopicRoot;
  /** Journal, cursor and quarantine live below it. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Which worker this is, 1 when left out. Above `workers` it is out of service: it hands over, and is done. */
  readonly me?: number | undefined;
  /** Among how many workers the zones are shared, 1 when left out. */
  readonly workers?: number | undefined;
  readonly protocolVersion?: 4 | 5;
  /** Samples older than this at their receipt are quarantined; undefined keeps everything. */
  readonly retentionMs?: number | undefined;
  readonly maxPayloadBytes?: number;
  readonly journalMaxBytes?: number | undefined;
  /** How long finished journal files are kept; 0 or none deletes them. */
  readonly archiveDays?: number | undefined;
  readonly quarantineDays?: number | undefined;
  readonly quarantineMaxBytes?: number | undefined;
  /** Called at the points where a fault run may end the process. */
  readonly at?: AtPoint | undefined;
  /** Told of each commit how long it took, s. */
  readonly onCommitSeconds?: ((seconds: number) => void) | undefined;
}

export interface IngestStatus extends LedgerTotals {
  readonly journalBytes: number;
  /** Messages durable and not yet done with. */
  readonly journalMessages: number;
  /** Age of the oldest of them, about; 0 when none waits. */
  readonly oldestWaitingMs: number;
  readonly connected: boolean;
  /** Messages left unacknowledged while the journal took nothing; the broker sends them again. */
  readonly forgotten: number;
  /** Times the broker had forgotten our session. */
  readonly sessionsLost: number;
  /** Steps that fail now, each tried again. */
  readonly troubles: readonly string[];
  /** Attempts that failed. */
  readonly retries: number;
  /** The journal or its disk takes nothing. */
  readonly stuck: boolean;
}
