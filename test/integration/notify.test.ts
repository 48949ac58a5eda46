import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { type ParsedMail, simpleParser } from "mailparser";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "#services/local/free-port.ts";
import { type MailCatcher, startMailCatcher } from "#services/local/mail-catcher.ts";
import { createNotify, type Notify } from "#services/notify/notify.ts";
import { testMail } from "#services/notify/smtp/test-mail.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { incidentEventLine } from "#shared/incident/incident-points.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import { createQueue, type JobQueue } from "#shared/queue/bull.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { codEvent, local } from "#test/support/notify-events.ts";
import { useStack } from "#test/support/stack.ts";

const clock: Clock = { now: () => local("2026-11-23T17:11:10"), speed: 1, simulated: true };

describe("notify", () => {
  const context = useStack(["redis", "influxdb"]);
  let registry: Registry;
  let folder = "";
  let round = 0;
  let queue: JobQueue<"notify">;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    registry = await loadRegistry("registry");
  });

  beforeEach(async () => {
    round += 1;
    folder = join(context.folder, `round-${round}`);
    await context.influx.query('DROP MEASUREMENT "incident_event"');
    await context.influx.query('DROP MEASUREMENT "mail"');
    queue = createQueue("notify", redis(), silentLogger);
  });

  afterEach(async () => {
    for (const service of open.splice(0).reverse()) await service.close();
    await queue.close();
  });

  const redis = () => ({ url: context.stack.redisUrl, prefix: `notify-${round}` });

  async function catcher(port?: number): Promise<MailCatcher> {
    const server = await startMailCatcher({
      folder: join(folder, "mail"),
      ...(port === undefined ? {} : { port }),
    });
    open.push(server);
    return server;
  }

  async function notify(smtpUrl: string, reconcileMs = 600_000): Promise<Notify> {
    const service = createNotify({
      registry,
      influx: context.influx,
      redis: redis(),
      smtpUrl,
      from: "outfall@outfall.example",
      publicUrl: "http://127.0.0.1:3000",
      dataDir: folder,
      clock,
      log: silentLogger,
      reconcileMs,
    });
    open.push(service);
    await service.start();
    return service;
  }

  async function record(...events: IncidentEvent[]): Promise<void> {
    await context.influx.write("record", events.map(incidentEventLine).join("\n"));
  }

  async function mails(count: number): Promise<ParsedMail[]> {
    const names = await waitFor(
      async () => {
        const found = (await readdir(join(folder, "mail"))).filter((name) => name.endsWith(".eml"));
        return found.length >= count && found.sort();
      },
      { what: `${count} mails in the folder` },
    );
    expect(names).toHaveLength(count);
    return Promise.all(names.map(async (name) => simpleParser(await readFile(join(folder, "mail", name)))));
  }

  const sentRecords = async (count: number) =>
    waitFor(
      async () => {
        const sent = (await readMails(context.influx)).filter(({ state }) => state === "sent");
        return sent.length === count && sent;
      },
      { what: `${count} delivery records` },
    );

  it("one incident event, one mail: subject, both bodies, headers, delivery record", async () => {
    const { url } = await catcher();
    await notify(url);
    const event = codEvent({ level: 1 });
    await record(event);
    await queue.add({ incident: event.incident, seq: 1 });
    const [mail] = await mails(1);
    expect(mail?.subject).toBe("[MÔ PHỎNG] COD 187,4 > 135 mg/L · KCN Mô phỏng Sông Xanh · 23/11 17:00");
    expect(mail?.text).toContain("bằng 1,39 lần giới hạn (vượt 38,8 %)");
    expect(mail?.html).toContain("bằng 1,39 lần giới hạn (vượt 38,8 %)");
    expect(mail?.messageId).toBe(`<${event.incident}.1.sim-song-xanh-officer@outfall.example>`);
    expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail?.headerLines.find(({ key }) => key === "list-id")?.line).toBe(
      "List-ID: <sim-song-xanh.outfall.example>",
    );
    expect(mail?.date?.getTime()).toBe(clock.now());
    expect(mail?.inReplyTo).toBeUndefined();
    const [sent] = await sentRecords(1);
    expect(sent).toMatchObject({
      contact: "sim-song-xanh-officer",
      to: "moitruong@song-xanh.example",
      subject: mail?.subject,
      possiblyTwice: false,
      sentAt: clock.now(),
    });
  });

  it("a repeated job sends nothing more, and the closing goes to all in their thread", async () => {
    const { url } = await catcher();
    const service = await notify(url);
    const { incident } = codEvent();
    const closedAt = local("2026-11-23T20:00:00");
    await record(codEvent(), codEvent({ seq: 2, transition: "closed", at: closedAt, closedAt }));
    await queue.addBulk([1, 1, 1].map((seq) => ({ incident, seq })));
    await Promise.all([service.tell({ incident, seq: 1 }), service.tell({ incident, seq: 1 })]);
    await mails(3);
    await queue.add({ incident, seq: 2 });
    const all = await mails(6);
    await queue.add({ incident, seq: 1 });
    await waitFor(async () => (await queue.totals()).completed === 5, { what: "all jobs are done" });
    expect(await mails(6)).toHaveLength(6);
    const closings = all.filter(({ inReplyTo }) => inReplyTo !== undefined);
    expect(closings.map(({ inReplyTo }) => inReplyTo).sort()).toEqual([
      `<${incident}.1.sim-board@outfall.example>`,
      `<${incident}.1.sim-department@outfall.example>`,
      `<${incident}.1.sim-song-xanh-officer@outfall.example>`,
    ]);
    expect(closings.map(({ references }) => references)).toEqual(closings.map(({ inReplyTo }) => inReplyTo));
  });

  it("FLUSHALL before the work: the reconciler finds the event and mails it", async () => {
    const { url } = await catcher();
    await record(codEvent({ level: 1 }));
    await queue.add({ incident: codEvent().incident, seq: 1 });
    const client = new Redis(context.stack.redisUrl);
    await client.flushall();
    client.disconnect();
    await notify(url);
    await mails(1);
  });

  it("the reconciler goes on looking, and an outbox that was lost mails nobody twice", async () => {
    const { url } = await catcher();
    const first = await notify(url, 50);
    await record(codEvent({ level: 1 }));
    await mails(1);
    await sentRecords(1);
    await first.close();
    folder = join(folder, "elsewhere");
    const second = await catcher();
    await notify(second.url, 50);
    await record(codEvent({ seq: 2, transition: "worsened", level: 2 }));
    const subjects = (await mails(3)).map(({ messageId }) => messageId);
    expect(subjects.filter((id) => id?.includes(".1."))).toEqual([]);
  });

  it("mail server down: the mail waits on disk through a restart, and leaves when it is up", async () => {
    const port = await freePort();
    const url = `smtp://127.0.0.1:${port}`;
    const first = await notify(url);
    await record(codEvent({ level: 1 }));
    await queue.add({ incident: codEvent().incident, seq: 1 });
    await waitFor(async () => (await readMails(context.influx)).some(({ state }) => state === "sending"), {
      what: "the mail is in the outbox",
    });
    await first.close();
    const second = await notify(url);
    await catcher(port);
    await mails(1);
    expect((await sentRecords(1))[0]?.possiblyTwice).toBe(false);
    await second.close();
  });

  it("a server that takes the message and dies before the 250: sent again, recorded as possibly twice", async () => {
    const { server, port } = await deafServer();
    await notify(`smtp://127.0.0.1:${port}`);
    await record(codEvent({ level: 1 }));
    await queue.add({ incident: codEvent().incident, seq: 1 });
    await new Promise((resolve) => server.once("close", resolve));
    await catcher(port);
    await mails(1);
    expect((await sentRecords(1))[0]?.possiblyTwice).toBe(true);
  });

  it("mails leave while InfluxDB and Redis are down, and the delivery record follows", async () => {
    const port = await freePort();
    const service = await notify(`smtp://127.0.0.1:${port}`);
    await record(codEvent({ level: 1 }));
    await service.tell({ incident: codEvent().incident, seq: 1 });
    await Promise.all([context.stack.stop("influxdb", "SIGKILL"), context.stack.stop("redis")]);
    await catcher(port);
    await mails(1);
    await Promise.all([context.stack.restart("influxdb"), context.stack.restart("redis")]);
    await sentRecords(1);
  });

  it("a burst of events: one mail each, all in the folder", async () => {
    const { url } = await catcher();
    await notify(url);
    const events = Array.from({ length: 200 }, (_, index) =>
      codEvent({ level: 1, incident: index.toString(16).padStart(16, "0") }),
    );
    await record(...events);
    await queue.addBulk(events.map(({ incident }) => ({ incident, seq: 1 })));
    const all = await mails(200);
    expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(200);
  });

  it("leaves within a tenth of a second of its job, once a connection is open", async () => {
    const { url } = await catcher();
    const service = await notify(url);
    const events = [1, 2, 3, 4, 5].map((n) => codEvent({ level: 1, incident: `${n}`.repeat(16) }));
    await record(...events);
    const times: number[] = [];
    for (const [index, { incident }] of events.entries()) {
      const started = performance.now();
      await service.tell({ incident, seq: 1 });
      await waitFor(
        async () => (await readdir(join(folder, "mail"))).filter((n) => n.endsWith(".eml")).length > index,
        {
          what: "the mail is there",
          everyMs: 2,
        },
      );
      times.push(performance.now() - started);
    }
    const best = times.slice(1).toSorted((a, b) => a - b)[0];
    expect(best).toBeLessThan(100);
  });

  it("refuses to start towards a real mail server", () => {
    expect(() =>
      createNotify({
        registry,
        influx: context.influx,
        redis: redis(),
        smtpUrl: "smtp://smtp.company.vn",
        from: "outfall@outfall.example",
        publicUrl: "http://127.0.0.1:3000",
        dataDir: folder,
        clock,
        log: silentLogger,
      }),
    ).toThrow(/simulated: expected a mail server on this machine/);
  });

  it("mail test: says what the server answered, and what is wrong, never the password", async () => {
    const { url } = await catcher();
    const line = await testMail({ OUTFALL_SMTP_URL: url }, "you@test.example");
    expect(line).toMatch(/^test mail to you@test\.example taken by 127\.0\.0\.1:\d+ \(250 .*\)$/);
    const [mail] = await mails(1);
    expect(mail?.subject).toContain("SIMULATED");
    const port = await freePort();
    const down = testMail({ OUTFALL_SMTP_URL: `smtp://user:s3cret@127.0.0.1:${port}` }, "you@test.example");
    await expect(down).rejects.toThrow(
      new RegExp(`^mail server 127\\.0\\.0\\.1:${port}: connection refused`),
    );
    await expect(down).rejects.not.toThrow(/s3cret/);
    await expect(testMail({ OUTFALL_SMTP_URL: url }, "you@company.vn")).rejects.toThrow(/\.example, found/);
    await expect(testMail({}, "you@test.example")).rejects.toThrow(/OUTFALL_SMTP_URL/);
  });
});

/** A mail server that reads a whole message and ends, listener and all, without an answer. */
async function deafServer(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("220 deaf ESMTP\r\n");
    let inBody = false;
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes;
      if (inBody) {
        if (text.includes("\r\n.\r\n")) {
          server.close();
          socket.destroy();
        }
        return;
      }
      for (const line of text.split("\r\n").slice(0, -1)) {
        inBody = line === "DATA";
        socket.write(inBody ? "354 go on\r\n" : "250 ok\r\n");
      }
      text = "";
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}
