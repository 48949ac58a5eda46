/** The secrets of docker-compose.yml. In: a folder; out: a `.env` with random values, made once and never overwritten. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Each secret, and what it opens. docker-compose.yml refuses to start without any of them (a test compares). */
export const composeSecrets = {
  OUTFALL_INFLUX_TOKEN: "InfluxDB: token of the services and Grafana",
  OUTFALL_INFLUX_ADMIN_PASSWORD: "InfluxDB: password of the user admin",
  OUTFALL_REDIS_PASSWORD: "Redis",
  OUTFALL_GRAFANA_ADMIN_PASSWORD: "Grafana: password of the user admin",
  OUTFALL_MQTT_INGEST_PASSWORD: "broker: password of ingest",
  OUTFALL_MQTT_STATION_SECRET: "broker: every station's password is derived from it",
} as const;

export type ComposeSecret = keyof typeof composeSecrets;

const SECRET_BYTES = 32;
/** Readable by its owner alone. */
const MODE = 0o600;

export interface WrittenEnv {
  readonly path: string;
  /** False when the file was there: it is left exactly as it is. */
  readonly written: boolean;
  /** Secrets that a file left as it is does not set. */
  readonly missing: readonly ComposeSecret[];
}

export async function writeEnv(folder: string): Promise<WrittenEnv> {
  const path = join(folder, ".env");
  try {
    await writeFile(path, envText(), { mode: MODE, flag: "wx" });
    return { path, written: true, missing: [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const text = await readFile(path, "utf8");
  const isSet = (name: string) => new RegExp(`^\\s*(export\\s+)?${name}=.`, "m").test(text);
  return { path, written: false, missing: secretNames.filter((name) => !isSet(name)) };
}

const secretNames = Object.keys(composeSecrets) as ComposeSecret[];

/** base64url: nothing in it needs quoting in a .env file, in YAML or in a URL. */
function envText(): string {
  const lines = Object.entries(composeSecrets).map(
    ([name, opens]) => `# ${opens}\n${name}=${randomBytes(SECRET_BYTES).toString("base64url")}\n`,
  );
  return `# Secrets of docker-compose.yml, made by \`outfall provision --env\`. Never commit this file.\n${lines.join("")}`;
}
