/**
 * Mosquitto's settings as Outfall needs them, each with its reason: the one source for the local stack, for the file
 * that compose mounts, and for `outfall doctor`. All exist in Mosquitto 2.0.11 (mosquitto.conf(5)) and since.
 */

export interface BrokerSetting {
  readonly name: string;
  readonly value: string;
  /** For whoever reads the file. */
  readonly because: string;
}

export const brokerSettings: readonly BrokerSetting[] = [
  {
    name: "persistence",
    value: "true",
    because: "sessions and queued messages survive a restart; the default, false, keeps them in memory alone",
  },
  {
    name: "autosave_interval",
    value: "5",
    because:
      "a crash loses at most these seconds; the default is half an hour. A save holds the broker up: 0.5 s with 576,000 messages queued",
  },
  {
    name: "autosave_on_changes",
    value: "false",
    because: "true writes the whole file again after every few messages: quadratic, 600 messages a second",
  },
  {
    name: "max_queued_messages",
    value: "2000000",
    because:
      "for a worker that is away: three days of 2,000 stations at 5 minutes; the default drops silently after 1,000",
  },
  {
    name: "max_queued_bytes",
    value: "2000000000",
    because:
      "so that large messages cannot have the broker killed for its memory, which would cost every session",
  },
  {
    name: "max_inflight_messages",
    value: "2000",
    because:
      "unacknowledged at once: one commit of ingest collects them; with the default of 20 it would wait on 20",
  },
  {
    name: "max_packet_size",
    value: "16777216",
    because:
      "well above the 1 MiB that ingest takes, so that what is too large is refused there, with its reason; beyond it the sender is disconnected (message_size_limit would drop it and say it was taken)",
  },
  {
    name: "persistent_client_expiration",
    value: "30d",
    because: "sessions that nobody comes back for do not collect messages for ever",
  },
  {
    name: "set_tcp_nodelay",
    value: "true",
    because: "a single message leaves at once; Nagle's algorithm would hold it for the next",
  },
  {
    name: "sys_interval",
    value: "2",
    because: "how often $SYS counts anew: outfall doctor watches the drops for a few seconds",
  },
];

/** As lines of mosquitto.conf. */
export const settingLines: readonly string[] = brokerSettings.map(({ name, value }) => `${name} ${value}`);

/** The same with the reasons above them, as committed in mosquitto.conf. */
export const explainedSettings = (): string =>
  brokerSettings.map(({ name, value, because }) => `# ${because}\n${name} ${value}\n`).join("");
