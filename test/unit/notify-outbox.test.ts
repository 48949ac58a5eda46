import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backOffMs, unreachableBackOff } from "#services/notify/outbox/back-off.ts";
import type { OutgoingMail } from "#services/notify/outbox/mail.ts";
import { createOutbox } from "#services/notify/outbox/outbox.ts";
import { type OutboxFile, openOutboxFile } from "#services/notify/outbox/outbox-file.ts";
import { judgeFailure, type SendResult } from "#services/notify/smtp/transport.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

function mail(seq: number, contact = "officer", incident = "abc"): OutgoingMail {
  return {
    incident,
    seq,
    contact,
    zone: "sim-z",
    recordedAt: 1,
    language: "vi",
    from: "o@o.example",
    to: `${contact}@z.example`,
    toName: "Cán bộ",
    subject: `số ${seq}`,
    text: "nội dung",
    html: "<p>nội dung</p>",
    messageId: `<${incident}.${seq}.${contact}@o.example>`,
    thread: null,
    listId: "<sim-z.o.example>",
    date: 1,
  };
}

type Send = (mail: OutgoingMail, beforeBody: () => Promise<void>) => Promise<SendResult>;

const taken: Send = async (_, beforeBody) => {
  await beforeBody();
  return { outcome: "sent", answer: "250" };
};

describe("the outbox", () => {
  let folder = "";
  let path = "";
  const files: OutboxFile[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-outbox-"));
    path = join(folder, "outbox.log");
  });
  afterEach(async () => {
    for (const file of files.splice(0)) await file.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(send: Send) {
    const file = await openOutboxFile(path);
    files.push(file);
    const sent: OutgoingMail[] = [];
    const records: MailRecord[] = [];
    const outbox = createOutbox({
      file,
      clock: systemClock,
      log: silentLogger,
      onRecord: (record) => records.push(record),
      transport: {
        async send(outgoing, beforeBody) {
          const result = await send(outgoing, beforeBody);
          if (result.outcome === "sent") sent.push(outgoing);
          return result;
        },
      },
    });
    const final = () => records.filter(({ state }) => state === "sent");
    return { outbox, file, sent, records, final };
  }

  it("sends what is queued once, whole, and records it", async () => {
    const { outbox, sent, final } = await open(taken);
    outbox.start();
    await outbox.queue("abc", 1, [mail(1), mail(1, "board")]);
    await outbox.queue("abc", 1, [mail(1), mail(1, "board")]);
    await waitFor(() => final().length === 2, { what: "both are recorded" });
    expect(sent).toEqual([mail(1), mail(1, "board")]);
    expect(final().map(({ possiblyTwice }) => possiblyTwice)).toEqual([false, false]);
  });

  it("is durable before queue resolves: nothing started, the next run sends it", async () => {
    const first = await open(taken);
    await first.outbox.queue("abc", 1, [mail(1)]);
    const second = await open(taken);
    expect(second.outbox.isRouted("abc", 1)).toBe(true);
    second.outbox.start();
    await waitFor(() => second.final().length === 1, { what: "it is sent" });
    expect(second.sent).toEqual([mail(1)]);
    expect(second.final()[0]?.possiblyTwice).toBe(false);
  });

  it("after a crash between sending and sent it sends again and says possibly twice", async () => {
    const handedOver = Promise.withResolvers<void>();
    const first = await open(async (_, beforeBody) => {
      await beforeBody();
      handedOver.resolve();
      return new Promise<never>(() => undefined);
    });
    first.outbox.start();
    await first.outbox.queue("abc", 1, [mail(1)]);
    await handedOver.promise;

    const second = await open(taken);
    second.outbox.start();
    await waitFor(() => second.final().length === 1, { what: "it is sent again" });
    expect(second.final()[0]).toMatchObject({ state: "sent", possiblyTwice: true });
    await second.outbox.close();

    const third = await open(taken);
    third.outbox.start();
    await third.outbox.queue("abc", 1, [mail(1)]);
    expect(third.sent).toEqual([]);
  });

  it("a lost answer in the same run is in doubt too, a refused connection is not", async () => {
    const answers: SendResult[] = [
      { outcome: "unreachable", doubtful: false, answer: "ECONNREFUSED" },
      { outcome: "unreachable", doubtful: true, answer: "connection lost" },
    ];
    const { outbox, final } = await open(async (outgoing, beforeBody) => {
      const answer = outgoing.seq === 1 ? answers.shift() : answers.pop();
      return answer ?? taken(outgoing, beforeBody);
    });
    outbox.start();
    await outbox.queue("abc", 1, [mail(1)]);
    await waitFor(() => final().length === 1, { what: "it is sent at the third attempt" });
    expect(final()[0]?.possiblyTwice).toBe(true);
    answers.push({ outcome: "unreachable", doubtful: false, answer: "ECONNREFUSED" });
    await outbox.queue("abc", 2, [mail(2)]);
    await waitFor(() => final().length === 2, { what: "the second is sent" });
    expect(final()[1]?.possiblyTwice).toBe(false);
  });

  it("writes on after an append of nothing", async () => {
    const { file } = await open(taken);
    await file.append([]);
    await file.append([{ t: "routed", incident: "abc", seq: 1 }]);
    expect(await readFile(path, "utf8")).toContain('"routed"');
  });

  it.each([1, 5, 40, 200])("cuts a torn last line (%i bytes short) and loses nothing else", async (short) => {
    const first = await open(taken);
    await first.outbox.queue("abc", 1, [mail(1)]);
    await first.outbox.queue("abc", 2, [mail(2)]);
    await first.file.close();
    const { length } = await readFile(path);
    await truncate(path, length - short);

    const second = await open(taken);
    expect(second.file.cutBytes).toBeGreaterThan(0);
    expect(second.file.damagedLines).toBe(0);
    // torn before "routed 2" was whole: with or without its mail, telling again makes it exactly one
    expect(second.outbox.isRouted("abc", 1)).toBe(true);
    expect(second.outbox.isRouted("abc", 2)).toBe(false);
    second.outbox.start();
    await second.outbox.queue("abc", 2, [mail(2)]);
    await waitFor(() => second.final().length === 2, { what: "both are sent" });
    expect(second.sent.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("skips a damaged line in the middle, keeps the file as found, and goes on", async () => {
    const first = await open(taken);
    await first.outbox.queue("abc", 1, [mail(1)]);
    await first.outbox.queue("abc", 2, [mail(2)]);
    await first.file.close();
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("số 1", "số 7"));
    const second = await open(taken);
    expect(second.file.damagedLines).toBe(1);
    expect(await readFile(`${path}.damaged`, "utf8")).toContain("số 7");
    second.outbox.start();
    await waitFor(() => second.final().length === 1, { what: "the other one is sent" });
    expect(second.sent.map(({ seq }) => seq)).toEqual([2]);
  });

  it("remembers after compaction what was sent, without the bodies", async () => {
    const first = await open(taken);
    first.outbox.start();
    await first.outbox.queue("abc", 1, [mail(1)]);
    await waitFor(() => first.final().length === 1, { what: "it is sent" });
    await first.outbox.markRecorded(["abc.1.officer"]);
    await first.file.close();
    const second = await open(taken);
    expect(await readFile(path, "utf8")).not.toContain("nội dung");
    second.outbox.start();
    expect(second.records).toEqual([]);
    await second.outbox.queue("abc", 1, [mail(1)]);
    expect(second.sent).toEqual([]);
    await second.file.close();
    await appendFile(path, "garbage without end");
    const third = await open(taken);
    expect(third.outbox.isRouted("abc", 1)).toBe(true);
  });

  it("keeps the order within a thread while others pass", async () => {
    const started: string[] = [];
    const gate = Promise.withResolvers<void>();
    const { outbox, final } = await open(async (outgoing, beforeBody) => {
      started.push(`${outgoing.seq} ${outgoing.contact}`);
      if (outgoing.seq === 1 && outgoing.contact === "officer") await gate.promise;
      return taken(outgoing, beforeBody);
    });
    outbox.start();
    await outbox.queue("abc", 1, [mail(1)]);
    await outbox.queue("abc", 2, [mail(2), mail(2, "board")]);
    await waitFor(() => final().length === 1, { what: "the board's mail is sent" });
    expect(started).toEqual(["1 officer", "2 board"]);
    gate.resolve();
    await waitFor(() => final().length === 3, { what: "all are sent" });
    expect(started).toEqual(["1 officer", "2 board", "2 officer"]);
  });

  it("gives up a mail the server refuses for good, and says so", async () => {
    const { outbox, records } = await open(async () => ({
      outcome: "refused",
      permanent: true,
      answer: "550 no such user",
    }));
    outbox.start();
    await outbox.queue("abc", 1, [mail(1)]);
    await waitFor(() => records.some(({ state }) => state === "failed"), {
      what: "it is recorded as failed",
    });
    expect(outbox.waitingAddresses()).toEqual([]);
  });
});

describe("what a failure means", () => {
  const failure = (fields: object) => Object.assign(new Error("no"), fields);
  it.each<[string, object, boolean, Partial<SendResult>]>([
    [
      "connection refused",
      { code: "ESOCKET", command: "CONN" },
      false,
      { outcome: "unreachable", doubtful: false },
    ],
    [
      "lost after the body began",
      { code: "ECONNECTION", command: "CONN" },
      true,
      { outcome: "unreachable", doubtful: true },
    ],
    [
      "login refused",
      { command: "AUTH PLAIN", responseCode: 535, permanent: true },
      false,
      { outcome: "unreachable" },
    ],
    [
      "sender refused",
      { command: "MAIL FROM", responseCode: 550, permanent: true },
      false,
      { outcome: "unreachable" },
    ],
    [
      "recipient unknown",
      { command: "RCPT TO", responseCode: 550, permanent: true },
      false,
      { outcome: "refused", permanent: true },
    ],
    [
      "greylisted",
      { command: "RCPT TO", responseCode: 450, permanent: false },
      false,
      { outcome: "refused", permanent: false },
    ],
    [
      "content refused",
      { command: "DATA", responseCode: 554, permanent: true },
      true,
      { outcome: "refused", permanent: true },
    ],
    [
      "server going down",
      { command: "DATA", responseCode: 421, permanent: false },
      true,
      { outcome: "unreachable", doubtful: false },
    ],
  ])("%s", (_, fields, handedOver, expected) => {
    expect(judgeFailure(failure(fields), handedOver)).toMatchObject(expected);
  });

  it("waits longer with each failure, up to a bound", () => {
    expect([1, 2, 3, 20].map((failures) => backOffMs(unreachableBackOff, failures))).toEqual([
      250, 500, 1000, 30_000,
    ]);
  });
});
