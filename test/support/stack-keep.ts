/** Real servers for a test file: its own stack in a temporary folder, its own database and key prefix, closed after the last test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type ServerName, type Stack, startStack } from "#services/local/stack.ts";
import { createInflux, type Influx } from "#shared/influx/influx.ts";

export interface TestStack {
  /** Valid inside tests and hooks that come after. */
  readonly stack: Stack;
  readonly influx: Influx;
  /** A folder of this file's own. */
  readonly folder: string;
}

/** Call at the top of a describe block or file. A missing server fails in CI; the error names it and its log. */
export function useStack(only?: readonly ServerName[]): TestStack {
  let stack: Stack | undefined;
  let influx: Influx | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-test-"));
    stack = await startStack({
      folder: join(folder, "servers"),
      env: {},
      ...(only === undefined ? {} : { only }),
    });
    if (stack.influxUrl !== "") {
      influx = createInflux({ url: stack.influxUrl, org: "outfall", database: "outfall" });
      await influx.prepare();
    }
  });
  afterAll(async () => {
    influx?.close();
    await stack?.close();
    
  });
  const ready = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the test stack is not up yet");
    return value;
  };
  return {
    get stack() {
      return ready(stack);
    },
    get influx() {
      return ready(influx);
    },
    get folder() {
      return folder;
    },
  };
}
