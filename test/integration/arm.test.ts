import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMailCatcher } from "#services/local/mail-catcher.ts";
import { createNotify } from "#services/notify/notify.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { incidentEventLine } from "#shared/incident/incident-points.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { codEvent, local } from "#test/support/notify-events.ts";
import { startOutfall } from "#test/support/outfall.ts";
import { useStack } from "#test/support/stack.ts";

const NOW = local("2026-11-23T18:00:00");
const NOWHERE = "http://127.0.0.1:9";

const context = useStack(["redis", "influxdb"]);
let folder = "";
let registryFolder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-arm-"));
  registryFolder = join(folder, "registry");
  await cp("registry", registryFolder, { recursive: true });
  await writeFile(join(registryFolder, "armed.yaml"), "# a trial\narmed: []\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const record = (...events: IncidentEvent[]) =>
  context.influx.write("record", events.map(incidentEventLine).join("\n"));

/** As a person runs it, at half past six of the day of the events. */
async function arm(influxUrl: string, ...args: string[]) {
  const env = {
    OUTFALL_REGISTRY: registryFolder,
    OUTFALL_INFLUX_URL: influxUrl,
    OUTFALL_CLOCK: `${new Date(NOW + 1_800_000).toISOString()},1`,
  };
  return startOutfall(["arm", ...args], { env }).finished;
}

describe("from observing to armed", () => {
  const opened = codEvent({ level: 1 });
  const worsened = codEvent({ seq: 2, transition: "worsened", level: 2, at: NOW, recordedAt: NOW });

  it("nothing is mailed while observing; what worsens after arming is an opening", async () => {
    const mailFolder = join(folder, "mail");
    const catcher = await startMailCatcher({ folder: mailFolder });
    const start = async () => {
      const notify = createNotify({
        registry: await loadRegistry(registryFolder),
        influx: context.influx,
        redis: { url: context.stack.redisUrl, prefix: "arm" },
        smtpUrl: catcher.url,
        from: "outfall@outfall.example",
        publicUrl: "http://127.0.0.1:3000",
        dataDir: folder,
        clock: { now: () => NOW, speed: 1, simulated: true },
        log: silentLogger,
        // its first look is at once
        reconcileMs: 600_000,
      });
      await notify.start();
      return notify;
    };
    const mails = async () => (await readdir(mailFolder)).filter((name) => name.endsWith(".eml"));
    await record(opened);

    const observing = await start();
    await observing.tell({ incident: opened.incident, seq: 1 });
    await observing.close();
    expect(observing.status().mails).toEqual({ queued: 0, sending: 0, sent: 0, failed: 0 });
    expect(await mails()).toEqual([]);

    // from the next day on: the opening stays what was observed
    await writeFile(
      join(registryFolder, "armed.yaml"),
      "# a trial\narmed: [{ province: SIM/S1, from: 2026-11-24 }]\n",
    );
    const next = { ...worsened, at: local("2026-11-24T01:00:00"), recordedAt: NOW };
    await record(next);
    const armed = await start();
    await armed.tell({ incident: opened.incident, seq: 1 });
    await armed.tell({ incident: opened.incident, seq: 2 });
    const names = await waitFor(
      async () => {
        const found = await mails();
        return found.length >= 3 && found;
      },
      { what: "three mails" },
    );
    await armed.close();
    await catcher.close();
    expect(names).toHaveLength(3);
    const texts = await Promise.all(names.map((name) => readFile(join(mailFolder, name), "utf8")));
    for (const text of texts) {
      expect(text).toMatch(/^Message-ID: <0123456789abcdef\.2\./im);
      expect(text, "no mail before it to answer").not.toMatch(/^In-Reply-To:/im);
    }
  });
});

describe("outfall arm", () => {
  beforeAll(async () => {
    await writeFile(join(registryFolder, "armed.yaml"), "# a trial\narmed: []\n");
    await context.influx.query('DROP MEASUREMENT "incident_event"');
    await record(codEvent(), codEvent({ incident: "b", station: "sim-sx-nt02", level: 1 }));
  });
  const armedFile = () => readFile(join(registryFolder, "armed.yaml"), "utf8");

  it("--dry-run says how many mails would go, and changes nothing", async () => {
    const args = ["--province", "SIM/S1", "--from", "2026-12-01", "--dry-run"];
    const { code, stdout, stderr } = await arm(context.stack.influxUrl, ...args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^province SIM\/S1, as if armed for the last 7 days .*: 4 mails more$/m);
    expect(stdout).toMatch(/^2026-11-23 +4$/m);
    expect(stdout).toMatch(/^sim-song-xanh-officer +2$/m);
    expect(stdout).toMatch(/^sim-sx-nt01 +3$/m);
    expect(stdout).toMatch(/^2 incidents of it open now/m);
    expect(stdout).toMatch(/nothing was changed/);
    expect(await armedFile()).toBe("# a trial\narmed: []\n");
  });

  it("--dry-run without InfluxDB ends with 1 and says what to set", async () => {
    const { code, stderr } = await arm(NOWHERE, "--zone", "sim-bai-cat", "--from", "2026-12-01", "--dry-run");
    expect(code).toBe(1);
    expect(stderr).toMatch(/InfluxDB at http:\/\/127\.0\.0\.1:9 does not answer .*set OUTFALL_INFLUX_URL/);
  });

  it.each<[string, string[], RegExp]>([
    [
      "an unknown province",
      ["--province", "S2", "--from", "2026-12-01"],
      /no zone of the registry is in province S2/,
    ],
    ["no place", ["--from", "2026-12-01"], /expected one of --province/],
    ["a day that is none", ["--zone", "sim-bai-cat", "--from", "soon"], /expected a date, e\.g\. 2026-12-01/],
  ])("refuses %s and writes nothing", async (_, args, message) => {
    const { code, stderr } = await arm(NOWHERE, ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(await armedFile()).toBe("# a trial\narmed: []\n");
  });

  it("writes the entry without InfluxDB too, once, and lists it", async () => {
    const args = ["--province", "SIM/S1", "--from", "2026-11-23", "--by", "Sở"];
    const { code, stdout } = await arm(NOWHERE, ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/how many mails would go is not known/);
    expect(stdout).toMatch(/armed from 2026-11-23: written to .*armed\.yaml\n.*restart the services/);
    expect(await armedFile()).toBe("# a trial\narmed:\n  - { province: SIM/S1, from: 2026-11-23, by: Sở }\n");
    expect((await loadRegistry(registryFolder)).armed).toHaveLength(1);

    expect((await arm(NOWHERE, ...args)).stdout).toMatch(
      /armed from 2026-11-23 already: nothing was changed/,
    );
    expect((await loadRegistry(registryFolder)).armed).toHaveLength(1);
    expect((await arm(NOWHERE, "--list")).stdout).toMatch(/^SIM\/S1 Tỉnh Mô phỏng +6 +0 +8 +0$/m);
  });
});
