/**
 * A TCP wire between ingest and one of its servers that can be cut and stalled. In: the server's address; out: an
 * address for ingest, and what breaks it. Cut: connections are reset, new ones too. Stalled: connections stay, new ones
 * are accepted, and no byte comes through.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Hears of each new connection; what it returns hears the bytes of either side as they come in. */
export type Listener = () => { fromServer(bytes: Buffer): void; fromClient(bytes: Buffer): void };

export interface Link {
  /** As the server's, on another port. */
  readonly url: string;
  cut(): void;
  stall(): void;
  /** Lets everything through again. @param reset whether stalled connections are reset rather than resumed */
  heal(reset?: boolean): void;
  close(): Promise<void>;
}

export async function startLink(serverUrl: string, listen?: Listener): Promise<Link> {
  const target = new URL(serverUrl);
  let state: "open" | "cut" | "stalled" = "open";
  const sockets = new Set<Socket>();
  /** Accepted while stalled. */
  let accepted: Socket[] = [];

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  }

  function resetAll(): void {
    accepted = [];
    for (const socket of sockets) reset(socket);
  }

  function join(client: Socket): void {
    const server = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    keep(server);
    const heard = listen?.();
    forward(server, client, heard?.fromServer);
    forward(client, server, heard?.fromClient);
  }

  function forward(from: Socket, to: Socket, hear: ((bytes: Buffer) => void) | undefined): void {
    from.on("data", (bytes: Buffer) => {
      hear?.(bytes);
      if (!to.write(bytes)) from.pause();
    });
    to.on("drain", () => {
      if (state !== "stalled") from.resume();
    });
    from.on("end", () => to.end());
    from.on("close", (failed) => (failed ? reset(to) : to.destroySoon()));
  }

  const proxy = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    keep(client);
    if (state === "cut") reset(client);
    else if (state === "stalled") accepted.push(client);
    else join(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the wire has no port");

  return {
    url: `${target.protocol}//127.0.0.1:${address.port}`,
    cut() {
      state = "cut";
      resetAll();
    },
    stall() {
      state = "stalled";
      for (const socket of sockets) socket.pause();
    },
    heal(reset = false) {
      const waiting = accepted;
      accepted = [];
      state = "open";
      if (reset) resetAll();
      for (const client of waiting) if (!client.destroyed) join(client);
      for (const socket of sockets) socket.resume();
    },
    async close() {
      const closed = once(proxy, "close");
      proxy.close();
      resetAll();
      await closed;
    },
  };
}

/** With a RST where it can be: on a socket that is ending, Node would never let go of the handle. */
function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded || socket.writableLength > 0) socket.destroy();
  else socket.resetAndDestroy();
}
