/**
 * Mosquitto's settings, for what cannot be found out by trying: what survives a crash. In: the text of mosquitto.conf;
 * out: settings, and a look at each that would lose data. Pure.
 */
import { green, type Look, red, yellow } from "../finding.ts";

export type BrokerConf = ReadonlyMap<string, string>;

/** The last of each setting counts, as it does for Mosquitto. */
export function parseConf(text: string): BrokerConf {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*([a-z_0-9]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name, value);
  }
  return settings;
}

/** The ports a broker with these settings listens on. */
export function portsOf(text: string): number[] {
  const ports = [...text.matchAll(/^\s*(?:listener|port)\s+(\d+)/gm)].map(([, port]) => Number(port));
  return ports.length === 0 ? [1_883] : ports;
}

/** A crash may cost what came since the last save. */
const MOST_AUTOSAVE_S = 30;
const FEWEST_QUEUED = 100_000;

export function judgeConf(conf: BrokerConf): readonly Look[] {
  const number = (name: string, otherwise: number) => Number(conf.get(name) ?? otherwise);
  const trouble: Look[] = [];
  if (conf.get("persistence") !== "true") {
    const found = "persistence is false: a restart loses every session and queued message";
    trouble.push(red(found, "set persistence true, autosave_interval 5"));
  } else {
    const autosave = number("autosave_interval", 1_800);
    if (conf.get("autosave_on_changes") === "true") {
      const found = "autosave_on_changes is true: the whole file is written again every few messages";
      trouble.push(yellow(found, "set autosave_on_changes false, autosave_interval 5"));
    } else if (autosave === 0 || autosave > MOST_AUTOSAVE_S) {
      const lost = autosave === 0 ? "all since the start" : `up to ${autosave} s`;
      trouble.push(red(`a crash loses ${lost} of sessions and messages`, "set autosave_interval 5"));
    }
  }
  const queued = number("max_queued_messages", 1_000);
  if (queued !== 0 && queued < FEWEST_QUEUED)
    trouble.push(red(`max_queued_messages is ${queued}`, "set max_queued_messages 2000000"));
  if (number("memory_limit", 0) > 0)
    trouble.push(
      yellow(
        "memory_limit drops messages and connections at its bound",
        "remove it; max_queued_bytes bounds queues",
      ),
    );
  if (conf.get("persistent_client_expiration")?.endsWith("h"))
    trouble.push(
      yellow(
        `a session ends after ${conf.get("persistent_client_expiration")} without its client`,
        "set persistent_client_expiration 30d",
      ),
    );
  return trouble.length > 0
    ? trouble
    : [green("sessions and queues are saved, a crash loses seconds at most")];
}
