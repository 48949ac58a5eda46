/** What the local stack needs to know of a server: how to prepare it, and when it answers. */

export interface ServerKind {
  readonly name: "mosquitto" | "redis" | "influxdb";
  /** Found on PATH, or in the sbin folders that an ordinary user's PATH leaves out. */
  readonly command: string;
  /** Writes its configuration below `folder`; the arguments and the address it will have on `port`. */
  prepare(folder: string, port: number): Promise<{ args: string[]; url: string }>;
  /** True, or throws, or false: not yet. */
  answers(url: string): Promise<boolean>;
}
