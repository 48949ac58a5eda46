/** The wire of the fault runs: open, cut, stalled; and what it hears. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { type Link, startLink } from "#test/faults/proxy.ts";

describe("a wire between ingest and a server", () => {
  /** Says everything twice. */
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => socket.write(Buffer.concat([bytes, bytes])));
  });
  const heard: string[] = [];
  const sockets: Socket[] = [];
  let link: Link;
  /** To the same server; never broken. */
  let other: Link;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    link = await startLink(`mqtt://127.0.0.1:${port}`, () => ({
      fromServer: (bytes) => heard.push(`server ${bytes}`),
      fromClient: (bytes) => heard.push(`client ${bytes}`),
    }));
    other = await startLink(`mqtt://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await link.close();
    await other.close();
    server.close();
  });

  async function dial(over = link) {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(over.url).port) });
    sockets.push(socket);
    const state = { socket, text: "", end: "" };
    socket.on("data", (bytes: Buffer) => {
      state.text += bytes.toString();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      state.end = error.code ?? error.message;
    });
    socket.on("close", () => {
      state.end ||= "closed";
    });
    await until(() => !socket.connecting || state.end !== "", "the connection");
    return state;
  }
  const until = (probe: () => boolean, what: string) => waitFor(probe, { what, timeoutMs: 5_000 });
  /** There and back a few times: what was sent before, over an open wire, would have come back too. */
  async function answered(over = link) {
    for (let count = 0; count < 5; count += 1) {
      const one = await dial(over);
      one.socket.write("?");
      await until(() => one.text === "??", "an answer");
    }
  }

  it("carries and hears both sides", async () => {
    const one = await dial();
    one.socket.write("a");
    await until(() => one.text === "aa", "the answer");
    expect(heard).toEqual(["client a", "server aa"]);
  });

  it("cut: resets what is open and what comes, until it is healed", async () => {
    const open = await dial();
    open.socket.write("a");
    await until(() => open.text === "aa", "the answer");
    link.cut();
    await until(() => open.end !== "", "the end of the connection");
    expect(open.end).toBe("ECONNRESET");
    const next = await dial();
    await until(() => next.end !== "", "the end of the next connection");
    link.heal();
    await answered();
  });

  it("stalled: connections stay, and go on when it is healed", async () => {
    const open = await dial();
    open.socket.write("a");
    await until(() => open.text === "aa", "the answer");
    link.stall();
    const next = await dial();
    open.socket.write("b");
    next.socket.write("c");
    await answered(other);
    expect([open.text, next.text, open.end, next.end]).toEqual(["aa", "", "", ""]);
    link.heal();
    await until(() => open.text === "aabb" && next.text === "cc", "both answers");
  });

  it("stalled: resets what waited, when it is healed so", async () => {
    link.stall();
    const waiting = await dial();
    waiting.socket.write("a");
    link.heal(true);
    await until(() => waiting.end !== "", "the end of the connection");
    expect(waiting.text).toBe("");
    await answered();
  });
});
